/** M/trustee: a trustee's key, boxes and sums. What stands is read from the log itself, in this browser.
 *
 * The secret is in a file of the trustee's and, while he works, in this page's memory; it is kept nowhere else and sent nowhere.
 * @module */
import { Composition, context, say, sentence, words, type Receipt } from '../app/act.js';
import { getJson } from '../app/http.js';
import { Log, fetchTable } from '../app/ledger.js';
import { Working, element, facts, need, pageData } from '../app/page.js';
import { Replay, type Ballot, type Vote } from '../app/replay.js';
import { watchCase } from '../app/socket.js';
import { b64u, systemRandom, unb64u, type Bytes } from '../core/bytes.js';
import { notes } from '../core/device.js';
import { Refused } from '../core/errors.js';
import type { JsonObject } from '../core/jcs.js';
import { openTrusteeKey, wrapTrusteeKey, type TrusteeKey } from '../core/keyfile.js';
import { proveKey, type Manifest } from '../core/manifest.js';
import { weighted, type WeightOpening } from '../core/roll.js';
import { answerShares, makeTrusteeKey, openBoxes, sums, trusteeIndex, type Opened } from '../core/trustee.js';

type Step = 'key' | 'wait' | 'load' | 'boxes' | 'sums' | 'done';

interface Page {
  readonly meeting: string;
  readonly names: Readonly<Record<string, string>>;
}

interface BoxRow {
  readonly ballot: string;
  readonly box: string | null;
}

const ctx = context();
const page = pageData<Page>('trustee-page');
const log = new Log(ctx.case, ctx.origin);
const working = new Working(need('[data-working]'));
const at = `/c/${ctx.case}/m/${page.meeting}`;

let replay: Replay | null = null;
let vote: Vote | null = null;
/** made or tested here, not yet published */
let fresh: TrusteeKey | null = null;
let key: TrusteeKey | null = null;
let opened: readonly Opened[] = [];
let turn: Promise<unknown> = Promise.resolve();
let due = false;

// --- What stands

const MANY = 20; // entries whose reading takes long enough for words

/** Read on, and follow the vote as far as the log goes. @throws {Refused | Malformed | Problem} */
async function follow(): Promise<Vote> {
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
  return following;
}

/** Read on when whatever runs is done; several calls meanwhile are one. */
function refresh(): void {
  if (due) return;
  due = true;
  void during(async () => {
    due = false;
    if (replay === null) working.show(words('正在读取账本', 'Reading the ledger'));
    try {
      vote = await follow();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // no connection: the line above says so
    }
  });
}

/** Run one step after the other; what it throws is shown, until something else is tried. */
function during(work: () => Promise<void>, tried = false): Promise<void> {
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
      show();
    }
  });
  turn = done;
  return done;
}

function mine(found: Vote): string | null {
  return [...found.published.values()].find((trustee) => trustee.person === ctx.person)?.id ?? null;
}

function myIndex(found: Vote): number {
  const id = mine(found);
  return 1 + (found.manifest?.trustees.findIndex((trustee) => trustee.id === id) ?? -1);
}

function step(found: Vote): Step {
  const index = myIndex(found);
  if (found.manifest === null) return mine(found) === null ? 'key' : 'wait';
  if (index === 0) return 'wait';
  if (found.stage === 'closed' && !found.checked.has(index)) return key === null ? 'load' : 'boxes';
  if (found.stage === 'counted' && (!found.summed.has(index) || lacksDisclosure(found, index))) return key === null ? 'load' : 'sums';
  return found.summed.has(index) ? 'done' : 'wait';
}

function lacksDisclosure(found: Vote, index: number): boolean {
  return singles(found).length > 0 && !found.disclosed.has(index);
}

// --- Showing it

