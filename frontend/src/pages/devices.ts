/** My devices: make a passkey, freeze what was stolen, confirm what was enrolled late.
 * @module */
import { context, passkeysOf, say, sentence, words } from '../app/act.js';
import { once, sendWords, the } from '../app/forms.js';
import { getJson, postJson } from '../app/http.js';
import { Problem } from '../app/problem.js';
import { b64u, unb64u } from '../core/bytes.js';
import { findDeviceKey } from '../core/device.js';
import { makePasskey, passkeySigner, passkeysHere } from '../core/passkey.js';
import { possessionMessage } from '../core/statement.js';

const ctx = context();

async function register(tell: (text: string) => void): Promise<void> {
  const found = await passkeysOf(ctx);
  const known = found.passkeys.filter((p) => p.state !== 'frozen' && p.state !== 'refused').map((p) => unb64u(p.credential));
  tell(words('按提示生成通行密钥…', 'Make the passkey as your device asks …'));
  const made = await makePasskey(found.rp_id, unb64u(found.user), found.name, known);
  tell(words('再确认一次，证明它在您手里…', 'Confirm once more, to show that you hold it …'));
  const signer = passkeySigner(found.rp_id, made.credential, made.publicKey);
  const message = possessionMessage(ctx.origin, ctx.case, ctx.person, 'webauthn-es256', made.publicKey);
  await postJson(ctx.csrf, `/c/${ctx.case}/keys`, {
    suite: 'webauthn-es256', public_key: b64u(made.publicKey), possession: b64u(await signer.sign(message)), credential: b64u(made.credential),
  });
  location.reload();
}

/** The key that this browser signs with, if it is good now. */
async function usable(): Promise<string | null> {
  const key = await findDeviceKey(ctx.origin, ctx.person);
  if (key === null) return null;
  try {
    const found = await getJson<{ state: string }>(`/c/${ctx.case}/keys/${key.keyId}`);
    return found.state === 'enrolled' ? key.keyId : null;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/** Another device of mine signs; else the clerk freezes the key, for who shows that he is its holder. */
async function freeze(card: HTMLElement, key: string, here: string | null, tell: (text: string) => void): Promise<void> {
  const proof = the<HTMLInputElement>('[data-proof] input', card);
  if (proof.value === '' && here !== null && here !== key && !('passkey' in card.dataset)) {
    await say(ctx, { kind: 'key.revoked@1', role: 'creditor', body: { key, cause: 'stolen', reason: null } }, (state) => tell(sendWords(state)));
  }
  // Also where the key is frozen already: it logs the account out everywhere else.
  await postJson(ctx.csrf, `/c/${ctx.case}/keys/${key}/stolen`, { proof: proof.value });
  location.reload();
}

async function confirm(key: string, tell: (text: string) => void): Promise<void> {
  await say(ctx, { kind: 'key.confirmed@1', role: 'creditor', body: { key, channel: 'own_key', contact: null } }, (state) => tell(sendWords(state)));
  location.reload();
}

function wire(card: HTMLElement, here: string | null): void {
  const key = card.dataset.key ?? '';
  const note = the('[data-note]', card);
  const on = (selector: string, act: (tell: (text: string) => void) => Promise<void>) => {
    const button = card.querySelector<HTMLButtonElement>(selector);
    if (button === null) return;
    button.onclick = () => void once(button, null, async () => {
      const tell = (text: string) => { note.textContent = text; };
      try {
        await act(tell);
      } catch (error) {
        tell(sentence(error));
      }
    });
  };
  // Another device of mine needs no proof: its key signs.
  const another = here !== null && here !== key && !('passkey' in card.dataset);
  const proof = card.querySelector<HTMLElement>('[data-proof]');
  if (proof) proof.hidden = another;
  const own = card.querySelector<HTMLElement>('[data-confirm-here]');
  if (own) own.hidden = here === null || here === key;
  on('[data-freeze]', (tell) => freeze(card, key, here, tell));
  on('[data-confirm-own]', (tell) => confirm(key, tell));
  on('[data-confirm-app]', async () => {
    await postJson(ctx.csrf, `/c/${ctx.case}/keys/${key}/confirm`, { code: the<HTMLInputElement>('[data-confirm-code]', card).value });
    location.reload();
  });
}

const make = the<HTMLButtonElement>('#make-passkey');
const note = the('#passkey-note');
make.hidden = !passkeysHere();
make.onclick = () => void once(make, null, async () => {
  try {
    await register((text) => { note.textContent = text; });
  } catch (error) {
    note.textContent = sentence(error);
  }
});
const here = await usable();
for (const card of document.querySelectorAll<HTMLElement>('[data-key]')) wire(card, here);
document.documentElement.dataset.devices = 'ready';
