/** A trustee's work (protocol 3, 7): key, boxes, complaints, sums, shares of single answers.
 * @module */
import { b64u, equal, sha256, systemRandom, toBigInt, type Bytes, type Random } from './bytes.js';
import type { Body } from './body.js';
import { boxContext, boxLength, openBox, sharedPoint } from './box.js';
import { complaintChallenge, complaintJson, judgeComplaint, sharesHold, type ComplaintJson } from './complaint.js';
import { Refused } from './errors.js';
import { G, H, R, WeightedSum, clear, encodePoint, encodeScalar, equalCofactored, mod, randomScalar, scalarText, times } from './group.js';
import type { TrusteeKey } from './keyfile.js';
import { proveKey, type Manifest, type Party } from './manifest.js';
import { checkRoll, checkWeight, type Leaf, type WeightOpening } from './roll.js';
import { countedHash, rowsOf, tallyVectors, type Counted, type Metric, type Progress } from './tally.js';

export interface Share {
  readonly f: bigint;
  readonly g: bigint;
}

export type BoxState = 'good' | 'missing' | 'false';

export interface Opened {
  /** hash of the body, base64url */
  readonly ballot: string;
  readonly state: BoxState;
  /** by `motion line`; empty unless good */
  readonly shares: ReadonlyMap<string, Share>;
  readonly complaint: ComplaintJson | null;
}

export type SumRow = { readonly motion: string; readonly class: string; readonly metric: Metric; readonly f: string; readonly g: string };

/** Where a trustee remembers what he has summed: one pair a vector, for ever. */
export interface Memory {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}

/** A fresh key for one meeting, with what `trustee.key_published` says of it. */
export function makeTrusteeKey(caseId: string, meeting: string, id: string, random: Random = systemRandom): { key: TrusteeKey; party: Party } {
  const secret = randomScalar(random);
  return { key: { case: caseId, meeting, id, secret }, party: proveKey('trustee-key', caseId, meeting, id, secret, random) };
}

/** This key's index in the manifest, from 1. @throws {Refused} `not-this-meeting` */
export function trusteeIndex(manifest: Manifest, key: TrusteeKey): number {
  const at = manifest.trustees.findIndex((trustee) => trustee.id === key.id);
  const known = manifest.trustees[at];
  if (known === undefined || manifest.case !== key.case || manifest.meeting !== key.meeting || !equal(encodePoint(times(G, key.secret)), known.publicKey)) {
    throw new Refused('not-this-meeting', '这把密钥不属于这次表决', 'this key is not of this vote');
  }
  return at + 1;
}

const place = (motion: string, line: string) => `${motion} ${line}`;

function split(body: Body, shares: Uint8Array): Map<string, Share> {
  return new Map(body.answers.map((a, i) => {
    const [f, g] = [64 * i, 64 * i + 32].map((at) => toBigInt(shares.subarray(at, at + 32))) as [bigint, bigint];
    return [place(a.motion, a.line), { f, g }];
  }));
}

/** Whether every share of every ballot holds, in one weighted sum with independent 128-bit factors. */
function allHold(j: number, opened: readonly { readonly body: Body; readonly shares: Uint8Array }[], random: Random): boolean {
  const sum = new WeightedSum(148, opened.length * 3); // δ < 2^128, j^l ≤ 9^5 < 2^16
  let [onG, onH] = [0n, 0n];
  for (const { body, shares } of opened) {
    const each = split(body, shares);
    for (const a of body.answers) {
      const share = each.get(place(a.motion, a.line));
      if (share === undefined || share.f >= R || share.g >= R) return false;
      const delta = toBigInt(random(16));
      onH = mod(onH + delta * share.f);
      onG = mod(onG + delta * share.g);
      [a.c, ...a.a].forEach((point, l) => sum.add(point, delta * BigInt(j) ** BigInt(l)));
    }
  }
  return equalCofactored(times(G, onG).add(times(H, onH)), sum.total());
}

/** Complain of a box, with D_j and the proof that it is so (Chaum–Pedersen). Publishes the shares in the box: only where `openBoxes` says `false`. */
export function complain(manifest: Manifest, key: TrusteeKey, body: Body, box: Uint8Array, random: Random = systemRandom): ComplaintJson {
  const j = trusteeIndex(manifest, key);
  const base = clear(body.e);
  const d = sharedPoint(key.secret, body.e);
  const k = randomScalar(random);
  const [t1, t2] = [encodePoint(times(G, k)), encodePoint(times(base, k))];
  const c = complaintChallenge(manifest, j, body.eBytes, encodePoint(d), t1, t2);
  return complaintJson(manifest, j, body, box, d, [t1, t2], encodeScalar(mod(k + c * key.secret)));
}

/** Open this trustee's boxes and check the shares, many at a time; a complaint that its own judge does not uphold is never given.
 * @param ballots - bodies that were accepted, each with this trustee's box, or null where the server has none (or one of another hash) */
