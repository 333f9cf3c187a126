/** The manifest of a vote (protocol 2, 3): decoded, and checked as far as a voter's browser can.
 * @module */
import { b64u, sha256, unb64u, type Bytes, type Random } from './bytes.js';
import { Malformed } from './errors.js';
import { G, R, decodePoint, encodePoint, encodeScalar, equalCofactored, inSubgroup, parseScalar, randomScalar, times, type Point } from './group.js';
import { checkId, checkRule, parseTime } from './ids.js';
import { loads, type Json } from './jcs.js';
import { array, boolean, integer, nullable, object, string } from './shape.js';
import { challenge } from './transcript.js';

export type KeyProof = { readonly t: string; readonly z: string };
export type Party = { readonly id: string; readonly public_key: string; readonly proof: KeyProof };

export interface Motion {
  readonly id: string;
  readonly text_sha256: string;
  readonly rule: string;
  readonly roll_root: string;
}

export interface KeyHolder {
  readonly id: string;
  readonly publicKey: Bytes;
  readonly point: Point;
}

export interface Manifest {
  /** SHA-256 of the manifest's bytes */
  readonly hash: Bytes;
  readonly case: string;
  readonly meeting: string;
  readonly motions: readonly Motion[];
  readonly trustees: readonly KeyHolder[];
  readonly threshold: number;
  readonly opens: Date;
  readonly closes: Date;
  readonly complaintsClose: Date;
  readonly disclosure: 'aggregate' | 'named' | 'test';
  readonly recipients: readonly KeyHolder[];
  readonly replacement: boolean;
  readonly singleTrusteeReason: string | null;
}

const RECIPIENTS = { aggregate: [], named: ['administrator', 'court'], test: ['court'] } as const;

/** pk and its proof: T = k·G, z = k + c·sk (protocol 3). */
export function proveKey(label: 'trustee-key' | 'recipient-key', caseId: string, meeting: string, id: string, secret: bigint, random: Random): Party {
  const k = randomScalar(random);
  const publicKey = encodePoint(times(G, secret));
  const t = encodePoint(times(G, k));
  const c = challenge(label, caseId, meeting, id, publicKey, t);
  const z = encodeScalar((k + c * secret) % R);
  return { id, public_key: b64u(publicKey), proof: { t: b64u(t), z: b64u(z) } };
}

/** Check a published key and the proof that its owner knows the secret. @throws {Malformed} */
export function checkKey(label: 'trustee-key' | 'recipient-key', caseId: string, meeting: string, value: Json): KeyHolder {
  const party = object(value, label, ['id', 'public_key', 'proof']);
  const proof = object(party.proof, 'proof', ['t', 'z']);
  const id = checkId(string(party.id, 'id'));
  const publicKey = unb64u(string(party.public_key, 'public_key'), 96);
  const point = decodePoint(publicKey);
  const t = unb64u(string(proof.t, 't'), 96);
  const z = parseScalar(string(proof.z, 'z'));
  if (!inSubgroup(point)) throw new Malformed(`the key of ${id} is not of order r`, `${id} 的公钥不在规定的群内`);
  const c = challenge(label, caseId, meeting, id, publicKey, t);
  if (!equalCofactored(times(G, z), decodePoint(t).add(times(point, c)))) {
    throw new Malformed(`${id} does not prove that he knows his key`, `${id} 的密钥证明不成立`);
  }
  return { id, publicKey, point };
}

function motion(value: Json): Motion {
  const m = object(value, 'motion', ['id', 'text_sha256', 'rule', 'roll_root']);
  const text = string(m.text_sha256, 'text_sha256');
  const root = string(m.roll_root, 'roll_root');
  unb64u(text, 32);
  unb64u(root, 32);
  return { id: checkId(string(m.id, 'motion')), text_sha256: text, rule: checkRule(string(m.rule, 'rule')), roll_root: root };
}

function distinct(names: readonly string[], what: string): void {
  if (new Set(names).size !== names.length) throw new Malformed(`${what} are not pairwise different`, `${what} 有重复`);
}

/** Decode a manifest's bytes and check every bound and key proof in it.
 * @param expected - manifest_hash as the ledger has it, where the caller knows it. @throws {Malformed} */
export function decodeManifest(bytes: Uint8Array, expected?: Uint8Array): Manifest {
  const m = object(loads(bytes), 'manifest', [
    'protocol', 'case', 'meeting', 'motions', 'trustees', 'threshold', 'opens', 'closes', 'complaints_close',
    'disclosure', 'recipients', 'replacement', 'single_trustee_reason',
  ]);
  if (m.protocol !== 'concursus/v1') throw new Malformed('another protocol', '协议版本未知');
  const hash = sha256(bytes);
  if (expected !== undefined && b64u(expected) !== b64u(hash)) throw new Malformed('another manifest than the ledger names', '与账本所载的表决清单不符');
  const caseId = checkId(string(m.case, 'case'), 'case');
  const meeting = checkId(string(m.meeting, 'meeting'), 'meeting');
  const motions = array(m.motions, 'motions').map(motion);
  const trustees = array(m.trustees, 'trustees').map((value) => checkKey('trustee-key', caseId, meeting, value));
  const recipients = array(m.recipients, 'recipients').map((value) => checkKey('recipient-key', caseId, meeting, value));
  const threshold = integer(m.threshold, 'threshold', 6);
  const disclosure = (['aggregate', 'named', 'test'] as const).find((known) => known === m.disclosure);
  const reason = nullable(m.single_trustee_reason, (value) => string(value, 'single_trustee_reason'));
  const [opens, closes, complaintsClose] = [m.opens, m.closes, m.complaints_close].map((value) => parseTime(string(value, 'time'))) as [Date, Date, Date];
  if (disclosure === undefined) throw new Malformed('disclosure is unknown', '公开方式未知');
  if (motions.length === 0) throw new Malformed('no motion', '没有表决事项');
  if (trustees.length < 1 || trustees.length > 9) throw new Malformed('there must be 1 to 9 trustees', '计票人应为 1 至 9 名');
  if (threshold < 1 || threshold > trustees.length) throw new Malformed('the threshold is not from 1 to n', '门限应在 1 与计票人数之间');
  distinct(motions.map((x) => x.id), 'motions');
  distinct([...trustees, ...recipients].map((x) => x.id), 'ids of trustees and recipients');
  distinct([...trustees, ...recipients].map((x) => b64u(x.publicKey)), 'keys of trustees and recipients');
  const ids = recipients.map((x) => x.id).sort();
  if (ids.join() !== RECIPIENTS[disclosure].join()) throw new Malformed('the recipients are not those of this disclosure', '接收人与公开方式不符');
  if (!(opens < closes && closes <= complaintsClose)) throw new Malformed('opens < closes ≤ complaints_close does not hold', '起止时间次序不符');
  const needsReason = threshold === 1 && disclosure !== 'named';
  if (needsReason ? reason === null || reason === '' : reason !== null) {
    throw new Malformed('single_trustee_reason stands where, and only where, one trustee sees every vote', '单一计票人的理由缺失或多余');
  }
  return {
    hash, case: caseId, meeting, motions, trustees, threshold, opens, closes, complaintsClose, disclosure, recipients,
    replacement: boolean(m.replacement, 'replacement'), singleTrusteeReason: reason,
  };
}
