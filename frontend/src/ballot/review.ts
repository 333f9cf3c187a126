/** Check before sealing: what is chosen, and what is missing first.
 * @module */
import { sentence } from '../app/problem.js';
import { words } from '../app/words.js';
import { busy, h, icon, isBusy, must, showMistakes, showRefusal } from '../claims/dom.js';
import { choiceName, className, weight } from './names.js';
import { sealChoices } from './sealing.js';
import { cells, fieldOf, number, session, type Cell } from './session.js';
import { onceOnly } from './once.js';
import { draw, eyebrow, go, show } from './steps.js';

export function drawReview(): void {
  const { choices, vote } = session();
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
    onceOnly(vote),
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
  const { choices, kept } = session();
  choices[cell.key] = 'skip';
  void kept.keepChoices(choices);
  draw();
}

function drawChosen(cell: Cell): HTMLElement {
  return h('li', {}, h('div', { class: 'card', 'data-chosen-for': cell.motion.id },
    h('h2', {}, `${number(cell.motion)}. ${cell.motion.title}`),
    h('p', { class: 'hint' }, `${className(cell.line.class)} · ${weight(cell.line)}`),
    h('p', {}, h('strong', { 'data-choice': true }, choiceName(session().choices[cell.key]))),
    h('button', { type: 'button', class: 'button plain', click: () => toChoose(cell) }, words('修改', 'Change'), h('span', { class: 'hidden-text' }, ` ${cell.motion.title}`))));
}

async function doSeal(button: HTMLElement): Promise<void> {
  const errors = must('#errors');
  const { choices } = session();
  const gaps = cells().filter((cell) => choices[cell.key] === undefined);
  if (gaps.length > 0) {
    showMistakes(errors, gaps.map((cell) => ({ field: `gap-${fieldOf(cell.key)}`, message: gapName(cell) })));
    return;
  }
  if (cells().every((cell) => choices[cell.key] === 'skip')) {
    showMistakes(errors, [{ field: 'seal', message: words('至少选择一项才能封票', 'Choose on at least one motion before sealing') }]);
    return;
  }
  busy(button, true);
  must('#sealing').hidden = false;
  try {
    await sealChoices();
    go('sealed');
  } catch (error) {
    busy(button, false);
    must('#sealing').hidden = true;
    showRefusal(errors, sentence(error));
  }
}
