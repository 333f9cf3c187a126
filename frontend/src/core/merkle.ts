/** The Merkle tree of RFC 9162, section 2.1 (= RFC 6962), SHA-256.
 * @module */
import { concat, equal, sha256, type Bytes } from './bytes.js';
import { Refused } from './errors.js';

export type Hash = Bytes;
export type Size = number | bigint;

function failed(en: string, zh: string): Refused {
  return new Refused('merkle', zh, en);
}

export function leafHash(entry: Uint8Array): Hash {
  return sha256(concat(Uint8Array.of(0), entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Hash {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/** Root over leaf hashes, in order; SHA-256("") over none. */
export function root(leaves: readonly Uint8Array[]): Hash {
  const peaks: { hash: Hash; size: number }[] = [];
  for (const leaf of leaves) {
    let hash = leaf as Hash;
    let size = 1;
    for (let top = peaks.at(-1); top !== undefined && top.size === size; top = peaks.at(-1)) {
      peaks.pop();
      hash = nodeHash(top.hash, hash);
      size *= 2;
    }
    peaks.push({ hash, size });
  }
  const last = peaks.pop();
  if (last === undefined) return sha256(new Uint8Array());
  return peaks.reduceRight((right, peak) => nodeHash(peak.hash, right), last.hash);
}

/** Check an inclusion proof (RFC 9162, 2.1.3.2).
 * @param index - of the leaf, 0 ≤ index < size. @param proof - hashes, the leaf's sibling first.
 * @throws {Refused} `merkle` */
export function checkInclusion(index: Size, size: Size, leaf: Uint8Array, proof: readonly Uint8Array[], expected: Uint8Array): void {
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  if (fn < 0n || fn > sn || leaf.length !== 32) throw failed('the leaf is not within the tree', '该项不在树内');
  let r = leaf;
  for (const h of proof) {
    if (sn === 0n || h.length !== 32) throw failed('the inclusion proof has a wrong length', '包含证明长度不符');
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(h, r);
      while (fn !== 0n && (fn & 1n) === 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeHash(r, h);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) throw failed('the inclusion proof is too short', '包含证明太短');
  if (!equal(r, expected)) throw failed('the entry is not in this tree', '该项不在这棵树里');
}

/** Check that the tree of `n` leaves extends that of `m` (RFC 9162, 2.1.4.2); 0 < m ≤ n.
 * @throws {Refused} `merkle` */
export function checkConsistency(m: Size, n: Size, proof: readonly Uint8Array[], older: Uint8Array, newer: Uint8Array): void {
  const [first, second] = [BigInt(m), BigInt(n)];
  if (first <= 0n || first > second) throw failed('nothing to prove between these sizes', '两个大小之间无可证明');
  if (first === second) {
    if (proof.length > 0) throw failed('the consistency proof should be empty', '一致性证明应为空');
    if (!equal(older, newer)) throw failed('two roots of one size differ', '同一大小有两个不同的根');
    return;
  }
  const path = (first & (first - 1n)) === 0n ? [older, ...proof] : [...proof];
  const start = path.shift();
  if (proof.length === 0 || start === undefined) throw failed('the consistency proof is empty', '一致性证明为空');
  let fn = first - 1n;
  let sn = second - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let fr = start;
  let sr = start;
  for (const c of path) {
    if (sn === 0n || c.length !== 32) throw failed('the consistency proof has a wrong length', '一致性证明长度不符');
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (fn !== 0n && (fn & 1n) === 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      sr = nodeHash(sr, c);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n || !equal(fr, older) || !equal(sr, newer)) {
    throw failed('the newer tree does not extend the older one', '新树不是旧树的延续');
  }
}
