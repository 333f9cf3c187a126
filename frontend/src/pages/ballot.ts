/** The ballot: choose, review, seal, cast, receipt. Between sealing and casting nothing is asked.
 * @module */
import { context, deviceKey, say, send, sentence, unsent, Problem, type Receipt, type TellSend, type Unsent } from '../app/act.js';
import { words } from '../app/words.js';
import { fetchVote, type Line, type Motion, type Vote } from '../ballot/data.js';
import { Kept, keepReceipt, receipts, type Choices, type Sealed } from '../ballot/kept.js';
import { busy, h, icon, isBusy, must, showMistakes, showRefusal, size } from '../claims/dom.js';
import { yuan } from '../claims/money.js';
import { beijing, beijingShort, fingerprintBox, receiptFor, showReceipt } from '../claims/receipt.js';
import { prepareBallot, type Wish } from '../core/ballot.js';
import { bodyHash, fingerprint as fingerprintOf, type BodyJson, type Choice } from '../core/body.js';
import { b64u, unb64 } from '../core/bytes.js';
import { warm } from '../core/group.js';
import { loads, type JsonObject } from '../core/jcs.js';

const KIND = 'ballot.cast@1';
const MOST_ANSWERS = 20;
const WORRY = 5000; // after that long without an answer the page says that it does not know

const ctx = context();
const root = must('#ballot');
const meeting = root.dataset.meeting ?? '';
const base = `/c/${ctx.case}/m/${meeting}/ballot`;

let vote: Vote;
let kept: Kept;
let choices: Choices = {};
let sealed: readonly Sealed[] = [];
let last: { readonly fingerprint: string; readonly receipt: Receipt; readonly when: string } | null = null;

interface Cell {
  readonly motion: Motion;
  readonly line: Line;
  readonly key: string;
}

// --- Words

function choiceName(choice: Choice | 'skip' | undefined): string {
  switch (choice) {
    case 'for': return words('同意', 'For');
    case 'against': return words('不同意', 'Against');
    case 'abstain': return words('弃权', 'Abstain');
    case 'skip': return words('这项不投', 'Not voted');
    default: return words('还没有选择', 'No choice yet');
  }
}

function className(name: string): string {
  const known: Readonly<Record<string, readonly [string, string]>> = {
    all: ['债权人', 'Creditors'], ordinary: ['普通组', 'Ordinary group'], secured: ['担保组', 'Secured group'], tax: ['税款组', 'Tax group'],
    employee: ['职工组', 'Employees’ group'], social: ['社保组', 'Social insurance group'], small: ['小额组', 'Small claims group'], equity: ['出资人组', 'Shareholders’ group'],
  };
  const [zh, en] = known[name] ?? [name, name];
  return words(zh, en);
}

function weight(line: Line): string {
  const heads = words(`${line.heads}票`, line.heads === 1 ? '1 vote' : `${line.heads} votes`);
  if (!line.weighted) return words(`${heads}，不计金额`, `${heads}, no amount`);
  return line.amount === null ? heads : `${heads} · ${yuan(BigInt(line.amount))}`;
}

function speak(text: string): void {
  must('#spoken').textContent = text;
}

// --- Cells, steps

function cells(): Cell[] {
  return vote.motions.flatMap((motion) => motion.lines.map((line) => ({ motion, line, key: `${motion.id} ${line.line}` })));
}

function number(motion: Motion): number {
  return vote.motions.indexOf(motion) + 1;
}

function wide(): boolean {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return document.documentElement.clientWidth >= 64 * rem;
}

type Step = 'choose' | 'review' | 'sealed' | 'receipt';

function addressOf(step: Step, motion = 0): string {
  if (step === 'choose') return motion === 0 ? base : `${base}#${motion}`;
  return `${base}/${step}`;
}

function go(step: Step, motion = 0): void {
  history.pushState(null, '', addressOf(step, motion));
  draw();
}

/** The step the address names, where there is something to show; a sealed ballot comes first. */
function draw(focus = true): void {
  const named = location.pathname.slice(base.length + 1) as Step | '';
  if (named === 'receipt' && last !== null) drawReceipt(last);
  else if (sealed.length > 0) drawSealed();
  else if (vote.stage !== 'open') drawNotOpen();
  else if (cells().length === 0) drawNoVote();
  else if (named === 'review') drawReview();
  else drawChoose();
  if (focus) {
    window.scrollTo(0, 0);
    root.querySelector<HTMLElement>('h1')?.focus();
  }
}

