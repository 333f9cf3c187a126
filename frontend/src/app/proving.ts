/** The part of board and results in which the visitor's own browser opens the tally, vector by vector.
 * @module */
import { checkOpened, prove, vectorName, type BoardSource, type Proven, type Summary } from './board.js';
import { element, need } from './page.js';
import { words } from './words.js';

type Look = 'waiting' | 'running' | 'holds' | 'false' | 'closed';

const MARKS: Readonly<Record<Look, string>> = { waiting: '…', running: '…', holds: '✓', false: '≠', closed: '—' };

function split(proven: Proven): string {
  const { counts, vector } = proven;
  if (counts === null) return '';
  const show = (n: bigint) => (vector.metric === 'heads' ? n.toString() : yuan(n));
  return words(
    `同意 ${show(counts.for)}，不同意 ${show(counts.against)}，弃权 ${show(counts.abstained)}`,
    `for ${show(counts.for)}, against ${show(counts.against)}, abstained ${show(counts.abstained)}`,
  );
}

/** 1,234,567.89 */
export function yuan(fen: bigint): string {
  const digits = fen.toString().padStart(3, '0');
  return `${digits.slice(0, -2).replace(/\B(?=(?:[0-9]{3})+$)/g, ',')}.${digits.slice(-2)}`;
}

/** Open every vector of `summary` and show how each stands; the last line says whether all of it holds.
 * @returns what each came to */
export async function proveAll(box: HTMLElement, source: BoardSource, summary: Summary): Promise<readonly Proven[]> {
  const [list, verdict] = [need('[data-vectors]', box), need('[data-verdict]', box)];
  box.hidden = false;
  box.dataset.state = 'running';
  verdict.textContent = words('您的浏览器正在核算…', 'Your browser is computing …');
  const rows = (summary.vectors ?? []).map((vector) => {
    const row = element('li', '', { 'data-vector': `${vector.motion} ${vector.class} ${vector.metric}` });
    const [mark, name, state] = [element('span', MARKS.waiting, { class: 'vector-mark', 'aria-hidden': 'true' }), element('span', vectorName(vector, summary), { class: 'vector-name' }), element('span', words('等待核算', 'waiting'), { class: 'vector-state' })];
    const bar = element('progress', '', { 'aria-label': vectorName(vector, summary) });
    bar.hidden = true;
    row.append(mark, name, state, bar);
    return { vector, row, mark, state, bar };
  });
  list.replaceChildren(...rows.map(({ row }) => row));
  const proven: Proven[] = [];
  for (const { vector, row, mark, state, bar } of rows) {
    const look = (now: Look, text: string) => {
      row.dataset.state = now;
      mark.textContent = MARKS[now];
      state.textContent = text;
      bar.hidden = now !== 'running';
    };
    look('running', words('正在核算', 'computing'));
    const found = await prove(source, vector, (done, of) => {
      bar.max = Math.max(of, 1);
      bar.value = done;
    });
    proven.push(found);
    if (found.closed) look('closed', words('金额只向可查阅债权表的人显示', 'amounts are shown to those who may see the register'));
    else if (found.wrong !== null) look('false', `${words('不成立', 'does not hold')}：${found.wrong}`);
    else look('holds', `${words(`成立（${found.answers} 项回答）`, `holds (${found.answers} answers)`)} ${split(found)}${found.hidden ? words('。凭金额证明核算，没有用到任何一笔金额', '. Checked by the proofs of the amounts, without any single amount') : ''}`);
  }
  const wrong = proven.filter((p) => p.wrong !== null && !p.closed).map((p) => vectorName(p.vector, summary));
  if (summary.result) wrong.push(...checkOpened(summary.result));
  const good = wrong.length === 0;
  const closed = proven.some((p) => p.closed);
  box.dataset.state = good ? 'holds' : 'false';
  verdict.textContent = !good
    ? `${words('不成立', 'Does not hold')}：${wrong.join('；')}`
    : closed
      ? words('人数的等式全部成立，由您的浏览器算出。金额由可查阅债权表的人核算。', 'Every equation of heads holds, computed by your browser. Amounts are computed by those who may see the register.')
      : words('全部等式成立，由您的浏览器算出。', 'Every equation holds, computed by your browser.');
  return proven;
}
