/** M/extend: the close put off, old and new shown before it is signed.
 * @module */
import { Composition } from '../app/act.js';
import { showErrors, value, type FieldError } from '../app/forms.js';
import { context, draft, signs } from '../app/staff.js';
import { beijing, fromBeijing } from '../app/times.js';
import { words } from '../app/words.js';

const KIND = 'voting.extended@1';
const ctx = context();
const { manifest_hash, closes } = draft<{ readonly manifest_hash: string; readonly closes: string }>();
const form = document.querySelector<HTMLFormElement>('#extend');

if (form) {
  signs(form, {
    ctx,
    prepare() {
      const wrong: FieldError[] = [];
      const to = fromBeijing(value(form, 'to'));
      const reason = value(form, 'reason');
      const informed = value(form, 'court_informed');
      if (to === null) wrong.push({ field: 'to', message: words('输入新的截止日期和时间', 'Enter day and time of the new close') });
      else if (to <= closes) wrong.push({ field: 'to', message: words(`新的截止时间应晚于${beijing(closes)}`, `The new close must be later than ${beijing(closes)}`) });
      if (reason === '') wrong.push({ field: 'reason', message: words('写明理由', 'Give the reason') });
      if (informed === '') wrong.push({ field: 'court_informed', message: words('写明何时、以何种方式报告法院', 'Say how and when the court was informed') });
      showErrors(form, wrong);
      if (to === null || wrong.length > 0) return null;
      const composed = new Composition(KIND);
      const body = {
        manifest_hash, from: closes, to,
        reason: composed.seal('/reason', reason), court_informed: composed.seal('/court_informed', informed),
      };
      return {
        utterance: { kind: KIND, role: ctx.roles.includes('administrator') ? 'administrator' : 'creditor', body, openings: composed.openings },
        summary: [
          [words('原截止时间', 'Close until now'), beijing(closes)], [words('新截止时间', 'New close'), beijing(to)],
          [words('理由', 'Reason'), reason], [words('报告法院', 'Court informed'), informed],
        ],
      };
    },
  });
}