window.addEventListener('popstate', () => draw());

function show(...children: (Node | null)[]): void {
  root.replaceChildren(h('div', { id: 'errors' }), ...children.filter((child) => child !== null));
  must<HTMLElement>('h1', root).tabIndex = -1;
}

function eyebrow(right: string): HTMLElement {
  return h('p', { class: 'eyebrow' }, h('span', {}, words(`投票 ${beijingShort(vote.closes)} 截止（北京时间）`, `Voting closes ${beijingShort(vote.closes)}, Beijing time`)), h('span', {}, right));
}

// --- Choose

function drawChoose(): void {
  const all = wide();
  const at = Math.min(Math.max(Number(location.hash.slice(1)) || 1, 1), vote.motions.length);
  const shown = all ? vote.motions : vote.motions.slice(at - 1, at);
  const chosen = () => cells().filter((cell) => choices[cell.key] !== undefined && choices[cell.key] !== 'skip').length;
  const count = h('span', { 'data-chosen': true });
  const counted = () => {
    count.textContent = words(`已选${chosen()}项`, `${chosen()} chosen`);
  };
  const before = vote.ballots.at(-1);
  const notice = before === undefined ? null : h('p', { class: 'notice done', 'data-before': true },
    words('您的票已经投出。', 'Your ballot is in. '),
    vote.replacement ? words(`${beijingShort(vote.closes)}前可改投，以最后一次为准。`, `Until ${beijingShort(vote.closes)} you can replace it; the last one counts.`) : words('这次投票不能改投。', 'This vote takes no second ballot.'),
    last === null ? null : ' ', last === null ? null : h('a', { href: `${base}/receipt`, click: (event) => { event.preventDefault(); go('receipt'); } }, words('查看回执', 'See the receipt')));
  const motions = shown.map((motion) => drawMotion(motion, all, counted));
  const title = all || shown[0] === undefined ? h('h1', {}, words('表决票', 'Ballot')) : null;
  show(
    eyebrow(all ? words(`共${vote.motions.length}项`, `${vote.motions.length} motions`) : words(`第${at}项，共${vote.motions.length}项`, `Motion ${at} of ${vote.motions.length}`)),
    title,
    notice,
    h('div', { class: all ? 'motions' : '' }, ...motions),
    h('p', { class: 'hint', role: 'status' }, count),
    h('div', { class: 'actions pair' },
      !all && at > 1 ? h('button', { type: 'button', class: 'button', click: () => go('choose', at - 1) }, words('上一项', 'Previous')) : null,
      !all && at < vote.motions.length
        ? h('button', { type: 'button', class: 'button act', click: () => go('choose', at + 1) }, words('下一项', 'Next'))
        : h('button', { type: 'button', class: 'button act', 'data-review': true, click: () => go('review') }, words('检查选择', 'Review my choices'))),
    h('p', {}, h('button', { type: 'button', class: 'button plain', click: () => void clear() }, words('清除本机上的选择', 'Clear my choices from this device'))),
  );
  counted();
}

function drawMotion(motion: Motion, all: boolean, changed: () => void): HTMLElement {
  const heading = h(all ? 'h2' : 'h1', {}, all ? `${number(motion)}. ${motion.title}` : motion.title);
  const { text } = motion;
  return h('section', { 'data-motion': motion.id },
    heading,
    h('p', { class: 'hint' }, words(motion.matter.zh, motion.matter.en)),
    text === null ? null : h('ul', { class: 'links' }, h('li', {}, h('a', { href: text.url, ...(text.media_type === 'application/pdf' ? { download: text.name } : { target: '_blank', rel: 'noopener' }) }, words(`全文（${size(text.size)}）`, `Full text (${size(text.size)})`)))),
    ...motion.lines.map((line) => drawLine(motion, line, changed)));
}

