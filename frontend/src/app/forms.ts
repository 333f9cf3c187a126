/** Forms that scripts send: what is wrong is listed above and beside the field, one sending at a time.
 * @module */
import type { SendState } from './act.js';
import { sentence } from './problem.js';
import { words } from './words.js';

export interface FieldError {
  /** id of the field */
  readonly field: string;
  readonly message: string;
}

/** Show what is wrong, in a summary that takes the focus and at each field; nothing where `errors` is empty. */
export function showErrors(form: HTMLFormElement, errors: readonly FieldError[]): void {
  clearErrors(form);
  if (errors.length === 0) return;
  const summary = element('div', 'error-summary');
  summary.setAttribute('role', 'alert');
  summary.tabIndex = -1;
  const title = element('h2', '', words(`有${errors.length}处需要修改`, errors.length === 1 ? '1 place needs a change' : `${errors.length} places need a change`));
  const list = element('ul', 'bare');
  for (const { field, message } of errors) {
    const link = element('a', '', message);
    link.setAttribute('href', `#${field}`);
    const item = element('li', '');
    item.append(link);
    list.append(item);
    mark(field, message);
  }
  summary.append(title, list);
  form.prepend(summary);
  document.title = `${words('错误：', 'Error: ')}${document.title.replace(/^(错误：|Error: )/, '')}`;
  summary.focus();
}

/** A refusal of the server, which names no field, above the form. */
export function showRefusal(form: HTMLElement, error: unknown): void {
  form.querySelector(':scope > [data-refusal]')?.remove();
  const notice = element('div', 'notice bad');
  notice.dataset.refusal = '';
  notice.setAttribute('role', 'alert');
  notice.tabIndex = -1;
  notice.append(element('p', 'notice-title', words('没有记录', 'Nothing was recorded')), element('p', '', sentence(error)));
  form.prepend(notice);
  notice.focus();
}

export function clearErrors(form: HTMLElement): void {
  form.querySelectorAll('.error-summary, [data-refusal]').forEach((found) => found.remove());
  form.querySelectorAll('.field-error[data-script]').forEach((found) => found.remove());
  form.querySelectorAll('.wrong').forEach((found) => found.classList.remove('wrong'));
  form.querySelectorAll('[aria-invalid]').forEach((found) => {
    found.removeAttribute('aria-invalid');
    described(found, `${found.id}-error`, false);
  });
}

function mark(id: string, message: string): void {
  const field = document.getElementById(id);
  const box = field?.closest('.field, fieldset');
  if (!field || !box) return;
  box.classList.add('wrong');
  field.setAttribute('aria-invalid', 'true');
  const text = element('p', 'field-error', message);
  text.id = `${id}-error`;
  text.dataset.script = '';
  let place: Element | null = box.querySelector('input, select, textarea, .choices');
  while (place !== null && place.parentElement !== box) place = place.parentElement;
  box.insertBefore(text, place);
  described(field, text.id, true);
}

function described(field: Element, id: string, on: boolean): void {
  const ids = (field.getAttribute('aria-describedby') ?? '').split(' ').filter((other) => other !== '' && other !== id);
  if (on) ids.unshift(id);
  if (ids.length === 0) field.removeAttribute('aria-describedby');
  else field.setAttribute('aria-describedby', ids.join(' '));
}

/** Run `act` while the button says so; further taps are ignored. Words go to the `role=status` element. */
export async function once(button: HTMLButtonElement, status: HTMLElement | null, act: (tell: (text: string) => void) => Promise<void>): Promise<void> {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  const tell = (text: string) => {
    if (status && status.textContent !== text) status.textContent = text;
  };
  try {
    await act(tell);
  } finally {
    button.removeAttribute('aria-disabled');
    tell('');
  }
}

/** The words for each state of `say`. */
export function sendWords(state: SendState): string {
  return {
    waiting: words('等这台设备的钥匙获得认证，之后自动签名送出…', 'Waiting for the key of this device to be attested; then it is signed and sent by itself …'),
    signing: words('正在签名…', 'Signing …'),
    sending: words('正在送出…', 'Sending …'),
    retrying: words('还不知道收到没有，正用同一份重试。送几次都只算一次。', 'Not yet known to have arrived; trying again with the same bytes. However often it is sent, it counts once.'),
    recorded: words('已收到', 'Received'),
  }[state];
}

export function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** The value of a field, trimmed. @throws {Error} where the page lacks it */
export function value(form: HTMLFormElement, name: string): string {
  const field = form.elements.namedItem(name);
  if (field instanceof RadioNodeList || field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) {
    return field.value.trim();
  }
  throw new Error(`the form has no field ${name}`);
}

/** Acts at every change of the controls, and now: what was chosen before the script came, or a browser put back, is a choice, too. */
export function follow(controls: Iterable<Element>, act: () => void): void {
  for (const control of controls) control.addEventListener('change', act);
  act();
}

/** Fills in a field, unless something else was put into it before the script came. @returns was it filled in? */
export function preset(field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, text: string): boolean {
  const before = field instanceof HTMLSelectElement ? ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? '' : field.defaultValue;
  if (field.value !== before) return false;
  field.value = text;
  return true;
}

/** The same for a box that is ticked or not. */
export function presetTick(box: HTMLInputElement, ticked: boolean): void {
  if (box.checked === box.defaultChecked) box.checked = ticked;
}

/** Puts back what an earlier visit kept in a field, unless something else was typed before the script came; tells of that, and of all that is typed. */
export function putBack(field: HTMLInputElement | HTMLTextAreaElement, kept: string, typed: (text: string) => void): void {
  if (!preset(field, kept)) typed(field.value);
  field.addEventListener('input', () => typed(field.value));
}

/** The same for a group of radio buttons; '' is none of them. */
export function putBackChoice(group: Iterable<HTMLInputElement>, kept: string, chosen: (value: string) => void): void {
  const radios = [...group];
  const early = radios.find((radio) => radio.checked && !radio.defaultChecked);
  if (early !== undefined) chosen(early.value);
  else for (const radio of radios) radio.checked = radio.value === kept;
  for (const radio of radios) radio.addEventListener('change', () => chosen(radio.value));
}

/** Hands over the files that are picked, those picked before the script came, too; the same may be picked again. */
export function picks(input: HTMLInputElement, take: (files: readonly File[]) => void): void {
  follow([input], () => {
    const files = [...(input.files ?? [])];
    if (files.length === 0) return;
    input.value = '';
    take(files);
  });
}

/** The one element that matches. @throws {Error} where there is none */
export function the<E extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): E {
  const found = within.querySelector<E>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}
