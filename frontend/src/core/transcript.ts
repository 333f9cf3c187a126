/** Challenges of the proofs (protocol 1).
 * @module */
import { bls12_381_Fr } from '@noble/curves/bls12-381.js';
import { frames, sha512, toBigInt } from './bytes.js';

/** OS2IP(SHA-512(frames("concursus/v1/" ‖ label, parts…))) mod r. Strings enter as UTF-8, points and scalars as received. */
export function challenge(label: string, ...parts: readonly (Uint8Array | string)[]): bigint {
  return toBigInt(sha512(frames(`concursus/v1/${label}`, ...parts))) % bls12_381_Fr.ORDER;
}