function drawLine(motion: Motion, line: Line, changed: () => void): HTMLElement {
  const key = `${motion.id} ${line.line}`;
  const name = fieldOf(key);
  const several = motion.lines.length > 1;
  const option = (choice: Choice, more: string | null) => {
    const input = h('input', { type: 'radio', name, value: choice, id: choice === 'for' ? name : `${name}-${choice}` });
    input.checked = choices[key] === choice;
    if (more !== null) input.setAttribute('aria-describedby', `${name}-more`);
    input.addEventListener('change', () => {
      choices[key] = choice;
      void kept.keepChoices(choices);
      changed();
    });
    return h('label', { class: 'choice' }, input, h('span', {}, choiceName(choice), more === null ? null : h('span', { class: 'choice-more', id: `${name}-more` }, more)));
  };
  return h('div', { class: several ? 'card' : '', 'data-line': line.line },
    h('div', { class: 'ballot-weight' }, h('p', {}, `${className(line.class)} · `, h('strong', {}, weight(line))),
      h('details', {}, h('summary', {}, words('怎么算的', 'How this follows')),
        h('p', {}, words('依据：', 'Under: '), line.articles.join('; ') || '—'),
        h('p', { class: 'hint' }, words('票数和金额来自债权表。有误的，投票前向管理人提出。', 'Heads and amount come from the register. If they are wrong, tell the administrator before you vote.')))),
    h('fieldset', { class: 'field' }, h('legend', { class: 'hidden-text' }, several ? `${motion.title} · ${className(line.class)}` : motion.title),
      h('div', { class: 'choices' }, option('for', null), option('against', null), option('abstain', words('算出席，不算同意', 'Counts as present, not as for')))));
}

function fieldOf(key: string): string {
  return `choice-${key.replace(' ', '-').replaceAll('.', '_')}`;
}

async function clear(): Promise<void> {
  choices = {};
  await kept.forgetChoices();
  draw();
  speak(words('选择已从本机清除', 'Your choices are cleared from this device'));
}

// --- Review

function drawReview(): void {
  const all = cells();
  const gaps = all.filter((cell) => choices[cell.key] === undefined);
  const rest = all.filter((cell) => choices[cell.key] !== undefined);
  const seal = h('button', { type: 'button', class: 'button act', id: 'seal' }, words('封票', 'Seal'));
  seal.addEventListener('click', () => {
    if (!isBusy(seal)) void doSeal(seal);
  });
  show(
    eyebrow(''),
    h('h1', {}, words('封票前检查', 'Check before sealing')),
    h('p', {}, words(`${rest.filter((cell) => choices[cell.key] !== 'skip').length}个选择，${gaps.length}个未选。`, `${rest.filter((cell) => choices[cell.key] !== 'skip').length} chosen, ${gaps.length} without a choice.`)),
    ...gaps.map(drawGap),
    h('ul', { class: 'cards' }, ...rest.map(drawChosen)),
    h('div', { class: 'working', hidden: true, id: 'sealing' }, h('p', { role: 'status' }, words('正在这部手机里封票', 'Sealing on this device')), h('progress', { 'aria-label': words('正在封票', 'Sealing') })),
    h('div', { class: 'actions' }, seal, h('button', { type: 'button', class: 'button', click: () => go('choose', 1) }, words('返回选择', 'Back to the choices'))),
    h('p', { class: 'hint' }, words(`选择在您手机里就封好。截止前谁也看不到选择和中间结果；${vote.manifest.threshold}位监票人一起才能打开合计。`, `Sealed on your device. Before the close nobody sees choices or interim counts; ${vote.manifest.threshold} trustees together open the totals.`)),
  );
}

function toChoose(cell: Cell): void {
  go('choose', number(cell.motion));
  document.getElementById(fieldOf(cell.key))?.focus();
}

function gapName(cell: Cell): string {
  const group = cell.motion.lines.length > 1 ? `${words('·', ', ')}${className(cell.line.class)}` : '';
  return words(`第${number(cell.motion)}项${group}还没有选择`, `Motion ${number(cell.motion)}${group} has no choice yet`);
}

function drawGap(cell: Cell): HTMLElement {
  const id = `gap-${fieldOf(cell.key)}`;
  return h('div', { class: 'notice warn field', 'data-gap': cell.motion.id },
    h('p', { class: 'notice-title' }, icon('alert'), h('span', {}, gapName(cell))),
    h('p', {}, `${cell.motion.title} · ${className(cell.line.class)}`),
    h('div', { class: 'actions stacked' },
      h('button', { type: 'button', class: 'button', id, click: () => toChoose(cell) }, words('去选择', 'Choose')),
      h('button', { type: 'button', class: 'button', click: () => skip(cell) }, words('这项不投（不等于弃权）', 'Do not vote on it (not the same as abstaining)'))));
}

function skip(cell: Cell): void {
  choices[cell.key] = 'skip';
  void kept.keepChoices(choices);
  draw();
}

