/** An agent's ballots: principals × motions, checked, sealed one ballot a voting unit, cast as one act.
 * @module */
import { context, deviceKey, say, send, sentence, type Receipt, type Unsent } from '../app/act.js';
import { words } from '../app/words.js';
import { closesAt, watchClose } from '../ballot/closing.js';
import { fetchVotes, type Entrusted, type Votes } from '../ballot/entrusted.js';
import { Kept, keepReceipt, type Choices, type Sealed } from '../ballot/kept.js';
import { choiceName, className, speak, weight } from '../ballot/names.js';
import { onceOnly } from '../ballot/once.js';
import { ballotsOf } from '../ballot/units.js';
import { CAST, bodyOf, waitingBallots } from '../ballot/waiting.js';
import { busy, h, icon, isBusy, must, showMistakes, showRefusal } from '../claims/dom.js';
import { fingerprintBox, receiptFor, showReceipt } from '../claims/receipt.js';
import { prepareBallot } from '../core/ballot.js';
import { bodyHash, fingerprint as fingerprintOf, type Choice } from '../core/body.js';
import { b64u } from '../core/bytes.js';
import { warm } from '../core/group.js';
import type { JsonObject } from '../core/jcs.js';
import { newAct } from '../core/statement.js';

const ORDER: readonly Choice[] = ['for', 'against', 'abstain'];

const ctx = context();
const root = must('#ballots');
const meeting = root.dataset.meeting ?? '';

let votes: Votes;
let kept: Kept;
let choices: Choices = {};

function show(...children: (Node | null)[]): void {
  root.replaceChildren(h('div', { id: 'errors' }), ...children.filter((child) => child !== null));
  const title = must<HTMLElement>('h1', root);
  title.tabIndex = -1;
  title.focus();
  window.scrollTo(0, 0);
}

function fieldOf(cell: Entrusted): string {
  return `choice-${cell.motion.id}-${cell.line.line}`.replaceAll('.', '_');
}

const free = () => votes.cells.filter((cell) => cell.line.covered);
const chosen = () => free().filter((cell) => choices[cell.key] !== undefined && choices[cell.key] !== 'skip');
const principals = () => [...new Map(votes.cells.map((cell) => [cell.line.principal, cell.line.name])).entries()];

// --- Choose

function drawChoose(): void {
  const count = h('p', { class: 'hint', role: 'status', 'data-count': true });
  const counted = () => {
    count.textContent = words(`${principals().length}位委托人，${chosen().length}个选择，${free().length - chosen().length}个未选`, `${principals().length} principals, ${chosen().length} chosen, ${free().length - chosen().length} without a choice`);
  };
  show(
    h('p', { class: 'eyebrow' }, closesAt(votes.closes)),
    h('h1', {}, words('代委托人投票', 'Vote for my principals')),
    h('p', {}, words('每位委托人一张票，可以各选各的。选择只存在这台设备上，封票后才送出。', 'One ballot for each principal; they may choose differently. Choices stay on this device until they are sealed and cast.')),
    onceOnly(votes),
    ...votes.motions.map((motion) => drawFill(motion.id, motion.title)),
    ...principals().map(([principal, name]) => drawPrincipal(principal, name, counted)),
    count,
    h('div', { class: 'actions' }, h('button', { type: 'button', class: 'button act', 'data-review': true, click: () => drawReview() }, words('检查选择', 'Review my choices'))));
  counted();
}

/** The same choice for all: fills only cells that are empty and covered, and says which. */
function drawFill(motion: string, title: string): HTMLElement {
  return h('details', {}, h('summary', {}, words(`同样选择：${title}`, `The same choice for all: ${title}`)),
    h('div', { class: 'actions' }, ...ORDER.map((choice) => h('button', { type: 'button', class: 'button', click: () => {
      const filled = free().filter((cell) => cell.motion.id === motion && choices[cell.key] === undefined);
      for (const cell of filled) choices[cell.key] = choice;
      void kept.keepChoices(choices);
      drawChoose();
      speak(words(`已填：${filled.map((cell) => cell.line.name).join('、') || '无'}`, `Filled: ${filled.map((cell) => cell.line.name).join(', ') || 'none'}`));
    } }, choiceName(choice)))));
}

