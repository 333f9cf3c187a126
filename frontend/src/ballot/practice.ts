/** Practising before the meeting: this device is checked, a ballot is made, tested and cast, and nothing is sent.
 * @module */
import { deviceKey } from '../app/act.js';
import { words } from '../app/words.js';
import { busy, h, icon, isBusy } from '../claims/dom.js';
import { prepareBallot } from '../core/ballot.js';
import { notes } from '../core/device.js';
import { dumps, loads, type JsonObject } from '../core/jcs.js';
import { decodeManifest } from '../core/manifest.js';
import { practiceManifest } from '../core/practice.js';
import { b64u, fromUtf8, utf8 } from '../core/bytes.js';
import type { Vote } from './data.js';
import { practisedNote } from './practised.js';
import { ctx, meeting, room, session } from './session.js';
import { go, show } from './steps.js';

const SLOW = 5000; // milliseconds for a ballot of one motion: on such a device a real one takes minutes

/** The vote to practise with: the one begun, while its hour runs, else a new one. */
export async function practiceVote(): Promise<Vote> {
  const title = words('练习事项（不算数）', 'Practice motion (does not count)');
  const place = `practice ${ctx.origin} ${ctx.person}`;
  const begun = await notes.get(place);
  const kept = begun === null ? null : (loads(utf8(begun)) as JsonObject);
  const made = kept !== null && Date.parse(String(kept.closes)) > Date.now() ? { published: kept, manifest: decodeManifest(dumps(kept)) } : practiceManifest(title, Date.now());
  await notes.put(place, fromUtf8(dumps(made.published)));
  const { published, manifest } = made;
  return {
    manifest, published, hash: b64u(manifest.hash), stage: 'open', replacement: true, drawn: [], done: false, ballots: [], missing: [], extended_from: null,
    opens: String(published.opens), closes: String(published.closes), now: new Date().toISOString(),
    motions: [{
      id: 'm1', title, text: null,
      matter: { id: 'practice', zh: '随便选一项。练习不关联任何债权。', en: 'Choose whatever you like. No claim stands behind it.' },
      lines: [{ line: 'practice', class: 'all', heads: 1, amount: null, weighted: false, articles: [], replaces: null, final: false }],
    }],
  };
}

// --- The device

interface Found {
  readonly good: boolean;
  readonly name: string;
  readonly more: string;
}

async function canSeal(): Promise<Found> {
  const { manifest } = session().vote;
  const began = performance.now();
  await prepareBallot(manifest, ctx.person, [{ line: 'practice', motion: 'm1', choice: 'abstain', replaces: null }]);
  const took = performance.now() - began;
  const seconds = (took / 1000).toFixed(1);
  return {
    good: took < SLOW, name: took < SLOW ? words('能封票', 'It can seal ballots') : words('封票太慢', 'Sealing takes too long'),
    more: took < SLOW ? words(`试封一张用了${seconds}秒`, `A trial took ${seconds} seconds`) : words(`试封一张用了${seconds}秒，太慢；换一台设备投票`, `A trial took ${seconds} seconds, which is too slow; vote with another device`),
  };
}

async function keepsKeys(): Promise<Found> {
  const lasting = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
  return {
    good: lasting, name: lasting ? words('能长期保存签名钥匙', 'It keeps your signing key') : words('签名钥匙可能被清除', 'Your signing key may be cleared'),
    more: lasting ? words('浏览器答应不自动清除', 'The browser promised not to clear it by itself') : words('浏览器可能过几天自动清除（有的7天不用就清）。会议当天提前几分钟打开，钥匙会自动重新登记', 'The browser may clear it after some days (some after 7 without use). On the day, open this page some minutes early: the key is then enrolled anew'),
  };
}

async function hasKey(): Promise<Found> {
  const waited = new Promise<null>((resolve) => { setTimeout(() => resolve(null), 4000); });
  const key = await Promise.race([deviceKey(ctx).catch(() => null), waited]);
  return key === null
    ? { good: false, name: words('钥匙还没有认证', 'Your key is not attested yet'), more: words('还在等认证，或没有联网；会前再看一次', 'It waits to be attested, or there is no connection; look again before the meeting') }
    : { good: true, name: words('钥匙已认证', 'Your key is attested'), more: words('这台设备可以签名', 'This device can sign') };
}

/** The first page: what this device can do, then the practice. */
export async function drawCheck(): Promise<void> {
  const found = await Promise.all([canSeal(), keepsKeys(), hasKey()]);
  const begin = h('button', { type: 'button', class: 'button act', id: 'begin-practice', click: () => go('choose', 1) }, words('开始练习', 'Begin'));
  show(
    h('h1', {}, words('会前试投', 'Practise voting')),
    h('p', {}, words('先看这台设备行不行，再走一遍：选、封票、抽查一张、投出。', 'First whether this device will do; then once through it: choose, seal, test one, cast.')),
    h('ul', { class: 'cards' }, ...found.map(({ good, name, more }) => h('li', {}, h('div', { class: `notice ${good ? 'done' : 'warn'}`, 'data-found': good ? 'good' : 'poor' },
      h('p', { class: 'notice-title' }, icon(good ? 'check' : 'alert'), h('span', {}, name)), h('p', {}, more))))),
    h('div', { class: 'actions' }, begin));
}

export function drawPractised(): void {
  const again = h('button', { type: 'button', class: 'button' }, words('再练一次', 'Practise again'));
  again.addEventListener('click', () => {
    if (isBusy(again)) return;
    busy(again, true);
    go('choose', 1);
  });
  void notes.put(practisedNote(ctx.origin, ctx.person, meeting), new Date().toISOString());
  show(
    h('h1', {}, words('练习做完了', 'Practice done')),
    h('p', { class: 'notice done' }, words('真的投票时，投出后这里是回执：证明票已收到、删不掉改不了，不写怎么投。', 'In the real vote this page shows your receipt: your ballot is in and cannot be removed; it says nothing of your choice.')),
    h('p', {}, words('这次什么也没有送出。投票开始后，从首页进入表决票。', 'Nothing was sent this time. Once voting opens, go to the ballot from the overview.')),
    h('div', { class: 'actions' }, h('a', { class: 'button act', href: room }, words('回到会议', 'Back to the meeting')), again));
}
