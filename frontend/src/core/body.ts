/** The body of a ballot (protocol 5), decoded.
 * @module */
import { b64u, frames, sha256, unb64u, type Bytes } from './bytes.js';
import { Malformed } from './errors.js';
import { ZERO, clear, decodePoint, decodeScalar, mod, type Point } from './group.js';
import { checkId } from './ids.js';
import { dumps, loads, type Json } from './jcs.js';
import { array, nullable, object, string } from './shape.js';
import { challenge } from './transcript.js';

export const CHOICES = ['abstain', 'for', 'against'] as const;
export type Choice = (typeof CHOICES)[number];

/** The code of each choice, in the order of the proof's arms (protocol 4). */
export const CODES: Readonly<Record<Choice, bigint>> = { abstain: 0n, for: 1n, against: 1n << 64n };

export type AnswerJson = {
  readonly line: string;
  readonly motion: string;
  readonly replaces: string | null;
  readonly c: string;
  readonly a: readonly string[];
  readonly proof: { readonly t: readonly string[]; readonly c: readonly string[]; readonly z: readonly string[] };
};

export type BodyJson = {
  readonly manifest_hash: string;
  readonly signer: string;
  readonly e: string;
  readonly key_proof: { readonly t: string; readonly z: string };
  readonly answers: readonly AnswerJson[];
  readonly boxes: readonly string[];
};

export interface Answer {
  readonly line: string;
  readonly motion: string;
  readonly replaces: string | null;
  readonly c: Point;
  readonly cBytes: Bytes;
  readonly a: readonly Point[];
  readonly aBytes: readonly Bytes[];
  readonly proofT: readonly Point[];
  readonly proofTBytes: readonly Bytes[];
  readonly proofC: readonly bigint[];
  readonly proofZ: readonly bigint[];
}

export interface Body {
  /** SHA-256 of the body's bytes */
  readonly hash: Bytes;
  readonly manifestHash: Bytes;
  readonly signer: string;
  readonly e: Point;
  readonly eBytes: Bytes;
  readonly keyT: Point;
  readonly keyTBytes: Bytes;
  readonly keyZ: bigint;
  readonly answers: readonly Answer[];
  readonly boxes: readonly Bytes[];
}

function point(value: Json | undefined): Bytes {
  return unb64u(string(value, 'point'), 96);
}

function scalar(value: Json | undefined): bigint {
  return decodeScalar(unb64u(string(value, 'scalar'), 32));
}

function answer(value: Json): Answer {
  const o = object(value, 'answer', ['line', 'motion', 'replaces', 'c', 'a', 'proof']);
  const p = object(o.proof, 'proof', ['t', 'c', 'z']);
  const cBytes = point(o.c);
  const aBytes = array(o.a, 'a').map(point);
  const proofTBytes = array(p.t, 't', 3).map(point);
  const replaces = nullable(o.replaces, (hash) => string(hash, 'replaces'));
  if (replaces !== null) unb64u(replaces, 32);
  return {
    line: checkId(string(o.line, 'line')),
    motion: checkId(string(o.motion, 'motion')),
    replaces,
    c: decodePoint(cBytes),
    cBytes,
    a: aBytes.map(decodePoint),
    aBytes,
    proofT: proofTBytes.map(decodePoint),
    proofTBytes,
    proofC: array(p.c, 'c', 2).map(scalar),
    proofZ: array(p.z, 'z', 3).map(scalar),
  };
}

/** Decode a body's bytes: what protocol 1 calls `encoding`, but for E used before.
 * @param manifestHash - of the vote at hand. @throws {Malformed} */
export function decodeBody(bytes: Uint8Array, manifestHash: Uint8Array): Body {
  const o = object(loads(bytes), 'ballot', ['manifest_hash', 'signer', 'e', 'key_proof', 'answers', 'boxes']);
  const k = object(o.key_proof, 'key_proof', ['t', 'z']);
  const given = unb64u(string(o.manifest_hash, 'manifest_hash'), 32);
  if (b64u(given) !== b64u(manifestHash)) throw new Malformed('the ballot is for another vote', '选票属于另一次表决');
  const answers = array(o.answers, 'answers').map(answer);
  if (answers.length < 1 || answers.length > 20) throw new Malformed('a ballot has 1 to 20 answers', '一张票应有 1 至 20 项回答');
  if (new Set(answers.map((a) => `${a.line} ${a.motion}`)).size !== answers.length) throw new Malformed('a line and motion is answered twice', '同一事项回答了两次');
  const eBytes = point(o.e);
  const e = decodePoint(eBytes);
  if (clear(e).is0()) throw new Malformed('E is of small order', 'E 的阶过小');
  const keyTBytes = point(k.t);
  return {
    hash: sha256(bytes),
    manifestHash: given,
    signer: checkId(string(o.signer, 'signer'), 'signer'),
    e,
    eBytes,
    keyT: decodePoint(keyTBytes),
    keyTBytes,
    keyZ: scalar(k.z),
    answers,
    boxes: array(o.boxes, 'boxes').map((hash) => unb64u(string(hash, 'box'), 32)),
  };
}

export function bodyHash(body: BodyJson): Bytes {
  return sha256(dumps(body));
}

/** First 160 bits of SHA-256(frames("concursus/v1/fingerprint", JCS of the body)), base32 in eight groups of four (protocol 8). */
export function fingerprint(body: BodyJson): string {
  const bits = sha256(frames('concursus/v1/fingerprint', dumps(body))).subarray(0, 20);
  let n = BigInt(`0x${Array.from(bits, (b) => b.toString(16).padStart(2, '0')).join('')}`);
  let text = '';
  for (let i = 0; i < 32; i += 1) {
    text = `${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number(n & 31n)] ?? ''}${text}`;
    n >>= 5n;
  }
  return text.match(/.{4}/g)?.join(' ') ?? '';
}

/** The challenge of a validity proof. */
export function ballotChallenge(manifestHash: Uint8Array, line: string, motion: string, c: Uint8Array, a: readonly Uint8Array[], e: Uint8Array, t: readonly Uint8Array[]): bigint {
  return challenge('ballot-proof', manifestHash, line, motion, c, ...a, e, ...t);
}

/** The challenge of the proof that the author knows e. */
export function keyChallenge(manifestHash: Uint8Array, signer: string, e: Uint8Array, t: Uint8Array, answers: readonly { readonly line: string; readonly motion: string; readonly cBytes: Uint8Array }[]): bigint {
  return challenge('ballot-key', manifestHash, signer, e, t, ...answers.flatMap((a) => [a.line, a.motion, a.cBytes]));
}

/** C + Σ j^l·A_l: what trustee j's share must open. */
export function shareCommitment(answer: Pick<Answer, 'c' | 'a'>, j: number): Point {
  return answer.a.reduceRight((sum, a) => sum.add(a).multiplyUnsafe(BigInt(j)), ZERO).add(answer.c);
}

/** f(j) of a polynomial given by its coefficients, lowest first. */
export function evaluate(coefficients: readonly bigint[], j: number): bigint {
  return coefficients.reduceRight((sum, a) => mod(sum * BigInt(j) + a), 0n);
}