function drawPrincipal(principal: string, name: string, changed: () => void): HTMLElement {
  const own = votes.cells.filter((cell) => cell.line.principal === principal);
  return h('section', { class: 'card', 'data-principal': principal }, h('h2', {}, name), ...own.map((cell) => drawCell(cell, changed)));
}

function drawCell(cell: Entrusted, changed: () => void): HTMLElement {
  const heading = `${cell.motion.title} · ${className(cell.line.class)}`;
  if (!cell.line.covered) {
    return h('div', { class: 'notice warn', 'data-not-covered': cell.motion.id }, h('p', { class: 'notice-title' }, icon('alert'), h('span', {}, heading)),
      h('p', {}, words('委托书不含表决，联系委托人补充。这一项不能投出。', 'The power of attorney does not cover voting; ask your principal. This one cannot be cast.')));
  }
  const name = fieldOf(cell);
  const option = (choice: Choice) => {
    const input = h('input', { type: 'radio', name, value: choice, id: choice === 'for' ? name : `${name}-${choice}` });
    input.checked = choices[cell.key] === choice;
    input.addEventListener('change', () => {
      choices[cell.key] = choice;
      void kept.keepChoices(choices);
      changed();
    });
    return h('label', { class: 'choice' }, input, h('span', {}, choiceName(choice)));
  };
  return h('fieldset', { class: 'field', 'data-line': cell.line.line }, h('legend', {}, heading),
    h('p', { class: 'hint' }, weight(cell.line), cell.line.replaces === null ? null : words(' · 已投过，再投就改投', ' · cast already; another replaces it')),
    h('div', { class: 'choices' }, ...ORDER.map(option)));
}

// --- Review, seal

function drawReview(): void {
  const gaps = free().filter((cell) => choices[cell.key] === undefined);
  const seal = h('button', { type: 'button', class: 'button act', id: 'seal' }, words('封票', 'Seal'));
  seal.addEventListener('click', () => {
    if (!isBusy(seal)) void doSeal(seal);
  });
  show(
    h('h1', {}, words('封票前检查', 'Check before sealing')),
    h('p', { 'data-count': true }, words(`${principals().length}位委托人，${chosen().length}个选择，${gaps.length}个未选`, `${principals().length} principals, ${chosen().length} chosen, ${gaps.length} without a choice`)),
    gaps.length === 0 ? null : h('div', { class: 'notice warn' }, h('p', { class: 'notice-title' }, icon('alert'), h('span', {}, words('这些没有选择，不会投出（不等于弃权）', 'Without a choice: these are not cast, which is not abstaining'))),
      h('ul', {}, ...gaps.map((cell) => h('li', {}, `${cell.line.name} · ${cell.motion.title} · ${className(cell.line.class)}`)))),
    h('div', { class: 'scroll' }, h('table', { class: 'dense' }, h('caption', { class: 'hidden-text' }, words('选择', 'Choices')),
      h('thead', {}, h('tr', {}, ...[words('委托人', 'Principal'), words('表决事项', 'Motion'), words('选择', 'Choice')].map((text) => h('th', { scope: 'col' }, text)))),
      h('tbody', {}, ...chosen().map((cell) => h('tr', {}, h('th', { scope: 'row' }, cell.line.name), h('td', {}, `${cell.motion.title} · ${className(cell.line.class)}`), h('td', {}, h('strong', {}, choiceName(choices[cell.key])))))))),
    h('div', { class: 'actions' }, seal, h('button', { type: 'button', class: 'button', click: () => drawChoose() }, words('返回选择', 'Back to the choices'))));
}

async function doSeal(button: HTMLElement): Promise<void> {
  if (chosen().length === 0) {
    showMistakes(must('#errors'), [{ field: 'seal', message: words('至少选择一项才能封票', 'Choose on at least one motion before sealing') }]);
    return;
  }
  busy(button, true);
  try {
    votes = await fetchVotes(ctx, meeting);
    const sealed: Sealed[] = [];
    for (const cells of ballotsOf(chosen(), (cell) => cell.line.line)) {
      const wishes = cells.map(({ motion, line, key }) => ({ motion: motion.id, line: line.line, choice: choices[key] as Choice, replaces: line.replaces }));
      const { body, boxes, fingerprint } = await prepareBallot(votes.manifest, ctx.person, wishes);
      sealed.push({ body, fingerprint, boxes: boxes.map(b64u) });
    }
    await kept.keepSealed(sealed);
    drawSealed(sealed);
  } catch (error) {
    busy(button, false);
    showRefusal(must('#errors'), sentence(error));
  }
}

