/** M/declare: each vector is opened again here from the ballots' commitments before the result is signed.
 * @module */
import { Composition, say } from '../app/act.js';
import { element, sendWords, showRefusal, the } from '../app/forms.js';
import { postJson } from '../app/http.js';
import { Problem } from '../app/problem.js';
import { preparePublication } from '../app/publishing.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';
import { b64u, unb64u } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import { formatYuan } from '../core/ids.js';
import type { JsonObject } from '../core/jcs.js';
import { checkResult, countedHash, type Counted, type Metric } from '../core/tally.js';

interface Vector {
  readonly motion: string;
  readonly class: string;
  readonly metric: Metric;
  readonly cast: string;
  readonly for: string;
  readonly against: string;
  readonly m: string;
  readonly r: string;
}

interface Answer {
  readonly body: JsonObject & { readonly manifest_hash: string; readonly counted_hash: string; readonly vectors: readonly (Vector & JsonObject)[] };
  readonly checks: readonly { readonly hidden: boolean; readonly terms: readonly { readonly c: string; readonly w: string }[] }[];
  readonly counted: readonly Counted[];
  readonly motions: readonly { readonly motion: string; readonly title: string; readonly passed: boolean; readonly article: string; readonly next: string }[];
}

const KIND = 'result.declared@1';
const ctx = context();
const given = draft<{ readonly meeting: string; readonly amounts: boolean; readonly witnesses: Readonly<Record<string, string>> }>();
const form = document.querySelector<HTMLFormElement>('#declare');

/** A missing quorum in words: which witnesses are silent. */
function told(error: unknown): unknown {
  if (!(error instanceof Problem) || error.slug !== 'quorum-missing') return error;
  const names = String(error.facts.missing ?? '').split(', ').map((name) => given.witnesses[name] ?? name).join(words('、', ', '));
  return new Problem(error.status, error.slug, error.title, words(
    `还不能宣布：检查点缺少见证方共签。没有签的是${names}。它们恢复后再点一次即可。`,
    `It cannot be declared yet: the checkpoint lacks witnesses. Those that have not cosigned: ${names}. Once they are back, press again.`), error.facts);
}

function table(vectors: readonly Vector[], titles: ReadonlyMap<string, string>): HTMLElement {
  const grid = element('table', 'dense');
  grid.append(element('caption', '', words('合计，每一行都已在这里用选票的承诺验过', 'Totals; each row was verified here from the ballots’ commitments')));
  const head = element('tr', '');
  const heads = [words('事项', 'Motion'), words('组', 'Group'), words('计量', 'Measure'), words('同意', 'For'), words('不同意', 'Against'), words('投出', 'Cast')];
  for (const [i, title] of heads.entries()) {
    const cell = element('th', i > 2 ? 'num' : '', title);
    cell.scope = 'col';
    head.append(cell);
  }
  const show = (vector: Vector, count: string) => (vector.metric === 'amount' ? formatYuan(BigInt(count)) : count);
  const thead = element('thead', '');
  thead.append(head);
  const tbody = element('tbody', '');
  for (const v of vectors) {
    const row = element('tr', '');
    const motion = element('th', '', titles.get(v.motion) ?? v.motion);
    motion.scope = 'row';
    row.append(motion, element('td', '', v.class), element('td', '', v.metric === 'amount' ? words('金额（元）', 'Amount (yuan)') : words('人数', 'Heads')),
      element('td', 'num', show(v, v.for)), element('td', 'num', show(v, v.against)), element('td', 'num', show(v, v.cast)));
    tbody.append(row);
  }
  grid.append(thead, tbody);
  const scroll = element('div', 'scroll');
  scroll.append(grid);
  return scroll;
}

