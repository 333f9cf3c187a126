/** Signing and sending from a page: words while it runs, the button out of action, the refusal where it belongs.
 * @module */
import { say, sentence, type Context, type Receipt, type Utterance } from '../app/act.js';
import { words } from '../app/words.js';
import { busy, isBusy, must, showMistakes, showRefusal } from './dom.js';

/** Sign and send what `compose` gives. What was typed stays where it is unless the statement was taken.
 * @param area - holds `[data-sending]`. @param errors - where refusals go
 * @returns null where it was refused, or is under way already */
export async function send(ctx: Context, area: ParentNode, button: HTMLElement, errors: Element, compose: () => Utterance): Promise<Receipt | null> {
  if (isBusy(button)) return null;
  showMistakes(errors, []);
  busy(button, true);
  const sending = must('[data-sending]', area);
  const tell = (text: string) => {
    sending.hidden = text === '';
    must('[role="status"]', sending).textContent = text;
  };
  tell(words('正在签名', 'Signing'));
  const waiting = setTimeout(() => tell(words('正在等本机的钥匙通过认证，认证后自动送出。还没有送出。', 'Waiting until the key of this device is attested; then it is sent by itself. Not sent yet.')), 2000);
  try {
    return await say(ctx, compose(), (state) => {
      clearTimeout(waiting);
      tell(state === 'retrying' ? words('还不知道收到没有，正在重试。送几次都只算一次。', 'Not known yet whether it arrived; sending the same again. It counts once.') : words('正在送出', 'Sending'));
    });
  } catch (error) {
    showRefusal(errors, sentence(error));
    return null;
  } finally {
    clearTimeout(waiting);
    tell('');
    busy(button, false);
  }
}