function show(): void {
  if (vote === null) return;
  const now = step(vote);
  for (const part of document.querySelectorAll<HTMLElement>('[data-step]')) part.hidden = part.dataset.step !== now;
  document.documentElement.dataset.trusteeStep = now;
  const lit = now === 'key' ? 'key' : vote.stage === 'counted' || vote.stage === 'declared' ? 'sums' : vote.manifest === null ? 'key' : 'boxes';
  for (const part of document.querySelectorAll<HTMLElement>('[data-at]')) {
    if (part.dataset.at === lit) part.setAttribute('aria-current', 'step');
    else part.removeAttribute('aria-current');
  }
  if (now === 'wait') showWait(vote);
  if (now === 'load') showLoad(vote);
  if (now === 'boxes') showBoxes(vote);
  if (now === 'sums') showSums(vote);
  showTrustees(vote);
}

function beijing(time: Date): string {
  return new Intl.DateTimeFormat(words('zh-CN', 'en-GB'), { timeZone: 'Asia/Shanghai', dateStyle: 'long', timeStyle: 'short' }).format(time);
}

function showWait(found: Vote): void {
  const { manifest, stage } = found;
  const say_ = (title: string, more: string) => {
    need('[data-wait-title]').textContent = title;
    need('[data-wait-words]').textContent = more;
  };
  if (manifest === null) say_(words('公钥已公布', 'Your key is published'), words('管理人固定表决权名单之后，这里会显示投票时间。保管好钥匙文件和口令。', 'Once the administrator has fixed the rolls, the times of the vote appear here. Keep the key file and the passphrase.'));
  else if (myIndex(found) === 0) say_(words('本次表决没有您的钥匙', 'Your key is not part of this vote'), words('表决清单列出的监票人里没有您。', 'The manifest of the vote does not name you among its trustees.'));
  else if (stage === 'prepared' || stage === 'open') say_(words('等投票截止', 'Waiting for the close'), words(`投票${beijing(manifest.closes)}截止（北京时间）。之后回到这里检查密封份额。`, `Voting closes ${beijing(manifest.closes)} (Beijing time). Come back then to check your boxes.`));
  else say_(words('您已检查完毕，等其他监票人', 'You have checked; waiting for the other trustees'), words(`异议期到${beijing(manifest.complaintsClose)}（北京时间）。全部检查完毕后计票范围确定，再打开合计。`, `Complaints are taken until ${beijing(manifest.complaintsClose)} (Beijing time). When all have checked, the counted set is fixed and the totals can be opened.`));
}

function showLoad(found: Vote): void {
  const closed = found.stage === 'closed';
  need('[data-load-title]').textContent = closed ? words('检查密封份额', 'Check the boxes') : words('打开合计', 'Open the totals');
  need('[data-load-words]').textContent = closed
    ? words(`投票已截止，共 ${found.ballots.length} 张票。选择钥匙文件，逐一打开给您的密封份额并核对。`, `Voting has closed with ${found.ballots.length} ballot(s). Choose your key file; each box for you is opened and checked.`)
    : words('计票范围已确定。选择钥匙文件，重新打开密封份额并算出合计。', 'The counted set is fixed. Choose your key file; your boxes are opened again and summed.');
}

function bad(state: Opened['state']): readonly Opened[] {
  return opened.filter((box) => box.state === state);
}

function showBoxes(found: Vote): void {
  const [missing, wrong] = [bad('missing').length, bad('false').length];
  facts(need('[data-boxes-facts]'), [
    [words('选票', 'Ballots'), String(found.ballots.length)],
    [words('份额正确', 'Boxes that hold'), String(bad('good').length)],
    [words('缺失', 'Missing'), String(missing)],
    [words('不符，提出异议', 'False, complained of'), String(wrong)],
    [words('异议成立作废的票', 'Void by a complaint'), String(found.ballots.filter((b) => b.void).length)],
  ]);
  need('[data-boxes-words]').textContent = missing > 0
    ? words('有份额没有取到，补齐之前不能签署。稍后重新获取，仍缺就联系法院。', 'Some boxes are missing; you cannot sign before they are there. Fetch them again soon; if they stay missing, tell the court.')
    : wrong > 0
      ? words('签署时先提出异议：该票的份额将公开，由账本判定，成立则整张作废。', 'On signing, complaints are filed first: that box becomes public, the ledger judges it, and a ballot so found is void.')
      : words('全部份额都能打开，与选票的承诺相符。', 'Every box opens and agrees with its ballot.');
  need<HTMLButtonElement>('[data-do-checked]').hidden = missing > 0;
  need('[data-do-again]').hidden = missing === 0;
}

