/** Boxes that a trustee misses, supplied by the browser that made the ballot (protocol 7).
 * @module */
import { Problem, say, type Context } from '../app/act.js';
import { fetchVote } from './data.js';
import { castBoxes, keepCastBoxes, type CastBoxes } from './kept.js';

/** Look at every vote of which boxes are kept here: supply what is missing, forget what nobody can miss any more.
 * @returns how many were supplied. @throws {Problem} */
export async function supplyMissing(ctx: Context): Promise<number> {
  const kept = await castBoxes(ctx);
  let supplied = 0;
  const stays: CastBoxes[] = [];
  for (const meeting of new Set(kept.map((one) => one.meeting))) {
    const vote = await fetchVote(ctx, meeting);
    const open = vote.stage === 'open' || vote.stage === 'closed';
    for (const one of kept.filter((other) => other.meeting === meeting && other.vote === vote.hash && open)) {
      stays.push(one);
      for (const { index } of vote.missing.filter((missing) => missing.ballot === one.ballot)) {
        const box = one.boxes[index - 1];
        if (box !== undefined && (await supply(ctx, one, index, box))) supplied += 1;
      }
    }
  }
  const known = new Set(kept.map((one) => one.ballot));
  const since = (await castBoxes(ctx)).filter((one) => !known.has(one.ballot)); // cast by another page meanwhile
  await keepCastBoxes(ctx, [...stays, ...since]);
  return supplied;
}

/** Somebody else may have supplied it a moment before: then there is nothing left to do. */
async function supply(ctx: Context, { vote, ballot }: CastBoxes, index: number, box: string): Promise<boolean> {
  try {
    await say(ctx, { kind: 'box.supplied@1', role: 'creditor', body: { manifest_hash: vote, index, ballot, box } });
    return true;
  } catch (error) {
    if (error instanceof Problem && error.slug === 'already-there') return false;
    throw error;
  }
}
