/** Signed statements (ledger 9.2, 9.3): composing, signing in the browser, verifying.
 * @module */
import { b64u, frames, hex, hex32, sha256, systemRandom, unb64u, type Bytes, type Random } from './bytes.js';
import { envelopeJson, pae, type Envelope, type EnvelopeJson } from './dsse.js';
import { Malformed, Refused } from './errors.js';
import { checkId, checkKind } from './ids.js';
import { dumps, loads, type Json, type JsonObject } from './jcs.js';
import { ed25519Verify } from './note.js';
import { nullable, object, string } from './shape.js';

export const STATEMENT_TYPE = 'application/vnd.concursus.statement+json';
export const POSSESSION_TYPE = 'application/vnd.concursus.possession+json';
export const ROLES = ['court', 'administrator', 'creditor', 'agent', 'debtor', 'committee', 'trustee', 'clerk'] as const;

export type Role = (typeof ROLES)[number];
export type Suite = 'es256' | 'ed25519' | 'webauthn-es256';

const LONGEST = 35_000;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ES256 = { name: 'ECDSA', hash: 'SHA-256' } as const;

export interface Payload {
  /** 16 random bytes in base64url, shared by the statements of one act */
  readonly act: string;
  readonly body: JsonObject;
  readonly by: string;
  readonly case: string;
  /** for whom the signer acts; himself unless an agent; null in `ballot.cast` */
  readonly for: string | null;
  /** key id, 64 hex digits */
  readonly key: string;
  readonly kind: string;
  /** origin of the case's log */
  readonly log: string;
  readonly role: Role;
}

export interface Statement {
  readonly envelope: EnvelopeJson;
  /** SHA-256 of the payload, hex: by which it is the same statement or another */
  readonly digest: string;
  readonly payload: Payload;
}

/** A key that can sign statements: the device key of core/device.ts is one. */
export interface Signer {
  readonly keyId: string;
  sign(message: Bytes): Promise<Bytes>;
}

export function newAct(random: Random = systemRandom): string {
  return b64u(random(16));
}

/** SHA-256(frames("concursus/v1/key", suite, public key)), hex (9.3). */
export function keyId(suite: Suite, publicKey: Uint8Array): string {
  return hex(sha256(frames('concursus/v1/key', suite, publicKey)));
}

/** Payload bytes: JCS, at most 35,000 bytes. @throws {Malformed | Refused} */
export function encodePayload(payload: Payload): Bytes {
  const bytes = dumps(payload as unknown as Json);
  if (bytes.length > LONGEST) {
    throw new Refused('too-large', '这份内容过长，请分成几份提交', 'this statement is too long; send it in several', { bytes: bytes.length });
  }
  decodePayload(bytes);
  return bytes;
}

/** @throws {Malformed} */
export function decodePayload(bytes: Uint8Array): Payload {
  if (bytes.length > LONGEST) throw new Malformed('the payload is over 35,000 bytes', '内容超过 35,000 字节');
  const p = object(loads(bytes), 'payload', ['act', 'body', 'by', 'case', 'for', 'key', 'kind', 'log', 'role']);
  const role = ROLES.find((known) => known === p.role);
  if (role === undefined) throw new Malformed('the role is unknown', '身份未知');
  if (p.body === null || typeof p.body !== 'object' || Array.isArray(p.body)) throw new Malformed('the body is not an object', 'body 不是对象');
  const act = string(p.act, 'act');
  const key = string(p.key, 'key');
  unb64u(act, 16);
  hex32(key);
  return {
    act,
    body: p.body as JsonObject,
    by: checkId(string(p.by, 'by'), 'by'),
    case: checkId(string(p.case, 'case'), 'case'),
    for: nullable(p.for, (value) => checkId(string(value, 'for'), 'for')),
    key,
    kind: checkKind(string(p.kind, 'kind')),
    log: string(p.log, 'log'),
    role,
  };
}

/** A WebCrypto P-256 private key as a signer. */
export function ecdsaSigner(privateKey: CryptoKey, publicKey: Uint8Array): Signer {
  return {
    keyId: keyId('es256', publicKey),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign(ES256, privateKey, message)),
  };
}

/** Compose and sign. The payload's `key` is the signer's. */
export async function signStatement(signer: Signer, fields: Omit<Payload, 'key'>): Promise<Statement> {
  const payload: Payload = { ...fields, key: signer.keyId };
  const bytes = encodePayload(payload);
  const sig = await signer.sign(pae(STATEMENT_TYPE, bytes));
  const envelope: Envelope = { payload: bytes, payloadType: STATEMENT_TYPE, keyid: signer.keyId, sig };
  return { envelope: envelopeJson(envelope), digest: hex(sha256(bytes)), payload };
}

/** Whether a signature of this suite holds. `es256`: r ‖ s, either s, over SHA-256. A passkey's: see core/passkey.ts. */
export async function verifySignature(suite: Suite, publicKey: Uint8Array, message: Uint8Array, sig: Uint8Array): Promise<boolean> {
  if (suite === 'ed25519') return ed25519Verify(publicKey, message, sig);
  if (suite !== 'es256') return false;
  if (publicKey.length !== 65 || publicKey[0] !== 4 || sig.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey('raw', publicKey.slice(), P256, false, ['verify']);
    return await crypto.subtle.verify(ES256, key, sig.slice(), message.slice());
  } catch {
    return false; // not a point of the curve
  }
}

/** Verify an envelope under a key known from elsewhere. @throws {Malformed | Refused} `signature` */
export async function verifyStatement(envelope: Envelope, suite: Suite, publicKey: Uint8Array): Promise<Payload> {
  const payload = decodePayload(envelope.payload);
  const id = keyId(suite, publicKey);
  const named = envelope.payloadType === STATEMENT_TYPE && envelope.keyid === id && payload.key === id;
  if (!named || !(await verifySignature(suite, publicKey, pae(STATEMENT_TYPE, envelope.payload), envelope.sig))) {
    throw new Refused('signature', '签名不成立', 'the signature does not verify', { by: payload.by });
  }
  return payload;
}

/** The message whose signature shows that a new key is held (9.3). */
export function possessionMessage(log: string, caseId: string, holder: string, suite: Suite, publicKey: Uint8Array): Bytes {
  return pae(POSSESSION_TYPE, dumps({ case: caseId, holder, log, public_key: b64u(publicKey), suite }));
}
