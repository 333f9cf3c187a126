/** Staff pages: a form, a check of exactly what will be signed, the signature, the receipt.
 * @module */
import { context, Problem, say, type Context, type Receipt, type Utterance } from './act.js';
import { clearErrors, once, sendWords, showRefusal, the } from './forms.js';
import { facts } from './page.js';
import { words } from './words.js';

export interface Prepared {
  readonly utterance: Utterance;
  /** what the check says, besides what `show` adds */
  readonly summary: readonly (readonly [string, string])[];
  /** more to show before signing, such as a table */
  readonly more?: readonly Node[];
}

export interface Signing {
  readonly ctx: Context;
  /** @returns null where something is wrong and was shown */
  readonly prepare: (tell: (text: string) => void) => Promise<Prepared | null> | Prepared | null;
  readonly done?: (receipt: Receipt) => void;
}

/** Wire `form` with the sections #check and #signed of desk/sign.html. */
export function signs(form: HTMLFormElement, { ctx, prepare, done }: Signing): void {
  const check = the('#check');
  const signed = the('#signed');
  const status = the('[data-sign-status]', check);
  const sign = the<HTMLButtonElement>('[data-sign]', check);
  const submit = the<HTMLButtonElement>('button[type="submit"], button:not([type])', form);
  let ready: Prepared | null = null;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void once(submit, form.querySelector('[data-form-status]'), async (tell) => {
      clearErrors(form);
      try {
        ready = await prepare(tell);
      } catch (error) {
        showRefusal(form, error);
        return;
      }
      if (ready === null) return;
      document.title = document.title.replace(/^(错误：|Error: )/, '');
      const summary = the('[data-summary]', check);
      const list = document.createElement('dl');
      list.className = 'facts';
      facts(list, ready.summary);
      summary.replaceChildren(list, ...(ready.more ?? []));
      clearErrors(check);
      form.hidden = true;
      check.hidden = false;
      check.focus();
      check.scrollIntoView({ block: 'start' });
    });
  });
  the('[data-back]', check).addEventListener('click', () => {
    check.hidden = true;
    form.hidden = false;
    submit.focus();
  });
  sign.addEventListener('click', () => {
    const act = ready;
    if (act === null) return;
    void once(sign, status, async (tell) => {
      clearErrors(check);
      try {
        const receipt = await say(ctx, act.utterance, (state) => tell(sendWords(state)));
        ready = null;
        check.hidden = true;
        showReceipt(signed, receipt);
        done?.(receipt);
      } catch (error) {
        if (!(error instanceof Problem)) console.error(error);
        showRefusal(check, error);
      }
    });
  });
}

export function showReceipt(section: HTMLElement, receipt: Receipt): void {
  the('[data-entry]', section).textContent = receipt.index === null ? words('正在入账', 'being entered') : String(receipt.index);
  the('[data-digest]', section).textContent = receipt.digest.slice(0, 16);
  const link = the<HTMLAnchorElement>('[data-receipt]', section);
  link.href = URL.createObjectURL(new Blob([receipt.content], { type: receipt.type }));
  link.download = receipt.name;
  section.hidden = false;
  section.focus();
  section.scrollIntoView({ block: 'center' });
}

/** What the page's script starts from. */
export function draft<T>(): T {
  return JSON.parse(the('#draft').textContent ?? 'null') as T;
}

export { context };
