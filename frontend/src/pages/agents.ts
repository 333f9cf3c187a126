/** Powers of attorney: given item by item, ended by principal or agent.
 * @module */
import { Composition, context } from '../app/act.js';
import { follow, showErrors, the, type FieldError } from '../app/forms.js';
import { signs } from '../app/staff.js';
import { words } from '../app/words.js';
import { must } from '../claims/dom.js';
import { randomId } from '../claims/ids.js';
import { send } from '../claims/sending.js';
import type { Role } from '../core/statement.js';

const ctx = context();

// --- Ending one

for (const card of document.querySelectorAll<HTMLElement>('[data-authority]')) {
  const button = card.querySelector<HTMLElement>('[data-end]');
  button?.addEventListener('click', async () => {
    const kind = 'authority.revoked@1';
    const receipt = await send(ctx, card, button, must('[data-errors]', card), () => {
      const body = new Composition(kind);
      const reason = must<HTMLTextAreaElement>('[data-reason]', card).value.trim();
      return { kind, role: (card.dataset.role ?? 'creditor') as Role, openings: body.openings, body: { authority: card.dataset.authority ?? '', reason: body.sealOrNull('/reason', reason) } };
    });
    if (receipt !== null) location.reload();
  });
}

// --- Giving one

const form = the<HTMLFormElement>('#grant-form');
const agent = the<HTMLInputElement>('#agent', form);
const name = the<HTMLInputElement>('#agent-name', form);
const until = the<HTMLInputElement>('#until', form);
const ticked = (what: string) => [...form.querySelectorAll<HTMLInputElement>(`input[name="${what}"]:checked`)];
const values = (what: string) => ticked(what).map((input) => input.value);
const labels = (what: string) => ticked(what).map((input) => input.nextElementSibling?.firstChild?.textContent?.trim() ?? input.value);
const someOnly = () => values('item').includes('vote') && values('scope')[0] === 'some';

follow([form], () => {
  the('[data-voting]', form).hidden = !values('item').includes('vote');
  the('[data-scope]', form).hidden = !someOnly();
});

/** 24:00 Beijing time of the day chosen. */
function end(): string | null {
  if (until.value === '') return null;
  return new Date(Date.parse(`${until.value}T00:00:00+08:00`) + 86_400_000).toISOString().replace('.000Z', 'Z');
}

signs(form, {
  ctx,
  prepare() {
    const wrong: FieldError[] = [];
    const code = agent.value.trim().toLowerCase();
    if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(code)) wrong.push({ field: agent.id, message: words('输入代理人在本案的编号，如 p-abcd', 'Enter the agent’s code in this case, like p-abcd') });
    if (name.value.trim() === '') wrong.push({ field: name.id, message: words('写上代理人姓名', 'Give the agent’s name') });
    if (values('item').length === 0) wrong.push({ field: 'item-first', message: words('至少勾选一项', 'Tick at least one item') });
    const some = someOnly();
    if (some && values('motion').length + values('matter').length === 0) wrong.push({ field: 'scope-some', message: words('勾选可以表决的事项，或选“全部表决事项”', 'Tick what the agent may vote on, or choose every motion') });
    showErrors(form, wrong);
    if (wrong.length > 0) return null;
    const kind = 'authority.granted@1';
    const body = new Composition(kind);
    const motions = values('motion').map((value) => {
      const [meeting = '', motion = ''] = value.split(' ');
      return { meeting, motion };
    });
    const matters = values('matter');
    return {
      utterance: {
        kind, role: 'creditor', openings: body.openings,
        body: {
          authority: randomId('a-'), agent: code, name: body.seal('/name', name.value.trim()), licence: body.sealOrNull('/licence', the<HTMLInputElement>('#licence', form).value.trim()),
          items: values('item'), matters: some && matters.length > 0 ? matters : null, motions: some && motions.length > 0 ? motions : null, until: end(), document: null,
        },
      },
      summary: [
        [words('代理人', 'Agent'), `${name.value.trim()} (${code})`],
        [words('授权事项', 'Items'), labels('item').join(words('、', ', '))],
        ...(values('item').includes('vote') ? [[words('可表决', 'Votes on'), some ? [...labels('motion'), ...labels('matter')].join(words('、', ', ')) : words('全部表决事项', 'every motion')] as const] : []),
        [words('期限', 'Until'), until.value === '' ? words('至撤销为止', 'it is ended') : until.value],
      ],
    };
  },
});
