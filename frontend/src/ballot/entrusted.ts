/** What an agent's ballot page fetches: the vote, and the lines of his principals.
 * @module */
import type { Context } from '../app/act.js';
import { fetchVoteAt, type Line, type Vote } from './data.js';

export interface EntrustedLine extends Line {
  readonly principal: string;
  readonly name: string;
  /** does the power of attorney cover voting on this motion? */
  readonly covered: boolean;
}

export interface Entrusted {
  readonly motion: { readonly id: string; readonly title: string };
  readonly line: EntrustedLine;
  /** `<motion> <line>` */
  readonly key: string;
}

export interface Votes extends Vote {
  readonly cells: readonly Entrusted[];
}

/** @throws {Problem | Malformed | Refused} as `fetchVote` */
export async function fetchVotes(ctx: Context, meeting: string): Promise<Votes> {
  const vote = await fetchVoteAt(ctx, meeting, 'ballots');
  const cells = vote.motions.flatMap((motion) => (motion.lines as readonly EntrustedLine[]).map((line) => ({ motion, line, key: `${motion.id} ${line.line}` })));
  return { ...vote, cells };
}