function showSums(found: Vote): void {
  facts(need('[data-sums-facts]'), [
    [words('计票范围', 'Counted set'), words(`${found.counted.length} 项回答，散列与账本一致`, `${found.counted.length} answers; the hash agrees with the ledger`)],
    [words('表决权名单', 'Rolls'), words(`${found.rolls.size} 份，根与清单一致`, `${found.rolls.size}; their roots agree with the manifest`)],
    [words('账本', 'Ledger'), words(`读到第 ${log.size - 1} 条`, `read up to entry ${log.size - 1}`)],
  ]);
}

function showTrustees(found: Vote): void {
  const { manifest } = found;
  need('[data-trustees]').hidden = manifest === null;
  const yes = (done: boolean) => (done ? words('✓ 已完成', '✓ done') : '—');
  need('[data-trustee-rows]').replaceChildren(...(manifest?.trustees ?? []).map((trustee, i) => {
    const person = found.published.get(trustee.id)?.person ?? trustee.id;
    const row = element('tr');
    const own = person === ctx.person ? words('（您）', ' (you)') : '';
    row.append(element('th', `${page.names[person] ?? person}${own}`, { scope: 'row' }), element('td', yes(found.checked.has(i + 1))), element('td', yes(found.summed.has(i + 1))));
    return row;
  }));
}

// --- (a) The key

function value(id: string): string {
  return need<HTMLInputElement>(`#${id}`).value;
}

async function chosen(id: string): Promise<Bytes> {
  const file = need<HTMLInputElement>(`#${id}`).files?.[0];
  if (file === undefined) throw new Refused('no-file', '选择钥匙文件', 'Choose the key file');
  return new Uint8Array(await file.arrayBuffer());
}

async function make(): Promise<void> {
  if (value('passphrase') !== value('passphrase-again')) throw new Refused('passphrase', '两次口令不一样', 'The two passphrases differ');
  working.show(words('正在生成钥匙，用口令封存', 'Making the key and sealing it under the passphrase'));
  const made = makeTrusteeKey(ctx.case, page.meeting, ctx.person).key;
  const file = await wrapTrusteeKey(made, value('passphrase'));
  const save = need<HTMLAnchorElement>('[data-save]');
  URL.revokeObjectURL(save.href);
  save.href = URL.createObjectURL(new Blob([file], { type: 'application/json' }));
  save.download = `trustee-${ctx.case}-${page.meeting}.key.json`;
  need('[data-made]').hidden = false;
  need('[data-save-words]').textContent = words('先保存文件，再试打开。只此一份，可自行复制备份。', 'Save the file, then test it. There is no other copy; make one yourself if you wish.');
  need('[data-publish]').hidden = true;
  need('[data-tested]').hidden = true;
  save.focus();
}

async function test(): Promise<void> {
  working.show(words('正在试打开钥匙文件', 'Testing the key file'));
  fresh = null;
  need('[data-tested]').hidden = true;
  need('[data-publish]').hidden = true;
  const found = await openTrusteeKey(await chosen('test-file'), value('test-passphrase'));
  if (found.case !== ctx.case || found.meeting !== page.meeting || found.id !== ctx.person) {
    throw new Refused('not-this-meeting', '这把钥匙属于另一次会议或另一人', 'This key is of another meeting or of somebody else');
  }
  fresh = found;
  need('[data-tested]').hidden = false;
  need('[data-publish]').hidden = false;
  for (const id of ['passphrase', 'passphrase-again', 'test-passphrase']) need<HTMLInputElement>(`#${id}`).value = '';
  need('[data-do-publish]').focus();
}

