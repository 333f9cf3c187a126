/** Taps before the page listens: the button says that it waits, and is tapped again as soon as the page does.
 *
 * Runs in the head, before anything of the page is there. Each script of the page tells at its end that it listens
 * (build.mjs). A script that fails, or takes long, leaves the taps to themselves.
 * @module */
const LISTENS = 'concursus-listens';
const WAITS_AT_MOST = 10_000;

let held: HTMLElement | null = null;
let listening = 0;

function hold(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('main button') : null;
  // Buttons of the page's script alone; links and forms that go to the server need none.
  if (button === null || !(button.type === 'button' || button.form?.method === 'dialog')) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held?.removeAttribute('aria-busy');
  held = button;
  button.setAttribute('aria-busy', 'true');
}

function release(): void {
  document.removeEventListener('click', hold, true);
  document.removeEventListener(LISTENS, heard);
  const button = held;
  held = null;
  button?.removeAttribute('aria-busy');
  if (button?.isConnected === true) button.click();
}

function heard(): void {
  listening += 1;
  if (listening >= scripts()) release();
}

function scripts(): number {
  return document.querySelectorAll('script[type="module"]').length;
}

document.addEventListener('click', hold, true);
document.addEventListener(LISTENS, heard);
document.addEventListener('DOMContentLoaded', () => scripts() === 0 && release());
window.addEventListener('error', release, { capture: true, once: true });
window.addEventListener('unhandledrejection', release, { once: true });
setTimeout(release, WAITS_AT_MOST);
