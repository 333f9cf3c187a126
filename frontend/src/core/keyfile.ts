/** A trustee's secret in a file, under a passphrase: PBKDF2-SHA-256, then AES-256-GCM.
 * @module */
import { b64u, fromUtf8, systemRandom, unb64u, type Bytes, type Random } from './bytes.js';
import { Malformed, Refused } from './errors.js';
import { G, decodeScalar, encodeScalar, pointText, times } from './group.js';
import { checkId } from './ids.js';
import { canonical, dumps, type JsonObject } from './jcs.js';
import { integer, object, string } from './shape.js';

export interface TrusteeKey {
  readonly case: string;
  readonly meeting: string;
  readonly id: string;
  readonly secret: bigint;
}

const FORMAT = 'concursus-trustee-key/1';
const ITERATIONS = 600_000;
const SHORTEST = 12;

async function wrappingKey(passphrase: string, salt: Bytes): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(passphrase.normalize('NFC'));
  const material = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ITERATIONS };
  return crypto.subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Text of the file. @throws {Refused} `passphrase` where it is shorter than 12 characters */
export async function wrapTrusteeKey(key: TrusteeKey, passphrase: string, random: Random = systemRandom): Promise<string> {
  if ([...passphrase].length < SHORTEST) {
    throw new Refused('passphrase', `口令至少 ${SHORTEST} 个字符`, `the passphrase needs ${SHORTEST} characters or more`);
  }
  const [salt, nonce] = [random(16), random(12)];
  const head = {
    case: key.case, cipher: 'AES-256-GCM', format: FORMAT, id: key.id, iterations: ITERATIONS, kdf: 'PBKDF2-SHA-256',
    meeting: key.meeting, nonce: b64u(nonce), public_key: pointText(times(G, key.secret)), salt: b64u(salt),
  };
  const how = { name: 'AES-GCM', iv: nonce, additionalData: dumps(head) };
  const sealed = await crypto.subtle.encrypt(how, await wrappingKey(passphrase, salt), encodeScalar(key.secret));
  return `${canonical({ ...head, sealed: b64u(new Uint8Array(sealed)) })}\n`;
}

/** @throws {Malformed} on another file, {Refused} `passphrase` on a wrong passphrase or a changed file */
export async function openTrusteeKey(file: Uint8Array, passphrase: string): Promise<TrusteeKey> {
  let parsed: JsonObject;
  try {
    parsed = JSON.parse(fromUtf8(file)) as JsonObject;
  } catch {
    throw new Malformed('this is not a trustee key file', '这不是计票密钥文件');
  }
  const o = object(parsed, 'key file', ['case', 'cipher', 'format', 'id', 'iterations', 'kdf', 'meeting', 'nonce', 'public_key', 'salt', 'sealed']);
  if (o.format !== FORMAT || o.kdf !== 'PBKDF2-SHA-256' || o.cipher !== 'AES-256-GCM' || integer(o.iterations, 'iterations') !== ITERATIONS) {
    throw new Malformed('this key file is of an unknown version', '密钥文件版本未知');
  }
  const { sealed, ...head } = o;
  const how = { name: 'AES-GCM', iv: unb64u(string(o.nonce, 'nonce'), 12), additionalData: dumps(head) };
  const key = await wrappingKey(passphrase, unb64u(string(o.salt, 'salt'), 16));
  let plain: Bytes;
  try {
    plain = new Uint8Array(await crypto.subtle.decrypt(how, key, unb64u(string(sealed, 'sealed'), 48)));
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused('passphrase', '口令不对，或文件已被改动', 'the passphrase is wrong, or the file was changed');
  }
  const secret = decodeScalar(plain);
  if (secret === 0n || pointText(times(G, secret)) !== o.public_key) throw new Malformed('the secret is not that of the public key', '密钥与公钥不符');
  return {
    case: checkId(string(o.case, 'case')), meeting: checkId(string(o.meeting, 'meeting')), id: checkId(string(o.id, 'id')), secret,
  };
}
