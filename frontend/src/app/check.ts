/** Check, then sign: what was entered is shown once more before it counts.
 * @module */
import { element, once, showRefusal, the } from './forms.js';

export interface Fact {
  readonly term: string;
  readonly text: string;
}

/** Show the section `#check` over these facts; `sign` runs on its button, 修改 leads back into the form. */
export function check(form: HTMLFormElement, facts: readonly Fact[], sign: (tell: (text: string) => void) => Promise<void>): void {
  const section = the('#check');
  the('#check-facts', section).replaceChildren(...facts.map(row));
  const button = the<HTMLButtonElement>('#sign', section);
  button.onclick = () => void once(button, the('#status', section), async (tell) => {
    try {
      await sign(tell);
    } catch (error) {
      section.hidden = true;
      form.hidden = false;
      showRefusal(form, error);
    }
  });
  the('#change', section).onclick = () => {
    section.hidden = true;
    form.hidden = false;
    form.querySelector<HTMLElement>('input, select, textarea')?.focus();
  };
  form.hidden = true;
  section.hidden = false;
  section.focus();
}

function row({ term, text }: Fact): HTMLElement {
  const box = element('div', '');
  box.append(element('dt', '', term), element('dd', '', text));
  return box;
}

/** The label that stands at a field. */
export function labelOf(id: string): string {
  return document.querySelector(`label[for="${id}"]`)?.textContent?.trim() ?? id;
}
