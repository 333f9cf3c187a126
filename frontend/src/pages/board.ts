/** M/board: turnout while voting runs, then the tally being proven in this very browser, then the result.
 * @module */
import { BoardSource, className, metricName, titled, type ClassRow, type Summary } from '../app/board.js';
import { element, need, pageData } from '../app/page.js';
import { proveAll, yuan } from '../app/proving.js';
import { watchCase, type Link } from '../app/socket.js';
import { words } from '../app/words.js';

const { case: caseId, meeting } = pageData<{ case: string; meeting: string }>('board-page');
const source = new BoardSource(caseId, meeting);
const REPAINT = 500;

let shown: Summary | null = null;
let asked = false;
let waiting = false;
let proving = '';
let told = -1;
let last = new Date();

function clock(time: Date, style: 'medium' | 'full' = 'medium'): string {
  const how: Intl.DateTimeFormatOptions = style === 'medium' ? { timeStyle: 'medium' } : { dateStyle: 'full', timeStyle: 'short' };
  return new Intl.DateTimeFormat(words('zh-CN', 'en-GB'), { ...how, timeZone: 'Asia/Shanghai', hourCycle: 'h23' }).format(time);
}

/** Ask for what stands, at most twice a second. */
async function refresh(): Promise<void> {
  if (asked) {
    waiting = true;
    return;
  }
  asked = true;
  try {
    shown = await source.ask<Summary>({ get: 'summary' });
    last = new Date();
    paint(shown);
    link(shownLink);
  } catch {
    link('cut');
  }
  setTimeout(() => {
    asked = false;
    if (waiting) {
      waiting = false;
      void refresh();
    }
  }, REPAINT);
}

let shownLink: Link = 'polling';

function link(state: Link): void {
  shownLink = state;
  const place = need('[data-link-state]');
  place.classList.toggle('cut', state === 'cut');
  const entry = shown === null ? '' : words(`，已入账至第 ${shown.n - 1} 条`, `, recorded up to entry ${shown.n - 1}`);
  place.textContent = state === 'cut'
    ? words(`连接中断，数据停在${clock(last)}`, `Connection lost; figures as of ${clock(last)}`)
    : state === 'polling' ? words(`没有实时连接，每3秒查询${entry}`, `No live connection; asking every 3 seconds${entry}`) : words(`已连接${entry}`, `Connected${entry}`);
}

const STAGES: Readonly<Record<Summary['stage'], readonly [string, string]>> = {
  none: ['表决尚未准备', 'The vote is not prepared yet'], prepared: ['等待投票开始', 'Voting has not opened yet'], open: ['正在投票', 'Voting is open'],
  closed: ['投票已截止，监票人正在检查密封份额', 'Voting has closed; the trustees check their boxes'],
  counted: ['计票范围已确定，监票人正在打开合计', 'The counted set is fixed; the trustees open the totals'], declared: ['结果已宣布', 'The result is declared'],
  voided: ['本次表决作废，须重新表决；已投的票一律不计入', 'The vote is void and is to be held again; none of its ballots counts'],
};

function paint(summary: Summary): void {
  document.documentElement.dataset.voteStage = summary.stage;
  need('[data-stage]').textContent = words(...STAGES[summary.stage]);
  const times = need('[data-times]');
  const until = summary.stage === 'prepared' ? summary.opens : summary.closes;
  times.textContent = until === undefined ? '' : `${summary.stage === 'prepared' ? words('开始', 'Opens') : words('截止', 'Closes')} ${clock(new Date(until), 'full')} ${words('（北京时间）', '(Beijing time)')}`;
  need('[data-present]').textContent = words(`现在到会 ${summary.present} 人`, `${summary.present} signed in now`);
  const { done, matched } = summary.tests;
  need('[data-tests]').textContent = words(`抽查${done}张，${matched}张一致`, `${done} sealed ballots tested, ${matched} matched`);
  paintTurnout(summary);
  paintTrustees(summary);
  speak(summary);
  void open(summary);
}

