/** M/court/trustees: the court's decisions where trustees fail: not to wait, a day for the sums, the vote void.
 * @module */
import { Composition } from '../app/act.js';
import { follow, showErrors, value, type FieldError } from '../app/forms.js';
import { context, draft, signs, type Prepared } from '../app/staff.js';
import { fromBeijing } from '../app/times.js';
import { words } from '../app/words.js';
import type { JsonObject } from '../core/jcs.js';

const ctx = context();
const form = document.querySelector<HTMLFormElement>('#order');

/** What is decided, but for the reason. */
interface Decided {
  readonly kind: string;
  readonly body: JsonObject;
  readonly summary: readonly (readonly [string, string])[];
}

function decided(from: HTMLFormElement, wrong: FieldError[], composed: (kind: string) => Composition): Decided | null {
  const act = value(from, 'act');
  if (act === 'not_awaited') {
    const boxes = [...from.querySelectorAll<HTMLInputElement>('input[name="index"]:checked')];
    if (boxes.length === 0) wrong.push({ field: 'indices', message: words('选择不再等待的监票人', 'Choose the trustees') });
    const names = boxes.map((box) => box.closest('label')?.textContent?.trim() ?? box.value).join(words('、', ', '));
    return { kind: 'trustee.not_awaited@1', body: { indices: boxes.map((box) => Number(box.value)) }, summary: [[words('不再等待', 'Not waited for'), names]] };
  }
  if (act === 'deadline') {
    const until = value(from, 'until');
    if (until === '') wrong.push({ field: 'until', message: words('输入日期和时间', 'Enter day and time') });
    return { kind: 'tally.deadline_set@1', body: { until: until === '' ? '' : fromBeijing(until) }, summary: [[words('打开合计的最后时间', 'Sums by'), until.replace('T', ' ')]] };
  }
  if (act === 'void') {
    const [kind, decision] = ['voting.voided@1', value(from, 'decision')];
    if (decision === '') wrong.push({ field: 'decision', message: words('输入裁定书的文号', 'Enter the number of the decision') });
    return { kind, body: { cause: 'ordered', decision: decision === '' ? null : composed(kind).seal('/decision', decision) }, summary: [[words('决定', 'Decision'), words('本次表决作废，重新表决', 'the vote is void and held again')], [words('裁定书', 'Number'), decision]] };
  }
  wrong.push({ field: 'act', message: words('选择一项决定', 'Choose a decision') });
  return null;
}

if (form) {
  const { manifest_hash } = draft<{ readonly manifest_hash: string }>();
  follow(form.querySelectorAll('input[name="act"]'), () => {
    const act = form.querySelector<HTMLInputElement>('input[name="act"]:checked')?.value;
    for (const part of form.querySelectorAll<HTMLElement>('[data-for]')) part.hidden = part.dataset.for !== act;
  });
  signs(form, {
    ctx,
    prepare(): Prepared | null {
      const wrong: FieldError[] = [];
      let composed: Composition | null = null;
      const begin = (kind: string) => (composed ??= new Composition(kind));
      const found = decided(form, wrong, begin);
      const reason = value(form, 'reason');
      if (reason === '') wrong.push({ field: 'reason', message: words('写明理由', 'Give the reason') });
      showErrors(form, wrong);
      if (found === null || wrong.length > 0) return null;
      const made = begin(found.kind);
      const body = { manifest_hash, ...found.body, reason: made.seal('/reason', reason) };
      return { utterance: { kind: found.kind, role: 'court', body, openings: made.openings }, summary: [...found.summary, [words('理由', 'Reason'), reason]] };
    },
  });
}
