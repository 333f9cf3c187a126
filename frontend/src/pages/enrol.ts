/** On every page of a case: gets this device its key, shows how that stands, and sends again what was not answered.
 * @module */
import { context, deviceKey, enrolByPasskey, forgetDeviceKey, keyGroups, resume, sentence, withoutPasskey, type Context, type KeyState, type Level } from '../app/act.js';
import { findDeviceKey } from '../core/device.js';
import { once, the } from '../app/forms.js';

/** A wait shorter than this is not worth reading about. */
const BRIEF = 2500;

function show(box: HTMLElement, state: KeyState, level: Level | null, keyId: string | null, waited: boolean): void {
  const text = the('[data-device-words]', box);
  const key = the('[data-device-key]', box);
  const words = box.dataset[state === 'enrolled' && level === 'demonstration' ? 'demonstration' : state] ?? '';
  const asks = state === 'refused' || state === 'frozen' || state === 'passkey';
  const calm = state === 'enrolled' ? level !== 'demonstration' && !waited : !asks && !waited;
  box.hidden = calm;
  if (text.textContent !== words) text.textContent = words;
  key.hidden = state !== 'pending' || keyId === null;
  if (keyId !== null) the('code', key).textContent = keyGroups(keyId);
  the('[data-device-again]', box).hidden = state !== 'refused' && state !== 'frozen';
  the('[data-device-passkey]', box).hidden = state !== 'passkey';
}

async function run(ctx: Context, box: HTMLElement): Promise<void> {
  const began = Date.now();
  let waited = false;
  try {
    await deviceKey(ctx, (state, level, keyId) => {
      waited ||= Date.now() - began > BRIEF;
      show(box, state, level, keyId, waited);
      document.documentElement.dataset.deviceKey = state;
      if (state === 'pending' && document.getElementById('devices') && !listed(keyId)) location.reload();
    });
    if (document.getElementById('devices') && (await isNew(ctx))) location.reload();
    await resume(ctx);
  } catch (error) {
    const text = the('[data-device-words]', box);
    if (text.textContent === '') text.textContent = sentence(error);
    box.hidden = false;
  }
}

function listed(keyId: string | null): boolean {
  return document.querySelector(`[data-key="${keyId ?? ''}"]`) !== null;
}

/** Is the list of devices older than this device's key? */
async function isNew(ctx: Context): Promise<boolean> {
  const key = await findDeviceKey(ctx.origin, ctx.person);
  return key !== null && document.querySelector(`[data-key="${key.keyId}"] .badge.done`) === null;
}

async function markThisDevice(ctx: Context): Promise<void> {
  const key = await findDeviceKey(ctx.origin, ctx.person);
  const mark = document.querySelector<HTMLElement>(`[data-key="${key?.keyId ?? ''}"] [data-this-device]`);
  if (mark) mark.hidden = false;
}

const box = document.getElementById('device');
if (box && document.getElementById('context')) {
  const ctx = context();
  the('[data-device-again] button', box).addEventListener('click', () => void forgetDeviceKey(ctx).then(() => location.reload()));
  const note = the('[data-device-note]', box);
  const use = the<HTMLButtonElement>('[data-device-use]', box);
  let tries = 0;
  use.addEventListener('click', () => void once(use, null, async () => {
    try {
      note.textContent = '';
      await enrolByPasskey(ctx, tries);
    } catch (error) {
      tries += 1; // the next tap tries another, where there are several
      note.textContent = sentence(error);
    }
  }));
  the('[data-device-without]', box).addEventListener('click', () => void withoutPasskey(ctx).then(() => location.reload()));
  void markThisDevice(ctx);
  void run(ctx, box);
}
