/** The key of a person in this browser (ledger 9.3): ECDSA P-256, not extractable, kept in IndexedDB per log and person.
 *
 * The browser may lose it (cleared data, another port, Safari after seven days): then a new one is enrolled and attested.
 * @module */
import { b64u, type Bytes } from './bytes.js';
import { Refused } from './errors.js';
import { ecdsaSigner, possessionMessage, type Signer } from './statement.js';

export interface DeviceKey extends Signer {
  readonly log: string;
  readonly person: string;
  readonly publicKey: Bytes;
  /** when it was made, milliseconds since 1970 */
  readonly made: number;
}

interface Row {
  readonly log: string;
  readonly person: string;
  readonly publicKey: Bytes;
  readonly privateKey: CryptoKey;
  readonly made: number;
}

const NAME = 'concursus';
const KEYS = 'keys';
const NOTES = 'notes';

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(name: string, mode: IDBTransactionMode): Promise<IDBObjectStore> {
  if (globalThis.indexedDB === undefined || globalThis.crypto?.subtle === undefined) {
    throw new Refused('no-key-store', '此浏览器不能保存签名密钥；请用 https 打开，或换一个浏览器', 'this browser cannot keep a signing key; open the page over https, or use another browser');
  }
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(KEYS, { keyPath: ['log', 'person'] });
    opening.result.createObjectStore(NOTES);
  };
  const db = await settled(opening);
  const transaction = db.transaction(name, mode);
  transaction.oncomplete = () => db.close();
  transaction.onabort = () => db.close();
  return transaction.objectStore(name);
}

/** Resolve once the write is on disk, not only accepted. */
function written(objects: IDBObjectStore): Promise<void> {
  return new Promise((resolve, reject) => {
    objects.transaction.addEventListener('complete', () => resolve());
    objects.transaction.addEventListener('abort', () => reject(objects.transaction.error));
  });
}

function fromRow(row: Row): DeviceKey {
  const { log, person, publicKey, made } = row;
  return { log, person, publicKey, made, ...ecdsaSigner(row.privateKey, publicKey) };
}

/** Make a key for this log and person and keep it; one already there is replaced. */
export async function createDeviceKey(log: string, person: string): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const row: Row = { log, person, publicKey, privateKey: pair.privateKey, made: Date.now() };
  const objects = await store(KEYS, 'readwrite');
  objects.put(row);
  await written(objects);
  await navigator.storage?.persist?.().catch(() => false);
  return fromRow(row);
}

/** The key kept here, or null. */
export async function findDeviceKey(log: string, person: string): Promise<DeviceKey | null> {
  const row = (await settled((await store(KEYS, 'readonly')).get([log, person]))) as Row | undefined;
  return row === undefined ? null : fromRow(row);
}

export async function listDeviceKeys(): Promise<readonly DeviceKey[]> {
  return ((await settled((await store(KEYS, 'readonly')).getAll())) as Row[]).map(fromRow);
}

export async function deleteDeviceKey(log: string, person: string): Promise<void> {
  const objects = await store(KEYS, 'readwrite');
  objects.delete([log, person]);
  await written(objects);
}

/** `possession` of `key.enrolled`: this key's signature over what it is enrolled for. */
export async function possession(key: DeviceKey, caseId: string): Promise<string> {
  return b64u(await key.sign(possessionMessage(key.log, caseId, key.person, 'es256', key.publicKey)));
}

/** Small texts kept beside the keys: unsent ballots and receipts, the newest checkpoint of a log, a trustee's memory of sums. */
export const notes = {
  async get(key: string): Promise<string | null> {
    const value: unknown = await settled((await store(NOTES, 'readonly')).get(key));
    return typeof value === 'string' ? value : null;
  },
  async put(key: string, value: string): Promise<void> {
    const objects = await store(NOTES, 'readwrite');
    objects.put(value, key);
    await written(objects);
  },
  /** Put it where nothing stands yet, in one step before every other page. @returns what stands then */
  async claim(key: string, value: string): Promise<string> {
    const objects = await store(NOTES, 'readwrite');
    const there: unknown = await settled(objects.get(key));
    if (there === undefined) objects.put(value, key);
    await written(objects);
    return typeof there === 'string' ? there : value;
  },
  async delete(key: string): Promise<void> {
    const objects = await store(NOTES, 'readwrite');
    objects.delete(key);
    await written(objects);
  },
};
