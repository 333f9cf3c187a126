/** M/prepare: the rolls as the server drafts them, checked here against roots and commitments, then signed.
 * @module */
import { element, follow, showErrors, the, value, type FieldError } from '../app/forms.js';
import { postJson } from '../app/http.js';
import { context, draft, signs } from '../app/staff.js';
import { beijing, fromBeijing } from '../app/times.js';
import { words } from '../app/words.js';
import { Refused } from '../core/errors.js';
import { formatYuan, parseFen } from '../core/ids.js';
import { dumps, type JsonObject } from '../core/jcs.js';
import { decodeManifest } from '../core/manifest.js';
import { checkRoll, checkTotal, decodeLeaf, weighted, type Leaf } from '../core/roll.js';

interface ClassRow {
  readonly class: string;
  readonly heads: number;
  readonly total: string | null;
  readonly sigma: string | null;
}

interface Shown {
  readonly motion: string;
  readonly title: string;
  readonly lines: readonly { readonly leaf: JsonObject; readonly who: string; readonly amount: string | null; readonly grounds: readonly string[] }[];
  readonly excluded: readonly { readonly who: string; readonly ground: string }[];
  readonly warnings: readonly string[];
}

interface Answer {
  readonly manifest: JsonObject;
  readonly rolls: readonly (JsonObject & { readonly motion: string; readonly root: string; readonly lines: number; readonly classes: readonly ClassRow[] })[];
  readonly motions: readonly Shown[];
}

const ctx = context();
const given = draft<{ readonly meeting: string; readonly url: string; readonly single: boolean }>();
const form = document.querySelector<HTMLFormElement>('#prepare');

function differs(what: string): Refused {
  return new Refused('draft', `服务器给出的${what}与这里算出的不符，没有签署；刷新后再试`, `${what}: the server’s draft differs from what was computed here; nothing was signed. Reload and try again`);
}

/** Everything in the draft that follows from other parts of it is computed again. @throws {Refused} */
function checked(answer: Answer): void {
  const manifest = decodeManifest(dumps(answer.manifest));
  if (manifest.meeting !== given.meeting || manifest.case !== ctx.case) throw differs('manifest');
  for (const motion of manifest.motions) {
    const head = answer.rolls.find((roll) => roll.motion === motion.id);
    const shown = answer.motions.find((one) => one.motion === motion.id);
    if (!head || !shown) throw differs(motion.id);
    const leaves: readonly Leaf[] = shown.lines.map((line) => decodeLeaf(line.leaf));
    checkRoll(leaves, motion.roll_root);
    if (head.root !== motion.roll_root || head.lines !== leaves.length) throw differs(motion.id);
    for (const row of head.classes) {
      const heads = leaves.filter((leaf) => leaf.class === row.class).reduce((sum, leaf) => sum + leaf.heads, 0);
      if (heads !== row.heads || (weighted(leaves, row.class).length > 1) !== (row.total !== null)) throw differs(row.class);
      if (row.total === null || row.sigma === null) continue;
      const total = checkTotal(leaves, row.class, row.total, row.sigma);
      const shownTotal = shown.lines.filter((line) => line.leaf.class === row.class).reduce((sum, line) => sum + parseFen(line.amount ?? '0'), 0n);
      if (total !== shownTotal) throw differs(row.class);
    }
  }
}

function table(shown: Shown, classes: readonly ClassRow[]): HTMLElement {
  const section = element('section', '');
  section.append(element('h3', '', shown.title));
  for (const warning of shown.warnings) {
    const notice = element('div', 'notice warn');
    notice.append(element('p', '', warning));
    section.append(notice);
  }
  const totals = element('ul', '');
  for (const row of classes) {
    const amount = row.total === null ? words('金额不公开合计', 'no total amount') : words(`${formatYuan(parseFen(row.total))} 元`, `CNY ${formatYuan(parseFen(row.total))}`);
    totals.append(element('li', '', words(`${row.class} 组：${row.heads} 人，${amount}`, `Group ${row.class}: ${row.heads} heads, ${amount}`)));
  }
  const scroll = element('div', 'scroll roll-lines');
  scroll.tabIndex = 0;
  const grid = element('table', 'dense');
  grid.append(element('caption', 'hidden-text', words('表决权名单', 'Roll')));
  const head = element('tr', '');
  for (const title of [words('表决人', 'Voter'), words('组', 'Group'), words('人数', 'Heads'), words('金额（元）', 'Amount (yuan)'), words('理由', 'Reason')]) {
    const cell = element('th', '', title);
    cell.scope = 'col';
    head.append(cell);
  }
  const rows = shown.lines.map((line) => {
    const row = element('tr', '');
    const who = element('th', '', line.who);
    who.scope = 'row';
    row.append(who, element('td', '', String(line.leaf.class)), element('td', 'num', String(line.leaf.heads)),
      element('td', 'num', line.amount === null ? '—' : formatYuan(parseFen(line.amount))), element('td', '', line.grounds.join(words('；', '; '))));
    return row;
  });
  const [thead, tbody] = [element('thead', ''), element('tbody', '')];
  thead.append(head);
  tbody.append(...rows);
  grid.append(thead, tbody);
  scroll.append(grid);
  section.append(totals, scroll);
  if (shown.excluded.length > 0) {
    const out = element('details', '');
    out.append(element('summary', '', words(`没有表决权：${shown.excluded.length}`, `Without a vote: ${shown.excluded.length}`)));
    const list = element('ul', '');
    list.append(...shown.excluded.map((one) => element('li', '', `${one.who}：${one.ground}`)));
    out.append(list);
    section.append(out);
  }
  return section;
}

