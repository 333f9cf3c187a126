/** A claim of mine: adding evidence.
 * @module */
import { Composition, context } from '../app/act.js';
import { words } from '../app/words.js';
import { notes } from '../core/device.js';
import type { Role } from '../core/statement.js';
import { must, showMistakes } from '../claims/dom.js';
import { Exhibits, sealed, type Exhibit } from '../claims/exhibits.js';
import { showReceipt } from '../claims/receipt.js';
import { send } from '../claims/sending.js';

const KIND = 'evidence.added@1';
const ctx = context();
const page = must('#claim');
const area = must<HTMLDetailsElement>('#add-evidence');
const errors = must('#errors');
const claim = page.dataset.claim ?? '';
const place = `draft evidence ${ctx.origin} ${ctx.person} ${claim}`;
const exhibits = new Exhibits(ctx, area, () => void notes.put(place, JSON.stringify(exhibits.kept)));

exhibits.begin(JSON.parse((await notes.get(place)) ?? '[]') as Exhibit[]);
if (exhibits.kept.length > 0) area.open = true;

const button = must('#add');
button.addEventListener('click', async () => {
  const mistakes = exhibits.mistakes();
  if (exhibits.kept.length === 0 && mistakes.length === 0) mistakes.push({ field: 'files', message: words('选择至少一份文件', 'Choose at least one file') });
  if (mistakes.length > 0) {
    showMistakes(errors, mistakes);
    return;
  }
  const receipt = await send(ctx, area, button, errors, () => {
    const body = new Composition(KIND);
    const evidence = sealed((pointer, value) => body.seal(pointer, value), exhibits.kept);
    return { kind: KIND, role: (page.dataset.role ?? 'creditor') as Role, principal: page.dataset.principal || null, openings: body.openings, body: { claim, evidence } };
  });
  if (receipt === null) return;
  await notes.delete(place);
  button.remove();
  must('[data-receipt]').replaceChildren(showReceipt(ctx, receipt, {
    title: words('补充证据的回执', 'Receipt of your evidence'), when: new Date().toISOString(),
    note: words('证据已收到，删不掉也改不了。刷新页面可以看到。', 'Your evidence is in and cannot be removed or changed. Reload the page to see it.'),
  }));
});
