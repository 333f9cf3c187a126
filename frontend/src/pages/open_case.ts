/** A judge opens a case: the court's key is made here, the log is made with it, and `case.opened` is signed.
 * @module */
import { Composition, context, say, words, type Context } from '../app/act.js';
import { check, labelOf, type Fact } from '../app/check.js';
import { clearErrors, follow, sendWords, showErrors, the, value, type FieldError } from '../app/forms.js';
import { postJson } from '../app/http.js';
import { language } from '../app/words.js';
import { b64u } from '../core/bytes.js';
import { createDeviceKey, findDeviceKey } from '../core/device.js';
import { formatTime } from '../core/ids.js';
import type { Json } from '../core/jcs.js';

const KIND = 'case.opened@1';
const TEXTS = ['court_name', 'case_number', 'debtor'] as const;
const DAYS = ['accepted', 'announced', 'filing_ends'] as const;

const form = the<HTMLFormElement>('#open-case');
/** The case begun by this page: kept, so that a refused opening is mended and not begun anew. */
let begun: Context | null = document.getElementById('context') ? context() : null;

function errors(): FieldError[] {
  const found: FieldError[] = [];
  for (const name of TEXTS) {
    if (value(form, name) === '') found.push({ field: name, message: words(`输入${labelOf(name)}`, `Enter: ${labelOf(name)}`) });
    else if (value(form, name).length > 200) found.push({ field: name, message: words(`${labelOf(name)}不超过200字`, `${labelOf(name)}: at most 200 characters`) });
  }
  if (value(form, 'procedure') === '') found.push({ field: 'procedure', message: words('选择程序', 'Choose the procedure') });
  for (const name of DAYS) {
    if (value(form, name) === '') found.push({ field: name, message: words(`输入${labelOf(name)}`, `Enter: ${labelOf(name)}`) });
  }
  if (found.length === 0 && value(form, 'announced') < value(form, 'accepted')) {
    found.push({ field: 'announced', message: words('公告日不早于裁定受理日', 'The announcement is not before the acceptance') });
  }
  if (begun === null) {
    const clock = value(form, 'clock');
    if (clock === '') found.push({ field: 'clock', message: words('选择案件时钟', 'Choose the clock of the case') });
    else if (clock === 'demonstration' && starts() === null) {
      found.push({ field: 'starts', message: words('输入演示时钟的起点，早于现在', 'Enter when the demonstration clock starts, before now') });
    }
  }
  return found;
}

/** Beijing time of the field as UTC; null where it is no moment in the past. */
function starts(): string | null {
  const at = new Date(`${value(form, 'starts')}+08:00`);
  return Number.isNaN(at.getTime()) || at > new Date() ? null : formatTime(at);
}

/** Only what differs from the rule pack is stated. */
function switches(): { switch: string; value: string | string[] }[] {
  const found: { switch: string; value: string | string[] }[] = [];
  form.querySelectorAll<HTMLSelectElement>('select[data-choice]').forEach((select) => {
    if (select.value !== select.dataset.default) found.push({ switch: select.name, value: select.value });
  });
  form.querySelectorAll<HTMLElement>('[data-list]').forEach((list) => {
    const boxes = [...list.querySelectorAll<HTMLInputElement>('input')];
    if (boxes.some((box) => box.checked !== ('default' in box.dataset))) {
      found.push({ switch: list.dataset.list ?? '', value: boxes.filter((box) => box.checked).map((box) => box.value) });
    }
  });
  return found;
}

function facts(): Fact[] {
  const procedure = form.querySelector<HTMLInputElement>('input[name="procedure"]:checked')?.closest('label')?.textContent?.trim() ?? '';
  const clock = form.querySelector<HTMLInputElement>('input[name="clock"]:checked')?.value;
  return [
    ...[...TEXTS].map((name) => ({ term: labelOf(name), text: value(form, name) })),
    { term: words('程序', 'Procedure'), text: procedure },
    ...[...DAYS].map((name) => ({ term: labelOf(name), text: day(value(form, name)) })),
    ...(clock === undefined ? [] : [{
      term: words('案件时钟', 'Clock of the case'),
      text: clock === 'real' ? words('真实时间', 'real time') : `${words('演示，起于北京时间', 'demonstration, from Beijing time')} ${value(form, 'starts').replace('T', ' ')}`,
    }]),
    ...(followed() === '' ? [] : [{ term: words('接续的账本', 'Goes on the record of'), text: followed() }]),
    ...switches().map((chosen) => ({ term: chosen.switch, text: wording(chosen) })),
  ];
}

/** Case whose record, which has ended, the new one goes on. */
function followed(): string {
  return form.querySelector<HTMLSelectElement>('#follows')?.value ?? '';
}

function wording(chosen: { switch: string; value: string | string[] }): string {
  const select = form.querySelector<HTMLSelectElement>(`#switch-${chosen.switch}`);
  if (select) return select.selectedOptions[0]?.textContent ?? '';
  const boxes = form.querySelectorAll<HTMLInputElement>(`[data-list="${chosen.switch}"] input:checked`);
  return [...boxes].map((box) => box.closest('label')?.textContent?.trim() ?? '').join(words('、', ', ')) || words('无', 'none');
}

function day(text: string): string {
  const [y, m, d] = text.split('-').map(Number);
  return language() === 'en' ? text : `${y}年${m}月${d}日`;
}

/** The ids from the server, the key from this browser, the log from both; taken up again where it was cut off. */
async function begin(): Promise<Context> {
  if (begun !== null) return begun;
  const csrf = value(form, 'csrfmiddlewaretoken');
  const draft = await postJson<{ case: string; origin: string; person: string }>(csrf, '/cases/new', {});
  const key = (await findDeviceKey(draft.origin, draft.person)) ?? (await createDeviceKey(draft.origin, draft.person));
  const demonstration = value(form, 'clock') === 'demonstration';
  await postJson(csrf, '/cases', {
    case: draft.case,
    suite: 'es256',
    public_key: b64u(key.publicKey),
    clock: demonstration ? 'demonstration' : 'real',
    starts: demonstration ? starts() : null,
    follows: followed() === '' ? null : followed(),
  });
  begun = {
    ...draft, csrf, roles: ['court'], language: language(), clock: demonstration ? 'demonstration' : 'real', now: formatTime(new Date()),
  };
  form.querySelectorAll<HTMLInputElement>('input[name="clock"], #starts').forEach((field) => { field.disabled = true; });
  return begun;
}

async function sign(tell: (text: string) => void): Promise<void> {
  tell(words('正在建立案件的账本…', 'Setting up the record of the case …'));
  const ctx = await begin();
  const composed = new Composition(KIND);
  const [court_name, case_number, debtor] = TEXTS.map((name) => composed.seal(`/${name}`, value(form, name)));
  const body = {
    court_name: court_name as Json, case_number: case_number as Json, debtor: debtor as Json,
    procedure: value(form, 'procedure'),
    accepted: value(form, 'accepted'), announced: value(form, 'announced'), filing_ends: value(form, 'filing_ends'),
    switches: switches(),
  };
  await say(ctx, { kind: KIND, role: 'court', body, openings: composed.openings }, (state) => tell(sendWords(state)));
  location.assign(`/c/${ctx.case}/`);
}

follow([form], () => {
  const field = document.getElementById('starts-field');
  if (field) field.hidden = value(form, 'clock') !== 'demonstration';
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  clearErrors(form);
  const found = errors();
  if (found.length > 0) showErrors(form, found);
  else check(form, facts(), sign);
});