if (form) {
  const threshold = the<HTMLSelectElement>('#threshold', form);
  // Every trustee whose key is published takes part. One alone could open every choice, too: that takes the court's
  // leave, or a vote by name.
  const trustees = [...form.querySelectorAll<HTMLElement>('[data-trustee]')].map((row) => row.dataset['trustee'] ?? '');
  const n = trustees.length;
  const least = () => (given.single || value(form, 'disclosure') === 'named' ? 1 : 2);
  const offer = () => {
    const before = threshold.value;
    const offered = Array.from({ length: Math.min(n, 6) }, (_, i) => i + 1).filter((t) => t >= least());
    threshold.replaceChildren(...offered.map((t) => {
      const option = element('option', '', words(`${n}人中的${t}人`, `${t} of ${n}`));
      option.value = String(t);
      return option;
    }));
    threshold.value = String(offered.includes(Number(before)) ? before : Math.max(Math.floor(n / 2) + 1, least()));
  };
  follow(form.querySelectorAll('input[name="disclosure"]'), offer);

  signs(form, {
    ctx,
    async prepare(tell) {
      const wrong: FieldError[] = [];
      const times = { opens: '', closes: '', complaints_close: '' };
      const names = { opens: words('开始投票', 'the opening'), closes: words('截止', 'the close'), complaints_close: words('核对选票的期限', 'the end of complaints') };
      for (const name of ['opens', 'closes', 'complaints_close'] as const) {
        times[name] = fromBeijing(value(form, name)) ?? '';
        if (times[name] === '') wrong.push({ field: name, message: words(`输入${names[name]}的日期和时间`, `Enter day and time of ${names[name]}`) });
      }
      if (times.opens !== '' && times.closes !== '' && times.closes <= times.opens) wrong.push({ field: 'closes', message: words('截止应晚于开始', 'The close must be after the opening') });
      if (times.closes !== '' && times.complaints_close !== '' && times.complaints_close < times.closes) wrong.push({ field: 'complaints_close', message: words('核对选票的期限不能早于截止', 'Complaints cannot end before the close') });
      if (n < least()) wrong.push({ field: 'threshold', message: n === 0
        ? words('还没有监票人公布钥匙', 'No trustee has published a key yet')
        : words('至少要有两位已公布钥匙的监票人；只有一位时须经法院准许', 'At least two trustees with published keys are needed; a single one takes the court’s leave') });
      showErrors(form, wrong);
      if (wrong.length > 0) return null;
      tell(words('正在计算名单…', 'Computing the rolls …'));
      const answer = await postJson<Answer>(ctx.csrf, given.url, {
        trustees, threshold: Number(threshold.value), ...times,
        replacement: form.querySelector<HTMLInputElement>('#replacement')?.checked ?? false, disclosure: value(form, 'disclosure'),
      });
      tell(words('正在核对名单…', 'Checking the rolls …'));
      checked(answer);
      return {
        utterance: { kind: 'voting.prepared@1', role: 'administrator', body: { manifest: answer.manifest, rolls: answer.rolls } },
        summary: [
          [words('投票', 'Voting'), `${beijing(times.opens)} – ${beijing(times.closes)}`],
          [words('核对选票至', 'Complaints until'), beijing(times.complaints_close)],
          [words('监票人', 'Trustees'), words(`${trustees.length}人，${threshold.value}人一起才能打开合计`, `${trustees.length}; ${threshold.value} together open the totals`)],
          [words('公开', 'Published'), value(form, 'disclosure') === 'named'
            ? words('合计；管理人和法院另可看到每票的选择', 'totals; administrator and court also see who voted how')
            : words('只公布合计', 'totals only')],
          [words('改投', 'Replacing a ballot'), answer.manifest.replacement === true
            ? words('截止前可以改投，以最后一次为准', 'until the close; the last one counts')
            : words('投出后不能改投', 'a cast ballot cannot be changed')],
          [words('名单', 'Rolls'), words('根和合计已在这里重新算过，一致', 'roots and totals computed again here: they agree')],
        ],
        more: answer.motions.map((shown) => table(shown, answer.rolls.find((roll) => roll.motion === shown.motion)?.classes ?? [])),
      };
    },
  });
}
