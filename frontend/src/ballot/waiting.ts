/** Ballots signed in this browser and not answered: it was closed while they were sent.
 * @module */
import { unsent, type Context, type Unsent } from '../app/act.js';
import type { BodyJson } from '../core/body.js';
import { unb64 } from '../core/bytes.js';
import { loads } from '../core/jcs.js';
import type { Role } from '../core/statement.js';

export const CAST = 'ballot.cast@1';

interface Payload {
  readonly body: BodyJson;
  readonly role: Role;
}

/** Those of one vote, cast in one role. @param vote - hash of the manifest */
export async function waitingBallots(ctx: Context, vote: string, role: Role): Promise<readonly Unsent[]> {
  return (await unsent(ctx)).filter((item) => item.kind === CAST && payload(item).role === role && payload(item).body.manifest_hash === vote);
}

/** The ballot in it. */
export function bodyOf(item: Unsent): BodyJson {
  return payload(item).body;
}

function payload(item: Unsent): Payload {
  return loads(unb64(item.submission.statement.payload)) as unknown as Payload;
}
