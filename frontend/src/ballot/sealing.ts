/** Sealing: one ballot for every twenty choices of a voting unit, drawn anew each time.
 * @module */
import { prepareBallot, type BallotOpening, type Wish } from '../core/ballot.js';
import type { Choice } from '../core/body.js';
import { b64u } from '../core/bytes.js';
import type { Sealed } from './kept.js';
import { cells, ctx, keepSealed, refresh, session, type Cell } from './session.js';
import { ballotsOf } from './units.js';

/** Seal what is chosen; the ballots are kept here, complete and not cast.
 * @throws {Refused | Problem} and keeps none */
export async function sealChoices(): Promise<void> {
  await refresh();
  performance.mark('seal');
  const { vote, choices } = session();
  const wishes = cells().filter((cell) => choices[cell.key] !== 'skip').map(wishOf);
  const ballots: Sealed[] = [];
  const secrets = new Map<string, BallotOpening>();
  for (const own of ballotsOf(wishes, (wish) => wish.line)) {
    const { body, boxes, fingerprint, opening } = await prepareBallot(vote.manifest, ctx.person, own);
    ballots.push({ body, fingerprint, boxes: boxes.map(b64u) });
    secrets.set(fingerprint, opening);
  }
  performance.measure('ballot', 'seal');
  await keepSealed(ballots);
  session().secrets = secrets;
}

function wishOf({ motion, line, key }: Cell): Wish {
  return { motion: motion.id, line: line.line, choice: session().choices[key] as Choice, replaces: line.replaces };
}