function drawChosen(cell: Cell): HTMLElement {
  return h('li', {}, h('div', { class: 'card', 'data-chosen-for': cell.motion.id },
    h('h2', {}, `${number(cell.motion)}. ${cell.motion.title}`),
    h('p', { class: 'hint' }, `${className(cell.line.class)} · ${weight(cell.line)}`),
    h('p', {}, h('strong', { 'data-choice': true }, choiceName(choices[cell.key]))),
    h('button', { type: 'button', class: 'button plain', click: () => toChoose(cell) }, words('修改', 'Change'), h('span', { class: 'hidden-text' }, ` ${cell.motion.title}`))));
}

// --- Seal

async function doSeal(button: HTMLElement): Promise<void> {
  const errors = must('#errors');
  const gaps = cells().filter((cell) => choices[cell.key] === undefined);
  if (gaps.length > 0) {
    showMistakes(errors, gaps.map((cell) => ({ field: `gap-${fieldOf(cell.key)}`, message: gapName(cell) })));
    return;
  }
  const wanted = cells().filter((cell) => choices[cell.key] !== 'skip');
  if (wanted.length === 0) {
    showMistakes(errors, [{ field: 'seal', message: words('至少选择一项才能封票', 'Choose on at least one motion before sealing') }]);
    return;
  }
  busy(button, true);
  must('#sealing').hidden = false;
  try {
    await refresh();
    performance.mark('seal');
    const ballots: Sealed[] = [];
    const wishes = cells().filter((cell) => choices[cell.key] !== 'skip').map(wishOf);
    for (let i = 0; i < wishes.length; i += MOST_ANSWERS) {
      const { body, boxes, fingerprint } = await prepareBallot(vote.manifest, ctx.person, wishes.slice(i, i + MOST_ANSWERS));
      ballots.push({ body, fingerprint, boxes: boxes.map(b64u) });
    }
    performance.measure('ballot', 'seal');
    await kept.keepSealed(ballots);
    sealed = ballots;
    go('sealed');
  } catch (error) {
    busy(button, false);
    must('#sealing').hidden = true;
    showRefusal(errors, sentence(error));
  }
}

function wishOf({ motion, line, key }: Cell): Wish {
  return { motion: motion.id, line: line.line, choice: choices[key] as Choice, replaces: line.replaces };
}

