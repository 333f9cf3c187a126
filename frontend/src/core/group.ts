/** The group of protocol 1: BLS12-381 G1, bases G and H, and its encodings.
 *
 * A decoder checks that a point lies on the curve, not that it lies in the subgroup: all equations are cofactored, both
 * sides multiplied by h_eff (RFC 9380, 8.8.1) before they are compared. JavaScript's integers are not constant-time.
 * @module */
import { bls12_381, bls12_381_Fr } from '@noble/curves/bls12-381.js';
import { b64u, concat, fromBigInt, hex, toBigInt, unb64u, utf8, type Bytes, type Random } from './bytes.js';
import { Malformed } from './errors.js';

const { Point: G1 } = bls12_381.G1;
const { Fp } = G1;

export type Point = InstanceType<typeof G1>;

/** Order of the group. */
export const R = bls12_381_Fr.ORDER;
export const ZERO: Point = G1.ZERO;
export const G: Point = G1.BASE;

const DST = 'CONCURSUS-V1-with-BLS12381G1_XMD:SHA-256_SSWU_RO_';
const H_COMPRESSED = '8d95e46d6444558de9223aecd1e1fb164c446f789e352daebf13e59595d1c723dd7359dabfe14effdc8bb7bec966de51';
const WINDOW = 6;

function makeH(): Point {
  const h = bls12_381.G1.hashToCurve(utf8('pedersen value generator'), { DST }) as Point;
  if (hex(h.toBytes(true)) !== H_COMPRESSED) throw new Error('base H is not that of protocol 1');
  return h.precompute(WINDOW);
}

/** Second base: nobody knows its logarithm to G. */
export const H: Point = makeH();
G.precompute(WINDOW);

/** Make the tables of G and H now rather than at the first multiplication (some tens of milliseconds). */
export function warm(): void {
  G.multiply(2n);
  H.multiply(2n);
}

export function mod(n: bigint): bigint {
  const rest = n % R;
  return rest < 0n ? rest + R : rest;
}

export function invert(n: bigint): bigint {
  return bls12_381_Fr.inv(mod(n));
}

/** Uniform in Z_r up to 2^-128 (48 bytes reduced); never 0. */
export function randomScalar(random: Random): bigint {
  for (;;) {
    const n = toBigInt(random(48)) % R;
    if (n !== 0n) return n;
  }
}

/** n·P with noble's multiplication for secrets. P must be of order r: clear the cofactor of a stranger's point first. */
export function times(point: Point, n: bigint): Point {
  const scalar = mod(n);
  return scalar === 0n || point.is0() ? ZERO : point.multiply(scalar);
}

/** a·G + b·H: a Pedersen commitment to b. */
export function pedersen(a: bigint, b: bigint): Point {
  return times(G, a).add(times(H, b));
}

/** h_eff·P. */
export function clear(point: Point): Point {
  return point.clearCofactor();
}

/** Equality of both sides after multiplication by h_eff. */
export function equalCofactored(a: Point, b: Point): boolean {
  return clear(a.subtract(b)).is0();
}

/** 96 bytes, x then y. @throws {RangeError} on the point at infinity, which has no encoding */
export function encodePoint(point: Point): Bytes {
  if (point.is0()) throw new RangeError('the point at infinity has no encoding');
  const { x, y } = point.toAffine();
  return concat(fromBigInt(x, 48), fromBigInt(y, 48));
}

/** @throws {Malformed} on another length, a coordinate ≥ p, or a point off the curve */
export function decodePoint(bytes: Uint8Array): Point {
  if (bytes.length !== 96) throw new Malformed('a point is not 96 bytes long', '点不是 96 字节');
  const x = toBigInt(bytes.subarray(0, 48));
  const y = toBigInt(bytes.subarray(48));
  if (x >= Fp.ORDER || y >= Fp.ORDER) throw new Malformed('a coordinate is not reduced', '坐标未约减');
  if (Fp.sqr(y) !== Fp.add(Fp.mul(Fp.sqr(x), x), 4n)) throw new Malformed('a point is off the curve', '点不在曲线上');
  return G1.fromAffine({ x, y });
}

/** Whether a point is of order r: checked only where protocol 1 asks for it. */
export function inSubgroup(point: Point): boolean {
  return !point.is0() && point.isTorsionFree();
}

export function encodeScalar(n: bigint): Bytes {
  return fromBigInt(n, 32);
}

/** @throws {Malformed} on another length or a value ≥ r */
export function decodeScalar(bytes: Uint8Array): bigint {
  const n = toBigInt(bytes);
  if (bytes.length !== 32) throw new Malformed('a scalar is not 32 bytes long', '标量不是 32 字节');
  if (n >= R) throw new Malformed('a scalar is not reduced', '标量未约减');
  return n;
}

export function pointText(point: Point): string {
  return b64u(encodePoint(point));
}

export function scalarText(n: bigint): string {
  return b64u(encodeScalar(mod(n)));
}

export function parsePoint(text: string): Point {
  return decodePoint(unb64u(text, 96));
}

export function parseScalar(text: string): bigint {
  return decodeScalar(unb64u(text, 32));
}

/** Σ nᵢ·Pᵢ, one term after another (Pippenger's buckets kept between terms, so that a page can breathe while it sums).
 * For public scalars only: its time depends on them. Points may lie outside the subgroup. */
export class WeightedSum {
  readonly #bits: number;
  readonly #window: number;
  readonly #buckets: (Point | undefined)[][] = [];

  /** @param bits - every scalar is below 2^bits. @param terms - about how many will come */
  constructor(bits: number, terms: number) {
    this.#bits = bits;
    this.#window = Math.max(1, Math.min(10, bits, Math.floor(Math.log2(terms + 1)) - 1));
    for (let at = 0; at < bits; at += this.#window) this.#buckets.push([]);
  }

  add(point: Point, scalar: bigint): void {
    if (scalar < 0n || scalar >> BigInt(this.#bits) !== 0n) throw new RangeError(`"scalar" expected in [0, 2^${this.#bits})`);
    const mask = (1n << BigInt(this.#window)) - 1n;
    let rest = scalar;
    for (const buckets of this.#buckets) {
      const digit = Number(rest & mask);
      if (digit !== 0) buckets[digit] = buckets[digit]?.add(point) ?? point;
      rest >>= BigInt(this.#window);
    }
  }

  total(): Point {
    let sum = ZERO;
    for (const buckets of this.#buckets.toReversed()) {
      for (let i = 0; i < this.#window; i += 1) sum = sum.double();
      let run = ZERO;
      let part = ZERO;
      for (let digit = buckets.length - 1; digit > 0; digit -= 1) {
        const bucket = buckets[digit];
        if (bucket !== undefined) run = run.add(bucket);
        part = part.add(run);
      }
      sum = sum.add(part);
    }
    return sum;
  }
}
