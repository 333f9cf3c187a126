/** The part of the result page in which the visitor's own browser judges every motion once more, by the law as the log names it.
 * @module */
import { CODES, CHOICES, type Choice } from '../core/body.js';
import { hex, toBigInt, unb64u } from '../core/bytes.js';
import { Malformed, Refused } from '../core/errors.js';
import { parsePolicy } from '../core/policy.js';
import { checkReceipt } from '../core/proof.js';
import { object, string } from '../core/shape.js';
import { readLaw, type Law } from '../law/pack.js';
import { judgeMotion, readingsOf, type Alone, type Answers, type ClassFigures, type MotionOutcome, type Outcome } from '../law/tests.js';
import { className, metricName, type Proven, type Result, type Summary, type Test } from './board.js';
import type { Metric } from '../core/tally.js';
import { element, need } from './page.js';
import { words, language } from './words.js';

type Motion = Result['motions'][number];
type Row = Motion['classes'][number];

async function fetched(path: string): Promise<Uint8Array> {
  const response = await fetch(path, { cache: 'no-store' });
  if (!response.ok) throw new Refused('unreachable', `取不到 ${path}（${response.status}）`, `${path} cannot be had (${response.status})`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The rule pack that the first entry of the case's log names; its place in the log is proven here.
 * @throws {Refused} */
async function lawOfCase(caseId: string): Promise<Law> {
  const text = async (path: string) => new TextDecoder().decode(await fetched(`/ledger/${caseId}/${path}`));
  const [policy, proof] = await Promise.all([text('policy'), text('proof/0')]);
  const { entry } = checkReceipt(proof, parsePolicy(policy));
  const { body } = entry.payload;
  if (entry.n !== 0 || body.policy !== policy) throw new Refused('policy', '信任策略不是账本首条所载的那份', 'the policy is not the one that the first entry names');
  const named = object(body.rule_pack, 'rule_pack', ['id', 'sha256', 'version']);
  const hash = hex(unb64u(string(named.sha256, 'sha256'), 32));
  return readLaw(await fetched(`/ledger/${caseId}/packs/${hash}.json`), hash);
}

function answers(test: Test | null, found: Proven['counts'] | undefined): Answers {
  if (found) return { for: found.for, against: found.against, cast: found.for + found.against + found.abstained };
  return { for: BigInt(test?.for ?? 0), against: BigInt(test?.against ?? 0), cast: BigInt(test?.cast ?? 0) };
}

/** How the one weighted line of a class answered: its answer is opened with the result. */
function aloneIn(result: Result, motion: string, name: string): Alone {
  const opened = result.opened.find((one) => one.motion === motion && one.class === name);
  if (opened === undefined) return 'silent';
  const code = toBigInt(unb64u(opened.v, 32));
  const choice = CHOICES.find((one: Choice) => CODES[one] === code);
  if (choice === undefined) throw new Malformed('an opened answer is no choice', '公开的单项回答不是任何选择');
  return choice;
}

function figures(result: Result, motion: Motion, row: Row, proven: readonly Proven[]): ClassFigures {
  const counted = (metric: Metric) => proven.find((p) => p.vector.motion === motion.motion && p.vector.class === row.class && p.vector.metric === metric)?.counts;
  return {
    members: BigInt(row.members),
    attended: BigInt(row.attended),
    heads: answers(row.heads, counted('heads')),
    amount: row.total === null
      ? aloneIn(result, motion.motion, row.class)
      : { whole: BigInt(row.total), voteless: 0n, answers: answers(row.amount, counted('amount')) },
  };
}

function differs(declared: Test | null, found: Outcome | null, exact: boolean): boolean {
  if (declared === null || found === null) return (declared === null) !== (found === null);
  if (declared.ok !== found.met) return true;
  return exact && declared.part !== undefined && (BigInt(declared.part) !== found.part || BigInt(declared.whole ?? 0) !== found.whole);
}

/** Where what was declared and what follows differ; empty where they are the same. */
export function differences(motion: Motion, found: MotionOutcome): readonly string[] {
  const wrong = motion.classes.flatMap((row) => {
    const judged = found.classes.get(row.class);
    if (judged === undefined) return [className(row.class)];
    return (['heads', 'amount'] as const)
      .filter((metric) => differs(row[metric], judged[metric], metric === 'heads' || row.total !== null))
      .map((metric) => `${className(row.class)} · ${metricName(metric)}`);
  });
  if (found.passed !== motion.passed) wrong.push(words('是否通过', 'whether it passed'));
  if (found.next !== (motion.next?.id ?? null)) wrong.push(words('下一步', 'the next step'));
  return wrong;
}

/** Judge every motion of a declared result again, from counts that were opened here where they were; true if all is the same. */
export async function judgeAgain(box: HTMLElement, caseId: string, summary: Summary, proven: readonly Proven[]): Promise<boolean> {
  const [list, verdict] = [need('[data-law-motions]', box), need('[data-law-verdict]', box)];
  const { result } = summary;
  if (!result) return false;
  box.hidden = false;
  box.dataset.state = 'running';
  verdict.textContent = words('您的浏览器正在重新判断…', 'Your browser is judging again …');
  let good = true;
  try {
    const law = await lawOfCase(caseId);
    const readings = readingsOf(law, result.law.switches);
    const rows = result.motions.map((motion) => {
      const classes = new Map(motion.classes.map((row) => [row.class, figures(result, motion, row, proven)]));
      const found = judgeMotion(law, { rule: motion.rule, matter: motion.matter, round: motion.round }, classes, readings);
      const wrong = differences(motion, found);
      good &&= wrong.length === 0;
      const said = wrong.length > 0
        ? `${words('不一致', 'differs')}：${wrong.join(words('；', '; '))}`
        : `${found.passed ? words('通过', 'passed') : words('未通过', 'not passed')}，${words('与宣布的相同', 'as declared')}`;
      const title = summary.motions?.find((one) => one.motion === motion.motion)?.title ?? motion.motion;
      const row = element('li', '', { 'data-law-motion': motion.motion });
      row.dataset.state = wrong.length === 0 ? 'holds' : 'false';
      row.append(
        element('span', wrong.length === 0 ? '✓' : '≠', { class: 'vector-mark', 'aria-hidden': 'true' }),
        element('span', title, { class: 'vector-name' }), element('span', said, { class: 'vector-state' }),
      );
      return row;
    });
    list.replaceChildren(...rows);
    verdict.textContent = good
      ? words(`您的浏览器按${law.id} ${law.version}重新计算：相同。`, `Computed again by your browser under ${law.id} ${law.version}: same.`)
      : words('核验不通过：您的浏览器算出的与宣布的不一致。', 'Not verified: what your browser computed differs from what was declared.');
  } catch (error) {
    good = false;
    const why = error instanceof Refused ? error.sentence(language()) : words('所宣布的数字互相矛盾', 'the figures declared contradict each other');
    verdict.textContent = `${words('核验不通过', 'Not verified')}：${why}`;
  }
  box.dataset.state = good ? 'holds' : 'false';
  return good;
}
