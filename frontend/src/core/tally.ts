/** The tally (protocol 7): vectors, the counted set's hash, sums, and the opening everyone checks.
 * @module */
import { frames, sha256, toBigInt, type Bytes } from './bytes.js';
import type { Answer } from './body.js';
import { Malformed, Refused } from './errors.js';
import { H, G, WeightedSum, ZERO, equalCofactored, invert, mod, parsePoint, parseScalar, times, type Point } from './group.js';
import { dumps } from './jcs.js';
import { weighted, type Leaf } from './roll.js';

export type Metric = 'heads' | 'amount';

export interface Vector {
  readonly motion: string;
  readonly class: string;
  readonly metric: Metric;
}

/** One answer of the counted set; `weight` and `ballot` (hash of the body) in base64url. */
export interface Counted {
  readonly motion: string;
  readonly class: string;
  readonly line: string;
  readonly heads: number;
  readonly weight: string | null;
  readonly ballot: string;
}

/** A commitment C (base64url or decoded) and the weight with which it enters a sum. */
export interface Term {
  readonly c: string | Point;
  readonly w: bigint;
}

/** What is declared for a vector: counts as decimal strings, m and r as scalars in base64url. */
export interface Declared {
  readonly cast: string;
  readonly for: string;
  readonly against: string;
  readonly m: string;
  readonly r: string;
}

export interface Split {
  readonly for: bigint;
  readonly against: bigint;
  readonly abstained: bigint;
}

export type Progress = (done: number, of: number) => void;

const HALF = 1n << 64n;
const PAUSE = 200;

/** Let the page draw. */
export const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0; // ids are ASCII: code units sort as bytes
}

/** The vectors of a vote's rolls, by motion, class, `amount` before `heads`. A class with fewer than two weighted lines has no amount vector. */
export function tallyVectors(rolls: ReadonlyMap<string, readonly Leaf[]>): readonly Vector[] {
  return [...rolls].sort(([a], [b]) => order(a, b)).flatMap(([motion, leaves]) =>
    [...new Set(leaves.map((leaf) => leaf.class))].sort(order).flatMap((name) => {
      const heads: Vector = { motion, class: name, metric: 'heads' };
      return weighted(leaves, name).length < 2 ? [heads] : [{ motion, class: name, metric: 'amount' } satisfies Vector, heads];
    }),
  );
}

/** Rows of a vector, of the counted set. */
export function rowsOf(vector: Vector, counted: readonly Counted[]): readonly Counted[] {
  return counted.filter((row) => row.motion === vector.motion && row.class === vector.class && (vector.metric === 'heads' || row.weight !== null));
}

/** SHA-256(frames("concursus/v1/counted", manifest_hash, JCS of the rows by motion, class, line)). */
export function countedHash(manifestHash: Uint8Array, counted: readonly Counted[]): Bytes {
  const rows = [...counted].sort((a, b) => order(a.motion, b.motion) || order(a.class, b.class) || order(a.line, b.line));
  const array = rows.map((row) => [row.motion, row.class, row.line, row.heads, row.weight, row.ballot]);
  return sha256(frames('concursus/v1/counted', manifestHash, dumps(array)));
}

/** `for` and `against` of M, with what abstained of those cast (protocol 4). @throws {Refused} `opening` */
export function split(m: bigint, cast: bigint): Split {
  const [yes, no] = [m % HALF, m / HALF];
  if (m >= HALF * HALF || yes + no > cast) throw new Refused('opening', '计票结果超出投票总数', 'the opened tally is more than was cast');
  return { for: yes, against: no, abstained: cast - yes - no };
}

/** Σ w·C. @param bits - every w is below 2^bits */
async function sumOf(terms: readonly Term[], bits: number, progress: Progress): Promise<Point> {
  const sum = new WeightedSum(bits, terms.length);
  for (let i = 0; i < terms.length; i += 1) {
    const { c, w } = terms[i] as Term;
    sum.add(typeof c === 'string' ? parsePoint(c) : c, w);
    if (i % PAUSE === PAUSE - 1) {
      progress(i + 1, terms.length);
      await breathe();
    }
  }
  progress(terms.length, terms.length);
  return sum.total();
}

