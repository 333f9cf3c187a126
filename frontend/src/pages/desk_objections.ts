/** C/desk/objections: the administrator answers.
 * @module */
import { Composition, context } from '../app/act.js';
import { words } from '../app/words.js';
import { must, showMistakes, type Mistake } from '../claims/dom.js';
import { send } from '../claims/sending.js';

const KIND = 'objection.answered@1';
const ctx = context();

for (const card of document.querySelectorAll<HTMLElement>('[data-objection]')) {
  const button = must('[data-send]', card);
  const errors = must('[data-errors]', card);
  const answer = must<HTMLTextAreaElement>('[data-answer]', card);
  button.addEventListener('click', async () => {
    const objection = card.dataset.objection ?? '';
    const outcome = card.querySelector<HTMLInputElement>('input[type="radio"]:checked')?.value;
    const mistakes: Mistake[] = [];
    if (outcome === undefined) mistakes.push({ field: `outcome-${objection}`, message: words('选择如何答复', 'Choose how you answer') });
    if (answer.value.trim() === '') mistakes.push({ field: answer.id, message: words('写上答复', 'Write the answer') });
    if (mistakes.length > 0) {
      showMistakes(errors, mistakes);
      return;
    }
    const receipt = await send(ctx, card, button, errors, () => {
      const body = new Composition(KIND);
      return { kind: KIND, role: 'administrator', openings: body.openings, body: { objection, outcome: outcome ?? '', answer: body.seal('/answer', answer.value.trim()) } };
    });
    if (receipt !== null) location.reload();
  });
}
