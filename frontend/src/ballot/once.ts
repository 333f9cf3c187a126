/** What a voter must know before he casts where the meeting rules bar a second ballot (P12).
 * @module */
import { words } from '../app/words.js';
import { h } from '../claims/dom.js';
import type { Vote } from './data.js';

export function onceOnly(vote: Vote): HTMLElement | null {
  if (vote.replacement) return null;
  return h('p', { class: 'notice warn', 'data-once-only': true }, words('这次投票按议事规则投出后不能改投，请确认后再投。', 'By the meeting rules a ballot of this vote cannot be changed once cast; check it first.'));
}
