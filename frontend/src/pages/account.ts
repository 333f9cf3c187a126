/** /account: the key for the authenticator app as a QR code, where another device shows the page.
 * @module */
import { qrPicture } from '../app/qr.js';
import { words } from '../app/words.js';

const link = document.querySelector<HTMLAnchorElement>('#app-address');
const place = document.querySelector<HTMLElement>('#app-code');
if (link && place) {
  place.append(qrPicture(link.href, words('验证器应用的二维码，内容与下面的密钥相同', 'QR code for the authenticator app; it holds the same as the key below')));
  place.hidden = false;
}
