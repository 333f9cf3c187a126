/** (b) The boxes: opened here, complained of where they are false, named where they are missing.
 * @module */
import { Problem, say, words } from '../app/act.js';
import { getJson } from '../app/http.js';
import { need } from '../app/page.js';
import type { Vote } from '../app/replay.js';
import { b64u, unb64u } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import type { JsonObject } from '../core/jcs.js';
import { openTrusteeKey, type TrusteeKey } from '../core/keyfile.js';
import { openBoxes, trusteeIndex, type Opened } from '../core/trustee.js';
import { at, chosen, ctx, follow, log, myIndex, ownBallot, session, standing, tell, value, working } from './session.js';

interface BoxRow {
  readonly ballot: string;
  readonly box: string | null;
}

export async function load(): Promise<void> {
  working.show(words('正在打开钥匙文件', 'Opening the key file'));
  const found = await openTrusteeKey(await chosen('key-file'), value('key-passphrase'));
  const { vote } = session;
  if (!vote?.manifest || trusteeIndex(vote.manifest, found) !== myIndex(vote)) {
    throw new Refused('not-this-meeting', '这把密钥不属于您，或不属于这次表决', 'this key is not yours, or not of this vote');
  }
  await openAll(found);
  session.key = found;
  need<HTMLInputElement>('#key-passphrase').value = '';
}

export async function openAgain(): Promise<void> {
  if (session.key === null) return;
  await follow();
  await openAll(session.key);
}

/** Every box of a ballot that is not void: the list is the log's, only the boxes are the server's. */
async function openAll(key: TrusteeKey): Promise<void> {
  const { vote } = session;
  if (!vote?.manifest) return;
  const boxes = await fetchBoxes(trusteeIndex(vote.manifest, key), vote.ballots.length);
  const wanted = standing(vote).map((ballot) => {
    const box = boxes.get(ballot.hash) ?? null;
    return { body: ballot.body, box: box === null ? null : unb64u(box) };
  });
  const checking = words('正在打开并核对密封份额', 'Opening and checking the boxes');
  session.opened = await openBoxes(vote.manifest, key, wanted, (done, of) => working.show(checking, done, of));
}

async function fetchBoxes(index: number, expected: number): Promise<ReadonlyMap<string, string | null>> {
  const found = new Map<string, string | null>();
  for (let from: number | null = 0; from !== null; ) {
    const part: { ballots: readonly BoxRow[]; next: number | null } = await getJson(`${at}/boxes?index=${index}&from=${from}`);
    for (const row of part.ballots) found.set(row.ballot, row.box);
    working.show(words('正在获取密封份额', 'Fetching the boxes'), found.size, Math.max(expected, 1));
    from = part.next;
  }
  return found;
}

export function boxesThatAre(state: Opened['state']): readonly Opened[] {
  return session.opened.filter((box) => box.state === state);
}

/** Boxes opened here may be those of an earlier time: ballots came in since, or were found void. */
export function outdated(found: Vote): boolean {
  const known = new Set(session.opened.map((box) => box.ballot));
  return standing(found).some((ballot) => !known.has(ballot.hash));
}

/** False boxes of ballots that still stand and that this trustee may judge. */
export function toComplain(found: Vote): readonly Opened[] {
  return boxesThatAre('false').filter((box) => {
    const ballot = found.ballots.find((b) => b.hash === box.ballot);
    return ballot !== undefined && !ballot.void && !ownBallot(found, ballot);
  });
}

/** Missing boxes that are not on the ledger as missing yet. */
export function toName(found: Vote): readonly Opened[] {
  const index = myIndex(found);
  return found.checked.has(index) ? [] : boxesThatAre('missing').filter((box) => !found.missing.has(`${index} ${box.ballot}`));
}

/** Complain of what is false, name what is missing: as soon as it is seen, so that the voter can mend it. */
export async function report(): Promise<void> {
  const vote = await follow();
  if (!vote.manifest || session.key === null) return;
  const [hash, index] = [b64u(vote.manifest.hash), myIndex(vote)];
  for (const { complaint } of toComplain(vote)) {
    if (complaint === null) continue;
    try {
      await tell(say(ctx, { kind: 'ballot.complained@1', role: 'trustee', body: complaint as unknown as JsonObject }));
    } catch (error) {
      // Of a line of those he stands for: the rolls do not say whose a line is, the rules do.
      if (!(error instanceof Problem && error.slug === 'complaint-refused')) throw error;
    }
  }
  for (const { ballot } of toName(vote)) {
    await tell(say(ctx, { kind: 'box.missing@1', role: 'trustee', body: { manifest_hash: hash, index, ballot } }));
  }
  await follow();
}

export async function signChecked(): Promise<void> {
  let vote = await follow();
  if (outdated(vote)) await openAgain();
  await report();
  working.show(words('正在核对最新检查点', 'Checking the newest checkpoint'));
  vote = await follow();
  if (!vote.manifest) return;
  const index = myIndex(vote);
  const missing = [...vote.missing].flatMap(([place, supplied]) => (!supplied && place.startsWith(`${index} `) ? [place.slice(place.indexOf(' ') + 1)] : []));
  await tell(say(ctx, {
    kind: 'boxes.checked@1',
    role: 'trustee',
    body: { manifest_hash: b64u(vote.manifest.hash), index, size: log.size, root: b64u(log.root), complaints: vote.complaints.get(index) ?? 0, missing: byBytes(missing) },
  }));
}

/** Hashes in base64url, in the order of their bytes. */
function byBytes(hashes: readonly string[]): string[] {
  const order = (a: string, b: string) => {
    const [x, y] = [unb64u(a), unb64u(b)];
    const i = x.findIndex((byte, n) => byte !== y[n]);
    return i < 0 ? 0 : (x[i] ?? 0) - (y[i] ?? 0);
  };
  return [...hashes].sort(order);
}
