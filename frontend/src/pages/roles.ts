/** The judge appoints to roles and ends them.
 * @module */
import { Composition, context, say, words } from '../app/act.js';
import { check, labelOf } from '../app/check.js';
import { clearErrors, follow, sendWords, showErrors, the, value, type FieldError } from '../app/forms.js';
import type { Receipt, Utterance } from '../app/act.js';

const ctx = context();
const appoint = the<HTMLFormElement>('#appoint');
const end = document.querySelector<HTMLFormElement>('#end');

function option(id: string): HTMLOptionElement | undefined {
  return the<HTMLSelectElement>(`#${id}`).selectedOptions[0];
}

function chosen(id: string): string {
  return option(id)?.textContent?.trim() ?? '';
}

async function send(what: Utterance, tell: (text: string) => void): Promise<void> {
  const receipt: Receipt = await say(ctx, what, (state) => tell(sendWords(state)));
  location.assign(`?done=${receipt.index ?? 'yes'}`);
}

follow([the('#person')], () => {
  the<HTMLInputElement>('#name').value = option('person')?.dataset.name ?? '';
});

appoint.addEventListener('submit', (event) => {
  event.preventDefault();
  clearErrors(appoint);
  const errors: FieldError[] = [];
  if (value(appoint, 'person') === '') errors.push({ field: 'person', message: words('选择人员', 'Choose a person') });
  if (value(appoint, 'role') === '') errors.push({ field: 'role', message: words('选择身份', 'Choose a role') });
  else if (option('person')?.dataset.roles?.split(' ').includes(value(appoint, 'role'))) {
    errors.push({ field: 'role', message: words('此人已有这一身份', 'This person holds the role already') });
  }
  if (value(appoint, 'name') === '') errors.push({ field: 'name', message: words('输入各方看到的名称', 'Enter the name that the parties see') });
  for (const name of ['name', 'decision']) {
    if (value(appoint, name).length > 200) errors.push({ field: name, message: words('不超过200字', 'At most 200 characters') });
  }
  if (errors.length > 0) {
    showErrors(appoint, errors);
    return;
  }
  const facts = [
    { term: labelOf('person'), text: chosen('person') },
    { term: labelOf('role'), text: chosen('role') },
    { term: labelOf('name'), text: value(appoint, 'name') },
    ...(value(appoint, 'decision') === '' ? [] : [{ term: labelOf('decision'), text: value(appoint, 'decision') }]),
  ];
  check(appoint, facts, (tell) => {
    const composed = new Composition('role.appointed@1');
    return send({
      kind: composed.kind,
      role: 'court',
      body: {
        person: value(appoint, 'person'),
        role: value(appoint, 'role'),
        name: composed.seal('/name', value(appoint, 'name')),
        decision: composed.sealOrNull('/decision', value(appoint, 'decision')),
      },
      openings: composed.openings,
    }, tell);
  });
});

end?.addEventListener('submit', (event) => {
  event.preventDefault();
  clearErrors(end);
  const errors: FieldError[] = [];
  if (value(end, 'grant') === '') errors.push({ field: 'grant', message: words('选择人员和身份', 'Choose person and role') });
  if (value(end, 'reason') === '') errors.push({ field: 'reason', message: words('输入理由', 'Enter the reason') });
  if (errors.length > 0) {
    showErrors(end, errors);
    return;
  }
  const [person = '', role = ''] = value(end, 'grant').split(' ');
  check(end, [{ term: labelOf('grant'), text: chosen('grant') }, { term: labelOf('reason'), text: value(end, 'reason') }], (tell) => {
    const composed = new Composition('role.ended@1');
    return send({ kind: composed.kind, role: 'court', body: { person, role, reason: composed.seal('/reason', value(end, 'reason')) }, openings: composed.openings }, tell);
  });
});
