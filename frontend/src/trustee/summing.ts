/** (c) The sums, and the shares of single answers that are disclosed.
 * @module */
import { Composition, say, words } from '../app/act.js';
import { getJson } from '../app/http.js';
import type { Due, Vote } from '../app/replay.js';
import { b64u } from '../core/bytes.js';
import { notes } from '../core/device.js';
import type { JsonObject } from '../core/jcs.js';
import type { WeightOpening } from '../core/roll.js';
import { answerShares, sums } from '../core/trustee.js';
import { at, ctx, follow, myIndex, session, tell, working } from './session.js';

const AT_ONCE = 100; // answers of one statement, which has 35,000 bytes at most

async function fetchWeights(): Promise<ReadonlyMap<string, WeightOpening>> {
  type Row = WeightOpening & { readonly motion: string; readonly line: string };
  const { weights } = await getJson<{ weights: readonly Row[] }>(`${at}/weights`);
  return new Map(weights.map((row) => [`${row.motion} ${row.line}`, row]));
}

export async function publishSums(): Promise<void> {
  // Another device may have given them: the ledger knows, this page may not yet.
  const vote = await follow();
  const { key, opened } = session;
  if (key === null || !vote.manifest || vote.countedHash === null) return;
  const index = myIndex(vote);
  if (!vote.summed.has(index)) {
    working.show(words('正在核对金额并求和', 'Checking the amounts and summing'));
    const request = { rolls: vote.rolls, counted: vote.counted, countedHash: vote.countedHash, weights: await fetchWeights(), opened };
    const rows = await sums(vote.manifest, key, request, notes);
    const made = new Composition('tally.summed@1');
    const body = rows.map((row, i) => row.metric === 'heads' ? row : { ...row, f: made.seal(`/sums/${i}/f`, row.f), g: made.seal(`/sums/${i}/g`, row.g) });
    await tell(say(ctx, { kind: made.kind, role: 'trustee', body: { ...head(vote), sums: body } as unknown as JsonObject, openings: made.openings }));
  }
  await give(vote);
}

/** Give the shares of what the court ordered meanwhile. */
export async function giveShares(): Promise<void> {
  await give(await follow());
}

async function give(vote: Vote): Promise<void> {
  const due = vote.due(myIndex(vote));
  for (let from = 0; from < due.length; from += AT_ONCE) await giveSome(vote, due.slice(from, from + AT_ONCE));
}

async function giveSome(vote: Vote, due: readonly Due[]): Promise<void> {
  const made = new Composition('disclosure.given@1');
  const shares = answerShares(vote.counted, session.opened, due.map(({ answer }) => answer));
  const answers = shares.map((share, i) => due[i]?.clear === true ? share : { ...share, f: made.seal(`/answers/${i}/f`, share.f), g: made.seal(`/answers/${i}/g`, share.g) });
  await tell(say(ctx, { kind: made.kind, role: 'trustee', body: { ...head(vote), answers } as unknown as JsonObject, openings: made.openings }));
}

function head(vote: Vote): { manifest_hash: string; counted_hash: string; index: number } {
  if (!vote.manifest || vote.countedHash === null) throw new Error('nothing is counted yet');
  return { manifest_hash: b64u(vote.manifest.hash), counted_hash: b64u(vote.countedHash), index: myIndex(vote) };
}
