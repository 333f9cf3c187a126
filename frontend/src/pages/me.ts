/** My record: the ballot receipts that this device keeps.
 * @module */
import { context } from '../app/act.js';
import { words } from '../app/words.js';
import { receipts } from '../ballot/kept.js';
import { h, icon, must } from '../claims/dom.js';
import { beijing, fingerprintBox, receivedOf } from '../claims/receipt.js';

const kept = await receipts(context());
if (kept.length > 0) {
  const area = must('#receipts');
  area.hidden = false;
  must('[data-list]', area).replaceChildren(...kept.toReversed().map(({ fingerprint, when, receipt }) =>
    h('li', {}, h('div', { class: 'card' },
      h('p', {}, beijing(receivedOf(receipt) ?? when), receipt.index === null ? '' : ` · ${words('第', 'Entry ')}${receipt.index}${words('条', '')}`),
      fingerprintBox(fingerprint),
      h('p', {}, h('a', { class: 'button', href: URL.createObjectURL(new Blob([receipt.content], { type: receipt.type })), download: receipt.name }, icon('download'), words('保存回执', 'Save the receipt')))))));
}
