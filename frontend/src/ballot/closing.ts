/** Notices before voting closes, by the server's clock, for who sees and who listens.
 *
 * At each notice, and at the close, the board is asked again: the close may have been put off.
 * @module */
import { getJson } from '../app/http.js';
import { words } from '../app/words.js';
import { h, must } from '../claims/dom.js';
import { beijingShort } from '../claims/receipt.js';
import { speak } from './names.js';

const MINUTE = 60_000;
const NOTICES: readonly number[] = [30, 10, 5, 1]; // minutes before the close
const SELDOM = 60 * MINUTE; // asked at least so often
const SPREAD = 5_000; // not everybody asks in the same moment
const SHORT = 2 * MINUTE;

/** When voting closes, as it was known at a moment of the log's time. */
export interface Close {
  readonly stage: string;
  readonly closes: string;
  readonly now: string;
}

/** Milliseconds until the close; not above zero once it has passed. */
export function left(known: Close): number {
  return Date.parse(known.closes) - Date.parse(known.now);
}

/** Milliseconds until the next notice or the close, or until it is time to ask again. */
export function untilNext(known: Close): number {
  const next = NOTICES.find((minutes) => minutes * MINUTE < left(known)) ?? 0;
  return Math.min(left(known) - next * MINUTE, SELDOM);
}

/** What there is to say: of an extension, of little time left, or of the close; else null. */
export function notice(before: Close, known: Close): string | null {
  const closes = beijingShort(known.closes);
  const remaining = left(known);
  if (remaining <= 0 || known.stage !== 'open') return words(`投票已于${closes}截止。之后收到的票不计入。`, `Voting closed ${closes}. Ballots that come later are not counted.`);
  if (Date.parse(known.closes) > Date.parse(before.closes)) {
    const old = beijingShort(before.closes);
    return words(`投票截止时间已从${old}延长到${closes}。`, `The close was put off from ${old} to ${closes}.`);
  }
  const minutes = Math.ceil(remaining / MINUTE);
  if (minutes > Math.max(...NOTICES)) return null;
  const said = words(`还有${minutes}分钟：投票${closes}截止（北京时间）。`, `${minutes === 1 ? '1 minute' : `${minutes} minutes`} left: voting closes ${closes}, Beijing time.`);
  return remaining < SHORT ? `${said}${words('时间不多，建议直接投出。', ' Little time is left: better cast now.')}` : said;
}

/** The line that says when voting closes; `watchClose` keeps it true. */
export function closesAt(closes: string): HTMLElement {
  return h('span', { 'data-closes': true }, closesWords(closes));
}

function closesWords(at: string): string {
  const closes = beijingShort(at);
  return words(`投票 ${closes} 截止（北京时间）`, `Voting closes ${closes}, Beijing time`);
}

/** Shows the notices in `#closing` until the vote is over.
 * @param moved - told of a close that was put off */
export function watchClose(board: string, first: Close, moved: (closes: string) => void): void {
  if (first.stage !== 'open') return;
  let known = first;
  tell(notice(first, first));
  const again = (): void => {
    const asked = performance.now();
    setTimeout(() => void look(asked), untilNext(known) + Math.random() * SPREAD);
  };
  const look = async (since: number): Promise<void> => {
    const before = known;
    try {
      known = await getJson<Close>(board);
    } catch {
      // Without a connection by this device's own count.
      known = { ...known, now: new Date(Date.parse(known.now) + performance.now() - since).toISOString() };
    }
    if (known.closes !== before.closes) {
      moved(known.closes);
      for (const place of document.querySelectorAll('[data-closes]')) place.textContent = closesWords(known.closes);
    }
    tell(notice(before, known));
    if (known.stage === 'open' && left(known) > 0) again();
  };
  again();
}

function tell(text: string | null): void {
  const bar = must('#closing');
  bar.hidden = text === null;
  if (text === null || bar.textContent === text) return;
  bar.textContent = text;
  speak(text);
}
