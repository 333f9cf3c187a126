/** Complaints about boxes (protocol 7): judging one.
 * @module */
import { b64u, equal, sha256, toBigInt, unb64u, type Bytes } from './bytes.js';
import { shareCommitment, type Body } from './body.js';
import { boxContext, boxLength, openBox } from './box.js';
import { G, R, clear, decodePoint, decodeScalar, encodePoint, equalCofactored, inSubgroup, pedersen, times, type Point } from './group.js';
import { Malformed } from './errors.js';
import type { Json } from './jcs.js';
import type { Manifest } from './manifest.js';
import { array, integer, object, string } from './shape.js';
import { challenge } from './transcript.js';

export type Verdict = 'upheld' | 'unfounded' | 'malformed';

export type ComplaintJson = {
  readonly manifest_hash: string;
  readonly index: number;
  readonly ballot: string;
  readonly box: string;
  readonly d: string;
  readonly t: readonly [string, string];
  readonly z: string;
};

/** The challenge of the Chaum–Pedersen proof. */
export function complaintChallenge(manifest: Manifest, j: number, e: Uint8Array, d: Uint8Array, t1: Uint8Array, t2: Uint8Array): bigint {
  const trustee = manifest.trustees[j - 1];
  if (trustee === undefined) throw new Malformed('no such trustee', '没有这名计票人');
  return challenge('complaint', manifest.hash, trustee.id, trustee.publicKey, e, d, t1, t2);
}

/** Whether a plain box gives every share well formed and true. */
export function sharesHold(body: Body, j: number, shares: Uint8Array): boolean {
  return body.answers.every((answer, i) => {
    const f = toBigInt(shares.subarray(64 * i, 64 * i + 32));
    const g = toBigInt(shares.subarray(64 * i + 32, 64 * i + 64));
    return f < R && g < R && equalCofactored(pedersen(g, f), shareCommitment(answer, j));
  });
}

interface Proven {
  readonly box: Bytes;
  readonly d: Bytes;
}

function proven(manifest: Manifest, body: Body, signerIndex: number, value: Json): Proven {
  const o = object(value, 'complaint', ['manifest_hash', 'index', 'ballot', 'box', 'd', 't', 'z']);
  const j = integer(o.index, 'index');
  const refuse = () => new Malformed('the complaint does not hold', '异议不成立');
  const trustee = manifest.trustees[j - 1];
  if (trustee === undefined || j !== signerIndex) throw refuse();
  if (!equal(unb64u(string(o.manifest_hash, 'manifest_hash'), 32), manifest.hash)) throw refuse();
  if (!equal(unb64u(string(o.ballot, 'ballot'), 32), body.hash)) throw refuse();
  const box = unb64u(string(o.box, 'box'));
  const named = body.boxes[j - 1];
  if (named === undefined || !equal(sha256(box), named)) throw refuse();
  const dBytes = unb64u(string(o.d, 'd'), 96);
  const d = decodePoint(dBytes);
  const [t1, t2] = array(o.t, 't', 2).map((t) => unb64u(string(t, 't'), 96)) as [Bytes, Bytes];
  const z = decodeScalar(unb64u(string(o.z, 'z'), 32));
  if (!inSubgroup(d)) throw refuse();
  const c = complaintChallenge(manifest, j, body.eBytes, dBytes, t1, t2);
  const holds = (base: Point, t: Bytes, image: Point) => equalCofactored(times(base, z), decodePoint(t).add(times(image, c)));
  const [one, two] = [holds(G, t1, trustee.point), holds(clear(body.e), t2, d)];
  if (!one || !two) throw refuse();
  return { box, d: dBytes };
}

/** Judge a complaint against an accepted ballot.
 * That the ballot is not the trustee's own, and lateness, are for the ledger's rules. */
export async function judgeComplaint(manifest: Manifest, body: Body, signerIndex: number, complaint: Json): Promise<Verdict> {
  let given: Proven;
  try {
    given = proven(manifest, body, signerIndex, complaint);
  } catch (error) {
    if (error instanceof Malformed) return 'malformed';
    throw error;
  }
  const trustee = manifest.trustees[signerIndex - 1];
  if (trustee === undefined) return 'malformed';
  if (given.box.length !== boxLength(body.answers.length)) return 'upheld';
  const shares = await openBox(given.d, manifest.hash, trustee.id, body.eBytes, boxContext(manifest.hash, body.answers), given.box);
  return shares !== null && sharesHold(body, signerIndex, shares) ? 'unfounded' : 'upheld';
}

export function complaintJson(manifest: Manifest, j: number, body: Body, box: Uint8Array, d: Point, t: readonly [Bytes, Bytes], z: Uint8Array): ComplaintJson {
  return {
    manifest_hash: b64u(manifest.hash), index: j, ballot: b64u(body.hash), box: b64u(box),
    d: b64u(encodePoint(d)), t: [b64u(t[0]), b64u(t[1])], z: b64u(z),
  };
}
