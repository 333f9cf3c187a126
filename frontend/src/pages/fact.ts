/** C/desk/splits, C/court/related: a fact that rolls follow, checked once more, then signed.
 * @module */
import { Composition } from '../app/act.js';
import { showErrors, the, value, type FieldError } from '../app/forms.js';
import { context, draft, signs, type Prepared } from '../app/staff.js';
import { words } from '../app/words.js';
import type { JsonObject } from '../core/jcs.js';

const ID = /^[a-z0-9][a-z0-9_-]{0,47}$/;

const ctx = context();
const given = draft<{ readonly fact: 'split' | 'exclude' }>();
const form = document.querySelector<HTMLFormElement>('#fact');

function split(form_: HTMLFormElement, wrong: FieldError[]): { body: JsonObject; facts: [string, string][] } {
  const original = value(form_, 'original');
  const on = value(form_, 'on');
  const chosen = [...form_.querySelectorAll<HTMLInputElement>('input[name="claims"]:checked')];
  if (!ID.test(original)) wrong.push({ field: 'original', message: words('编号只用小写字母、数字和连字符，最多48个', 'Use small letters, digits and hyphens only, at most 48') });
  if (on === '') wrong.push({ field: 'on', message: words('输入转让日期', 'Enter the day of the assignment') });
  if (chosen.length === 0) wrong.push({ field: 'claims', message: words('至少选择一项债权', 'Choose at least one claim') });
  const named = chosen.map((box) => box.closest('label')?.textContent?.trim().replace(/\s+/g, ' ') ?? box.value);
  return {
    body: { original, on, claims: chosen.map((box) => box.value) },
    facts: [[words('原债权', 'Original claim'), original], [words('转让日期', 'Day of the assignment'), on], [words('拆分后的债权', 'Its parts'), named.join(words('、', ', '))]],
  };
}

function exclude(form_: HTMLFormElement, wrong: FieldError[], composed: Composition): { body: JsonObject; facts: [string, string][] } {
  const creditor = value(form_, 'creditor');
  const decision = value(form_, 'decision');
  if (creditor === '') wrong.push({ field: 'creditor', message: words('选择债权人', 'Choose a creditor') });
  if (decision === '') wrong.push({ field: 'decision', message: words('输入决定书的文号', 'Enter the number of the decision') });
  const name = the<HTMLSelectElement>('#creditor', form_).selectedOptions[0]?.textContent ?? '';
  return {
    body: { creditor, scope: 'both_sides', decision: composed.seal('/decision', decision) },
    facts: [[words('债权人', 'Creditor'), name], [words('效力', 'Effect'), words('不参加表决，债权额也不计入总额', 'no vote, and the amount in no total')], [words('决定书', 'Decision'), decision]],
  };
}

function prepare(form_: HTMLFormElement): Prepared | null {
  const wrong: FieldError[] = [];
  const composed = new Composition(given.fact === 'split' ? 'claim.split@1' : 'creditor.excluded@1');
  const reason = value(form_, 'reason');
  const { body, facts } = given.fact === 'split' ? split(form_, wrong) : exclude(form_, wrong, composed);
  if (reason === '') wrong.push({ field: 'reason', message: words('写明理由', 'Give the reason') });
  showErrors(form_, wrong);
  if (wrong.length > 0) return null;
  return {
    utterance: { kind: composed.kind, role: given.fact === 'split' ? 'administrator' : 'court', body: { ...body, reason: composed.seal('/reason', reason) }, openings: composed.openings },
    summary: [...facts, [words('理由', 'Reason'), reason]],
  };
}

if (form) signs(form, { ctx, prepare: () => prepare(form) });
