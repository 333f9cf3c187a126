/** Verifying a ballot's body (protocol 6), as far as it needs neither enrolment nor clock.
 * @module */
import { b64u, equal, sha256, systemRandom, toBigInt } from './bytes.js';
import { CHOICES, CODES, ballotChallenge, decodeBody, keyChallenge, type Body } from './body.js';
import { boxLength } from './box.js';
import { Malformed, Refused } from './errors.js';
import { G, H, R, WeightedSum, clear, encodePoint, mod, times } from './group.js';
import type { Manifest } from './manifest.js';

export type BallotReason = 'encoding' | 'threshold' | 'sealed' | 'proof' | 'replayed' | 'answered';

const SENTENCES: Readonly<Record<BallotReason, readonly [string, string]>> = {
  encoding: ['选票格式不符', 'the ballot is not well formed'],
  threshold: ['选票的分享承诺数目不符', 'the ballot has another number of sharing commitments than the threshold asks'],
  sealed: ['密封件缺失、长度或摘要不符', 'a sealed box is missing, or of another length or hash'],
  proof: ['选票的证明不成立', 'a proof of the ballot does not hold'],
  replayed: ['选票所称被替换的票不是最后一张', 'the ballot replaces another answer than the last one'],
  answered: ['该事项已投票，且不可改投', 'this line has answered, and answers cannot be replaced here'],
};

export class BallotRefused extends Refused {
  readonly reason: BallotReason;

  constructor(reason: BallotReason) {
    super(reason, ...SENTENCES[reason]);
    this.reason = reason;
  }
}

/** Every equation of a body, weighted by independent 128-bit factors and summed once. */
function equationsHold(bodies: readonly Body[]): boolean {
  const sum = new WeightedSum(256, bodies.reduce((n, body) => n + 2 + 4 * body.answers.length, 0));
  let onG = 0n;
  let onH = 0n;
  for (const body of bodies) {
    const c = keyChallenge(body.manifestHash, body.signer, body.eBytes, body.keyTBytes, body.answers);
    const delta = toBigInt(systemRandom(16));
    onG += delta * body.keyZ;
    sum.add(body.keyT, mod(-delta));
    sum.add(body.e, mod(-delta * c));
    for (const a of body.answers) {
      const all = ballotChallenge(body.manifestHash, a.line, a.motion, a.cBytes, a.aBytes, body.eBytes, a.proofTBytes);
      const [c0 = 0n, c1 = 0n] = a.proofC;
      const cs = [c0, c1, mod(all - c0 - c1)];
      let onC = 0n;
      CHOICES.forEach((choice, i) => {
        const d = toBigInt(systemRandom(16));
        const ci = cs[i] ?? 0n;
        onG += d * (a.proofZ[i] ?? 0n);
        onH += d * ci * CODES[choice];
        onC -= d * ci;
        const t = a.proofT[i];
        if (t !== undefined) sum.add(t, mod(-d));
      });
      sum.add(a.c, mod(onC));
    }
  }
  // scalars were reduced mod r: exact on the part of order r, and clearing the cofactor removes every other
  return clear(sum.total()).add(clear(times(G, onG % R).add(times(H, onH % R)))).is0();
}

/** Check the proofs of decoded bodies together. @throws {BallotRefused} `proof` */
export function checkProofs(bodies: readonly Body[]): void {
  if (!equationsHold(bodies)) throw new BallotRefused('proof');
}

/** What earlier accepted ballots of a vote leave behind. */
export class Accepted {
  readonly #used = new Set<string>();
  readonly #last = new Map<string, string>();

  add(body: Body): void {
    this.#used.add(b64u(encodePoint(clear(body.e))));
    for (const a of body.answers) this.#last.set(`${a.motion} ${a.line}`, b64u(body.hash));
  }

  /** Hash of the body with the last accepted answer, or null. */
  last(motion: string, line: string): string | null {
    return this.#last.get(`${motion} ${line}`) ?? null;
  }

  used(body: Body): boolean {
    return this.#used.has(b64u(encodePoint(clear(body.e))));
  }
}

/** Check a body in the order of protocol 1.
 * @param boxes - null where the boxes are not at hand, as for a verifier of the ledger
 * @throws {BallotRefused} with the first reason that applies */
export function checkBody(manifest: Manifest, bytes: Uint8Array, boxes: readonly Uint8Array[] | null, before: Accepted): Body {
  let body: Body;
  try {
    body = decodeBody(bytes, manifest.hash);
  } catch (error) {
    if (error instanceof Malformed) throw new BallotRefused('encoding');
    throw error;
  }
  if (before.used(body)) throw new BallotRefused('encoding');
  if (body.answers.some((a) => a.a.length !== manifest.threshold - 1)) throw new BallotRefused('threshold');
  const n = manifest.trustees.length;
  if (body.boxes.length !== n) throw new BallotRefused('sealed');
  if (boxes !== null) {
    const whole = boxes.every((box, i) => box.length === boxLength(body.answers.length) && equal(sha256(box), body.boxes[i] ?? new Uint8Array()));
    if (boxes.length !== n || !whole) throw new BallotRefused('sealed');
  }
  checkProofs([body]);
  for (const a of body.answers) {
    const last = before.last(a.motion, a.line);
    if (a.replaces !== last) throw new BallotRefused('replayed');
    if (last !== null && !manifest.replacement) throw new BallotRefused('answered');
  }
  return body;
}