// --- Sealed, cast

function nameOf(ballot: Sealed): string {
  const line = ballot.body.answers[0]?.line;
  return votes.cells.find((cell) => cell.line.line === line)?.line.name ?? '';
}

function drawSealed(sealed: readonly Sealed[]): void {
  const cast = h('button', { type: 'button', class: 'button act', id: 'cast' }, words(`投出这${sealed.length}张票`, sealed.length === 1 ? 'Cast this ballot' : `Cast these ${sealed.length} ballots`));
  const again = h('button', { type: 'button', class: 'button', click: () => void kept.keepSealed([]).then(drawReview) }, words('不投，返回修改', 'Do not cast them; change my choices'));
  const state = h('p', { role: 'status', 'data-cast-status': true });
  cast.addEventListener('click', () => {
    if (!isBusy(cast)) void doCast(sealed, cast, again, state);
  });
  show(
    h('h1', { class: 'sealed-title' }, words('还差一步：票还没有投出', 'One step left: your ballots are not cast yet')),
    onceOnly(votes),
    ...sealed.map((ballot) => h('section', {}, h('h2', {}, nameOf(ballot)), fingerprintBox(ballot.fingerprint))),
    state, h('div', { class: 'actions stacked' }, cast, again));
}

interface Taken {
  readonly ballot: Sealed;
  readonly receipt: Receipt;
  readonly when: string;
}

interface Refusal {
  readonly ballot: Sealed;
  readonly why: string;
}

async function doCast(sealed: readonly Sealed[], cast: HTMLElement, again: HTMLElement, state: HTMLElement): Promise<void> {
  busy(cast, true);
  again.hidden = true;
  const act = newAct();
  await sendAll(sealed, state, (ballot) => say(ctx, { kind: CAST, role: 'agent', body: ballot.body as unknown as JsonObject, boxes: ballot.boxes, act }));
}

/** A ballot that is refused stays on this device with its reason; the others are cast. */
async function sendAll(ballots: readonly Sealed[], state: HTMLElement, cast: (ballot: Sealed) => Promise<Receipt>): Promise<void> {
  const taken: Taken[] = [];
  const refused: Refusal[] = [];
  for (const [i, ballot] of ballots.entries()) {
    state.textContent = words(`正在送出第${i + 1}张，共${ballots.length}张`, `Sending ${i + 1} of ${ballots.length}`);
    try {
      taken.push(await took(ballot, await cast(ballot)));
    } catch (error) {
      refused.push({ ballot, why: sentence(error) });
    }
  }
  await drawCast(taken, refused);
}

async function took(ballot: Sealed, receipt: Receipt): Promise<Taken> {
  const when = new Date().toISOString();
  await keepReceipt(ctx, { meeting, fingerprint: ballot.fingerprint, when, receipt });
  await kept.keepSealed((await kept.sealed()).filter((other) => other.fingerprint !== ballot.fingerprint));
  return { ballot, receipt, when };
}

