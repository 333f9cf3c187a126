/** C/court/erasures: which values of an entry are erased, on what basis, on whose order.
 * @module */
import { Composition } from '../app/act.js';
import { showErrors, the, value, type FieldError } from '../app/forms.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';
import type { Role } from '../core/statement.js';

interface Draft {
  readonly entry: number;
  /** base64url */
  readonly leaf: string;
  readonly role: Role;
}

const KIND = 'openings.erased@1';
const ctx = context();
const given = draft<Draft>();
const form = the<HTMLFormElement>('#erase-form');

function chosen(name: string): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>(`input[name="${name}"]:checked`)];
}

function label(input: HTMLInputElement | undefined): string {
  return input?.closest('label')?.querySelector('span')?.textContent ?? '';
}

signs(form, {
  ctx,
  prepare() {
    const wrong: FieldError[] = [];
    const fields = chosen('field');
    const basis = chosen('basis')[0];
    const judge = the<HTMLSelectElement>('#ordered_by', form);
    const decision = value(form, 'decision');
    const reason = value(form, 'reason');
    if (fields.length === 0) wrong.push({ field: 'fields', message: words('选择要删除的内容', 'Choose what is to be erased') });
    if (basis === undefined) wrong.push({ field: 'basis', message: words('选择法律依据', 'Choose the legal basis') });
    if (judge.value === '') wrong.push({ field: 'ordered_by', message: words('选择作出决定的法官', 'Choose the judge who ordered it') });
    if (decision === '') wrong.push({ field: 'decision', message: words('输入决定书的文号', 'Enter the number of the decision') });
    if (reason === '') wrong.push({ field: 'reason', message: words('写明理由', 'Give the reason') });
    showErrors(form, wrong);
    if (basis === undefined || wrong.length > 0) return null;
    const composed = new Composition(KIND);
    const body = {
      entry: given.entry, leaf: given.leaf,
      fields: fields.map((field) => field.value).sort(),
      basis: basis.value, ordered_by: judge.value,
      decision: composed.seal('/decision', decision), reason: composed.seal('/reason', reason),
    };
    return {
      utterance: { kind: KIND, role: given.role, body, openings: composed.openings },
      summary: [
        [words('账本条目', 'Entry'), words(`第${given.entry}条`, String(given.entry))],
        [words('删除', 'Erased'), fields.map((field) => field.dataset.name ?? field.value).join(words('、', ', '))],
        [words('法律依据', 'Legal basis'), label(basis)],
        [words('决定的法官', 'Ordered by'), judge.selectedOptions[0]?.textContent ?? ''],
        [words('决定书', 'Decision'), decision], [words('理由', 'Reason'), reason],
      ],
    };
  },
});
