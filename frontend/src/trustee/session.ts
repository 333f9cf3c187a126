/** What the trustee's page works on: the log as read here, the vote that follows from it, and the key while he works.
 *
 * The secret is in a file of the trustee's and, while he works, in this page's memory; it is kept nowhere else and sent nowhere.
 * @module */
import { context, sentence, words, type Receipt } from '../app/act.js';
import { Log, fetchTable } from '../app/ledger.js';
import { Working, element, need, pageData } from '../app/page.js';
import { Replay, type Ballot, type Vote } from '../app/replay.js';
import type { Bytes } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import type { TrusteeKey } from '../core/keyfile.js';
import type { Opened } from '../core/trustee.js';

export interface Page {
  readonly meeting: string;
  readonly names: Readonly<Record<string, string>>;
  /** from when keys may be destroyed, by the log's clock; null while there is no result */
  readonly final: string | null;
}

export interface Session {
  vote: Vote | null;
  /** made or tested here, not yet published */
  fresh: TrusteeKey | null;
  key: TrusteeKey | null;
  opened: readonly Opened[];
}

export const ctx = context();
export const page = pageData<Page>('trustee-page');
export const log = new Log(ctx.case, ctx.origin);
export const working = new Working(need('[data-working]'));
export const at = `/c/${ctx.case}/m/${page.meeting}`;
export const session: Session = { vote: null, fresh: null, key: null, opened: [] };

const MANY = 20; // entries whose reading takes long enough for words

let replay: Replay | null = null;
let turn: Promise<unknown> = Promise.resolve();
let due = false;
let shown: () => void = () => undefined;

/** @param show - draws what stands */
export function drawnBy(show: () => void): void {
  shown = show;
}

/** Read on, and follow the vote as far as the log goes. @throws {Refused | Malformed | Problem} */
export async function follow(): Promise<Vote> {
  const told = replay === null;
  await log.read((done, of) => {
    if (told || of - done > MANY) working.show(words('正在读取账本', 'Reading the ledger'), done, of);
  });
  const following = replay ?? new Replay(ctx.case, page.meeting, (root) => fetchTable(ctx.case, root));
  replay = null; // what is refused half-way is begun anew
  await following.feed(log.entries, (done, of) => {
    if (told || of - done > MANY) working.show(words('正在核对签名和选票', 'Checking signatures and ballots'), done, of);
  });
  replay = following;
  session.vote = following;
  return following;
}

/** Read on when whatever runs is done; several calls meanwhile are one. */
export function refresh(): void {
  if (due) return;
  due = true;
  void during(async () => {
    due = false;
    if (replay === null) working.show(words('正在读取账本', 'Reading the ledger'));
    try {
      await follow();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no connection: the line above says so
    }
  });
}

/** Run one step after the other; what it throws is shown, until something else is tried. */
export function during(work: () => Promise<void>, tried = false): Promise<void> {
  const done = turn.then(async () => {
    const error = need('[data-error]');
    if (tried) error.hidden = true;
    try {
      await work();
    } catch (thrown) {
      need('[data-error-words]').textContent = sentence(thrown);
      error.hidden = false;
      error.focus();
    } finally {
      working.hide();
      shown();
    }
  });
  turn = done;
  return done;
}

/** Wait for a receipt, with words; the log is read again as soon as the statement has its number. */
export async function tell(sent: Promise<Receipt>): Promise<Receipt> {
  working.show(words('正在签名并送出', 'Signing and sending'));
  const receipt = await sent;
  const said = receipt.index === null
    ? words('已收到，正在入账。', 'Received; it is being entered.')
    : words(`已入账，第 ${receipt.index} 条。`, `Recorded as entry ${receipt.index}.`);
  const save = element('a', words('保存回执', 'Save the receipt'), { href: URL.createObjectURL(new Blob([receipt.content], { type: receipt.type })), download: receipt.name });
  need('[data-said]').replaceChildren(said, ' ', save);
  refresh();
  return receipt;
}

/** Taps while a step runs are ignored; those while the log is read wait for it. */
export function once(work: () => Promise<void>): () => void {
  let running = false;
  return () => {
    if (running) return;
    running = true;
    working.show(words('正在准备', 'Getting ready'));
    void during(work, true).finally(() => {
      running = false;
    });
  };
}

// --- Who I am in the vote

/** The index of this person's key in the manifest, from 1; 0 for none. */
export function myIndex(found: Vote): number {
  return 1 + found.seats.findIndex((trustee) => trustee.person === ctx.person);
}

/** Ballots of the trustee himself or of those he stands for: he does not judge them (protocol 7). */
export function ownBallot(found: Vote, ballot: Ballot): boolean {
  const persons = new Set([ctx.person, ...(found.seats[myIndex(found) - 1]?.standsFor ?? [])]);
  return persons.has(ballot.body.signer);
}

/** Ballots of which this trustee's box is to be opened. */
export function standing(found: Vote): readonly Ballot[] {
  return found.ballots.filter((ballot) => !ballot.void);
}

// --- Forms

export function value(id: string): string {
  return need<HTMLInputElement>(`#${id}`).value;
}

/** @throws {Refused} `no-file` */
export async function chosen(id: string): Promise<Bytes> {
  const file = need<HTMLInputElement>(`#${id}`).files?.[0];
  if (file === undefined) throw new Refused('no-file', '选择钥匙文件', 'Choose the key file');
  return new Uint8Array(await file.arrayBuffer());
}
