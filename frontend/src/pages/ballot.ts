/** The ballot: choose, review, seal, cast, receipt. Between sealing and casting nothing is asked.
 * @module */
import { deviceKey, sentence } from '../app/act.js';
import { words } from '../app/words.js';
import { goOn, recorded, settle } from '../ballot/cast.js';
import { drawChoose } from '../ballot/choose.js';
import { watchClose } from '../ballot/closing.js';
import { fetchVote } from '../ballot/data.js';
import { fateOf } from '../ballot/fate.js';
import { Kept, receipts, type Sealed } from '../ballot/kept.js';
import { drawNoVote, drawNotOpen } from '../ballot/nothing.js';
import { drawReceipt } from '../ballot/receipt.js';
import { drawReview } from '../ballot/review.js';
import { drawSealed } from '../ballot/sealed.js';
import { begin, cells, ctx, meeting, refresh, room, session } from '../ballot/session.js';
import { draw, drawnBy, show } from '../ballot/steps.js';
import { supplyMissing } from '../ballot/supplying.js';
import { drawOpened } from '../ballot/testing.js';
import { waitingBallots } from '../ballot/waiting.js';
import { h } from '../claims/dom.js';
import { warm } from '../core/group.js';

/** The step the address names, where there is something to show; a sealed ballot comes first. */
drawnBy((named) => {
  const { last, opened, sealed, vote } = session();
  if (named === 'receipt' && last !== null) drawReceipt(last);
  else if (opened !== null) drawOpened(opened);
  else if (sealed.length > 0) drawSealed();
  else if (vote.stage !== 'open') drawNotOpen();
  else if (cells().length === 0) drawNoVote();
  else if (named === 'review') drawReview();
  else drawChoose();
});

function watchClock(): void {
  watchClose(`${room}board.json`, session().vote, (closes) => {
    const { vote } = session();
    session().vote = { ...vote, closes, extended_from: vote.extended_from ?? vote.closes };
  });
}

/** Without those that were opened and not yet taken off the list when the browser was closed. */
async function usable(sealed: readonly Sealed[]): Promise<readonly Sealed[]> {
  const fates = await Promise.all(sealed.map((ballot) => fateOf(ballot.body)));
  return fates.includes('opened') ? [] : sealed;
}

async function open(): Promise<void> {
  void deviceKey(ctx).catch(() => undefined); // asked for now, so that nothing is asked between sealing and casting
  const vote = await fetchVote(ctx, meeting);
  const kept = new Kept(ctx, vote.hash);
  const last = (await receipts(ctx)).findLast((cast) => cast.meeting === meeting) ?? null;
  begin({ vote, kept, choices: await kept.choices(), sealed: await usable(await kept.sealed()), secrets: new Map(), opened: await kept.opened(), last });
  watchClock();
  if (vote.missing.length > 0 && (await supplyMissing(ctx)) > 0) await refresh();
  warm();
  const waiting = await waitingBallots(ctx, vote.hash, 'creditor');
  if (waiting.length > 0) await goOn(waiting);
  else {
    const before = session().sealed.length;
    await settle();
    if (before > 0 && session().sealed.length === 0) await recorded();
    else draw(false);
  }
}

void open().catch((error: unknown) => {
  show(h('h1', {}, words('表决票取不到', 'The ballot cannot be had')), h('p', { class: 'notice bad', role: 'alert' }, sentence(error)), h('div', { class: 'actions' }, h('button', { type: 'button', class: 'button act', click: () => location.reload() }, words('重试', 'Try again'))));
});
