/** M/court/…: an order of the court on a vote, shown once more with what follows from it, then signed.
 * @module */
import { Composition, type Utterance } from '../app/act.js';
import { element, follow, showErrors, the, value, type FieldError } from '../app/forms.js';
import { postJson } from '../app/http.js';
import { context, draft, signs, type Prepared } from '../app/staff.js';
import { words } from '../app/words.js';
import { echo, readMoney } from '../claims/money.js';
import { formatYuan, parseFen } from '../core/ids.js';
import type { JsonObject } from '../core/jcs.js';

type Fact = readonly [string, string];

interface Line {
  readonly key: string;
  readonly motion: string;
  readonly line: string;
  readonly class: string;
  readonly heads: number;
  readonly amount: string;
}

interface Given {
  readonly order: 'single' | 'correct';
  readonly meeting: string;
  /** of the draft, and the vote that is corrected */
  readonly url?: string;
  readonly manifest_hash?: string;
  readonly lines?: readonly Line[];
  /** of a line that a roll lacks: the motions' classes, and the voting units */
  readonly rolls?: readonly { readonly key: string; readonly motion: string; readonly class: string; readonly label: string }[];
  readonly units?: readonly { readonly unit: string; readonly label: string }[];
}

interface Bounds {
  readonly declared: boolean;
  readonly all_for: boolean;
  readonly all_against: boolean;
  readonly robust: boolean;
}

/** What an order adds to decision and reason. */
interface Part {
  readonly kind: string;
  readonly body: (composed: Composition) => JsonObject;
  readonly facts: readonly Fact[];
  readonly more?: readonly Node[];
}

const MISSING = 'missing';

const ctx = context();
const given = draft<Given>();
const form = document.querySelector<HTMLFormElement>('#order');

function notice(text: string, warn: boolean): HTMLElement {
  const box = element('div', warn ? 'notice warn' : 'notice');
  box.append(element('p', '', text));
  return box;
}

function decided(passed: boolean): string {
  return passed ? words('通过', 'passes') : words('不通过', 'does not pass');
}

function single(): Part {
  return { kind: 'trustee.single_allowed@1', body: () => ({ meeting: given.meeting }), facts: [] };
}

/** The line that is corrected, and how it reads; one that the roll lacks has neither head nor amount yet. */
function chosenLine(form_: HTMLFormElement, wrong: FieldError[]): { line: Line; label: string } | null {
  if (value(form_, 'line') !== MISSING) {
    const line = given.lines?.find((one) => one.key === value(form_, 'line'));
    if (line !== undefined) return { line, label: the<HTMLSelectElement>('#line', form_).selectedOptions[0]?.textContent ?? '' };
    wrong.push({ field: 'line', message: words('选择名单中的一行', 'Choose a line of a roll') });
    return null;
  }
  const roll = given.rolls?.find((one) => one.key === value(form_, 'roll'));
  const unit = given.units?.find((one) => one.unit === value(form_, 'unit'));
  if (roll === undefined) wrong.push({ field: 'roll', message: words('选择表决事项和表决组', 'Choose the motion and the group') });
  if (unit === undefined) wrong.push({ field: 'unit', message: words('选择债权人', 'Choose the creditor') });
  if (roll === undefined || unit === undefined) return null;
  const line = `${unit.unit}.${roll.class}`;
  if (given.lines?.some((one) => one.motion === roll.motion && one.line === line) === true) {
    wrong.push({ field: 'unit', message: words('这一行名单上已有，在上面选择', 'The roll has this line: choose it above') });
    return null;
  }
  return { line: { key: '', motion: roll.motion, line, class: roll.class, heads: 0, amount: '0' }, label: `${roll.label} · ${unit.label}` };
}