async function publish(): Promise<void> {
  if (fresh === null) return;
  const party = proveKey('trustee-key', ctx.case, page.meeting, fresh.id, fresh.secret, systemRandom);
  const boxes = document.querySelectorAll<HTMLInputElement>('input[name="stands-for"]:checked');
  await tell(say(ctx, { kind: 'trustee.key_published@1', role: 'trustee', body: { ...party, stands_for: [...boxes].map((box) => box.value).sort() } as unknown as JsonObject }));
  fresh = null;
}

/** Wait for a receipt, with words; the log is read again as soon as the statement has its number. */
async function tell(sent: Promise<Receipt>): Promise<Receipt> {
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

// --- (b) The boxes

async function load(): Promise<void> {
  working.show(words('正在打开钥匙文件', 'Opening the key file'));
  const found = await openTrusteeKey(await chosen('key-file'), value('key-passphrase'));
  if (!vote?.manifest || trusteeIndex(vote.manifest, found) !== myIndex(vote)) {
    throw new Refused('not-this-meeting', '这把密钥不属于您，或不属于这次表决', 'this key is not yours, or not of this vote');
  }
  await openAll(found);
  key = found;
  need<HTMLInputElement>('#key-passphrase').value = '';
}

/** Every box of a ballot that is not void: the list is the log's, only the boxes are the server's. */
async function openAll(with_: TrusteeKey): Promise<void> {
  const found = vote;
  const manifest = found?.manifest;
  if (!found || !manifest) return;
  const boxes = await fetchBoxes(trusteeIndex(manifest, with_), found.ballots.length);
  const wanted = found.ballots.filter((ballot) => !ballot.void).map((ballot) => {
    const box = boxes.get(ballot.hash) ?? null;
    return { body: ballot.body, box: box === null ? null : unb64u(box) };
  });
  const checking = words('正在打开并核对密封份额', 'Opening and checking the boxes');
  opened = await openBoxes(manifest, with_, wanted, (done, of) => working.show(checking, done, of));
}

async function fetchBoxes(index: number, expected: number): Promise<ReadonlyMap<string, string | null>> {
  const found = new Map<string, string | null>();
  for (let from: number | null = 0; from !== null; ) {
    const part: { ballots: readonly BoxRow[]; next: number | null } = await getJson(`${at}/boxes?index=${index}&from=${from}`);
    for (const row of part.ballots) found.set(row.ballot, row.box);
    working.show(words('正在获取密封份额', 'Fetching the boxes'), found.size, Math.max(expected, 1));
    from = part.next;
  }
  return found;
}

/** Ballots of the trustee himself or of those he stands for: he does not judge them (protocol 7). */
function ownBallot(found: Vote, ballot: Ballot): boolean {
  const trustee = [...found.published.values()].find((t) => t.person === ctx.person);
  const persons = new Set([ctx.person, ...(trustee?.standsFor ?? [])]);
  return persons.has(ballot.body.signer);
}

async function signChecked(): Promise<void> {
  if (!vote?.manifest || key === null) return;
  const manifest = vote.manifest;
  const index = trusteeIndex(manifest, key);
  for (const box of bad('false')) {
    const ballot = vote.ballots.find((b) => b.hash === box.ballot);
    if (ballot && box.complaint && !ownBallot(vote, ballot)) {
      await tell(say(ctx, { kind: 'ballot.complained@1', role: 'trustee', body: box.complaint as unknown as JsonObject }));
    }
  }
  working.show(words('正在核对最新检查点', 'Checking the newest checkpoint'));
  vote = await follow();
  await tell(say(ctx, {
    kind: 'boxes.checked@1',
    role: 'trustee',
    body: { manifest_hash: b64u(manifest.hash), index, size: log.size, root: b64u(log.root), complaints: vote.complaints.get(index) ?? 0, missing: [] },
  }));
}

// --- (c) The sums

/** (motion, line) of every class of one weighted line that has a counted answer, in order of motion and class. */
function singles(found: Vote): readonly { motion: string; line: string }[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...found.rolls].sort(([a], [b]) => order(a, b)).flatMap(([motion, leaves]) =>
    [...new Set(leaves.map((leaf) => leaf.class))].sort(order).flatMap((name) => {
      const [only, ...others] = weighted(leaves, name);
      const answered = found.counted.some((row) => row.motion === motion && row.line === only?.line);
      return only !== undefined && others.length === 0 && answered ? [{ motion, line: only.line }] : [];
    }),
  );
}

