/** Casting: the same bytes until they are answered, and never “failed” while that is not known.
 * @module */
import { Problem, say, send, sentence, type Receipt, type TellSend, type Unsent } from '../app/act.js';
import { words } from '../app/words.js';
import { busy, h, must, showMistakes, showRefusal } from '../claims/dom.js';
import { beijing, fingerprintBox, receiptFor } from '../claims/receipt.js';
import { bodyHash, fingerprint as fingerprintOf } from '../core/body.js';
import { b64u } from '../core/bytes.js';
import type { JsonObject } from '../core/jcs.js';
import { decide } from './fate.js';
import { castBoxes, keepCastBoxes, keepReceipt, type Sealed } from './kept.js';
import { ctx, keepSealed, meeting, practice, refresh, room, root, session } from './session.js';
import { draw, go, show } from './steps.js';
import { CAST, bodyOf } from './waiting.js';

const WORRY = 5000; // after that long without an answer the page says that it does not know

export interface CastState {
  readonly place: HTMLElement;
  readonly tell: (text: string) => void;
}

export function castState(): CastState {
  const line = h('p', { role: 'status' });
  const place = h('div', { class: 'working', hidden: true, id: 'casting' }, line, h('progress', { 'aria-label': words('正在送出', 'Sending') }));
  return { place, tell: (text) => { place.hidden = text === ''; line.textContent = text; } };
}

const UNKNOWN = () => words('还不知道收到没有，正用同一张票重试。送几次都只算一次。', 'Not known yet whether it arrived; trying again with the same ballot. However often it is sent, it counts once.');

/** @param others - what else could be done with the ballot: not while it is under way */
export async function doCast(cast: HTMLElement, others: readonly HTMLElement[], state: CastState): Promise<void> {
  showMistakes(must('#errors'), []);
  busy(cast, true);
  for (const other of others) other.hidden = true;
  try {
    for (const ballot of session().sealed) {
      await decide(ballot.body, 'cast');
      if (practice) continue;
      const receipt = await watched(state, (tell) => say(ctx, { kind: CAST, role: 'creditor', body: ballot.body as unknown as JsonObject, boxes: ballot.boxes }, tell));
      await taken(ballot, receipt);
    }
    if (practice) await keepSealed([]);
    await recorded();
  } catch (error) {
    busy(cast, false);
    for (const other of others) other.hidden = false;
    state.tell('');
    await refused(error);
  }
}

/** A refused ballot counts nowhere. One that came too late leaves this device; one that is out of date can be made anew. */
async function refused(error: unknown): Promise<void> {
  const slug = error instanceof Problem ? error.slug : '';
  if (slug !== 'ballot-closed') {
    showRefusal(must('#errors'), sentence(error), words('票没有投出', 'The ballot was not cast'));
    return;
  }
  const { received } = (error as Problem).facts;
  await keepSealed([]);
  await refresh().catch(() => undefined);
  const { closes } = session().vote;
  show(
    h('h1', {}, words('投票已结束，这张票未计入', 'Voting has closed; this ballot is not counted')),
    h('p', { class: 'notice bad', role: 'alert' }, typeof received === 'string'
      ? words(`投票 ${beijing(closes)} 结束，您的票 ${beijing(received.slice(0, 19) + 'Z')} 到，未计入。`, `Voting closed at ${beijing(closes)}; your ballot came at ${beijing(received.slice(0, 19) + 'Z')}, not counted.`)
      : sentence(error)),
    h('p', {}, h('a', { class: 'button', href: room }, words('回到会议', 'Back to the meeting'))));
  root.querySelector('h1')?.focus();
}

/** Words while a ballot is under way. Never “failed” while that is not known, nor “sent” while it is not signed. */
async function watched<T>(state: CastState, act: (tell: TellSend) => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (text: string, wait: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => state.tell(text), wait);
  };
  state.tell(words('正在签名…', 'Signing …'));
  later(words('正在等本机的钥匙通过认证，认证后自动送出。票还没有投出。', 'Waiting until the key of this device is attested; then it is sent by itself. Not cast yet.'), 2000);
  try {
    return await act((now) => {
      if (now === 'sending') {
        state.tell(words('正在送出…', 'Sending …'));
        later(UNKNOWN(), WORRY);
      } else if (now === 'retrying') state.tell(UNKNOWN());
    });
  } finally {
    clearTimeout(timer);
  }
}

async function taken(ballot: Sealed, receipt: Receipt): Promise<void> {
  const when = new Date().toISOString();
  const hash = b64u(bodyHash(ballot.body));
  const others = (await castBoxes(ctx)).filter((one) => one.ballot !== hash);
  await keepCastBoxes(ctx, [...others, { meeting, vote: session().vote.hash, ballot: hash, boxes: ballot.boxes }]);
  await keepReceipt(ctx, { meeting, fingerprint: ballot.fingerprint, when, receipt });
  await keepSealed(session().sealed.filter((other) => other.fingerprint !== ballot.fingerprint));
  session().last = { fingerprint: ballot.fingerprint, receipt, when };
}

export async function recorded(): Promise<void> {
  session().choices = {};
  await session().kept.forgetChoices();
  go('receipt');
  await refresh().catch(() => undefined);
}

/** A ballot signed here and not answered: the browser was closed while it was sent. It goes on before anything else. */
export async function goOn(items: readonly Unsent[]): Promise<void> {
  const state = castState();
  const fingerprints = items.map((item) => fingerprintOf(bodyOf(item)));
  show(h('h1', { class: 'sealed-title' }, words('正在送出您的票', 'Your ballot is being sent')), ...fingerprints.map(fingerprintBox), state.place);
  state.tell(UNKNOWN());
  try {
    for (const [i, item] of items.entries()) {
      const body = bodyOf(item);
      await decide(body, 'cast');
      await taken({ body, fingerprint: fingerprints[i] ?? '', boxes: item.submission.boxes }, await send(ctx, item));
    }
    if (session().sealed.length === 0) await recorded();
    else draw();
  } catch (error) {
    draw();
    await refused(error);
  }
}

/** A sealed ballot that the ledger has already, sent by another page of this device: it gets its receipt. */
export async function settle(): Promise<void> {
  for (const ballot of session().sealed) {
    const hash = b64u(bodyHash(ballot.body));
    const there = session().vote.ballots.find((one) => one.ballot === hash);
    if (there !== undefined) await taken(ballot, await receiptFor(ctx, there.statement));
  }
}
