/** The ballot paper: three equal choices for each line on each motion, none preset.
 * @module */
import { words } from '../app/words.js';
import { h, size } from '../claims/dom.js';
import { beijingShort } from '../claims/receipt.js';
import type { Choice } from '../core/body.js';
import type { Line, Motion } from './data.js';
import { choiceName, className, speak, weight } from './names.js';
import { base, cells, fieldOf, number, session } from './session.js';
import { onceOnly } from './once.js';
import { draw, eyebrow, go, show } from './steps.js';

function wide(): boolean {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return document.documentElement.clientWidth >= 64 * rem;
}

export function drawChoose(): void {
  const { choices, last, vote } = session();
  const all = wide();
  const at = Math.min(Math.max(Number(location.hash.slice(1)) || 1, 1), vote.motions.length);
  const shown = all ? vote.motions : vote.motions.slice(at - 1, at);
  const chosen = () => cells().filter((cell) => choices[cell.key] !== undefined && choices[cell.key] !== 'skip').length;
  const count = h('span', { 'data-chosen': true });
  const counted = () => {
    count.textContent = words(`已选${chosen()}项`, `${chosen()} chosen`);
  };
  const before = vote.ballots.at(-1);
  const notice = before === undefined ? onceOnly(vote) : h('p', { class: 'notice done', 'data-before': true },
    words('您的票已经投出。', 'Your ballot is in. '),
    vote.replacement ? words(`${beijingShort(vote.closes)}前可改投，以最后一次为准。`, `Until ${beijingShort(vote.closes)} you can replace it; the last one counts.`) : words('这次投票不能改投。', 'This vote takes no second ballot.'),
    last === null ? null : ' ', last === null ? null : h('a', { href: `${base}/receipt`, click: (event) => { event.preventDefault(); go('receipt'); } }, words('查看回执', 'See the receipt')));
  const extended = vote.extended_from === null ? null : h('p', { class: 'notice', 'data-extended': true },
    words(`投票截止时间已从${beijingShort(vote.extended_from)}延长到${beijingShort(vote.closes)}。`, `The close was put off from ${beijingShort(vote.extended_from)} to ${beijingShort(vote.closes)}.`));
  const motions = shown.map((motion) => drawMotion(motion, all, counted));
  const title = all || shown[0] === undefined ? h('h1', {}, words('表决票', 'Ballot')) : null;
  show(
    eyebrow(all ? words(`共${vote.motions.length}项`, `${vote.motions.length} motions`) : words(`第${at}项，共${vote.motions.length}项`, `Motion ${at} of ${vote.motions.length}`)),
    title,
    extended,
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
  const { choices, kept } = session();
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

async function clear(): Promise<void> {
  session().choices = {};
  await session().kept.forgetChoices();
  draw();
  speak(words('选择已从本机清除', 'Your choices are cleared from this device'));
}
