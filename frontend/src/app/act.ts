/** Acting in a case from a page: who I am here, the key of this device, and saying something that counts.
 *
 * A statement is signed here and sent until it is answered, always the same bytes: sent twice, it counts once.
 * @module */
import { createDeviceKey, deleteDeviceKey, findDeviceKey, notes, possession, type DeviceKey } from '../core/device.js';
import { commit, seal, type AmountOpening, type Opening } from '../core/disclosure.js';
import { b64u, unb64u, type Bytes } from '../core/bytes.js';
import type { EnvelopeJson } from '../core/dsse.js';
import type { Json, JsonObject } from '../core/jcs.js';
import { passkeySigner, passkeysHere } from '../core/passkey.js';
import { newAct, signStatement, type Role, type Signer } from '../core/statement.js';
import { getJson, pause, postJson } from './http.js';
import { Problem, problemOf } from './problem.js';
import { words } from './words.js';

export { Problem, sentence } from './problem.js';
export { words } from './words.js';

export interface Context {
  readonly case: string;
  /** of the case's log */
  readonly origin: string;
  /** my pseudonym in this case */
  readonly person: string;
  readonly roles: readonly Role[];
  readonly language: 'zh' | 'en';
  readonly csrf: string;
  readonly clock: 'real' | 'demonstration';
  /** the log's time when the page was made */
  readonly now: string;
}

/** What the page says of case and visitor. @throws {Error} on a page without it */
export function context(): Context {
  const text = document.getElementById('context')?.textContent;
  if (!text) throw new Error('this page has no context');
  return JSON.parse(text) as Context;
}

/** The first 16 digits of a key id in fours: enough to compare by eye or aloud. */
export function keyGroups(keyId: string): string {
  return (keyId.slice(0, 16).match(/.{4}/g) ?? []).join(' ');
}

// --- The key of this device

/** `passkey`: the person's passkey may enrol this device, if he says so; `frozen`: revoked, such as a stolen one. */
export type KeyState = 'making' | 'passkey' | 'pending' | 'enrolled' | 'refused' | 'frozen' | 'offline';
export type Level = 'demonstration' | 'attested' | 'passkey' | 'genesis';

interface KeyAnswer {
  readonly key: string;
  readonly state: 'pending' | 'enrolled' | 'refused' | 'ended' | 'frozen';
  readonly level: Level | null;
}

/** Told at each look how the key stands, for words on the page. @param keyId - null before there is a key */
export type TellKey = (state: KeyState, level: Level | null, keyId: string | null) => void;

/** Resolves with the key of this browser as soon as it is enrolled: makes one and asks for its attestation if there is
 * none, waits while that takes. Pages and tabs wait for each other. @throws {Problem} `key-refused`, `key-frozen` */
export async function deviceKey(ctx: Context, tell: TellKey = () => undefined): Promise<DeviceKey> {
  for (let tries = 0; ; tries += 1) {
    const key = await oneAtATime(`device ${ctx.origin} ${ctx.person}`, () => look(ctx, tell));
    if (key !== null) return key;
    // Quick at first: a demonstration attests within a second; a person needs minutes.
    await pause(tries < 20 ? 300 : tries < 60 ? 1500 : 5000);
  }
}

/** One step on the way to an enrolled key; the key once it is. */
async function look(ctx: Context, tell: TellKey): Promise<DeviceKey | null> {
  let key = await findDeviceKey(ctx.origin, ctx.person);
  try {
    const answer = key === null ? null : await standing(ctx, key);
    if (key !== null && answer?.state === 'enrolled') {
      tell('enrolled', answer.level, key.keyId);
      return key;
    }
    if (answer?.state === 'refused') {
      tell('refused', null, key?.keyId ?? null);
      throw new Problem(403, 'key-refused', '', words('这台设备的钥匙未获认证', 'the key of this device was refused'));
    }
    if (answer?.state === 'frozen') {
      tell('frozen', null, key?.keyId ?? null);
      throw new Problem(403, 'key-frozen', '', words('这台设备的钥匙已停用', 'the key of this device is frozen'));
    }
    if (key !== null && answer?.state === 'pending') {
      tell('pending', null, key.keyId);
      return null;
    }
    if ((await usablePasskeys(ctx)).passkeys.length > 0 && (await notes.get(without(ctx))) === null) {
      tell('passkey', null, null);
      return null;
    }
    tell('making', null, null);
    if (key === null || answer?.state === 'ended') key = await createDeviceKey(ctx.origin, ctx.person);
    await askFor(ctx, key);
  } catch (error) {
    // A server that fails and a lost connection pass; a refusal does not.
    if (!(error instanceof TypeError) && !(error instanceof Problem && error.status >= 500)) throw error;
    tell('offline', null, key?.keyId ?? null);
  }
  return null;
}

/** Forget a refused key, so that `deviceKey` makes another. */
export async function forgetDeviceKey(ctx: Context): Promise<void> {
  await deleteDeviceKey(ctx.origin, ctx.person);
}

// --- Passkeys

export interface PasskeyAnswer extends KeyAnswer {
  /** base64url */
  readonly credential: string;
  readonly public_key: string;
}