async function drawCast(taken: readonly Taken[], refused: readonly Refusal[]): Promise<void> {
  const left = await kept.sealed();
  if (left.length === 0) {
    choices = {};
    await kept.forgetChoices();
  }
  show(
    h('h1', {}, refused.length === 0 ? words('票已投出', 'Your ballots are cast') : words(`${taken.length}张已投出，${refused.length}张没有投出`, `${taken.length} cast, ${refused.length} not cast`)),
    ...refused.map(({ ballot, why }) => h('div', { class: 'notice bad', role: 'alert' }, h('p', { class: 'notice-title' }, nameOf(ballot)), h('p', {}, why))),
    ...taken.map(({ ballot, receipt, when }) => h('section', { 'data-cast': true }, h('h2', {}, nameOf(ballot)),
      showReceipt(ctx, receipt, { title: words('投票回执', 'Receipt of your ballot'), fingerprint: ballot.fingerprint, when, note: words('证明票已收到、删不掉改不了，不写怎么投。', 'Your ballot is in and cannot be removed; this says nothing of your choice.') },
        (better) => void keepReceipt(ctx, { meeting, fingerprint: ballot.fingerprint, when, receipt: better })))),
    h('div', { class: 'actions' },
      left.length === 0 ? null : h('button', { type: 'button', class: 'button act', click: () => drawSealed(left) }, words(`还有${left.length}张没有投出，去投出`, left.length === 1 ? 'One ballot is not cast yet: go on' : `${left.length} ballots are not cast yet: go on`)),
      h('a', { class: 'button', href: `/c/${ctx.case}/m/${meeting}/` }, words('回到会议', 'Back to the meeting'))));
}

// --- After a cut

/** Ballots signed here and not answered go on before anything else, always as the same bytes. */
async function goOn(items: readonly Unsent[]): Promise<void> {
  const before = await kept.sealed();
  const ballots = items.map((item) => {
    const fingerprint = fingerprintOf(bodyOf(item));
    return before.find((one) => one.fingerprint === fingerprint) ?? { body: bodyOf(item), boxes: item.submission.boxes, fingerprint };
  });
  const state = h('p', { role: 'status', 'data-cast-status': true });
  show(
    h('h1', { class: 'sealed-title' }, words('正在送出上次签好的票', 'The ballots signed last time are being sent')),
    h('p', {}, words('还不知道收到没有，正用同一张票重试。送几次都只算一次。', 'Not known yet whether they arrived; sending the same ballots again. However often one is sent, it counts once.')),
    ...ballots.map((ballot) => h('section', {}, h('h2', {}, nameOf(ballot)), fingerprintBox(ballot.fingerprint))), state);
  await sendAll(ballots, state, (ballot) => send(ctx, items[ballots.indexOf(ballot)] as Unsent));
}

/** Sealed ballots that the ledger has already, sent by another page of this device: they get their receipts. */
async function settled(sealed: readonly Sealed[]): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const ballot of sealed) {
    const there = votes.ballots.find((one) => one.ballot === b64u(bodyHash(ballot.body)));
    if (there !== undefined) taken.push(await took(ballot, await receiptFor(ctx, there.statement)));
  }
  return taken;
}

// --- Beginning

async function begin(): Promise<void> {
  void deviceKey(ctx).catch(() => undefined); // asked for now, so that nothing is asked between sealing and casting
  votes = await fetchVotes(ctx, meeting);
  watchClose(`/c/${ctx.case}/m/${meeting}/board.json`, votes, (closes) => {
    votes = { ...votes, closes };
  });
  kept = new Kept({ ...ctx, person: `${ctx.person} agent` }, votes.hash);
  choices = await kept.choices();
  warm();
  const waiting = await waitingBallots(ctx, votes.hash, 'agent');
  if (waiting.length > 0) return goOn(waiting);
  const taken = await settled(await kept.sealed());
  const before = await kept.sealed();
  if (taken.length > 0) await drawCast(taken, []);
  else if (votes.stage !== 'open') show(h('h1', {}, words('代委托人投票', 'Vote for my principals')), h('p', { class: 'notice' }, words('现在不能投票。', 'Voting is not open now.')));
  else if (votes.cells.length === 0 && votes.done) show(h('h1', {}, words('代委托人投票', 'Vote for my principals')), h('p', { class: 'notice done', 'data-final': true }, words('委托人的票已经投出。这次投票不能改投。', 'The ballots of your principals are in. This vote takes no second ballot.')));
  else if (votes.cells.length === 0) show(h('h1', {}, words('代委托人投票', 'Vote for my principals')), h('p', { class: 'notice' }, words('表决权名单上没有您的委托人。', 'No principal of yours is on the roll.')));
  else if (before.length > 0) drawSealed(before);
  else drawChoose();
}

void begin().catch((error: unknown) => {
  show(h('h1', {}, words('表决票取不到', 'The ballots cannot be had')), h('p', { class: 'notice bad', role: 'alert' }, sentence(error)));
});
