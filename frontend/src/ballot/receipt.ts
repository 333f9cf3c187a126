/** The ballot is cast: its receipt.
 * @module */
import { words } from '../app/words.js';
import { h } from '../claims/dom.js';
import { beijingShort, showReceipt } from '../claims/receipt.js';
import { keepReceipt } from './kept.js';
import { ctx, meeting, room, session, type Last } from './session.js';
import { go, show } from './steps.js';

export function drawReceipt({ fingerprint, receipt, when }: Last): void {
  const { vote } = session();
  const open = vote.stage === 'open' && vote.replacement;
  show(
    h('h1', {}, words('票已投出', 'Your ballot is cast')),
    showReceipt(ctx, receipt, {
      title: words('投票回执', 'Receipt of your ballot'), fingerprint, when,
      note: words('证明票已收到、删不掉改不了，不写怎么投。', 'Your ballot is in and cannot be removed; this says nothing of your choice.'),
    }, (better) => void keepReceipt(ctx, { meeting, fingerprint, when, receipt: better })),
    open ? h('p', {}, words(`${beijingShort(vote.closes)}前可改投，以最后一次为准。`, `Until ${beijingShort(vote.closes)} you can replace it; the last one counts.`))
      : vote.stage === 'open' ? h('p', { 'data-final': true }, words('这次投票不能改投。', 'This vote takes no second ballot.')) : null,
    h('div', { class: 'actions' },
      h('a', { class: 'button act', href: room }, words('回到会议', 'Back to the meeting')),
      open ? h('button', { type: 'button', class: 'button', 'data-replace': true, click: () => go('choose') }, words('改投', 'Replace my ballot')) : null),
  );
}
