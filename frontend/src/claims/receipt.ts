/** The receipt of a statement on a page: its grades as they come, the file to save, print.
 * @module */
import { better, type Context, type Receipt } from '../app/act.js';
import { pause } from '../app/http.js';
import { problemOf } from '../app/problem.js';
import { words } from '../app/words.js';
import { parseEntry } from '../core/entry.js';
import { parseProof } from '../core/proof.js';
import { h, icon } from './dom.js';

export interface Shown {
  readonly title: string;
  /** sentence under the facts */
  readonly note: string;
  /** fingerprint of a ballot, eight groups of four */
  readonly fingerprint?: string;
  /** when the server answered, by the browser's clock, ISO 8601; the entry's own time takes its place */
  readonly when: string;
}

/** Show the receipt and improve it until it is witnessed. @param kept - told of each better receipt. */
export function showReceipt(ctx: Context, first: Receipt, shown: Shown, kept: (receipt: Receipt) => void = () => undefined): HTMLElement {
  const grades = h('ol', { class: 'grades', 'aria-label': words('回执的等级', 'How far the receipt has come') });
  const entry = h('dd', {}, '—');
  const time = h('time', {});
  const save = h('a', { class: 'button', href: '#' }, icon('download'), words('保存回执', 'Save the receipt'));
  const draw = (receipt: Receipt) => {
    const names = [words('已收到', 'Received'), words('已入账', 'Entered'), words('已见证', 'Witnessed')];
    grades.replaceChildren(...names.map((name, i) => h('li', i < receipt.grade ? { class: 'reached' } : {}, name, i < receipt.grade ? null : h('span', { class: 'hidden-text' }, words('（还没有）', ' not yet')))));
    time.dateTime = receivedOf(receipt) ?? shown.when;
    time.textContent = beijing(time.dateTime);
    entry.textContent = receipt.index === null ? words('稍候', 'in a moment') : String(receipt.index);
    save.href = URL.createObjectURL(new Blob([receipt.content], { type: receipt.type }));
    save.download = receipt.name;
    kept(receipt);
  };
  draw(first);
  void improve(ctx, first, draw);
  return h('section', { class: 'receipt', 'aria-labelledby': 'receipt-title', 'data-receipt-of': first.digest },
    h('div', { class: 'receipt-head' }, icon('check'), h('h2', { id: 'receipt-title' }, shown.title)),
    h('div', { class: 'receipt-body' },
      h('div', { role: 'status' }, grades),
      h('dl', { class: 'facts' },
        h('div', {}, h('dt', {}, words('收到时间', 'Received')), h('dd', {}, time)),
        h('div', {}, h('dt', {}, words('账本条目', 'Entry')), entry)),
      shown.fingerprint === undefined ? null : fingerprintBox(shown.fingerprint),
      h('p', { class: 'hint' }, shown.note),
      h('div', { class: 'actions' }, save, h('button', { type: 'button', class: 'button plain', click: () => window.print() }, words('打印', 'Print')))));
}

async function improve(ctx: Context, first: Receipt, draw: (receipt: Receipt) => void): Promise<void> {
  let receipt = first;
  for (let tries = 0; tries < 200 && receipt.grade < 3; tries += 1) {
    await pause(Math.min(500 * 1.2 ** tries, 15_000));
    try {
      const next = receipt.grade < 2 ? await better(receipt) : await witnessed(ctx, receipt);
      if (next.grade > receipt.grade) draw((receipt = next));
    } catch {
      // no connection: the receipt at hand stays good, and the next round asks again
    }
  }
}

/** The same entry under a checkpoint that a quorum of witnesses signed, where there is one. */
async function witnessed(ctx: Context, receipt: Receipt): Promise<Receipt> {
  if (receipt.index === null) return receipt;
  const response = await fetch(`/ledger/${ctx.case}/proof/${receipt.index}?grade=3`, { cache: 'no-store' });
  return response.ok ? { ...receipt, grade: 3, content: await response.text() } : receipt;
}

export function fingerprintBox(fingerprint: string): HTMLElement {
  const groups = fingerprint.split(' ');
  return h('div', { class: 'fingerprint' },
    h('p', { class: 'hint' }, words('这张票的指纹', 'Fingerprint of this ballot')),
    h('p', { class: 'fingerprint-letters', 'data-fingerprint': true }, ...groups.flatMap((group, i) => [h('span', {}, group), i + 1 < groups.length ? ' ' : ''])),
    h('details', {}, h('summary', {}, words('读出来核对', 'To read aloud')), h('ol', { class: 'numbers' }, ...aloud(fingerprint).map((n) => h('li', {}, n)))));
}

/** The first 96 bits as six numbers 00000 to 65535. */
export function aloud(fingerprint: string): string[] {
  let bits = 0n;
  for (const letter of fingerprint.replaceAll(' ', '')) bits = (bits << 5n) | BigInt('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter));
  return Array.from({ length: 6 }, (_, i) => ((bits >> BigInt(160 - 16 * (i + 1))) & 0xffffn).toString().padStart(5, '0'));
}

/** The receipt of a statement that is in, by its digest (hex). @throws {Problem} */
export async function receiptFor(ctx: Context, digest: string): Promise<Receipt> {
  const location = `/ledger/${ctx.case}/receipt/${digest}`;
  const empty: Receipt = { digest, grade: 0, index: null, content: '', name: '', type: '', location };
  const found = await better(empty);
  if (found.grade === 0) throw await problemOf(await fetch(location, { cache: 'no-store' }));
  return found;
}

/** When the log received what the receipt is for, by the log's clock; null where the receipt does not say. */
export function receivedOf(receipt: Receipt): string | null {
  try {
    const { extra } = parseProof(receipt.content);
    return extra === null ? null : `${parseEntry(extra).received.slice(0, 19)}Z`;
  } catch {
    return null; // an acknowledgement: the entry is still to come
  }
}

/** 4月16日 17:00, Beijing time. */
export function beijingShort(when: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: 'Asia/Shanghai', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false };
  return new Intl.DateTimeFormat(words('zh-CN', 'en-GB'), options).format(new Date(when));
}

/** 2026年4月16日 17:00:03, Beijing time. */
export function beijing(when: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: 'Asia/Shanghai', year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false };
  return new Intl.DateTimeFormat(words('zh-CN', 'en-GB'), options).format(new Date(when));
}
