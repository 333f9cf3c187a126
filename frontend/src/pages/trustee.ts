/** M/trustee: a trustee's key, boxes, sums, and the end of the key. What stands is read from the log itself, in this browser.
 * @module */
import { need } from '../app/page.js';
import { watchCase } from '../app/socket.js';
import { words } from '../app/words.js';
import { load, openAgain, report, signChecked } from '../trustee/boxes.js';
import { destroyed } from '../trustee/ending.js';
import { make, publish, test } from '../trustee/keying.js';
import { ctx, drawnBy, once, refresh } from '../trustee/session.js';
import { show } from '../trustee/showing.js';
import { giveShares, publishSums } from '../trustee/summing.js';

function onSubmit(selector: string, work: () => Promise<void>): void {
  const act = once(work);
  need<HTMLFormElement>(selector).addEventListener('submit', (event) => {
    event.preventDefault();
    act();
  });
}

function onClick(selector: string, work: () => Promise<void>): void {
  need(selector).addEventListener('click', once(work));
}

drawnBy(show);
onSubmit('[data-make]', make);
onSubmit('[data-test]', test);
onSubmit('[data-publish]', publish);
onSubmit('[data-load]', load);
onClick('[data-do-report]', report);
onClick('[data-do-checked]', signChecked);
onClick('[data-do-again]', openAgain);
onClick('[data-do-sums]', publishSums);
onClick('[data-do-shares]', giveShares);
onSubmit('[data-end]', destroyed);

const link = need('[data-link-state]');
watchCase(ctx.case, refresh, (state) => {
  link.classList.toggle('cut', state === 'cut');
  link.textContent = state === 'live' ? words('已连接', 'Connected') : state === 'polling' ? words('已连接（定时查询）', 'Connected (asking every few seconds)') : words('连接中断，恢复后继续', 'Connection lost; it goes on by itself');
});
refresh();
