/** Offline proofs (C2SP tlog-proof) and receipts (ledger 9.9).
 * @module */
import { b64, unb64, type Bytes } from './bytes.js';
import { parseEntry, type Entry } from './entry.js';
import { Malformed, Refused } from './errors.js';
import { checkInclusion, leafHash } from './merkle.js';
import { judgeCheckpoint, type Judged, type Policy } from './policy.js';

export interface Proof {
  readonly extra: Bytes | null;
  readonly index: number;
  readonly hashes: readonly Bytes[];
  /** the checkpoint note, verbatim */
  readonly checkpoint: string;
}

export interface Receipt extends Judged {
  /** 2: under a checkpoint that the log signed; 3: under one that satisfies the policy */
  readonly grade: 2 | 3;
  readonly entry: Entry;
  readonly bytes: Bytes;
}

const HEADER = 'c2sp.org/tlog-proof@v1\n';
const LONGEST_PROOF = 63;

/** @throws {Malformed} */
export function parseProof(text: string): Proof {
  const split = text.indexOf('\n\n');
  if (!text.startsWith(HEADER) || split < 0) throw new Malformed('not a tlog-proof', '不是回执文件');
  const lines = text.slice(HEADER.length, split).split('\n');
  const extra = lines[0]?.startsWith('extra ') === true ? unb64((lines.shift() ?? '').slice(6)) : null;
  const index = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined || !Number.isSafeInteger(Number(index))) throw new Malformed('the proof names no index', '回执没有序号');
  if (lines.length > LONGEST_PROOF) throw new Malformed('the proof is too long', '回执证明过长');
  return { extra, index: Number(index), hashes: lines.map((line) => unb64(line, 32)), checkpoint: text.slice(split + 2) };
}

export function formatProof(proof: Proof): string {
  const extra = proof.extra === null ? '' : `extra ${b64(proof.extra)}\n`;
  const hashes = proof.hashes.map((hash) => `${b64(hash)}\n`).join('');
  return `${HEADER}${extra}index ${proof.index}\n${hashes}\n${proof.checkpoint}`;
}

/** Check that the log that `policy` names holds `entry` at the proof's index.
 * @throws {Malformed | Refused} `log-signature`, `note-signature`, `merkle`; the quorum is told in the answer */
export function checkProof(proof: Proof, entry: Uint8Array, policy: Policy): Judged {
  const judged = judgeCheckpoint(proof.checkpoint, policy);
  checkInclusion(proof.index, judged.checkpoint.size, leafHash(entry), proof.hashes, judged.checkpoint.root);
  return judged;
}

/** Check a receipt whose entry is in `extra`. Log key and policy come from elsewhere: a receipt alone proves nothing. */
export function checkReceipt(text: string, policy: Policy): Receipt {
  const proof = parseProof(text);
  if (proof.extra === null) throw new Malformed('the receipt does not hold its entry', '回执里没有条目原文');
  const entry = parseEntry(proof.extra);
  const judged = checkProof(proof, proof.extra, policy);
  if (entry.n !== proof.index || entry.log !== judged.checkpoint.origin) {
    throw new Refused('receipt', '回执所载条目与其位置不符', 'the receipt’s entry is of another place or log');
  }
  return { ...judged, grade: judged.quorum ? 3 : 2, entry, bytes: proof.extra };
}
