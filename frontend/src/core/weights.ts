/** Hidden weights (protocol 11): the same amount in W and in Z = w·C + τ·G, proven by who may see it, checked by who may not.
 *
 * Σ Z is opened as (M, R + Σ τ), Σ W of the counted lines as (cast, Σ σ): so the public checks the amount result of a vote
 * without an amount.
 * @module */
import { frames, systemRandom, toBigInt, type Bytes, type Random } from './bytes.js';
import { Refused } from './errors.js';
import { G, H, WeightedSum, ZERO, clear, encodePoint, equalCofactored, mod, parsePoint, parseScalar, pedersen, pointText, randomScalar, scalarText, times, type Point } from './group.js';
import { checkId } from './ids.js';
import type { Json, JsonObject } from './jcs.js';
import { array, object, string } from './shape.js';
import { breathe, split, type Progress, type Split } from './tally.js';
import { challenge } from './transcript.js';

export interface WeightProof {
  readonly line: string;
  readonly motion: string;
  readonly z: Point;
  readonly zBytes: Bytes;
  readonly t: readonly [Point, Point];
  readonly tBytes: readonly [Bytes, Bytes];
  /** z_w, z_σ, z_τ */
  readonly scalars: readonly [bigint, bigint, bigint];
}

/** A counted answer of an amount vector, as anybody sees it: the line's W and C of its ballot, both 96 bytes in base64url. */
export interface HiddenAnswer {
  readonly line: string;
  readonly motion: string;
  readonly weight: string;
  readonly c: string;
}

/** What the administrator knows of an answer besides. */
export interface KnownAnswer extends HiddenAnswer {
  readonly amount: bigint;
  readonly sigma: bigint;
}

/** What is published of an amount vector: (cast, Σ σ) and (M, R + Σ τ). */
export interface HiddenOpening {
  readonly cast: string;
  readonly sigma: string;
  readonly m: string;
  readonly r: string;
}

const AT_ONCE = 512;
const PAUSE = 25;

function pair(value: Json, what: string): readonly [string, string] {
  const [first, second] = array(value, what, 2);
  return [string(first, what), string(second, what)];
}

/** @throws {Malformed} */
export function decodeWeightProof(value: Json): WeightProof {
  const o = object(value, 'weight proof', ['line', 'motion', 'Z', 't', 'z']);
  const z = parsePoint(string(o.Z, 'Z'));
  const t = pair(o.t, 't').map(parsePoint) as [Point, Point];
  const scalars = array(o.z, 'z', 3).map((one) => parseScalar(string(one, 'z'))) as [bigint, bigint, bigint];
  return {
    line: checkId(string(o.line, 'line')), motion: checkId(string(o.motion, 'motion')), z, t, scalars,
    zBytes: encodePoint(z), tBytes: [encodePoint(t[0]), encodePoint(t[1])],
  };
}

function challengeOf(manifestHash: Uint8Array, line: string, motion: string, points: readonly Uint8Array[]): bigint {
  return challenge('weight-proof', frames(manifestHash, line, motion), ...points);
}

/** Prove that Z = w·C + τ·G holds the w of W = w·H + σ·G. @returns the row of the table, and τ */
export function proveWeight(manifestHash: Uint8Array, answer: KnownAnswer, random: Random = systemRandom): { row: JsonObject; tau: bigint } {
  const [w, c] = [parsePoint(answer.weight), parsePoint(answer.c)];
  const [alpha, beta, gamma, tau] = [randomScalar(random), randomScalar(random), randomScalar(random), randomScalar(random)];
  const z = times(c, answer.amount).add(times(G, tau));
  const t1 = pedersen(beta, alpha);
  const t2 = times(c, alpha).add(times(G, gamma));
  const x = challengeOf(manifestHash, answer.line, answer.motion, [w, c, z, t1, t2].map(encodePoint));
  return {
    row: {
      line: answer.line, motion: answer.motion, Z: pointText(z), t: [pointText(t1), pointText(t2)],
      z: [mod(alpha + x * answer.amount), mod(beta + x * answer.sigma), mod(gamma + x * tau)].map(scalarText),
    },
    tau,
  };
}

