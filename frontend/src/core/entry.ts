/** Entries of a log (ledger 9.4).
 * @module */
import { hex, hex32, sha256, utf8 } from './bytes.js';
import { parseEnvelope, type Envelope } from './dsse.js';
import { Malformed } from './errors.js';
import { parseInstant } from './ids.js';
import { loads, type Json } from './jcs.js';
import { leafHash } from './merkle.js';
import { integer, object, string } from './shape.js';
import { decodePayload, type Payload } from './statement.js';

export const LARGEST_ENTRY = 48_000;

export interface Entry {
  readonly log: string;
  readonly n: number;
  /** hex leaf hash of entry n−1; of entry 0: SHA-256 of the origin */
  readonly prev: string;
  readonly received: string;
  readonly at: string;
  readonly kind: string;
  readonly statement: Envelope;
  readonly payload: Payload;
}

/** Decode an entry; its statement is decoded, its signature not checked. @throws {Malformed} */
export function parseEntry(bytes: Uint8Array): Entry {
  if (bytes.length > LARGEST_ENTRY) throw new Malformed('the entry is over 48,000 bytes', '条目超过 48,000 字节');
  const e = object(loads(bytes), 'entry', ['v', 'log', 'n', 'prev', 'received', 'at', 'kind', 'statement']);
  if (integer(e.v, 'v') !== 1) throw new Malformed('the entry is of an unknown version', '条目版本未知');
  const statement = parseEnvelope(e.statement as Json);
  const payload = decodePayload(statement.payload);
  const entry: Entry = {
    log: string(e.log, 'log'),
    n: integer(e.n, 'n'),
    prev: string(e.prev, 'prev'),
    received: string(e.received, 'received'),
    at: string(e.at, 'at'),
    kind: string(e.kind, 'kind'),
    statement,
    payload,
  };
  hex32(entry.prev);
  parseInstant(entry.received);
  parseInstant(entry.at);
  if (entry.kind !== payload.kind || entry.log !== payload.log) throw new Malformed('entry and statement disagree', '条目与其中的陈述不一致');
  if (statement.keyid !== payload.key) throw new Malformed('the signature is of another key than the statement names', '签名与陈述所称的密钥不一致');
  return entry;
}

/** Check the chain: `entry` follows the entry whose bytes are `before`; null for the first. @throws {Malformed} */
export function checkPrev(entry: Entry, before: Uint8Array | null): void {
  const expected = hex(before === null ? sha256(utf8(entry.log)) : leafHash(before));
  if ((before === null) !== (entry.n === 0) || entry.prev !== expected) {
    throw new Malformed('the entry does not follow the one before it', '条目没有接在前一条之后');
  }
}