if (form) {
  signs(form, {
    ctx,
    async prepare(tell) {
      tell(words('正在计算…', 'Computing …'));
      const answer = await postJson<Answer>(ctx.csrf, `${given.meeting}/declare/draft`, {}).catch((error: unknown) => Promise.reject(told(error)));
      const { body, checks } = answer;
      if (b64u(countedHash(unb64u(body.manifest_hash), answer.counted)) !== body.counted_hash) {
        throw new Refused('draft', '计入的选票与账本所载的不符，没有签署', 'the counted ballots are not those on the ledger; nothing was signed');
      }
      for (const [i, vector] of body.vectors.entries()) {
        tell(words(`正在验证第 ${i + 1}/${body.vectors.length} 项合计…`, `Verifying total ${i + 1} of ${body.vectors.length} …`));
        await checkResult(vector, (checks[i]?.terms ?? []).map(({ c, w }) => ({ c, w: BigInt(w) })), vector);
      }
      const composed = new Composition(KIND);
      const vectors = body.vectors.map((vector, i) => (checks[i]?.hidden === true ? { ...vector, r: composed.seal(`/vectors/${i}/r`, vector.r) } : vector));
      return {
        utterance: { kind: KIND, role: 'administrator', body: { ...body, vectors }, openings: composed.openings },
        summary: [
          ...answer.motions.map((motion) => [motion.title, `${motion.passed ? words('通过', 'Passed') : words('未通过', 'Not passed')} · ${motion.article}${motion.next === '' ? '' : ` · ${words('下一步', 'Next')}${words('：', ': ')}${motion.next}`}`] as const),
          [words('计入的回答', 'Answers counted'), String(answer.counted.length)] as const,
          ...(given.amounts ? [[words('随后', 'Afterwards'), words('本页接着公布金额证明（不透露任何金额）', 'this page publishes the proofs of the amounts, which show no amount')] as const] : []),
        ],
        more: [table(body.vectors, new Map(answer.motions.map((motion) => [motion.motion, motion.title])))],
      };
    },
    done: () => {
      the('#signed').scrollIntoView();
      if (given.amounts) void publishNow();
    },
  });
}

/** The second act, in the same sitting: everybody shall be able to check what was just declared. */
async function publishNow(): Promise<void> {
  const section = the('#publishing');
  section.hidden = false;
  const status = the('[data-publish-status]', section);
  const bar = the<HTMLProgressElement>('progress', section);
  try {
    const { utterance, rows } = await preparePublication(ctx, given.meeting, (text, share) => showShare(status, bar, text, share));
    const receipt = await say(ctx, utterance, (state) => { status.textContent = sendWords(state); });
    const done = the('[data-published]', section);
    done.textContent = words(`已公布 ${rows} 项金额证明${receipt.index === null ? '' : `，第 ${receipt.index} 条`}。`, `${rows} proofs are published${receipt.index === null ? '' : ` in entry ${receipt.index}`}.`);
    done.hidden = false;
    status.textContent = '';
  } catch (error) {
    showRefusal(section, error);
    status.textContent = words('结果已宣布；刷新本页可以再次公布证明。', 'The result stands; reload this page to publish the proofs again.');
  } finally {
    bar.hidden = true;
  }
}

function showShare(status: HTMLElement | null, bar: HTMLProgressElement, text: string, share: number): void {
  bar.hidden = false;
  bar.value = share;
  // A screen reader is told the stage, not each step: the bar shows those.
  if (status && (share === 0 || share === 1)) status.textContent = text;
}

const publish = document.querySelector<HTMLFormElement>('#publish');
if (publish) {
  const bar = the<HTMLProgressElement>('progress', publish);
  signs(publish, {
    ctx,
    async prepare(tell) {
      try {
        const { utterance, rows } = await preparePublication(ctx, given.meeting, (text, share) => {
          showShare(null, bar, text, share);
          tell(text);
        });
        return { utterance, summary: [[words('金额证明', 'Proofs of amounts'), String(rows)], [words('透露的金额', 'Amounts shown'), words('无', 'none')]] };
      } finally {
        bar.hidden = true;
      }
    },
  });
}
