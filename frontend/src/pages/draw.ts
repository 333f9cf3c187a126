/** M/draw: a digit that was drawn by hand, shown once more and signed.
 * @module */
import { showErrors, value } from '../app/forms.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';

const ctx = context();
const { manifest_hash } = draft<{ readonly manifest_hash: string }>();
const form = document.querySelector<HTMLFormElement>('#draw');

if (form) {
  signs(form, {
    ctx,
    prepare() {
      const digit = value(form, 'digit');
      showErrors(form, digit === '' ? [{ field: 'digit', message: words('选择抽出的数字', 'Choose the digit that was drawn') }] : []);
      if (digit === '') return null;
      return {
        utterance: { kind: 'tests.drawn@1', role: ctx.roles.includes('administrator') ? 'administrator' : 'creditor', body: { manifest_hash, digit: Number(digit) }, openings: [] },
        summary: [[words('抽出的尾号', 'Digit drawn'), digit]],
      };
    },
  });
}
