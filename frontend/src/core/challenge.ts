/** A `.challenge.json` file read and checked (protocol 8; ledger 9.11).
 * @module */
import type { BallotOpening } from './ballot.js';
import { bodyHash, fingerprint, type BodyJson, type Choice } from './body.js';
import { unb64u, type Bytes } from './bytes.js';
import { Malformed, Refused } from './errors.js';
import { dumps, loads, type Json } from './jcs.js';
import { decodeManifest, type Manifest } from './manifest.js';
import { FORMAT, checkOpening } from './opening.js';
import { array, object, string } from './shape.js';

/** A tested ballot that is what its opening says. */
export interface Challenge {
  readonly manifest: Manifest;
  /** of the ballot's body */
  readonly hash: Bytes;
  readonly fingerprint: string;
  readonly choices: readonly { readonly line: string; readonly motion: string; readonly choice: Choice }[];
}

/** Whether the bytes call themselves a challenge file; what `readChallenge` then refuses is false, not another file. */
export function isChallenge(bytes: Uint8Array): boolean {
  try {
    const value = loads(bytes);
    return value !== null && typeof value === 'object' && !Array.isArray(value) && (value as { readonly [name: string]: Json }).format === FORMAT;
  } catch {
    return false;
  }
}

/** @throws {Malformed | Refused} where the file is not well formed, or the ballot is not what its opening gives */
export async function readChallenge(bytes: Uint8Array): Promise<Challenge> {
  const file = object(loads(bytes), 'challenge', ['format', 'manifest', 'body', 'boxes', 'opening']);
  if (file.format !== FORMAT) throw new Malformed('this is not the file of a tested ballot', '这不是抽查文件');
  const manifest = decodeManifest(dumps(file.manifest));
  const boxes = array(file.boxes, 'boxes').map((box) => unb64u(string(box, 'box')));
  const body = file.body as unknown as BodyJson;
  const { choices } = await checkOpening(manifest, body, boxes, openingOf(file.opening));
  return { manifest, hash: bodyHash(body), fingerprint: fingerprint(body), choices };
}

/** @throws {Refused} `fingerprint-differs` */
export function checkNoted(challenge: Challenge, noted: string): void {
  if (noted === challenge.fingerprint) return;
  throw new Refused('fingerprint-differs', '拆开的不是先前显示指纹的那张票', 'the ballot opened is not the one whose fingerprint was shown', { found: challenge.fingerprint, noted });
}

function openingOf(value: Json): BallotOpening {
  const o = object(value, 'opening', ['e', 'salts', 'answers']);
  const texts = (list: Json) => array(list, 'scalars').map((one) => string(one, 'scalar'));
  return {
    e: string(o.e, 'e'),
    salts: texts(o.salts),
    answers: array(o.answers, 'answers').map((one) => {
      const a = object(one, 'answer', ['choice', 'rho', 'a', 'b']);
      return { choice: string(a.choice, 'choice') as Choice, rho: string(a.rho, 'rho'), a: texts(a.a), b: texts(a.b) };
    }),
  };
}
