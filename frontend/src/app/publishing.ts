/** After a result: the proofs by which everybody checks its amounts without seeing them, computed here and signed.
 * @module */
import { b64u, hex, utf8 } from '../core/bytes.js';
import { leafHash, root } from '../core/merkle.js';
import { proveInWorker, type WeightsDraft } from '../core/weights-worker.js';
import type { Context, Utterance } from './act.js';
import { postJson } from './http.js';
import { problemOf } from './problem.js';
import { words } from './words.js';

export type TellShare = (text: string, share: number) => void;

/** Prove, send the table, and give the statement that names it. @param path - of the meeting. @throws {Problem | Refused} */
export async function preparePublication(ctx: Context, path: string, tell: TellShare): Promise<{ utterance: Utterance; rows: number }> {
  tell(words('正在取金额…', 'Fetching the amounts …'), 0);
  const draft = await postJson<WeightsDraft>(ctx.csrf, `${path}/weights/draft`, {});
  const worker = new URL('./workers/weights.js', import.meta.url);
  const proven = await proveInWorker(worker, draft, (done, of) => tell(words(`正在生成金额证明 ${done}/${of}…`, `Proving amount ${done} of ${of} …`), of === 0 ? 1 : done / of));
  const tableRoot = root(proven.lines.map((line) => leafHash(utf8(line))));
  tell(words('正在送出证明…', 'Sending the proofs …'), 1);
  const response = await fetch(`${path}/weights/table?root=${hex(tableRoot)}`, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/jsonl', 'X-CSRFToken': ctx.csrf },
    body: proven.lines.map((line) => `${line}\n`).join(''),
  });
  if (!response.ok) throw await problemOf(response);
  const { manifest_hash, counted_hash, declared } = draft;
  const body = { manifest_hash, counted_hash, declared, root: b64u(tableRoot), rows: proven.lines.length, vectors: proven.vectors };
  return { utterance: { kind: 'weights.published@1', role: 'administrator', body }, rows: proven.lines.length };
}
