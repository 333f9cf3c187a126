/** M/practice: the ballot's own pages over a vote that is made here and sent nowhere.
 * @module */
import { sentence } from '../app/act.js';
import { words } from '../app/words.js';
import { drawChoose } from '../ballot/choose.js';
import { Kept } from '../ballot/kept.js';
import { drawCheck, drawPractised, practiceVote } from '../ballot/practice.js';
import { drawReview } from '../ballot/review.js';
import { drawSealed } from '../ballot/sealed.js';
import { begin, ctx, session } from '../ballot/session.js';
import { draw, drawnBy, show } from '../ballot/steps.js';
import { drawOpened } from '../ballot/testing.js';
import { h } from '../claims/dom.js';
import { warm } from '../core/group.js';

drawnBy((named) => {
  const { opened, sealed } = session();
  if (opened !== null) drawOpened(opened);
  else if (sealed.length > 0) drawSealed();
  else if (named === 'receipt') drawPractised();
  else if (named === 'review') drawReview();
  else if (location.hash === '') void drawCheck();
  else drawChoose();
});

async function open(): Promise<void> {
  const vote = await practiceVote();
  const kept = new Kept(ctx, vote.hash);
  begin({ vote, kept, choices: await kept.choices(), sealed: await kept.sealed(), secrets: new Map(), opened: await kept.opened(), last: null });
  warm();
  draw(false);
}

void open().catch((error: unknown) => {
  show(h('h1', {}, words('练习不能开始', 'The practice cannot begin')), h('p', { class: 'notice bad', role: 'alert' }, sentence(error)));
});
