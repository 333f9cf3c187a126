/** What may not be public: salted digests and commitments, with their openings (ledger 4(f), 9.5, 9.10).
 * @module */
import { b64u, concat, equal, sha256, systemRandom, unb64u, utf8, type Bytes, type Random } from './bytes.js';
import { Refused } from './errors.js';
import { equalCofactored, parsePoint, parseScalar, pedersen, pointText, randomScalar, scalarText } from './group.js';
import { formatFen, parseFen } from './ids.js';
import { dumps, type Json } from './jcs.js';

/** Row of openings.jsonl. */
export type Opening = { readonly digest: string; readonly field: string; readonly salt: string; readonly value: Json };

/** Row of amounts.jsonl. */
export type AmountOpening = { readonly amount: string; readonly commitment: string; readonly sigma: string };

/** The value under which a file stands in a body: {digest} of this. */
export type FileValue = { readonly media_type: string; readonly name: string; readonly sha256: string; readonly size: number };

/** SHA-256("ledger/commit/v1" ‖ 0 ‖ field ‖ 0 ‖ salt ‖ JCS of the value). */
export function saltedDigest(field: string, salt: Uint8Array, value: Json): Bytes {
  const zero = Uint8Array.of(0);
  return sha256(concat(utf8('ledger/commit/v1'), zero, utf8(field), zero, salt, dumps(value)));
}

/** Seal a value of a statement's body.
 * @param kind - such as `claim.filed@1`. @param pointer - RFC 6901 into the body, such as `/lines/0/cause`.
 * @returns what stands in the body, and the row that opens it */
export function seal(kind: string, pointer: string, value: Json, random: Random = systemRandom): { body: { digest: string }; opening: Opening } {
  if (!/^(?:\/(?:[^/~]|~[01])*)+$/.test(pointer)) throw new TypeError(`"pointer" expected RFC 6901, got ${JSON.stringify(pointer)}`);
  const field = `${kind}#${pointer}`;
  const salt = random(32);
  const digest = b64u(saltedDigest(field, salt, value));
  return { body: { digest }, opening: { digest, field, salt: b64u(salt), value } };
}

/** @throws {Malformed | Refused} `opening` */
export function checkOpening(opening: Opening): void {
  const digest = saltedDigest(opening.field, unb64u(opening.salt, 32), opening.value);
  if (!equal(digest, unb64u(opening.digest, 32))) {
    throw new Refused('opening', `${opening.field} 的内容与账本上的摘要不符`, `${opening.field} is not what the ledger’s digest commits to`);
  }
}

/** Commit to an amount in fen: w·H + σ·G, σ fresh. */
export function commit(amount: bigint, random: Random = systemRandom): { body: { commitment: string }; opening: AmountOpening } {
  const text = formatFen(amount);
  const sigma = randomScalar(random);
  const commitment = pointText(pedersen(sigma, amount));
  return { body: { commitment }, opening: { amount: text, commitment, sigma: scalarText(sigma) } };
}

/** @throws {Malformed | Refused} `opening` @returns the amount */
export function checkAmount(opening: AmountOpening): bigint {
  const amount = parseFen(opening.amount);
  if (!equalCofactored(pedersen(parseScalar(opening.sigma), amount), parsePoint(opening.commitment))) {
    throw new Refused('opening', '金额与账本上的承诺不符', 'the amount is not what the ledger’s commitment commits to');
  }
  return amount;
}
