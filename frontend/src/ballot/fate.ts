/** What becomes of a sealed ballot: it is cast or it is opened, and never both (protocol 8).
 *
 * Decided on this device's disk before it happens, by whichever page comes first, and never undone.
 * @module */
import { b64u } from '../core/bytes.js';
import { bodyHash, type BodyJson } from '../core/body.js';
import { notes } from '../core/device.js';
import { Refused } from '../core/errors.js';

export type Fate = 'cast' | 'opened';

function place(body: BodyJson): string {
  return `fate ${b64u(bodyHash(body))}`;
}

/** Decide, or hold to what was decided. @throws {Refused} `opened`, `cast` where it was decided otherwise */
export async function decide(body: BodyJson, fate: Fate): Promise<void> {
  const stands = await notes.claim(place(body), fate);
  if (stands === fate) return;
  throw stands === 'opened'
    ? new Refused('opened', '这张票抽查时拆开过，已作废，不能再投出；另封一张', 'this ballot was opened to test it and is void; seal another and cast that')
    : new Refused('cast', '这张票已经送出过，不能再拆开', 'this ballot has been sent and cannot be opened any more');
}

export async function fateOf(body: BodyJson): Promise<Fate | null> {
  return (await notes.get(place(body))) as Fate | null;
}