/** What this ballot replaces may have changed on another device; without a connection what is here stays. */
async function refresh(): Promise<void> {
  try {
    vote = await fetchVote(ctx, meeting);
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
}

// --- Sealed, cast

function drawSealed(): void {
  const cast = h('button', { type: 'button', class: 'button act', id: 'cast' }, words('投出这张票', 'Cast this ballot'));
  const state = castState();
  const again = h('button', { type: 'button', class: 'button', click: () => void unseal() }, words('不投这张，返回修改', 'Do not cast it; change my choices'));
  cast.addEventListener('click', () => {
    if (!isBusy(cast)) void doCast(cast, again, state);
  });
  const answers = sealed.reduce((sum, ballot) => sum + ballot.body.answers.length, 0);
  show(
    h('h1', { class: 'sealed-title' }, words('还差一步：票还没有投出', 'One step left: your ballot is not cast yet')),
    h('p', {}, words(`${answers}项选择已在这部手机里封好。投出以后才算数。`, `${answers === 1 ? '1 choice is' : `${answers} choices are`} sealed on this device. ${answers === 1 ? 'It counts' : 'They count'} once cast.`)),
    ...sealed.map((ballot) => fingerprintBox(ballot.fingerprint)),
    state.place,
    h('div', { class: 'actions stacked' }, cast, again),
    eyebrow(''),
  );
}

interface CastState {
  readonly place: HTMLElement;
  readonly tell: (text: string) => void;
}

function castState(): CastState {
  const line = h('p', { role: 'status' });
  const place = h('div', { class: 'working', hidden: true, id: 'casting' }, line, h('progress', { 'aria-label': words('正在送出', 'Sending') }));
  return { place, tell: (text) => { place.hidden = text === ''; line.textContent = text; } };
}

const UNKNOWN = () => words('还不知道收到没有，正用同一张票重试。送几次都只算一次。', 'Not known yet whether it arrived; trying again with the same ballot. However often it is sent, it counts once.');

async function unseal(): Promise<void> {
  sealed = [];
  await kept.keepSealed([]);
  go('review');
}

async function doCast(cast: HTMLElement, again: HTMLElement, state: CastState): Promise<void> {
  showMistakes(must('#errors'), []);
  busy(cast, true);
  again.hidden = true;
  try {
    while (sealed[0] !== undefined) {
      const ballot = sealed[0];
      const receipt = await watched(state, (tell) => say(ctx, { kind: KIND, role: 'creditor', body: ballot.body as unknown as JsonObject, boxes: ballot.boxes }, tell));
      await taken(ballot, receipt);
    }
    await recorded();
  } catch (error) {
    busy(cast, false);
    again.hidden = false;
    state.tell('');
    await refused(error);
  }
}

/** A refused ballot counts nowhere. One that came too late leaves this device; one that is out of date can be made anew. */
async function refused(error: unknown): Promise<void> {
  const slug = error instanceof Problem ? error.slug : '';
  if (slug !== 'ballot-closed') {
    showRefusal(must('#errors'), sentence(error), words('票没有投出', 'The ballot was not cast'));
    return;
  }
  const { received } = (error as Problem).facts;
  sealed = [];
  await kept.keepSealed([]);
  await refresh().catch(() => undefined);
  show(
    h('h1', {}, words('投票已结束，这张票未计入', 'Voting has closed; this ballot is not counted')),
    h('p', { class: 'notice bad', role: 'alert' }, typeof received === 'string'
      ? words(`投票 ${beijing(vote.closes)} 结束，您的票 ${beijing(received.slice(0, 19) + 'Z')} 到，未计入。`, `Voting closed at ${beijing(vote.closes)}; your ballot came at ${beijing(received.slice(0, 19) + 'Z')}, not counted.`)
      : sentence(error)),
    h('p', {}, h('a', { class: 'button', href: `/c/${ctx.case}/m/${meeting}/` }, words('回到会议', 'Back to the meeting'))));
  root.querySelector('h1')?.focus();
}

/** Words while a ballot is under way. Never “failed” while that is not known, nor “sent” while it is not signed. */
async function watched<T>(state: CastState, act: (tell: TellSend) => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (text: string, wait: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => state.tell(text), wait);
  };
  state.tell(words('正在签名…', 'Signing …'));
  later(words('正在等本机的钥匙通过认证，认证后自动送出。票还没有投出。', 'Waiting until the key of this device is attested; then it is sent by itself. Not cast yet.'), 2000);
  try {
    return await act((now) => {
      if (now === 'sending') {
        state.tell(words('正在送出…', 'Sending …'));
        later(UNKNOWN(), WORRY);
      } else if (now === 'retrying') state.tell(UNKNOWN());
    });
  } finally {
    clearTimeout(timer);
  }
}

async function taken(ballot: Sealed, receipt: Receipt): Promise<void> {
  const when = new Date().toISOString();
  await keepReceipt(ctx, { meeting, fingerprint: ballot.fingerprint, when, receipt });
  sealed = sealed.filter((other) => other.fingerprint !== ballot.fingerprint);
  await kept.keepSealed(sealed);
  last = { fingerprint: ballot.fingerprint, receipt, when };
}

async function recorded(): Promise<void> {
  choices = {};
  await kept.forgetChoices();
  go('receipt');
  await refresh().catch(() => undefined);
}

// --- Receipt

function drawReceipt({ fingerprint, receipt, when }: NonNullable<typeof last>): void {
  const open = vote.stage === 'open' && vote.replacement;
  show(
    h('h1', {}, words('票已投出', 'Your ballot is cast')),
    showReceipt(ctx, receipt, {
      title: words('投票回执', 'Receipt of your ballot'), fingerprint, when,
      note: words('证明票已收到、删不掉改不了，不写怎么投。', 'Your ballot is in and cannot be removed; this says nothing of your choice.'),
    }, (better) => void keepReceipt(ctx, { meeting, fingerprint, when, receipt: better })),
    open ? h('p', {}, words(`${beijingShort(vote.closes)}前可改投，以最后一次为准。`, `Until ${beijingShort(vote.closes)} you can replace it; the last one counts.`)) : null,
    h('div', { class: 'actions' },
      h('a', { class: 'button act', href: `/c/${ctx.case}/m/${meeting}/` }, words('回到会议', 'Back to the meeting')),
      open ? h('button', { type: 'button', class: 'button', 'data-replace': true, click: () => go('choose') }, words('改投', 'Replace my ballot')) : null),
  );
}

// --- Where there is nothing to choose

