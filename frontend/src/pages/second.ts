/** The second step of a log-in by a passkey: it signs what this log-in asks, and the form sends that.
 * @module */
import { sentence } from '../app/problem.js';
import { once, the } from '../app/forms.js';
import { b64u, unb64u } from '../core/bytes.js';
import { pae } from '../core/dsse.js';
import { dumps } from '../core/jcs.js';
import { passkeySigner, passkeysHere } from '../core/passkey.js';

interface Asked {
  readonly user: string;
  readonly nonce: string;
  readonly keys: readonly { readonly key: string; readonly credential: string; readonly public_key: string; readonly rp_id: string }[];
}

const asked = JSON.parse(the('#passkeys').textContent ?? '') as Asked;
const button = document.querySelector<HTMLButtonElement>('#passkey');
if (button && passkeysHere()) {
  button.hidden = false;
  let tries = 0;
  button.onclick = () => void once(button, the('#note'), async (tell) => {
    const one = asked.keys[tries % asked.keys.length];
    if (one === undefined) return;
    try {
      const signer = passkeySigner(one.rp_id, unb64u(one.credential), unb64u(one.public_key));
      const sig = await signer.sign(pae('application/vnd.concursus.log-in+json', dumps({ nonce: asked.nonce, user: asked.user })));
      const form = the<HTMLFormElement>('#second');
      the<HTMLInputElement>('[name=key]', form).value = one.key;
      the<HTMLInputElement>('[name=assertion]', form).value = b64u(sig);
      form.submit();
    } catch (error) {
      tries += 1; // the next tap tries another, where there are several
      tell(sentence(error));
      await new Promise((resolve) => setTimeout(resolve, 4000));
    }
  });
}
