/** Where there is nothing to choose.
 * @module */
import { words } from '../app/words.js';
import { h } from '../claims/dom.js';
import { beijing } from '../claims/receipt.js';
import { base, room, session } from './session.js';
import { go, show } from './steps.js';

export function drawNotOpen(): void {
  const { last, vote } = session();
  const text = vote.stage === 'voided'
    ? words('本次表决作废，已投的票一律不计入；将重新表决。', 'This vote is void: none of its ballots counts. It will be held again.')
    : vote.stage === 'prepared' ? words(`投票还没有开始，${beijing(vote.opens)}（北京时间）开始。`, `Voting has not begun; it opens ${beijing(vote.opens)}, Beijing time.`)
    : words(`投票已于 ${beijing(vote.closes)}（北京时间）结束。`, `Voting closed ${beijing(vote.closes)}, Beijing time.`);
  show(
    h('h1', {}, words('表决票', 'Ballot')),
    h('p', { class: 'notice' }, text),
    last === null ? null : h('p', {}, h('a', { href: `${base}/receipt`, click: (event) => { event.preventDefault(); go('receipt'); } }, words('查看我的回执', 'See my receipt'))),
    h('p', {}, h('a', { class: 'button', href: room }, words('回到会议', 'Back to the meeting'))));
}

/** Everything is answered, and this vote takes no second ballot. */
function drawDone(): void {
  const { last } = session();
  show(
    h('h1', {}, words('票已投出', 'Your ballot is cast')),
    h('p', { class: 'notice done', 'data-final': true }, words('您的票已经投出。这次投票不能改投。', 'Your ballot is in. This vote takes no second ballot.')),
    last === null ? null : h('p', {}, h('a', { href: `${base}/receipt`, click: (event) => { event.preventDefault(); go('receipt'); } }, words('查看我的回执', 'See my receipt'))),
    h('p', {}, h('a', { class: 'button', href: room }, words('回到会议', 'Back to the meeting'))));
}

export function drawNoVote(): void {
  if (session().vote.done) return drawDone();
  show(
    h('h1', {}, words('表决票', 'Ballot')),
    h('p', { class: 'notice' }, words('这次会议的表决权名单上没有您。名单依债权表在会前确定；有异议的，联系管理人。', 'The roll of this meeting has no line of yours. It was fixed before the meeting from the register; if that is wrong, tell the administrator.')),
    h('p', {}, h('a', { class: 'button', href: room }, words('回到会议', 'Back to the meeting'))));
}
