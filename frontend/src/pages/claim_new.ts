/** Filing a claim: one question a page, a draft kept on this device, signed at the end.
 * @module */
import { Composition, context, send as sendAgain, sentence, unsent, type Receipt, type Utterance } from '../app/act.js';
import { words } from '../app/words.js';
import { notes } from '../core/device.js';
import { actingIn, choose, unchosen, whenChosen } from '../claims/acting.js';
import { busy, copy, h, must, showMistakes, showRefusal, type Mistake } from '../claims/dom.js';
import { begun, emptyLine, filed, lineName, missingInLines, missingInSecurity, missingInWho, MOST_LINES, secured, sum, type Draft, type Line } from '../claims/draft.js';
import { Exhibits } from '../claims/exhibits.js';
import { capitals, echo, readMoney, yuan } from '../claims/money.js';
import { showReceipt } from '../claims/receipt.js';
import { send } from '../claims/sending.js';

type Step = 'who' | 'lines' | 'security' | 'evidence' | 'check' | 'done';

const STEPS: readonly Step[] = ['who', 'lines', 'security', 'evidence', 'check'];
const WHO = ['name', 'identity', 'contact', 'account'] as const;
const KIND = 'claim.filed@1';

const ctx = context();
const page = must('#filing');
const errors = must('#errors');
const next = must<HTMLButtonElement>('[data-next]');
const sign = must<HTMLButtonElement>('[data-sign]');
const back = must<HTMLButtonElement>('[data-back]');
const place = `draft claim ${ctx.origin} ${ctx.person}`;

const draft: Draft = await kept();
const exhibits = new Exhibits(ctx, page, keep);
let step: Step = 'who';

// --- The draft

async function kept(): Promise<Draft> {
  const text = await notes.get(place);
  return text === null ? begun() : (JSON.parse(text) as Draft);
}

let saving: ReturnType<typeof setTimeout> | undefined;

function keep(): void {
  clearTimeout(saving);
  saving = setTimeout(() => void write(), 250);
}

async function write(): Promise<void> {
  clearTimeout(saving);
  draft.exhibits = exhibits.kept;
  await notes.put(place, JSON.stringify(draft));
  must('[data-draft]').textContent = words('草稿已存在本机', 'Draft kept on this device');
}

// --- Who

for (const name of WHO) {
  const input = must<HTMLInputElement>(`#${name}`);
  input.value = draft.who[name];
  input.maxLength = 200;
  input.addEventListener('input', () => {
    draft.who[name] = input.value;
    keep();
  });
}
radios('related', draft.who.related, (value) => {
  draft.who.related = value;
});

function radios(name: string, value: string, chosen: (value: string) => void): void {
  for (const radio of page.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)) {
    radio.checked = radio.value === value;
    radio.addEventListener('change', () => {
      chosen(radio.value);
      keep();
    });
  }
}

if (draft.acting !== '') choose(page, draft.acting);
whenChosen(page, ({ person }) => {
  draft.acting = person;
  keep();
});

// --- Lines

function drawLines(): void {
  const list = must('[data-lines]');
  list.replaceChildren(...draft.lines.map((line, i) => lineCard(line, i)));
  total();
}

function lineCard(line: Line, i: number): HTMLElement {
  const card = copy('line-template', i + 1);
  must('[data-line-title]', card).textContent = lineName(i);
  const remove = must('[data-remove]', card);
  remove.hidden = draft.lines.length === 1;
  remove.addEventListener('click', () => {
    draft.lines.splice(i, 1);
    keep();
    drawLines();
    must('[data-add-line]').focus();
  });
  bind(must<HTMLSelectElement>('[data-nature]', card), line, 'nature');
  const cause = must<HTMLInputElement>('[data-cause]', card);
  cause.maxLength = 200;
  bind(cause, line, 'cause');
  money(must<HTMLInputElement>('[data-amount]', card), must('[data-echo]', card), line, 'amount');
  return card;
}

function bind(input: HTMLInputElement | HTMLSelectElement, line: Line, name: 'nature' | 'cause' | 'asset'): void {
  input.value = line[name];
  input.addEventListener(input instanceof HTMLSelectElement ? 'change' : 'input', () => {
    line[name] = input.value;
    keep();
  });
}

function money(input: HTMLInputElement, below: HTMLElement, line: Line, name: 'amount' | 'value'): void {
  const show = () => {
    const fen = readMoney(line[name]);
    below.textContent = fen === null ? '' : echo(fen);
    total();
  };
  input.value = line[name];
  input.addEventListener('input', () => {
    line[name] = input.value;
    keep();
    show();
  });
  show();
}