export async function openBoxes(
  manifest: Manifest, key: TrusteeKey, ballots: readonly { readonly body: Body; readonly box: Uint8Array | null }[],
  progress: Progress = () => undefined, random: Random = systemRandom,
): Promise<readonly Opened[]> {
  const j = trusteeIndex(manifest, key);
  const trustee = manifest.trustees[j - 1];
  const plain: (Bytes | null)[] = [];
  const present = (body: Body, box: Uint8Array | null): box is Uint8Array => box !== null && equal(sha256(box), body.boxes[j - 1] ?? new Uint8Array());
  for (const { body, box } of ballots) {
    if (trustee === undefined || !present(body, box) || box.length !== boxLength(body.answers.length)) plain.push(null);
    else {
      const d = encodePoint(sharedPoint(key.secret, body.e));
      plain.push(await openBox(d, manifest.hash, trustee.id, body.eBytes, boxContext(manifest.hash, body.answers), box));
    }
    progress(plain.length, ballots.length);
    if (plain.length % 20 === 0) await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
  const candidates = ballots.flatMap(({ body }, i) => {
    const shares = plain[i];
    return shares === null || shares === undefined ? [] : [{ body, shares }];
  });
  const together = allHold(j, candidates, random);
  const out: Opened[] = [];
  for (const [i, { body, box }] of ballots.entries()) {
    const ballot = b64u(body.hash);
    const shares = plain[i] ?? null;
    if (!present(body, box)) out.push({ ballot, state: 'missing', shares: new Map(), complaint: null });
    else if (shares !== null && (together || sharesHold(body, j, shares))) out.push({ ballot, state: 'good', shares: split(body, shares), complaint: null });
    else {
      const complaint = complain(manifest, key, body, box, random);
      if ((await judgeComplaint(manifest, body, j, complaint)) !== 'upheld') throw new Error('own complaint is not upheld');
      out.push({ ballot, state: 'false', shares: new Map(), complaint });
    }
  }
  return out;
}

export interface SumRequest {
  readonly rolls: ReadonlyMap<string, readonly Leaf[]>;
  /** the counted set, as this trustee replayed it */
  readonly counted: readonly Counted[];
  /** counted_hash as `voting.counted` has it */
  readonly countedHash: Uint8Array;
  /** (w, σ) of every weighted line, by `motion line` */
  readonly weights: ReadonlyMap<string, WeightOpening>;
  readonly opened: readonly Opened[];
}

/** F_j and G_j of every vector, `amount` before `heads`.
 *
 * Recomputes counted_hash, checks every roll against its root and every weight of the vectors against its W, and gives one pair
 * a vector: the memory must outlive the page.
 * @throws {Refused} `counted`, `roll`, `weight`, `missing-share`, `second-sum` */
export async function sums(manifest: Manifest, key: TrusteeKey, request: SumRequest, memory: Memory): Promise<readonly SumRow[]> {
  trusteeIndex(manifest, key);
  if (!equal(countedHash(manifest.hash, request.counted), request.countedHash)) {
    throw new Refused('counted', '计票范围与账本所载不符', 'the counted set is not the one whose hash the ledger holds');
  }
  for (const motion of manifest.motions) {
    const roll = request.rolls.get(motion.id);
    if (roll === undefined) throw new Refused('roll', `缺少 ${motion.id} 的名册`, `the roll of ${motion.id} is missing`, { motion: motion.id });
    checkRoll(roll, motion.roll_root);
  }
  if (request.rolls.size !== manifest.motions.length) throw new Refused('roll', '名册多于表决事项', 'there are rolls of other motions');
  const leaves = new Map([...request.rolls].flatMap(([motion, roll]) => roll.map((leaf) => [place(motion, leaf.line), leaf] as const)));
  const onRoll = (row: Counted) => leaves.get(place(row.motion, row.line));
  const opened = new Map(request.opened.map((o) => [o.ballot, o.shares]));
  const seen = new Set<string>();
  for (const row of request.counted) {
    const leaf = onRoll(row);
    const twice = seen.size === seen.add(place(row.motion, row.line)).size;
    if (twice || leaf === undefined || leaf.class !== row.class || leaf.heads !== row.heads || leaf.weight !== row.weight) {
      throw new Refused('counted', `计票范围中的 ${row.line} 与名册不符`, `${row.line} stands in the counted set otherwise than on the roll`, { line: row.line });
    }
  }
  const rows = tallyVectors(request.rolls).map((vector): SumRow => {
    let [f, g] = [0n, 0n];
    for (const row of rowsOf(vector, request.counted)) {
      const share = opened.get(row.ballot)?.get(place(row.motion, row.line));
      if (share === undefined) throw new Refused('missing-share', `缺少 ${row.line} 的份额`, `there is no good share of ${row.line}`, { line: row.line });
      let w = BigInt(row.heads);
      if (vector.metric === 'amount') {
        const [leaf, opening] = [onRoll(row), request.weights.get(place(row.motion, row.line))];
        if (leaf === undefined || opening === undefined) throw new Refused('weight', `缺少 ${row.line} 的金额`, `the amount of ${row.line} is missing`, { line: row.line });
        w = checkWeight(leaf, opening);
      }
      f = mod(f + w * share.f);
      g = mod(g + w * share.g);
    }
    return { ...vector, f: scalarText(f), g: scalarText(g) };
  });
  const name = `sums ${b64u(manifest.hash)} ${key.id}`;
  const given = b64u(sha256(new TextEncoder().encode(JSON.stringify(rows))));
  const before = await memory.get(name);
  if (before !== null && before !== given) {
    throw new Refused('second-sum', '已就另一范围或金额给出过和，不再给第二次', 'a sum was given already for another set or other weights; there is no second');
  }
  await memory.put(name, given);
  return rows;
}

/** This trustee's shares of single answers, for `disclosure.given`. Only answers of the counted set. @throws {Refused} */
export function answerShares(counted: readonly Counted[], opened: readonly Opened[], wanted: readonly { readonly motion: string; readonly line: string }[]): readonly { ballot: string; line: string; motion: string; f: string; g: string }[] {
  return wanted.map(({ motion, line }) => {
    const row = counted.find((r) => r.motion === motion && r.line === line);
    const share = row && opened.find((o) => o.ballot === row.ballot)?.shares.get(place(motion, line));
    if (row === undefined || share === undefined) throw new Refused('missing-share', `缺少 ${line} 的份额`, `there is no counted answer of ${line} with a good share`, { line });
    return { ballot: row.ballot, line, motion, f: scalarText(share.f), g: scalarText(share.g) };
  });
}