export interface PasskeysAnswer {
  readonly rp_id: string;
  /** base64url: under what an authenticator keeps them */
  readonly user: string;
  readonly name: string;
  readonly passkeys: readonly PasskeyAnswer[];
}

/** My passkeys in this case, attested or not. */
export function passkeysOf(ctx: Context): Promise<PasskeysAnswer> {
  return getJson<PasskeysAnswer>(`/c/${ctx.case}/passkeys`);
}

/** For how long a passkey enrols the key of a device: a sitting, and the days around it. */
const SITTING = 7 * 24 * 3600 * 1000;

async function usablePasskeys(ctx: Context): Promise<PasskeysAnswer> {
  const found = await passkeysOf(ctx);
  // In a demonstration a program attests within a second: nothing to ask the person for.
  const usable = (p: PasskeyAnswer) => p.state === 'enrolled' && p.level !== 'demonstration';
  return { ...found, passkeys: passkeysHere() ? found.passkeys.filter(usable) : [] };
}

/** My passkey as a signer, where this device has one. @param nth - which, if there are several. */
export async function myPasskey(ctx: Context, nth = 0): Promise<Signer | null> {
  const found = await usablePasskeys(ctx);
  const one = found.passkeys[nth % Math.max(1, found.passkeys.length)];
  return one === undefined ? null : passkeySigner(found.rp_id, unb64u(one.credential), unb64u(one.public_key));
}

/** The passkey enrols a key of this device, on the person's tap. @throws {Refused | Problem} */
export async function enrolByPasskey(ctx: Context, nth = 0): Promise<void> {
  const signer = await myPasskey(ctx, nth);
  if (signer === null) return;
  const key = await createDeviceKey(ctx.origin, ctx.person);
  const until = new Date(Date.parse(ctx.now) + SITTING).toISOString().replace(/\.\d+Z$/, 'Z');
  await say(ctx, {
    kind: 'key.enrolled@1',
    role: 'creditor',
    body: { holder: ctx.person, suite: 'es256', public_key: b64u(key.publicKey), possession: await possession(key, ctx.case), level: 'passkey', until },
    signer,
  });
}

/** The person has no passkey on this device: court or administrator shall attest its key. */
export async function withoutPasskey(ctx: Context): Promise<void> {
  await notes.put(without(ctx), 'yes');
}

function without(ctx: Context): string {
  return `no passkey ${ctx.origin} ${ctx.person}`;
}