function total(): void {
  must('[data-total]').textContent = yuan(sum(draft));
}

must('[data-add-line]').addEventListener('click', () => {
  if (draft.lines.length >= MOST_LINES) {
    showMistakes(errors, [{ field: 'nature-1', message: words(`一次最多 ${MOST_LINES} 项，其余的另行申报`, `At most ${MOST_LINES} debts in one claim; file the rest separately`) }]);
    return;
  }
  draft.lines.push(emptyLine());
  keep();
  drawLines();
  document.getElementById(`nature-${draft.lines.length}`)?.focus();
});

// --- Security

function drawSecurities(): void {
  const list = must('[data-securities]');
  list.replaceChildren(...secured(draft).map(([i, line]) => {
    const card = copy('security-template', i + 1);
    must('[data-line-title]', card).textContent = `${lineName(i)} · ${line.cause} · ${yuan(readMoney(line.amount) ?? 0n)}`;
    const asset = must<HTMLInputElement>('[data-asset]', card);
    asset.maxLength = 200;
    bind(asset, line, 'asset');
    money(must<HTMLInputElement>('[data-value]', card), must('[data-echo]', card), line, 'value');
    return card;
  }));
  for (const [i, line] of secured(draft)) {
    radios(`waived-${i + 1}`, line.waived, (value) => {
      line.waived = value === 'yes' ? 'yes' : 'no';
    });
  }
}

// --- Evidence

exhibits.begin(draft.exhibits);

// --- Check

function drawSummary(): void {
  const { who } = draft;
  const all = sum(draft);
  must('[data-summary]').replaceChildren(
    block(words('债权人', 'Creditor'), 'who', [
      ...forWhom(),
      [words('姓名或名称', 'Name'), who.name], [words('证件号码', 'ID number'), who.identity], [words('联系方式', 'Contact'), who.contact],
      [words('收款账户', 'Account'), who.account || words('未填', 'Not given')],
      [words('与债务人有关联关系', 'Related to the debtor'), who.related === 'yes' ? words('有', 'Yes') : words('没有', 'No')],
    ]),
    ...draft.lines.map((line, i) => block(lineName(i), 'lines', [
      [words('性质', 'Kind'), natureName(line.nature)], [words('款项', 'What for'), line.cause], [words('金额', 'Amount'), yuan(readMoney(line.amount) ?? 0n)],
      ...(line.nature === 'secured' ? [
        [words('担保财产', 'Property'), line.asset], [words('财产价值', 'Its value'), yuan(readMoney(line.value) ?? 0n)],
        [words('优先受偿权', 'Priority'), line.waived === 'yes' ? words('放弃', 'Waived') : words('保留', 'Kept')],
      ] as [string, string][] : []),
    ])),
    block(words('证据', 'Evidence'), 'evidence', exhibits.kept.length === 0 ? [[words('证据', 'Evidence'), words('没有提交证据；管理人可能要求补充', 'None; the administrator may ask for it')]] : exhibits.kept.map((e) => [e.title, e.purpose])),
    h('dl', { class: 'facts figures' }, h('div', { class: 'total' }, h('dt', {}, words('合计', 'Total')), h('dd', { 'data-sum': true }, yuan(all), h('span', { class: 'money-aid', lang: 'zh-Hans' }, h('br'), capitals(all))))));
}

/** Said only where it is not the visitor himself. */
function forWhom(): [string, string][] {
  const { name } = actingIn(page);
  return name === '' ? [] : [[words('代理委托人', 'Filed for your principal'), name]];
}

function block(title: string, to: Step, rows: readonly (readonly string[])[]): HTMLElement {
  return h('section', { class: 'summary' },
    h('div', { class: 'row' }, h('h2', {}, title), h('a', { class: 'back', href: `#${to}` }, words('修改', 'Change'), h('span', { class: 'hidden-text' }, ` ${title}`))),
    h('dl', { class: 'facts' }, ...rows.map(([name, value]) => h('div', {}, h('dt', {}, name ?? ''), h('dd', {}, value ?? '')))));
}

function natureName(nature: string): string {
  const options = must<HTMLTemplateElement>('#line-template').content.querySelectorAll('option');
  return [...options].find((option) => option.value === nature)?.textContent ?? nature;
}

// --- Steps

