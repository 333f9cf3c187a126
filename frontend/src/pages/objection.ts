/** Objecting to a line of the register, on the claim's page.
 * @module */
import { Composition, context } from '../app/act.js';
import { words } from '../app/words.js';
import { actingIn, unchosen } from '../claims/acting.js';
import { must, showMistakes, type Mistake } from '../claims/dom.js';
import { randomId } from '../claims/ids.js';
import { showReceipt } from '../claims/receipt.js';
import { send } from '../claims/sending.js';

const KIND = 'objection.raised@1';
const ctx = context();
const section = must('#objections');
const area = must('#object', section);
const errors = must('[data-errors]', area);
const button = must('#send-objection', area);
const basis = must<HTMLInputElement>('#objection-basis', area);
const reason = must<HTMLTextAreaElement>('#objection-reason', area);

button.addEventListener('click', async () => {
  const mistakes: Mistake[] = unchosen(area);
  if (basis.value.trim() === '') mistakes.push({ field: basis.id, message: words('写明法律依据，如企业破产法第四十六条', 'Give the legal ground, like EBL 46') });
  if (reason.value.trim() === '') mistakes.push({ field: reason.id, message: words('写明异议理由', 'Give your reason') });
  if (mistakes.length > 0) {
    showMistakes(errors, mistakes);
    return;
  }
  const receipt = await send(ctx, area, button, errors, () => {
    const { role, person } = actingIn(area);
    const body = new Composition(KIND);
    return {
      kind: KIND, role, principal: person, openings: body.openings,
      body: {
        objection: randomId('o-'), claim: section.dataset.claim ?? '', line: must<HTMLSelectElement>('#objection-line', area).value,
        basis: body.seal('/basis', basis.value.trim()), reason: body.seal('/reason', reason.value.trim()),
      },
    };
  });
  if (receipt === null) return;
  area.remove();
  must('[data-objection-receipt]').replaceChildren(showReceipt(ctx, receipt, {
    title: words('异议回执', 'Receipt of your objection'), when: new Date().toISOString(),
    note: words('异议已收到，删不掉也改不了。管理人答复后会显示在这里。', 'Your objection is in and cannot be removed. The administrator’s answer will be shown here.'),
  }));
});