async function correct(form_: HTMLFormElement, wrong: FieldError[]): Promise<Part> {
  const chosen = chosenLine(form_, wrong);
  const line = chosen?.line;
  const heads = Number(value(form_, 'heads'));
  const fen = readMoney(value(form_, 'amount'));
  if (fen === null) wrong.push({ field: 'amount', message: words('输入金额，如1234.56', 'Enter the amount, like 1234.56') });
  if (line !== undefined && fen !== null && heads === line.heads && fen === parseFen(line.amount)) wrong.push({ field: 'amount', message: words('与名单相同，没有可更正的', 'This is what the roll says; nothing is corrected') });
  const facts: Fact[] = [];
  const more: Node[] = [];
  if (line !== undefined && fen !== null && wrong.length === 0) {
    const { bounds } = await postJson<{ bounds: Bounds | null }>(ctx.csrf, given.url ?? '', { motion: line.motion, line: line.line, class: line.class, heads, amount: String(fen) });
    facts.push([words('名单中的一行', 'Line'), chosen?.label ?? ''], [words('原为', 'As it stands'), line.key === '' ? words('名单上没有', 'Not on the roll') : described(line.heads, parseFen(line.amount))], [words('应为', 'As it should be'), described(heads, fen)]);
    more.push(notice(words('已投的票不重新合计。', 'The ballots are not summed again.'), false));
    if (bounds === null) more.push(notice(words('结果宣布后，结果页显示更正前后的上下界。', 'Once a result is declared, its page shows what the correction could change.'), false));
    else {
      facts.push([words('宣布的结果', 'As declared'), decided(bounds.declared)], [words('更正后，该行全部同意', 'Corrected, this line all for'), decided(bounds.all_for)], [words('更正后，该行全部不同意', 'Corrected, this line all against'), decided(bounds.all_against)]);
      more.push(bounds.robust
        ? notice(words('无论该行如何投票，结果都不变。', 'However this line voted, the result is the same.'), false)
        : notice(words('结果取决于该行的投票；可裁定公开这一票，或宣布作废后重新表决。', 'The result depends on how this line voted: order its answer to be disclosed, or have the vote held again.'), true));
    }
  }
  return {
    kind: 'roll.corrected@1',
    body: (composed) => ({
      manifest_hash: given.manifest_hash ?? '', motion: line?.motion ?? '',
      lines: [{ line: line?.line ?? '', class: line?.class ?? '', heads, weight: fen === null || fen === 0n ? null : composed.amount(fen) }],
    }),
    facts, more,
  };
}

function described(heads: number, fen: bigint): string {
  return words(`${heads}人，${fen === 0n ? '无金额' : `${formatYuan(fen)}元`}`, `${heads} head(s), ${fen === 0n ? 'no amount' : `CNY ${formatYuan(fen)}`}`);
}

async function prepare(form_: HTMLFormElement): Promise<Prepared | null> {
  const wrong: FieldError[] = [];
  const decision = value(form_, 'decision');
  const reason = value(form_, 'reason');
  if (decision === '') wrong.push({ field: 'decision', message: words('输入决定书的文号', 'Enter the number of the decision') });
  if (reason === '') wrong.push({ field: 'reason', message: words('写明理由', 'Give the reason') });
  const part = given.order === 'single' ? single() : await correct(form_, wrong);
  showErrors(form_, wrong);
  if (wrong.length > 0) return null;
  const composed = new Composition(part.kind);
  const body = {
    ...part.body(composed),
    decision: composed.seal('/decision', decision),
    reason: given.order === 'single' ? reason : composed.seal('/reason', reason),
  };
  const utterance: Utterance = { kind: part.kind, role: 'court', body, openings: composed.openings };
  return {
    utterance,
    summary: [...part.facts, [words('决定书', 'Decision'), decision], [words('理由', 'Reason'), reason]],
    more: part.more ?? [],
  };
}

if (form) {
  const amount = form.querySelector<HTMLInputElement>('#amount');
  const line = form.querySelector<HTMLSelectElement>('#line');
  if (line !== null) {
    follow([line], () => {
      the('[data-missing]', form).hidden = line.value !== MISSING;
      const chosen = given.lines?.find((one) => one.key === line.value);
      if (amount === null || chosen === undefined) return;
      amount.value = formatYuan(parseFen(chosen.amount));
      the<HTMLSelectElement>('#heads', form).value = String(chosen.heads);
    });
  }
  amount?.addEventListener('input', () => {
    const entered = readMoney(amount.value);
    the('#amount-echo', form).textContent = entered === null ? '' : echo(entered);
  });
  signs(form, { ctx, prepare: () => prepare(form) });
}
