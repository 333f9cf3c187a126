/** The steps of the ballot, each with an address of its own, drawn on one page.
 * @module */
import { words } from '../app/words.js';
import { h, must } from '../claims/dom.js';
import { closesAt } from './closing.js';
import { base, practice, root, session } from './session.js';
import { standingNotes } from './standing.js';

export type Step = 'choose' | 'review' | 'sealed' | 'receipt';

let drawStep: (named: string) => void = () => undefined;

/** @param step - draws what the address names, where there is something to show */
export function drawnBy(step: (named: string) => void): void {
  drawStep = step;
  window.addEventListener('popstate', () => draw());
}

export function addressOf(step: Step, motion = 0): string {
  if (step === 'choose') return motion === 0 ? base : `${base}#${motion}`;
  return `${base}/${step}`;
}

export function go(step: Step, motion = 0): void {
  history.pushState(null, '', addressOf(step, motion));
  draw();
}

export function draw(focus = true): void {
  drawStep(location.pathname.slice(base.length + 1));
  if (focus) {
    window.scrollTo(0, 0);
    root.querySelector<HTMLElement>('h1')?.focus();
  }
}

export function show(...children: (Node | null)[]): void {
  root.replaceChildren(h('div', { id: 'errors' }), ...(practice ? [banner()] : standingNotes()), ...children.filter((child) => child !== null));
  must<HTMLElement>('h1', root).tabIndex = -1;
}

function banner(): HTMLElement {
  return h('p', { class: 'notice warn', 'data-practice-banner': true }, h('strong', {}, words('练习', 'Practice')), words('：什么也不会送出或记录，不算投票。', ': nothing is sent or recorded, and it is no vote.'));
}

export function eyebrow(right: string): HTMLElement {
  if (practice) return h('p', { class: 'eyebrow' }, h('span', {}, words('会前试投', 'Practice before the meeting')), h('span', {}, right));
  return h('p', { class: 'eyebrow' }, closesAt(session().vote.closes), h('span', {}, right));
}
