/** On every page of a case: gets this device its key, shows how that stands, and sends again what was not answered.
 * @module */
import { context, deviceKey, forgetDeviceKey, resume, sentence, type Context, type KeyState, type Level } from '../app/act.js';

const box = document.getElementById('device');
const text = box?.querySelector<HTMLElement>('[data-device-words]');
const again = box?.querySelector<HTMLElement>('[data-device-again]');

/** The words stay away while all is well, and while the wait is shorter than reading them takes. */
function show(state: KeyState, level: Level | null, waited: boolean): void {
  if (!box || !text || !again) return;
  const words = box.dataset[state === 'enrolled' && level === 'demonstration' ? 'demonstration' : state] ?? '';
  const calm = state === 'enrolled' ? level !== 'demonstration' && !waited : state !== 'refused' && !waited;
  if (text.textContent !== words) text.textContent = words;
  again.hidden = state !== 'refused';
  box.classList.toggle('warn', state !== 'enrolled');
  box.hidden = calm;
}

async function run(ctx: Context): Promise<void> {
  const began = Date.now();
  let shown = false;
  try {
    await deviceKey(ctx, (state, level) => {
      shown ||= Date.now() - began > 2500;
      show(state, level, shown);
      document.documentElement.dataset.deviceKey = state;
    });
    await resume(ctx);
  } catch (error) {
    if (text && text.textContent === '') text.textContent = sentence(error);
    if (box) box.hidden = false;
  }
}

if (document.getElementById('context')) {
  const ctx = context();
  again?.querySelector('button')?.addEventListener('click', () => void forgetDeviceKey(ctx).then(() => location.reload()));
  void run(ctx);
}
