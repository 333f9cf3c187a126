/** C/court/amounts: an amount for voting, in the parts that the law makes of it.
 * @module */
import { Composition } from '../app/act.js';
import { follow, showErrors, the, value, type FieldError } from '../app/forms.js';
import { natureWord, partition, type Security } from '../app/parts.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';
import { echo, readMoney } from '../claims/money.js';
import { formatYuan, parseFen } from '../core/ids.js';

interface Line {
  readonly key: string;
  readonly claim: string;
  readonly line: string;
  readonly nature: string;
  readonly secured: boolean;
  readonly value: string;
  readonly waived: boolean;
}

const KIND = 'amount.ordered@1';
const ctx = context();
const { lines } = draft<{ readonly lines: readonly Line[] }>();
const form = the<HTMLFormElement>('#amount-form');
const select = the<HTMLSelectElement>('#line', form);
const amount = the<HTMLInputElement>('#amount', form);
const worth = the<HTMLInputElement>('#value', form);
const waived = the<HTMLInputElement>('#waived', form);
const fixed = the<HTMLInputElement>('#fixed', form);

const line = () => lines.find((one) => one.key === select.value);

follow([select], () => {
  const chosen = line();
  the('[data-security]', form).hidden = chosen?.secured !== true;
  worth.value = formatYuan(parseFen(chosen?.value ?? '0'));
  waived.checked = chosen?.waived ?? false;
  fixed.checked = false;
});
amount.addEventListener('input', () => {
  const entered = readMoney(amount.value);
  the('#amount-echo').textContent = entered === null ? '' : echo(entered);
});
follow(form.querySelectorAll('input[name="scope"]'), () => {
  the('[data-matters]', form).hidden = value(form, 'scope') !== 'some';
});

signs(form, {
  ctx,
  prepare() {
    const wrong: FieldError[] = [];
    const chosen = line();
    const entered = readMoney(amount.value);
    const decision = value(form, 'decision');
    const reason = value(form, 'reason');
    const some = value(form, 'scope') === 'some';
    const matters = [...form.querySelectorAll<HTMLInputElement>('input[name="matter"]:checked')].map((box) => box.value);
    const covered = chosen?.secured === true ? readMoney(worth.value) : 0n;
    if (!chosen) wrong.push({ field: 'line', message: words('选择债权表中的一行', 'Choose a line of the register') });
    if (entered === null) wrong.push({ field: 'amount', message: words('输入用于表决的金额，如1234.56', 'Enter the amount for voting, like 1234.56') });
    if (covered === null) wrong.push({ field: 'value', message: words('输入担保物的价值，如1234.56', 'Enter the value of the security, like 1234.56') });
    if (decision === '') wrong.push({ field: 'decision', message: words('输入决定书的文号', 'Enter the number of the decision') });
    if (reason === '') wrong.push({ field: 'reason', message: words('写明理由', 'Give the reason') });
    if (some && matters.length === 0) wrong.push({ field: 'matters', message: words('选择适用的事项，或选全部事项', 'Choose the matters, or all matters') });
    showErrors(form, wrong);
    if (!chosen || entered === null || covered === null || wrong.length > 0) return null;
    const security: Security | null = chosen.secured ? { value: covered, waived: waived.checked, fixed: fixed.checked } : null;
    const composed = new Composition(KIND);
    const parts = partition(entered, chosen.nature, security);
    const body = {
      claim: chosen.claim, line: chosen.line, matters: some ? matters : null, amount: composed.amount(entered),
      security: security === null ? null : { value: composed.amount(security.value), waived: security.waived, deficiency_fixed: security.fixed },
      parts: parts.map((part) => ({ part: `${chosen.claim}.${chosen.line}.provisional.${part.suffix}`, nature: part.nature, amount: composed.amount(part.amount) })),
      decision: composed.seal('/decision', decision), reason: composed.seal('/reason', reason),
    };
    return {
      utterance: { kind: KIND, role: 'court', body, openings: composed.openings },
      summary: [
        [words('债权', 'Claim'), select.selectedOptions[0]?.textContent ?? ''],
        [words('用于表决的金额', 'Amount for voting'), words(`${formatYuan(entered)} 元`, `CNY ${formatYuan(entered)}`)],
        [words('其中', 'Of which'), parts.map((part) => `${natureWord(part.nature)} ${formatYuan(part.amount)}`).join(words('，', ', ')) || words('没有表决权', 'no vote')],
        [words('决定书', 'Decision'), decision], [words('理由', 'Reason'), reason],
        [words('适用事项', 'Matters'), some ? matters.join(words('、', ', ')) : words('全部', 'all')],
      ],
    };
  },
});
