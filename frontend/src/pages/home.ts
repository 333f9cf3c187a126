/** The task list: what was signed here and never answered is sent again first.
 * @module */
import { Problem, context, send, sentence, unsent } from '../app/act.js';
import { words } from '../app/words.js';
import { supplyMissing } from '../ballot/supplying.js';
import { practisedNote } from '../ballot/practised.js';
import { must } from '../claims/dom.js';
import { notes } from '../core/device.js';

const ctx = context();
// A ballot has a page of its own, which says how it stands.
const waiting = (await unsent(ctx)).filter((item) => !item.kind.startsWith('ballot.cast@'));
if (waiting.length > 0) {
  const place = must('#unsent');
  place.hidden = false;
  place.textContent = words('上次签好的内容还没有收到答复，正用同一份重试。', 'What you signed last time was not answered; sending the same again.');
  try {
    for (const item of waiting) await send(ctx, item);
    place.textContent = words('已经送到，回执在“我的记录”。', 'It has arrived; the receipt is under “My record”.');
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    place.textContent = sentence(error);
  }
}

// The next visit is what a missing box waits for.
void supplyMissing(ctx).catch(() => 0).then((supplied) => {
  if (supplied === 0) return;
  const place = must('#unsent');
  place.hidden = false;
  place.textContent = words('监票人缺少您票里的密封份额，已由这台设备补交。', 'A tally trustee missed a sealed box of your ballot; this device has sent it.');
});

// Whether this device has practised, only this device knows.
for (const task of document.querySelectorAll<HTMLAnchorElement>('a.task[href$="/practice"]')) {
  const meeting = /\/m\/([^/]+)\/practice$/.exec(task.pathname)?.[1] ?? '';
  if ((await notes.get(practisedNote(ctx.origin, ctx.person, meeting))) === null) continue;
  const badge = must('.badge', task);
  badge.className = 'badge';
  badge.textContent = words('已完成', 'Completed');
}
