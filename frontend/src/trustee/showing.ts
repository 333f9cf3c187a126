/** What of the trustee's page is shown at each stage of the vote.
 * @module */
import { words } from '../app/act.js';
import { element, facts, need } from '../app/page.js';
import type { Vote } from '../app/replay.js';
import { boxesThatAre, outdated, toComplain, toName } from './boxes.js';
import { ctx, log, myIndex, ownBallot, page, session } from './session.js';

type Part = 'key' | 'wait' | 'load' | 'boxes' | 'sums' | 'shares' | 'done' | 'end';

function hasPublished(found: Vote): boolean {
  return [...found.published.values()].some((trustee) => trustee.person === ctx.person);
}

/** The parts shown now; the first names the step. */
function parts(found: Vote): readonly Part[] {
  const index = myIndex(found);
  const opened = session.key !== null;
  const destroys = index > 0 && !found.destroyed.has(index);
  if (found.stage === 'none') return [hasPublished(found) ? 'wait' : 'key'];
  if (found.stage === 'voided') return [hasPublished(found) ? 'wait' : 'key', ...(destroys ? ['end' as const] : [])];
  if (index === 0 || found.stage === 'prepared') return ['wait'];
  if (found.stage === 'open') return ['wait', opened ? 'boxes' : 'load'];
  if (found.stage === 'closed') return found.checked.has(index) ? ['wait'] : [opened ? 'boxes' : 'load'];
  const due = found.due(index).length > 0;
  if (found.stage === 'counted') return found.summed.has(index) && !due ? ['done'] : [opened ? 'sums' : 'load'];
  if (due && destroys) return [opened ? 'shares' : 'load'];
  return ['done', ...(destroys ? ['end' as const] : [])];
}

export function show(): void {
  const found = session.vote;
  if (found === null) return;
  const now = parts(found);
  for (const part of document.querySelectorAll<HTMLElement>('[data-step]')) part.hidden = !now.includes(part.dataset.step as Part);
  document.documentElement.dataset.trusteeStep = now[0];
  const lit = now.includes('end') ? 'end' : now[0] === 'key' || found.stage === 'none' ? 'key' : found.stage === 'counted' || found.stage === 'declared' ? 'sums' : 'boxes';
  for (const part of document.querySelectorAll<HTMLElement>('[data-at]')) {
    if (part.dataset.at === lit) part.setAttribute('aria-current', 'step');
    else part.removeAttribute('aria-current');
  }
  if (now.includes('wait')) showWait(found);
  if (now.includes('load')) showLoad(found);
  if (now.includes('boxes')) showBoxes(found);
  if (now.includes('sums')) showSums(found);
  if (now.includes('shares')) showShares(found);
  if (now.includes('end')) showEnd();
  showTrustees(found);
}

function beijing(time: Date | null): string {
  return time === null ? '—' : new Intl.DateTimeFormat(words('zh-CN', 'en-GB'), { timeZone: 'Asia/Shanghai', dateStyle: 'long', timeStyle: 'short' }).format(time);
}

function showWait(found: Vote): void {
  const { stage, closes, complaintsClose } = found;
  const say = (title: string, more: string) => {
    need('[data-wait-title]').textContent = title;
    need('[data-wait-words]').textContent = more;
  };
  if (stage === 'none') say(words('公钥已公布', 'Your key is published'), words('管理人固定表决权名单之后，这里会显示投票时间。保管好钥匙文件和口令。', 'Once the administrator has fixed the rolls, the times of the vote appear here. Keep the key file and the passphrase.'));
  else if (stage === 'voided') say(words('上次表决作废，新公钥已公布', 'The last vote is void; your new key is published'), words('管理人重新固定表决权名单之后，这里会显示投票时间。', 'Once the administrator has fixed the rolls anew, the times of the vote appear here.'));
  else if (myIndex(found) === 0) say(words('本次表决没有您的钥匙', 'Your key is not part of this vote'), words('表决清单列出的监票人里没有您。', 'The manifest of the vote does not name you among its trustees.'));
  else if (stage === 'prepared' || stage === 'open') say(words('等投票截止', 'Waiting for the close'), words(`投票${beijing(closes)}截止（北京时间）。之后回到这里检查密封份额。`, `Voting closes ${beijing(closes)} (Beijing time). Come back then to check your boxes.`));
  else say(words('您已检查完毕，等其他监票人', 'You have checked; waiting for the other trustees'), words(`异议期到${beijing(complaintsClose)}（北京时间）。全部检查完毕后计票范围确定，再打开合计。`, `Complaints are taken until ${beijing(complaintsClose)} (Beijing time). When all have checked, the counted set is fixed and the totals can be opened.`));
}