async function standing(ctx: Context, key: DeviceKey): Promise<KeyAnswer | null> {
  try {
    return await getJson<KeyAnswer>(`/c/${ctx.case}/keys/${key.keyId}`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

async function askFor(ctx: Context, key: DeviceKey): Promise<void> {
  await postJson(ctx.csrf, `/c/${ctx.case}/keys`, {
    suite: 'es256', public_key: b64u(key.publicKey), possession: await possession(key, ctx.case),
  });
}

function oneAtATime<T>(name: string, act: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? act() : (navigator.locks.request(name, act) as Promise<T>);
}

// --- Composing a body

/** A body's sealed values and amounts, with the openings that go beside the statement. */
export class Composition {
  readonly openings: (Opening | AmountOpening)[] = [];
  readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }

  /** @param pointer - RFC 6901 into the body. */
  seal(pointer: string, value: Json): { digest: string } {
    const { body, opening } = seal(this.kind, pointer, value);
    this.openings.push(opening);
    return body;
  }

  /** As `seal`; null for an empty text. */
  sealOrNull(pointer: string, value: string | null): { digest: string } | null {
    return value === null || value === '' ? null : this.seal(pointer, value);
  }

  /** @param fen - the amount. */
  amount(fen: bigint): { commitment: string } {
    const { body, opening } = commit(fen);
    this.openings.push(opening);
    return body;
  }
}

// --- Saying something

export interface Utterance {
  /** such as `claim.filed@1` */
  readonly kind: string;
  readonly role: Role;
  readonly body: JsonObject;
  readonly openings?: readonly (Opening | AmountOpening)[];
  readonly amounts?: readonly AmountOpening[];
  /** sealed boxes of a ballot */
  readonly boxes?: readonly (Bytes | string)[];
  /** for whom an agent says it; else the signer says it for himself */
  readonly principal?: string | null;
  /** 16 bytes in base64url, where several statements are one act */
  readonly act?: string;
  /** a passkey; else the key of this device signs */
  readonly signer?: Signer;
}

export interface Receipt {
  /** of the statement, hex */
  readonly digest: string;
  /** 1: promised by the intake; 2: in the log */
  readonly grade: number;
  /** number of the entry, null at grade 1 */
  readonly index: number | null;
  /** the receipt file itself, and its name */
  readonly content: string;
  readonly name: string;
  readonly type: string;
  /** where a better one is to be had later */
  readonly location: string;
}

/** `waiting`: for the key of this device to be attested. */
export type SendState = 'waiting' | 'signing' | 'sending' | 'retrying' | 'recorded';
export type TellSend = (state: SendState) => void;

/** Sign with the key of this device and send until it is answered. The sealed bytes stay on this device until then, so
 * that a closed page loses nothing (`resume`).
 * @throws {Problem} the refusal, translated; then nothing was recorded */
export async function say(ctx: Context, what: Utterance, tell: TellSend = () => undefined): Promise<Receipt> {
  const key = what.signer ?? await deviceKey(ctx, (state) => {
    if (state !== 'enrolled') tell('waiting');
  });
  tell('signing');
  const { envelope, digest } = await signStatement(key, {
    act: what.act ?? newAct(),
    body: what.body,
    by: ctx.person,
    case: ctx.case,
    for: what.kind.startsWith('ballot.cast@') ? null : what.principal ?? ctx.person,
    kind: what.kind,
    log: ctx.origin,
    role: what.role,
  });
  const submission: Submission = {
    statement: envelope,
    boxes: (what.boxes ?? []).map((box) => (typeof box === 'string' ? box : b64u(box))),
    openings: [...(what.openings ?? []), ...(what.amounts ?? [])],
  };
  await outbox.put(ctx, { digest, kind: what.kind, submission });
  return send(ctx, { digest, kind: what.kind, submission }, tell);
}

interface Submission {
  readonly statement: EnvelopeJson;
  readonly boxes: readonly string[];
  readonly openings: readonly (Opening | AmountOpening)[];
}

export interface Unsent {
  readonly digest: string;
  readonly kind: string;
  readonly submission: Submission;
}

/** What was signed here and not yet answered, the oldest first. */
export function unsent(ctx: Context): Promise<readonly Unsent[]> {
  return outbox.all(ctx);
}

/** Send again what was not answered, for example after the browser was closed. */
export async function resume(ctx: Context, tell: TellSend = () => undefined): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  for (const item of await unsent(ctx)) {
    try {
      receipts.push(await send(ctx, item, tell));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
  return receipts;
}

/** Send one; a second sending of the same bytes gives the same receipt. @throws {Problem} */
export async function send(ctx: Context, item: Unsent, tell: TellSend = () => undefined): Promise<Receipt> {
  const body = JSON.stringify(item.submission);
  tell('sending');
  for (let tries = 0; ; tries += 1) {
    const response = await post(`/ledger/${ctx.case}/statements`, body);
    if (response?.ok) {
      const receipt = await receiptOf(response, item.digest);
      await outbox.remove(ctx, item.digest);
      tell('recorded');
      return receipt;
    }
    // Only an answer that says no is a no; whatever else leaves open whether the statement arrived.
    if (response !== null && response.status < 500 && response.status !== 429) {
      await outbox.remove(ctx, item.digest);
      throw await problemOf(response);
    }
    if (response?.status === 500 && tries >= 4) throw await problemOf(response);
    tell('retrying');
    await pause(Math.min(500 * 1.5 ** tries, 8000));
  }
}

/** A receipt under the log's checkpoint, if there is one by now. */
export async function better(receipt: Receipt): Promise<Receipt> {
  const response = await fetch(receipt.location, { cache: 'no-store' });
  return response.ok ? receiptOf(response, receipt.digest) : receipt;
}

async function post(path: string, body: string): Promise<Response | null> {
  try {
    return await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body });
  } catch {
    return null; // no connection
  }
}

async function receiptOf(response: Response, digest: string): Promise<Receipt> {
  const index = response.headers.get('Concursus-Index');
  const named = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '');
  return {
    digest,
    grade: Number(response.headers.get('Concursus-Grade') ?? '1'),
    index: index === null ? null : Number(index),
    content: await response.text(),
    name: named?.[1] ?? `${digest.slice(0, 16)}.receipt`,
    type: response.headers.get('Content-Type') ?? 'text/plain',
    location: response.headers.get('Location') ?? new URL(response.url).pathname,
  };
}

/** Kept beside the keys in this browser; one note an item, and one that lists them. */
const outbox = {
  async all(ctx: Context): Promise<readonly Unsent[]> {
    const items = await Promise.all((await listed(ctx)).map((digest) => notes.get(place(ctx, digest))));
    return items.flatMap((text) => (text === null ? [] : [JSON.parse(text) as Unsent]));
  },
  put(ctx: Context, item: Unsent): Promise<void> {
    return oneAtATime(list(ctx), async () => {
      await notes.put(place(ctx, item.digest), JSON.stringify(item));
      await notes.put(list(ctx), JSON.stringify([...(await listed(ctx)).filter((d) => d !== item.digest), item.digest]));
    });
  },
  remove(ctx: Context, digest: string): Promise<void> {
    return oneAtATime(list(ctx), async () => {
      await notes.put(list(ctx), JSON.stringify((await listed(ctx)).filter((d) => d !== digest)));
      await notes.delete(place(ctx, digest));
    });
  },
};

function list(ctx: Context): string {
  return `outbox ${ctx.origin} ${ctx.person}`;
}

function place(ctx: Context, digest: string): string {
  return `${list(ctx)} ${digest}`;
}

async function listed(ctx: Context): Promise<readonly string[]> {
  const text = await notes.get(list(ctx));
  return text === null ? [] : (JSON.parse(text) as string[]);
}