async function fetchWeights(): Promise<ReadonlyMap<string, WeightOpening>> {
  type Row = WeightOpening & { readonly motion: string; readonly line: string };
  const { weights } = await getJson<{ weights: readonly Row[] }>(`${at}/weights`);
  return new Map(weights.map((row) => [`${row.motion} ${row.line}`, row]));
}

async function publishSums(): Promise<void> {
  if (key === null) return;
  // Another device may have given them: the ledger knows, this page may not yet.
  vote = await follow();
  const manifest = vote.manifest as Manifest;
  if (vote.countedHash === null) return;
  const index = trusteeIndex(manifest, key);
  const head = { manifest_hash: b64u(manifest.hash), counted_hash: b64u(vote.countedHash), index };
  if (!vote.summed.has(index)) {
    working.show(words('正在核对金额并求和', 'Checking the amounts and summing'));
    const request = { rolls: vote.rolls, counted: vote.counted, countedHash: vote.countedHash, weights: await fetchWeights(), opened };
    const rows = await sums(manifest, key, request, notes);
    const made = new Composition('tally.summed@1');
    const body = rows.map((row, i) => row.metric === 'heads' ? row : { ...row, f: made.seal(`/sums/${i}/f`, row.f), g: made.seal(`/sums/${i}/g`, row.g) });
    await tell(say(ctx, { kind: made.kind, role: 'trustee', body: { ...head, sums: body } as unknown as JsonObject, openings: made.openings }));
  }
  if (lacksDisclosure(vote, index)) {
    const answers = answerShares(vote.counted, opened, singles(vote));
    await tell(say(ctx, { kind: 'disclosure.given@1', role: 'trustee', body: { ...head, answers } as unknown as JsonObject }));
  }
}

// --- Acting

/** Taps while a step runs are ignored; those while the log is read wait for it. */
function once(work: () => Promise<void>): () => void {
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

function onSubmit(selector: string, work: () => Promise<void>): void {
  const act = once(work);
  need<HTMLFormElement>(selector).addEventListener('submit', (event) => {
    event.preventDefault();
    act();
  });
}

function onClick(selector: string, work: () => Promise<void>): void {
  need(selector).addEventListener('click', once(work));
}

onSubmit('[data-make]', make);
onSubmit('[data-test]', test);
onSubmit('[data-publish]', publish);
onSubmit('[data-load]', load);
onClick('[data-do-checked]', signChecked);
onClick('[data-do-again]', () => (key === null ? Promise.resolve() : openAll(key)));
onClick('[data-do-sums]', publishSums);

const link = need('[data-link-state]');
watchCase(ctx.case, refresh, (state) => {
  link.classList.toggle('cut', state === 'cut');
  link.textContent = state === 'live' ? words('已连接', 'Connected') : state === 'polling' ? words('已连接（定时查询）', 'Connected (asking every few seconds)') : words('连接中断，恢复后继续', 'Connection lost; it goes on by itself');
});
refresh();
