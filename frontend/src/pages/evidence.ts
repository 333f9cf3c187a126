/** An exhibit: cross-examining it point by point, and answering.
 * @module */
import { Composition, context } from '../app/act.js';
import { putBack, putBackChoice } from '../app/forms.js';
import { words } from '../app/words.js';
import { notes } from '../core/device.js';
import type { Role } from '../core/statement.js';
import { actingIn, unchosen } from '../claims/acting.js';
import { must, showMistakes, type Mistake } from '../claims/dom.js';
import { randomId } from '../claims/ids.js';
import { showReceipt } from '../claims/receipt.js';
import { send } from '../claims/sending.js';
import type { Receipt } from '../app/act.js';

const POINTS = ['authenticity', 'lawfulness', 'relevance', 'probative_force'] as const;
type Point = (typeof POINTS)[number];
type Stance = 'accepted' | 'contested' | 'unclear';

const ctx = context();
const page = must('#evidence');
const evidence = page.dataset.evidence ?? '';
const claim = page.dataset.claim ?? '';
const answerRole = (page.dataset.answerRole || 'creditor') as Role;

function name(point: Point): string {
  return { authenticity: words('真实性', 'authenticity'), lawfulness: words('合法性', 'lawfulness'), relevance: words('关联性', 'relevance'), probative_force: words('证明力', 'probative force') }[point];
}

function done(receipt: Receipt, title: string, note: string): void {
  const place = must('[data-receipt]', page);
  place.replaceChildren(showReceipt(ctx, receipt, { title, note, when: new Date().toISOString() }));
  place.scrollIntoView();
}

// --- Asking

const ask = page.querySelector<HTMLElement>('#ask');
if (ask !== null) await asking(ask);

async function asking(area: HTMLElement): Promise<void> {
  const kind = 'evidence.questioned@1';
  const place = `draft question ${ctx.origin} ${ctx.person} ${evidence}`;
  const errors = must('#errors', area);
  const button = must('#send-question', area);
  type Said = { stance: Stance | ''; reason: string };
  const text = await notes.get(place);
  const said: Record<Point, Said> = text === null
    ? { authenticity: empty(), lawfulness: empty(), relevance: empty(), probative_force: empty() }
    : (JSON.parse(text) as Record<Point, Said>);

  function empty(): Said {
    return { stance: '', reason: '' };
  }

  for (const point of POINTS) {
    const group = must(`[data-ask="${point}"]`, area);
    const reason = must('[data-reason]', group);
    const input = must<HTMLTextAreaElement>('textarea', reason);
    const show = () => {
      reason.hidden = said[point].stance === '' || said[point].stance === 'accepted';
    };
    putBackChoice(group.querySelectorAll<HTMLInputElement>('input[type="radio"]'), said[point].stance, (stance) => {
      said[point].stance = stance as Stance;
      show();
      void notes.put(place, JSON.stringify(said));
    });
    putBack(input, said[point].reason, (reason) => {
      said[point].reason = reason;
      void notes.put(place, JSON.stringify(said));
    });
    show();
  }

  button.addEventListener('click', async () => {
    const mistakes: Mistake[] = POINTS.flatMap((point) => {
      const { stance, reason } = said[point];
      if (stance === '') return [{ field: `stance-${point}`, message: words(`${name(point)}还没有选择`, `Choose for ${name(point)}`) }];
      if (stance !== 'accepted' && reason.trim() === '') return [{ field: `reason-${point}`, message: words(`写明${name(point)}的理由`, `Give your reason for ${name(point)}`) }];
      return [];
    });
    mistakes.unshift(...unchosen(area));
    if (mistakes.length > 0) {
      showMistakes(errors, mistakes);
      return;
    }
    const receipt = await send(ctx, area, button, errors, () => {
      const { role, person } = actingIn(area);
      const body = new Composition(kind);
      const points = POINTS.map((point, i) => {
        const { stance, reason } = said[point];
        return { point, stance, reason: stance === 'accepted' ? null : body.seal(`/points/${i}/reason`, reason.trim()) };
      });
      return { kind, role, principal: person, openings: body.openings, body: { question: randomId('q-'), claim, evidence, points } };
    });
    if (receipt === null) return;
    await notes.delete(place);
    area.remove();
    done(receipt, words('质证意见回执', 'Receipt of your questions'), words('质证意见已收到，删不掉也改不了。申报人或管理人答复前，这笔债权不能审查。', 'Your questions are in and cannot be removed. The claim cannot be reviewed before the filer or the administrator answers.'));
  });
}

// --- Answering

for (const card of page.querySelectorAll<HTMLElement>('[data-question]')) {
  const button = card.querySelector<HTMLElement>('[data-send-answer]');
  if (button !== null) await answering(card, button);
}

async function answering(card: HTMLElement, button: HTMLElement): Promise<void> {
  const kind = 'evidence.answered@1';
  const question = card.dataset.question ?? '';
  const place = `draft answer ${ctx.origin} ${ctx.person} ${question}`;
  const errors = must('[data-errors]', card);
  const inputs = [...card.querySelectorAll<HTMLTextAreaElement>('[data-answer]')];
  const kept = JSON.parse((await notes.get(place)) ?? '{}') as Record<string, string>;
  for (const input of inputs) {
    const point = input.dataset.answer ?? '';
    putBack(input, kept[point] ?? '', (text) => {
      kept[point] = text;
      void notes.put(place, JSON.stringify(kept));
    });
  }
  button.addEventListener('click', async () => {
    const filled = inputs.filter((input) => input.value.trim() !== '');
    if (filled.length === 0) {
      showMistakes(errors, inputs.map((input) => ({ field: input.id, message: words(`写上对${name(input.dataset.answer as Point)}的答复`, `Answer on ${name(input.dataset.answer as Point)}`) })));
      return;
    }
    const receipt = await send(ctx, card, button, errors, () => {
      const body = new Composition(kind);
      const answers = filled.map((input, i) => {
        const point = input.dataset.answer ?? '';
        const refused = must<HTMLInputElement>(`[data-refusal="${point}"]`, card).checked;
        const text = input.value.trim();
        return { point, answer: refused ? null : body.seal(`/answers/${i}/answer`, text), refusal: refused ? body.seal(`/answers/${i}/refusal`, text) : null };
      });
      return { kind, role: answerRole, principal: page.dataset.principal || null, openings: body.openings, body: { question, answers } };
    });
    if (receipt === null) return;
    await notes.delete(place);
    for (const field of card.querySelectorAll('.field')) field.remove();
    button.remove();
    done(receipt, words('答复回执', 'Receipt of your answer'), words('答复已收到，删不掉也改不了。', 'Your answer is in and cannot be removed or changed.'));
  });
}