const CHECKS: Readonly<Record<Step, () => Mistake[]>> = {
  who: () => [...unchosen(page), ...missingInWho(draft)],
  lines: () => missingInLines(draft),
  security: () => missingInSecurity(draft),
  evidence: () => exhibits.mistakes(),
  check: () => [],
  done: () => [],
};

function way(): readonly Step[] {
  return STEPS.filter((one) => one !== 'security' || secured(draft).length > 0);
}

/** The first step that still needs something, at most `wanted`. */
function reachable(wanted: Step): Step {
  for (const one of way()) {
    if (one === wanted || CHECKS[one]().length > 0) return one;
  }
  return 'who';
}

function show(to: Step, focus = true): void {
  step = to;
  showMistakes(errors, []);
  for (const section of page.querySelectorAll<HTMLElement>('[data-step]')) section.hidden = section.dataset.step !== to;
  if (to === 'lines') drawLines();
  if (to === 'security') drawSecurities();
  if (to === 'check') drawSummary();
  const steps = way();
  const at = steps.indexOf(to);
  must('[data-step-count]').textContent = to === 'done' ? '' : words(`第${at + 1}步，共${steps.length}步`, `Step ${at + 1} of ${steps.length}`);
  must('[data-draft]').hidden = to === 'done';
  must('[data-buttons]').hidden = to === 'done';
  next.hidden = to === 'check';
  sign.hidden = to !== 'check';
  back.hidden = at === 0;
  if (focus) {
    window.scrollTo(0, 0);
    page.querySelector<HTMLElement>(`[data-step="${to}"] h1`)?.focus();
  }
}

function fromAddress(): Step {
  const named = location.hash.slice(1) as Step;
  return reachable(way().includes(named) ? named : 'who');
}

function go(to: Step): void {
  if (location.hash === `#${to}`) show(to);
  else location.hash = to;
}

window.addEventListener('hashchange', () => {
  if (step !== 'done' && STEPS.includes(location.hash.slice(1) as Step)) show(fromAddress());
});

next.addEventListener('click', () => {
  const mistakes = CHECKS[step]();
  if (mistakes.length > 0) {
    showMistakes(errors, mistakes);
    return;
  }
  void write();
  const steps = way();
  go(steps[steps.indexOf(step) + 1] ?? 'check');
});

back.addEventListener('click', () => {
  const steps = way();
  go(steps[steps.indexOf(step) - 1] ?? 'who');
});

// --- Signing

sign.addEventListener('click', () => void file());

const sending = must('[data-sending]');

async function file(): Promise<void> {
  await write();
  const receipt = await send(ctx, page, sign, errors, compose);
  if (receipt !== null) await finish(receipt, draft.claim);
}

function compose(): Utterance {
  const { role, person } = actingIn(page);
  const body = new Composition(KIND);
  return { kind: KIND, role, principal: person, openings: body.openings, body: filed({ ...draft, exhibits: exhibits.kept }, body) };
}

async function finish(receipt: Receipt, claim: string): Promise<void> {
  await notes.delete(place);
  show('done');
  must('[data-receipt]').replaceChildren(
    showReceipt(ctx, receipt, {
      title: words('申报回执', 'Receipt of your claim'), when: new Date().toISOString(),
      note: words('申报已收到，删不掉也改不了。管理人审查后，结果会写进债权表。', 'Your claim is in and cannot be removed or changed. After the administrator’s review the result stands in the register.'),
    }),
    h('div', { class: 'actions' }, h('a', { class: 'button act', href: `/c/${ctx.case}/claims/${claim}` }, words('查看这笔债权', 'Open the claim')), h('a', { class: 'button', href: `/c/${ctx.case}/` }, words('回到首页', 'Back to the overview'))));
}

async function begin(): Promise<void> {
  // A claim signed here whose receipt never came goes first: the browser was closed while it was sent.
  const waiting = (await unsent(ctx)).find((item) => item.kind === KIND);
  if (waiting !== undefined) {
    show('check', false);
    busy(sign, true);
    sending.hidden = false;
    must('[role="status"]', sending).textContent = words('上次签好的申报还没有收到答复，正用同一份重试。', 'The claim signed last time was not answered; sending the same again.');
    try {
      return await finish(await sendAgain(ctx, waiting), draft.claim);
    } catch (error) {
      showRefusal(errors, sentence(error));
      return;
    } finally {
      busy(sign, false);
      sending.hidden = true;
    }
  }
  show(fromAddress(), false);
}

void begin();
