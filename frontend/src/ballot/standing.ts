/** What became of a ballot after it was cast: found void, or a box of it is missing.
 * @module */
import { words } from '../app/words.js';
import { h } from '../claims/dom.js';
import { cells, session } from './session.js';

/** Do answers of this visitor stand in a ballot that a complaint made void? */
export function voided(): boolean {
  const void_ = new Set(session().vote.ballots.filter((ballot) => ballot.void).map((ballot) => ballot.ballot));
  return cells().some(({ line }) => line.replaces !== null && void_.has(line.replaces));
}

export function standingNotes(): HTMLElement[] {
  const { vote } = session();
  const notes: HTMLElement[] = [];
  if (voided()) {
    notes.push(h('div', { class: 'notice bad', role: 'status', 'data-void': true },
      h('p', { class: 'notice-title' }, words('您的票已作废', 'Your ballot was found void')),
      h('p', {}, vote.stage === 'open'
        ? words('监票人证明，票里给他的密封份额与票不符。投票还没截止，请重投一次。', 'A tally trustee showed that its sealed box for him does not fit the ballot. Voting is still open: vote again.')
        : words('监票人证明，票里给他的密封份额与票不符。这张票按未表决计。', 'A tally trustee showed that its sealed box for him does not fit the ballot. Its votes are counted as not cast.'))));
  }
  if (vote.missing.length > 0) {
    notes.push(h('p', { class: 'notice warn', role: 'status', 'data-missing-box': true },
      words('监票人没有收到您票里的一份密封份额，这台设备也没有留存。请用投票时的那台设备打开本页，会自动补交。', 'A tally trustee misses a sealed box of your ballot, and this device does not have it. Open this page on the device you voted with: it sends the box by itself.')));
  }
  return notes;
}