/** Both equations of every proof, each with its own random 128-bit factor, summed once. */
function hold(manifestHash: Uint8Array, answers: readonly HiddenAnswer[], proofs: readonly WeightProof[]): boolean {
  const sum = new WeightedSum(256, 5 * proofs.length);
  let [onG, onH] = [0n, 0n];
  proofs.forEach((proof, i) => {
    const answer = answers[i] as HiddenAnswer;
    const [w, c] = [parsePoint(answer.weight), parsePoint(answer.c)];
    const x = challengeOf(manifestHash, proof.line, proof.motion, [encodePoint(w), encodePoint(c), proof.zBytes, ...proof.tBytes]);
    const [first, second] = [toBigInt(systemRandom(16)), toBigInt(systemRandom(16))];
    const [zw, zSigma, zTau] = proof.scalars;
    sum.add(proof.t[0], first);
    sum.add(w, mod(first * x));
    sum.add(proof.t[1], second);
    sum.add(proof.z, mod(second * x));
    sum.add(c, mod(-second * zw));
    onH += first * zw;
    onG += first * zSigma + second * zTau;
  });
  return clear(sum.total().subtract(times(G, mod(onG)).add(times(H, mod(onH))))).is0();
}

/** Check the proof of each answer, at its place. @throws {Refused} `weight-proof`, naming the first line that fails */
export async function checkWeightProofs(manifestHash: Uint8Array, answers: readonly HiddenAnswer[], proofs: readonly WeightProof[], progress: Progress = () => undefined): Promise<void> {
  const fails = (answer: HiddenAnswer) => new Refused('weight-proof', `${answer.line} 的金额证明不成立`, `the weight proof of ${answer.line} does not hold`, { line: answer.line, motion: answer.motion });
  answers.forEach((answer, i) => {
    if (proofs[i]?.line !== answer.line || proofs[i]?.motion !== answer.motion) throw fails(answer);
  });
  if (proofs.length !== answers.length) throw new Refused('weight-proof', '金额证明的数目不符', 'there is another number of weight proofs');
  for (let from = 0; from < proofs.length; from += AT_ONCE) {
    const end = Math.min(from + AT_ONCE, proofs.length);
    if (!hold(manifestHash, answers.slice(from, end), proofs.slice(from, end))) {
      for (let i = from; i < end; i += 1) {
        if (!hold(manifestHash, answers.slice(i, i + 1), proofs.slice(i, i + 1))) throw fails(answers[i] as HiddenAnswer);
      }
    }
    progress(end, proofs.length);
    await breathe();
  }
}

/** Check the amount result of a vector whose proofs hold. @throws {Refused} `opening` */
export function checkHiddenResult(answers: readonly HiddenAnswer[], proofs: readonly WeightProof[], opening: HiddenOpening): Split {
  const fails = (zh: string, en: string) => new Refused('opening', zh, en);
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(opening.cast)) throw fails('投出金额写法不符', 'the amount cast is not a decimal number');
  const cast = BigInt(opening.cast);
  const weights = answers.reduce((sum, answer) => sum.add(parsePoint(answer.weight)), ZERO);
  if (!equalCofactored(pedersen(parseScalar(opening.sigma), cast), weights)) {
    throw fails('投出金额打不开名册权重之和', 'the amount cast does not open the sum of the weights');
  }
  const m = parseScalar(opening.m);
  const sum = proofs.reduce((all, proof) => all.add(proof.z), ZERO);
  if (!equalCofactored(pedersen(parseScalar(opening.r), m), sum)) throw fails('等式不成立', 'the equation does not hold');
  return split(m, cast);
}

/** An amount vector as the administrator proves it. `r`: R of the declared result. */
export interface KnownVector {
  readonly motion: string;
  readonly class: string;
  readonly cast: string;
  readonly m: string;
  readonly r: string;
  readonly answers: readonly KnownAnswer[];
}

/** The rows of the table, and the openings beside its root, of all amount vectors of a vote. */
export async function proveWeights(manifestHash: Uint8Array, vectors: readonly KnownVector[], progress: Progress): Promise<{ rows: JsonObject[]; vectors: JsonObject[] }> {
  const of = vectors.reduce((n, vector) => n + vector.answers.length, 0);
  const rows: JsonObject[] = [];
  const heads: JsonObject[] = [];
  for (const vector of vectors) {
    let [r, sigma] = [parseScalar(vector.r), 0n];
    for (const answer of vector.answers) {
      const { row, tau } = proveWeight(manifestHash, answer);
      rows.push(row);
      r += tau;
      sigma += answer.sigma;
      if (rows.length % PAUSE === 0) {
        progress(rows.length, of);
        await breathe();
      }
    }
    heads.push({ motion: vector.motion, class: vector.class, cast: vector.cast, sigma: scalarText(sigma), m: vector.m, r: scalarText(r) });
  }
  progress(of, of);
  return { rows, vectors: heads };
}
