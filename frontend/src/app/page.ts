/** Finding and filling the parts of a page.
 * @module */

/** The element that the page must have. @throws {Error} */
export function need<T extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (found === null) throw new Error(`this page has no ${selector}`);
  return found;
}

export function element<K extends keyof HTMLElementTagNameMap>(name: K, text = '', attributes: Readonly<Record<string, string>> = {}): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Rows of a list of facts (`dl.facts`). */
export function facts(list: HTMLElement, rows: readonly (readonly [string, string])[]): void {
  list.replaceChildren(...rows.map(([term, value]) => {
    const row = element('div');
    row.append(element('dt', term), element('dd', value));
    return row;
  }));
}

/** A JSON script of the page. @throws {Error} */
export function pageData<T>(id: string): T {
  return JSON.parse(need(`#${id}`).textContent ?? '') as T;
}

/** Words and a bar for a long step; `role=status` says each quarter, not each figure. */
export class Working {
  readonly #box: HTMLElement;
  #last = '';

  constructor(box: HTMLElement) {
    this.#box = box;
  }

  show(words: string, done = 0, of = 0): void {
    this.#box.hidden = false;
    const bar = need<HTMLProgressElement>('progress', this.#box);
    if (of > 0) {
      bar.max = of;
      bar.value = done;
    } else {
      bar.removeAttribute('value');
    }
    bar.setAttribute('aria-label', words);
    const figure = of > 0 ? `${Math.floor((done * 4) / of) * 25}%` : '';
    if (this.#last === `${words}${figure}`) return;
    this.#last = `${words}${figure}`;
    need('[data-words]', this.#box).textContent = words;
    need('[data-figure]', this.#box).textContent = figure;
  }

  hide(): void {
    this.#box.hidden = true;
    this.#last = '';
  }
}
