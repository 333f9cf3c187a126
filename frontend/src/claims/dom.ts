/** Building and reading pages: elements, templates, errors at their fields.
 * @module */
import { words } from '../app/words.js';

export type Child = Node | string | null | false;

/** An element with attributes and children; texts are never read as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string | boolean | EventListener>> = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
  for (const child of children) if (child !== null && child !== false) element.append(child);
  return element;
}

/** @throws {Error} where the page lacks it */
export function must<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T {
  const found = root.querySelector<T>(selector);
  if (found === null) throw new Error(`this page has no ${selector}`);
  return found;
}

/** A copy of a `<template>`'s one element, with `-N` in ids and references replaced by `-<n>`. */
export function copy(template: string, n: string | number): HTMLElement {
  const element = must<HTMLTemplateElement>(`#${template}`).content.firstElementChild?.cloneNode(true) as HTMLElement;
  for (const one of [element, ...element.querySelectorAll('*')]) {
    for (const name of ['id', 'for', 'name', 'aria-describedby']) {
      const value = one.getAttribute(name);
      if (value?.includes('-N')) one.setAttribute(name, value.replaceAll('-N', `-${n}`));
    }
  }
  return element;
}

/** One of the page's icons, by the id of its template; nothing where the page has none. */
export function icon(name: string): Node | null {
  const template = document.querySelector<HTMLTemplateElement>(`#icon-${name}`);
  return template?.content.firstElementChild?.cloneNode(true) ?? null;
}

export interface Mistake {
  /** id of the field */
  readonly field: string;
  readonly message: string;
}

const TITLE = document.title;

/** Show what needs a change: a summary that takes the focus, and the same words at each field. None clears them.
 * @param place - where the summary goes */
export function showMistakes(place: Element, mistakes: readonly Mistake[]): void {
  place.replaceChildren();
  for (const old of document.querySelectorAll('.field-error[data-own]')) old.remove();
  for (const wrong of document.querySelectorAll('.field.wrong')) wrong.classList.remove('wrong');
  for (const wrong of document.querySelectorAll('[aria-describedby$="-error"]')) {
    wrong.removeAttribute('aria-invalid');
    wrong.setAttribute('aria-describedby', (wrong.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => !id.endsWith('-error')).join(' '));
  }
  document.title = mistakes.length === 0 ? TITLE : `${words('错误：', 'Error: ')}${TITLE}`;
  if (mistakes.length === 0) return;
  for (const { field, message } of mistakes) atField(field, message);
  const n = mistakes.length;
  const summary = h('div', { class: 'error-summary', role: 'alert', tabindex: '-1', 'aria-labelledby': 'error-summary-title' },
    h('h2', { id: 'error-summary-title' }, words(`有${n}处需要修改`, n === 1 ? '1 place needs a change' : `${n} places need a change`)),
    h('ul', { class: 'bare' }, ...mistakes.map(({ field, message }) => h('li', {}, h('a', { href: `#${field}`, click: (event) => goTo(event, field) }, message)))));
  place.append(summary);
  summary.focus();
}

/** Say that something was refused, and why; it takes the focus. What was typed stays.
 * @param place - emptied first. @param title - what became of it */
export function showRefusal(place: Element, text: string, title = words('没有记录任何内容', 'Nothing was recorded')): void {
  showMistakes(place, []);
  const box = h('div', { class: 'error-summary', role: 'alert', tabindex: '-1', 'aria-labelledby': 'error-summary-title' },
    h('h2', { id: 'error-summary-title' }, title), h('p', {}, text));
  document.title = `${words('错误：', 'Error: ')}${TITLE}`;
  place.append(box);
  box.focus();
}

function goTo(event: Event, field: string): void {
  event.preventDefault();
  const target = document.getElementById(field);
  target?.focus();
  target?.scrollIntoView({ block: 'center' });
}

function atField(id: string, message: string): void {
  const input = document.getElementById(id);
  const field = input?.closest('.field');
  if (!input || !field) return;
  field.classList.add('wrong');
  // Of radios only the group is wrong, not the first of them.
  if (!(input instanceof HTMLInputElement && input.type === 'radio')) input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', `${input.getAttribute('aria-describedby') ?? ''} ${id}-error`.trim());
  const error = h('p', { class: 'field-error', id: `${id}-error`, 'data-own': true }, icon('alert'), message);
  const before = field.querySelector(':scope > .with-unit, :scope > input, :scope > textarea, :scope > select, :scope > .choices, :scope > .drop');
  if (before) before.before(error);
  else field.append(error);
}

/** Show whether a button acts: it keeps its place and its focus, and takes no more taps. */
export function busy(button: HTMLElement, on: boolean): void {
  if (on) button.setAttribute('aria-disabled', 'true');
  else button.removeAttribute('aria-disabled');
}

export function isBusy(button: HTMLElement): boolean {
  return button.getAttribute('aria-disabled') === 'true';
}

/** 12 MB, 3.1 MB, 420 kB, 94 bytes: as figures.py says it, cut down. */
export function size(bytes: number): string {
  if (bytes >= 10_000_000) return `${Math.floor(bytes / 1_000_000)} MB`;
  if (bytes >= 1_000_000) return `${Math.floor(bytes / 1_000_000)}.${Math.floor(bytes / 100_000) % 10} MB`;
  if (bytes >= 1000) return `${Math.floor(bytes / 1000)} kB`;
  return words(`${bytes}字节`, `${bytes} bytes`);
}
