/** Amending a claim: lines stated anew, one added, lines given up; or the whole claim withdrawn.
 * @module */
import { Composition } from '../app/act.js';
import { preset, showErrors, the, type FieldError } from '../app/forms.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';
import { must, showMistakes } from '../claims/dom.js';
import { randomId } from '../claims/ids.js';
import { readMoney, yuan } from '../claims/money.js';
import { showReceipt } from '../claims/receipt.js';
import { send } from '../claims/sending.js';
import { formatYuan, parseFen } from '../core/ids.js';
import type { Json } from '../core/jcs.js';
import type { Role } from '../core/statement.js';

interface Line {
  readonly line: string;
  readonly nature: string;
  readonly cause: string;
  readonly filed: string;
  readonly asset: string;
  readonly value: string;
  readonly waived: boolean;
}

const ctx = context();
const { claim, principal, lines } = draft<{ readonly claim: string; readonly principal: string; readonly lines: readonly Line[] }>();
const roleOf = (element: HTMLElement) => (element.dataset.role ?? 'creditor') as Role;
const forWhom = (role: Role) => (role === 'agent' ? principal : null);

function fen(text: string): bigint | null {
  const amount = readMoney(text);
  return amount !== null && amount > 0n ? amount : null;
}

const form = document.querySelector<HTMLFormElement>('#amend-form');
if (form !== null) amending(form);

function amending(form: HTMLFormElement): void {
  const kind = 'claim.amended@1';
  const role = roleOf(form);
  const fields = (line: Line) => must(`[data-line="${line.line}"]`, form);
  for (const line of lines) preset(must<HTMLInputElement>('[data-amount]', fields(line)), formatYuan(parseFen(line.filed)));
  const newAmount = the<HTMLInputElement>('#new-amount', form);
  const newCause = the<HTMLInputElement>('#new-cause', form);
  const newNature = the<HTMLSelectElement>('#new-nature', form);
  const reason = the<HTMLTextAreaElement>('#amend-reason', form);
  signs(form, {
    ctx,
    prepare() {
      const wrong: FieldError[] = [];
      const body = new Composition(kind);
      const stated: Json[] = [];
      const dropped: string[] = [];
      const summary: [string, string][] = [];
      lines.forEach((line, i) => {
        const name = words(`第${i + 1}项`, `Debt ${i + 1}`);
        if (must<HTMLInputElement>('[data-drop]', fields(line)).checked) {
          dropped.push(line.line);
          summary.push([name, words('撤回', 'given up')]);
          return;
        }
        const input = must<HTMLInputElement>('[data-amount]', fields(line));
        const amount = fen(input.value);
        const waived = fields(line).querySelector<HTMLInputElement>('[data-waived]')?.checked ?? false;
        if (amount === null) {
          wrong.push({ field: input.id, message: words('输入申报金额，如1234.56', 'Enter the amount claimed, like 1234.56') });
          return;
        }
        if (amount === parseFen(line.filed) && waived === line.waived) return;
        const at = `/lines/${stated.length}`;
        stated.push({
          line: line.line, nature: line.nature, cause: body.seal(`${at}/cause`, line.cause), amount: body.amount(amount),
          security: line.nature !== 'secured' ? null : { asset: body.seal(`${at}/security/asset`, line.asset), value: body.amount(parseFen(line.value)), waived },
        });
        summary.push([name, `${yuan(parseFen(line.filed))} → ${yuan(amount)}${waived && !line.waived ? words('，放弃优先受偿', ', priority waived') : ''}`]);
      });
      if (newAmount.value.trim() !== '' || newCause.value.trim() !== '') {
        const amount = fen(newAmount.value);
        if (amount === null) wrong.push({ field: newAmount.id, message: words('输入申报金额，如1234.56', 'Enter the amount claimed, like 1234.56') });
        if (newCause.value.trim() === '') wrong.push({ field: newCause.id, message: words('写明债权因何发生', 'Say what the debt is for') });
        if (amount !== null && newCause.value.trim() !== '') {
          stated.push({ line: randomId('l').slice(0, 9), nature: newNature.value, cause: body.seal(`/lines/${stated.length}/cause`, newCause.value.trim()), amount: body.amount(amount), security: null });
          summary.push([words('新增', 'Added'), `${newCause.value.trim()} · ${yuan(amount)}`]);
        }
      }
      if (reason.value.trim() === '') wrong.push({ field: reason.id, message: words('写明变更理由', 'Say why it changes') });
      if (wrong.length === 0 && stated.length === 0 && dropped.length === 0) wrong.push({ field: reason.id, message: words('还没有改动任何一项', 'Nothing is changed yet') });
      if (wrong.length === 0 && dropped.length === lines.length && stated.length === 0) wrong.push({ field: reason.id, message: words('全部撤回的，用下面的“撤回整笔债权”', 'To give up everything, withdraw the whole claim below') });
      showErrors(form, wrong);
      if (wrong.length > 0) return null;
      return {
        utterance: { kind, role, principal: forWhom(role), openings: body.openings, body: { claim, lines: stated, dropped, evidence: [], reason: body.seal('/reason', reason.value.trim()) } },
        summary: [...summary, [words('理由', 'Reason'), reason.value.trim()]],
      };
    },
  });
}

const area = document.querySelector<HTMLElement>('#withdraw');
if (area !== null) withdrawing(area);

function withdrawing(area: HTMLElement): void {
  const kind = 'claim.withdrawn@1';
  const role = roleOf(area);
  const button = must('#send-withdrawal', area);
  const errors = must('[data-errors]', area);
  const sure = must<HTMLInputElement>('#withdraw-sure', area);
  button.addEventListener('click', async () => {
    if (!sure.checked) {
      showMistakes(errors, [{ field: sure.id, message: words('勾选“我撤回这笔债权”再签名', 'Tick that you withdraw the claim, then sign') }]);
      return;
    }
    const receipt = await send(ctx, area, button, errors, () => {
      const body = new Composition(kind);
      return { kind, role, principal: forWhom(role), openings: body.openings, body: { claim, reason: body.sealOrNull('/reason', must<HTMLTextAreaElement>('#withdraw-reason', area).value.trim()) } };
    });
    if (receipt === null) return;
    area.remove();
    form?.remove();
    must('[data-withdrawal-receipt]').replaceChildren(showReceipt(ctx, receipt, { title: words('撤回回执', 'Receipt of your withdrawal'), when: new Date().toISOString(), note: words('撤回已收到。', 'Your withdrawal is in.') }));
  });
}