function drawNotOpen(): void {
  const text = vote.stage === 'prepared'
    ? words(`投票还没有开始，${beijing(vote.opens)}（北京时间）开始。`, `Voting has not begun; it opens ${beijing(vote.opens)}, Beijing time.`)
    : words(`投票已于 ${beijing(vote.closes)}（北京时间）结束。`, `Voting closed ${beijing(vote.closes)}, Beijing time.`);
  show(
    h('h1', {}, words('表决票', 'Ballot')),
    h('p', { class: 'notice' }, text),
    last === null ? null : h('p', {}, h('a', { href: `${base}/receipt`, click: (event) => { event.preventDefault(); go('receipt'); } }, words('查看我的回执', 'See my receipt'))),
    h('p', {}, h('a', { class: 'button', href: `/c/${ctx.case}/m/${meeting}/` }, words('回到会议', 'Back to the meeting'))));
}

function drawNoVote(): void {
  show(
    h('h1', {}, words('表决票', 'Ballot')),
    h('p', { class: 'notice' }, words('这次会议的表决权名单上没有您。名单依债权表在会前确定；有异议的，联系管理人。', 'The roll of this meeting has no line of yours. It was fixed before the meeting from the register; if that is wrong, tell the administrator.')),
    h('p', {}, h('a', { class: 'button', href: `/c/${ctx.case}/m/${meeting}/` }, words('回到会议', 'Back to the meeting'))));
}

// --- Beginning

/** A ballot signed here and not answered: the browser was closed while it was sent. It goes on before anything else. */
async function goOn(items: readonly Unsent[]): Promise<void> {
  const state = castState();
  const fingerprints = items.map((item) => fingerprintOf(bodyOf(item)));
  show(h('h1', { class: 'sealed-title' }, words('正在送出您的票', 'Your ballot is being sent')), ...fingerprints.map(fingerprintBox), state.place);
  state.tell(UNKNOWN());
  try {
    for (const [i, item] of items.entries()) {
      const body = bodyOf(item);
      await taken({ body, fingerprint: fingerprints[i] ?? '', boxes: item.submission.boxes }, await send(ctx, item));
    }
    if (sealed.length === 0) await recorded();
    else draw();
  } catch (error) {
    draw();
    await refused(error);
  }
}

function bodyOf(item: Unsent): BodyJson {
  const payload = loads(unb64(item.submission.statement.payload)) as { readonly body: unknown };
  return payload.body as BodyJson;
}

async function begin(): Promise<void> {
  void deviceKey(ctx).catch(() => undefined); // asked for now, so that nothing is asked between sealing and casting
  try {
    vote = await fetchVote(ctx, meeting);
  } catch (error) {
    show(h('h1', {}, words('表决票取不到', 'The ballot cannot be had')), h('p', { class: 'notice bad', role: 'alert' }, sentence(error)), h('div', { class: 'actions' }, h('button', { type: 'button', class: 'button act', click: () => location.reload() }, words('重试', 'Try again'))));
    return;
  }
  kept = new Kept(ctx, vote.hash);
  choices = await kept.choices();
  sealed = await kept.sealed();
  const before = (await receipts(ctx)).findLast((cast) => cast.meeting === meeting);
  if (before !== undefined) last = before;
  warm();
  const waiting = (await unsent(ctx)).filter((item) => item.kind === KIND && bodyOf(item).manifest_hash === vote.hash);
  if (waiting.length > 0) await goOn(waiting);
  else {
    const before = sealed.length;
    await settle();
    if (before > 0 && sealed.length === 0) await recorded();
    else draw(false);
  }
  watchClock();
}

/** A sealed ballot that the ledger has already, sent by another page of this device: it gets its receipt. */
async function settle(): Promise<void> {
  for (const ballot of sealed) {
    const hash = b64u(bodyHash(ballot.body));
    const there = vote.ballots.find((one) => one.ballot === hash);
    if (there !== undefined) await taken(ballot, await receiptFor(ctx, there.statement));
  }
}

/** Polite notices 10, 5 and 1 minutes before the close; a demonstration's clock stands. */
function watchClock(): void {
  if (ctx.clock !== 'real' || vote.stage !== 'open') return;
  const offset = Date.parse(vote.now) - Date.now();
  for (const minutes of [10, 5, 1]) {
    const wait = Date.parse(vote.closes) - offset - minutes * 60_000 - Date.now();
    if (wait > 0 && wait < 2 ** 31) setTimeout(() => speak(words(`还有${minutes}分钟结束投票`, `Voting closes in ${minutes === 1 ? '1 minute' : `${minutes} minutes`}`)), wait);
  }
}

void begin();