function meter(name: string, figure: string, more: string, value: number, max: number): HTMLElement {
  const box = element('div', '', { class: 'meter' });
  const line = element('p', '', { class: 'meter-figure' });
  line.append(element('strong', figure), element('span', more));
  const bar = element('progress', '', { 'aria-label': name, max: String(Math.max(max, 1)), value: String(value) });
  box.append(element('p', name, { class: 'meter-name' }), line, bar);
  return box;
}

function meters(row: ClassRow): HTMLElement {
  const box = element('div', '', { class: 'board', 'data-class': row.class });
  const share = row.heads === 0 ? 0 : Math.floor((100 * row.cast) / row.heads);
  box.append(meter(words('已投（人数）', 'Cast, heads'), `${share}%`, `${row.cast}/${row.heads}`, row.cast, row.heads));
  const name = words('已投（金额）', 'Cast, amount');
  if (row.amount !== null && row.amount_cast !== null) {
    const exact = Number((10_000n * BigInt(row.amount_cast)) / BigInt(row.amount));
    box.append(meter(name, `${Math.floor(exact / 100)}%`, words(`${yuan(BigInt(row.amount_cast))}/${yuan(BigInt(row.amount))} 元`, `CNY ${yuan(BigInt(row.amount_cast))}/${yuan(BigInt(row.amount))}`), exact, 10_000));
  } else if (row.amount_share !== null) {
    box.append(meter(name, `${row.amount_share}%`, words('整百分点，每分钟更新', 'whole per cents, once a minute'), row.amount_share, 100));
  }
  return box;
}

function paintTurnout(summary: Summary): void {
  need('[data-turnout]').replaceChildren(...(summary.motions ?? []).map((motion) => {
    const part = element('section', '', { class: 'card', 'data-motion': motion.motion });
    part.append(element('h3', motion.title), element('p', `${titled(motion.rule)} · ${titled(motion.rule.articles)}`, { class: 'hint' }));
    for (const row of motion.classes) {
      if (motion.classes.length > 1 || row.class !== 'all') part.append(element('h4', className(row.class)));
      part.append(meters(row));
    }
    return part;
  }));
}

function paintTrustees(summary: Summary): void {
  const trustees = summary.trustees ?? [];
  const count = (what: 'checked' | 'summed') => trustees.filter((trustee) => trustee[what]).length;
  need('[data-trustees]').textContent = trustees.length === 0 ? '' : words(
    `监票人 ${trustees.length} 名：${count('checked')} 名已检查密封份额，${count('summed')} 名已公布合计（需要 ${summary.threshold} 名）`,
    `${trustees.length} trustees: ${count('checked')} checked the boxes, ${count('summed')} published sums (${summary.threshold} needed)`,
  );
}

/** Said aloud only each ten points: `aria-live` would otherwise never be silent. */
function speak(summary: Summary): void {
  const rows = (summary.motions ?? []).flatMap((motion) => motion.classes);
  const [cast, of] = [rows.reduce((n, row) => n + row.cast, 0), rows.reduce((n, row) => n + row.heads, 0)];
  const ten = of === 0 ? 0 : Math.floor((10 * cast) / of);
  if (summary.stage === 'open' && ten !== told) {
    told = ten;
    need('[data-spoken]').textContent = words(`已投${metricName('heads')}${ten * 10}%`, `${ten * 10}% of heads have voted`);
  }
}

/** The tally, as soon as it is open; once more when the result is declared. */
async function open(summary: Summary): Promise<void> {
  const ready = `${summary.vectors?.length ?? 0} ${summary.stage}`;
  if ((summary.vectors?.length ?? 0) === 0 || proving === ready) return;
  proving = ready;
  if (summary.stage === 'declared') await showResult();
  await proveAll(need('[data-proof]'), source, summary);
}

/** The result as its own page shows it. */
async function showResult(): Promise<void> {
  const response = await fetch(`/c/${caseId}/m/${meeting}/results`, { headers: { Accept: 'text/html' } });
  if (!response.ok) return;
  const parts = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-result-parts]');
  if (parts !== null) need('[data-result]').replaceChildren(document.adoptNode(parts));
  need('[data-result-box]').hidden = parts === null;
}

watchCase(caseId, () => void refresh(), link);
void refresh();
