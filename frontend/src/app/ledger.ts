/** A case's log as this browser reads it: every entry, under a checkpoint that the log signed, and an extension of what
 * this browser has seen before.
 * @module */
import { b64u, equal, hex, unb64u, type Bytes } from '../core/bytes.js';
import { notes } from '../core/device.js';
import { checkPrev, parseEntry, type Entry } from '../core/entry.js';
import { Malformed, Refused } from '../core/errors.js';
import { leafHash, root } from '../core/merkle.js';
import { judgeCheckpoint, parsePolicy } from '../core/policy.js';
import type { Progress } from '../core/tally.js';
import { problemOf } from './problem.js';

const WIDTH = 256;

/** The number of a tile in groups of three digits (C2SP tlog-tiles): 1234067 is x001/x234/067. */
function tileName(n: number): string {
  const groups = [String(n % 1000).padStart(3, '0')];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return groups.join('/');
}

/** The entries of a bundle: two bytes of length, then so many, again and again. @throws {Malformed} */
function splitBundle(bytes: Bytes): Bytes[] {
  const out: Bytes[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
    if (at + 2 > bytes.length || end > bytes.length) throw new Malformed('an entry bundle is cut short', '条目文件不完整');
    out.push(bytes.slice(at + 2, end));
    at = end;
  }
  return out;
}

async function get(path: string, cache: RequestCache): Promise<Response> {
  const response = await fetch(path, { cache });
  if (!response.ok) throw await problemOf(response);
  return response;
}

export class Log {
  readonly entries: Entry[] = [];
  /** of the checkpoint up to which this browser has read */
  root: Bytes = new Uint8Array();
  readonly #case: string;
  readonly #origin: string;
  readonly #leaves: Bytes[] = [];
  #last: Bytes | null = null;

  constructor(caseId: string, origin: string) {
    this.#case = caseId;
    this.#origin = origin;
  }

  get size(): number {
    return this.entries.length;
  }

  /** Read on to the newest checkpoint. What was checked: its signature under the policy that the first entry names, the
   * chain, the tree's root, and that the tree extends the one seen here before.
   * @throws {Refused} `log-signature`, `policy`, `root`, `forked`; {Malformed} */
  async read(progress: Progress = () => undefined): Promise<void> {
    const [note, policyText] = await Promise.all(['checkpoint', 'policy'].map(async (name) => (await get(`/ledger/${this.#case}/${name}`, 'no-store')).text())) as [string, string];
    const { checkpoint } = judgeCheckpoint(note, parsePolicy(policyText));
    if (checkpoint.origin !== this.#origin) throw new Refused('log-signature', '检查点属于另一账本', 'the checkpoint is of another log');
    if (checkpoint.size < this.size) throw this.#forked();
    for (let tile = Math.floor(this.size / WIDTH); this.size < checkpoint.size; tile += 1) {
      const width = Math.min(WIDTH, checkpoint.size - tile * WIDTH);
      const path = `/ledger/${this.#case}/tile/entries/${tileName(tile)}${width === WIDTH ? '' : `.p/${width}`}`;
      const bundle = splitBundle(new Uint8Array(await (await get(path, 'default')).arrayBuffer()));
      if (bundle.length !== width) throw new Malformed('an entry bundle holds another number of entries', '条目数目不符');
      for (const bytes of bundle.slice(this.size - tile * WIDTH)) this.#take(bytes);
      progress(this.size, checkpoint.size);
    }
    if (this.entries[0]?.payload.body.policy !== policyText) throw new Refused('policy', '信任策略不是账本首条所载的那份', 'the policy is not the one that the first entry names');
    const found = root(this.#leaves);
    if (!equal(found, checkpoint.root)) throw new Refused('root', '账本条目算不出检查点的根', 'the entries do not give the root of the checkpoint');
    await this.#remember(found);
    this.root = found;
  }

  #take(bytes: Bytes): void {
    const entry = parseEntry(bytes);
    if (entry.log !== this.#origin || entry.n !== this.size) throw new Malformed('an entry is of another place', '条目位置不符');
    checkPrev(entry, this.#last);
    this.#last = bytes;
    this.#leaves.push(leafHash(bytes));
    this.entries.push(entry);
  }

  async #remember(found: Bytes): Promise<void> {
    const name = `checkpoint ${this.#origin}`;
    const [size, known] = ((await notes.get(name)) ?? '').split(' ');
    const before = Number(size);
    if (known && (before > this.size || !equal(root(this.#leaves.slice(0, before)), unb64u(known, 32)))) throw this.#forked();
    await notes.put(name, `${this.size} ${b64u(found)}`);
  }

  #forked(): Refused {
    return new Refused('forked', '账本与此浏览器以前看到的不一致：请勿继续，联系法院', 'the ledger is not an extension of what this browser saw before: stop and tell the court');
  }
}

/** A table that a statement names by its root, line by line (ledger 9.7); the caller checks it against the root. */
export async function fetchTable(caseId: string, tableRoot: Uint8Array): Promise<readonly string[]> {
  const text = await (await get(`/ledger/${caseId}/tables/${hex(tableRoot)}.jsonl`, 'default')).text();
  return text.split('\n').filter((line) => line !== '');
}
