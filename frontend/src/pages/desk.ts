/** On every desk page: the demonstration clock's own time, and keys j and k from claim to claim.
 * @module */
import { element, the } from '../app/forms.js';
import { fromBeijing } from '../app/times.js';
import { words } from '../app/words.js';

const form = document.querySelector<HTMLFormElement>('#clock-form');
form?.addEventListener('submit', (event) => {
  const to = fromBeijing(the<HTMLInputElement>('#clock-to', form).value);
  if (to === null) {
    event.preventDefault();
    the('[data-clock-status]').textContent = words('输入日期和时间，如2026年4月16日9:30', 'Enter a date and a time, like 16 April 2026, 9:30');
    return;
  }
  the<HTMLInputElement>('input[name="to"]', form).value = to;
});

/** Single keys can be switched off (WCAG 2.1.4); the choice stays in this browser. */
const SWITCH = 'concursus keys';
const places = { j: '[data-key-next]', k: '[data-key-before]' } as const;
const shown = document.querySelector<HTMLElement>('[data-keys]');

function on(): boolean {
  return localStorage.getItem(SWITCH) !== 'off';
}

if (shown) {
  const button = element('button', 'button plain');
  button.type = 'button';
  const say = () => {
    button.textContent = on() ? words('关闭快捷键', 'Switch keys off') : words('打开快捷键', 'Switch keys on');
  };
  button.addEventListener('click', () => {
    localStorage.setItem(SWITCH, on() ? 'off' : 'on');
    say();
  });
  say();
  shown.append(button);
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !on()) return;
  if (event.target instanceof Element && event.target.closest('input, select, textarea, [contenteditable]')) return;
  if (event.key === 'j' || event.key === 'k') document.querySelector<HTMLAnchorElement>(places[event.key])?.click();
});