/** Check the one equation that needs no trustee: M·H + R·G = Σ w·C, and the counts read off M.
 * @param terms - each counted answer of the vector with its weight: 0 or 1 for heads, fen for amounts
 * @throws {Refused} `opening` where it does not hold; {Malformed} */
export async function checkResult(vector: Vector, terms: readonly Term[], declared: Declared, progress: Progress = () => undefined): Promise<Split> {
  const name = `${vector.motion} · ${vector.class} · ${vector.metric}`;
  const facts = { motion: vector.motion, class: vector.class, metric: vector.metric };
  for (const text of [declared.cast, declared.for, declared.against]) {
    if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) throw new Malformed('a count is not a decimal number', '票数写法不符');
  }
  const [m, r] = [parseScalar(declared.m), parseScalar(declared.r)];
  const cast = terms.reduce((sum, term) => sum + term.w, 0n);
  const fails = (zh: string, en: string) => new Refused('opening', `${name}：${zh}`, `${name}: ${en}`, facts);
  if (cast !== BigInt(declared.cast)) throw fails('投票总数不符', 'the number cast is not the sum of the answers');
  const counts = split(m, cast);
  if (counts.for !== BigInt(declared.for) || counts.against !== BigInt(declared.against)) throw fails('票数与开启值不符', 'the counts are not those of the opening');
  const sum = await sumOf(terms, vector.metric === 'heads' ? 1 : 63, progress);
  if (!equalCofactored(times(G, r).add(times(H, m)), sum)) throw fails('等式不成立', 'the equation does not hold');
  return counts;
}

/** Check trustee j's sum: F·H + G·G = Σ w·(C + Σ j^l·A_l). @throws {Refused} `sum`, naming the trustee */
export function checkSum(j: number, f: bigint, g: bigint, answers: readonly { readonly answer: Pick<Answer, 'c' | 'a'>; readonly w: bigint }[]): void {
  const degree = answers[0]?.answer.a.length ?? 0;
  let expected = ZERO;
  for (let l = degree; l >= 0; l -= 1) {
    const sum = new WeightedSum(63, answers.length);
    for (const { answer, w } of answers) sum.add(l === 0 ? answer.c : (answer.a[l - 1] as Point), w);
    expected = expected.multiplyUnsafe(BigInt(j)).add(sum.total());
  }
  if (!equalCofactored(times(G, g).add(times(H, f)), expected)) {
    throw new Refused('sum', `第 ${j} 名计票人的和不成立`, `the sum of trustee ${j} does not hold`, { index: j });
  }
}

/** Lagrange interpolation at 0 over the first `threshold` points (j, F_j, G_j). @throws {Refused} `too-few-sums` */
export function interpolate(threshold: number, points: readonly { readonly index: number; readonly f: bigint; readonly g: bigint }[]): { m: bigint; r: bigint } {
  const used = points.slice(0, threshold);
  if (used.length < threshold || new Set(used.map((p) => p.index)).size !== threshold) {
    throw new Refused('too-few-sums', '计票人的和不足', 'too few trustees gave their sums');
  }
  let [m, r] = [0n, 0n];
  for (const p of used) {
    let factor = 1n;
    for (const q of used) {
      if (q.index !== p.index) factor = mod(factor * BigInt(q.index) * invert(BigInt(q.index - p.index)));
    }
    m = mod(m + factor * p.f);
    r = mod(r + factor * p.g);
  }
  return { m, r };
}

/** Check the opening of one answer, as of a class of one weighted line. @returns v. @throws {Refused} `opening` */
export function checkAnswerOpening(c: string, v: Uint8Array, rho: Uint8Array): bigint {
  const code = toBigInt(v);
  if (!equalCofactored(times(G, toBigInt(rho)).add(times(H, code)), parsePoint(c))) {
    throw new Refused('opening', '公开的单项回答不成立', 'the opened answer does not open its commitment');
  }
  return code;
}