function showLoad(found: Vote): void {
  const say = (title: string, more: string) => {
    need('[data-load-title]').textContent = title;
    need('[data-load-words]').textContent = more;
  };
  const ballots = found.ballots.length;
  if (found.stage === 'open') say(words('现在就可以检查', 'You can check already now'), words(`已有 ${ballots} 张票。份额有假或缺失，趁投票未截止告知投票人，还来得及重投。`, `${ballots} ballot(s) so far. Where a box is false or missing, the voter is told while he can still vote again.`));
  else if (found.stage === 'closed') say(words('检查密封份额', 'Check the boxes'), words(`投票已截止，共 ${ballots} 张票。选择钥匙文件，逐一打开给您的密封份额并核对。`, `Voting has closed with ${ballots} ballot(s). Choose your key file; each box for you is opened and checked.`));
  else if (found.stage === 'counted') say(words('打开合计', 'Open the totals'), words('计票范围已确定。选择钥匙文件，重新打开密封份额并算出合计。', 'The counted set is fixed. Choose your key file; your boxes are opened again and summed.'));
  else say(words('法院裁定公开一票', 'The court ordered an answer disclosed'), words(`有 ${found.due(myIndex(found)).length} 项回答等您的份额，只给法院和管理人看。选择钥匙文件。`, `${found.due(myIndex(found)).length} answer(s) wait for your share, for court and administrator alone. Choose your key file.`));
}

function showBoxes(found: Vote): void {
  const [missing, wrong] = [boxesThatAre('missing').length, boxesThatAre('false').length];
  const own = boxesThatAre('false').filter((box) => found.ballots.some((b) => b.hash === box.ballot && ownBallot(found, b))).length;
  facts(need('[data-boxes-facts]'), [
    [words('选票', 'Ballots'), String(found.ballots.length)],
    [words('份额正确', 'Boxes that hold'), String(boxesThatAre('good').length)],
    [words('缺失', 'Missing'), String(missing)],
    [words('不符，提出异议', 'False, complained of'), String(wrong)],
    ...(own > 0 ? [[words('其中本人或所代表的人的，不评判', 'of these own or principals’, not judged'), String(own)] as const] : []),
    [words('异议成立作废的票', 'Void by a complaint'), String(found.ballots.filter((b) => b.void).length)],
  ]);
  const [reports, closed] = [toComplain(found).length + toName(found).length > 0, found.stage === 'closed'];
  need('[data-boxes-words]').textContent = outdated(found)
    ? words('又有新票，重新获取份额再检查。', 'More ballots have come in; fetch the boxes again.')
    : missing > 0 && !reports
      ? words('缺失的份额已记入账本，投票人会被告知，由他的浏览器补交。补齐前计票范围至少等一天；仍缺而签署，该票不计。', 'The missing boxes are on the ledger; the voters are told, and their browsers supply them. The counted set waits a day for them; a ballot still missing then is not counted.')
      : missing > 0
        ? words('有份额没有取到：记入账本，告知投票人补交。', 'Some boxes are missing: name them on the ledger, so that the voters supply them.')
        : wrong > 0
          ? words('先提出异议：该票的份额将公开，由账本判定，成立则整张作废。', 'Complaints come first: that box becomes public, the ledger judges it, and a ballot so found is void.')
          : words('全部份额都能打开，与选票的承诺相符。', 'Every box opens and agrees with its ballot.');
  need('[data-do-report]').hidden = !reports || (closed && missing === 0);
  need('[data-do-checked]').hidden = !closed || toName(found).length > 0;
  need('[data-do-checked]').textContent = missing > 0 ? words(`签署：检查完毕，缺 ${missing} 份`, `Sign: boxes checked, ${missing} missing`) : words('签署：检查完毕', 'Sign: boxes checked');
  need('[data-do-again]').hidden = missing === 0 && !outdated(found);
}

function showSums(found: Vote): void {
  facts(need('[data-sums-facts]'), [
    [words('计票范围', 'Counted set'), words(`${found.counted.length} 项回答，散列与账本一致`, `${found.counted.length} answers; the hash agrees with the ledger`)],
    [words('表决权名单', 'Rolls'), words(`${found.rolls.size} 份，根与清单一致`, `${found.rolls.size}; their roots agree with the manifest`)],
    [words('账本', 'Ledger'), words(`读到第 ${log.size - 1} 条`, `read up to entry ${log.size - 1}`)],
  ]);
}

function showShares(found: Vote): void {
  need('[data-shares-rows]').replaceChildren(...found.due(myIndex(found)).map(({ answer }) => {
    const row = element('li');
    row.textContent = `${answer.motion} · ${answer.line}`;
    return row;
  }));
}

function showEnd(): void {
  need('[data-end-words]').textContent = page.final === null ? '' : words(`结果自${beijing(new Date(page.final))}起不能再申请撤销，此后才能声明。`, `From ${beijing(new Date(page.final))} the result can no longer be challenged; only then can it be said.`);
}

function showTrustees(found: Vote): void {
  need('[data-trustees]').hidden = found.manifest === null;
  const yes = (done: boolean) => (done ? words('✓ 已完成', '✓ done') : '—');
  need('[data-trustee-rows]').replaceChildren(...found.seats.map(({ person }, i) => {
    const row = element('tr');
    const own = person === ctx.person ? words('（您）', ' (you)') : '';
    const checked = found.checked.has(i + 1) || !found.excused.has(i + 1) ? yes(found.checked.has(i + 1)) : words('法院决定不再等', 'not waited for');
    row.append(element('th', `${page.names[person] ?? person}${own}`, { scope: 'row' }), element('td', checked), element('td', yes(found.summed.has(i + 1))), element('td', yes(found.destroyed.has(i + 1))));
    return row;
  }));
}
