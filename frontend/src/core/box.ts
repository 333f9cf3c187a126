/** Boxes: a ballot's shares sealed to one trustee (protocol 5).
 * @module */
import { concat, frames, sha256, type Bytes } from './bytes.js';
import { clear, times, type Point } from './group.js';

/** s_j ‖ ciphertext ‖ tag around 64 bytes an answer. */
export function boxLength(answers: number): number {
  return 64 * answers + 48;
}

/** HKDF-SHA256(ikm D_j, salt manifest_hash, info frames("concursus/v1/seal", trustee id, E, s_j)), for AES-256-GCM. */
async function boxKey(d: Uint8Array, manifestHash: Uint8Array, trustee: string, e: Uint8Array, salt: Uint8Array): Promise<CryptoKey> {
  const ikm = await crypto.subtle.importKey('raw', d.slice(), 'HKDF', false, ['deriveKey']);
  const info = frames('concursus/v1/seal', trustee, e, salt);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: manifestHash.slice(), info };
  return crypto.subtle.deriveKey(how, ikm, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function gcm(context: Uint8Array): AesGcmParams {
  return { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: context.slice() }; // s_j makes the key fresh
}

/** @param d - the 96 bytes of D_j. @param e - the 96 bytes of E as sent. @param salt - s_j, 32 fresh random bytes */
export async function sealBox(d: Uint8Array, manifestHash: Uint8Array, trustee: string, e: Uint8Array, salt: Uint8Array, context: Uint8Array, shares: Uint8Array): Promise<Bytes> {
  const key = await boxKey(d, manifestHash, trustee, e, salt);
  return concat(salt, new Uint8Array(await crypto.subtle.encrypt(gcm(context), key, shares.slice())));
}

/** The plain shares, or null where the tag does not verify. */
export async function openBox(d: Uint8Array, manifestHash: Uint8Array, trustee: string, e: Uint8Array, context: Uint8Array, box: Uint8Array): Promise<Bytes | null> {
  if (box.length < 48) return null;
  const key = await boxKey(d, manifestHash, trustee, e, box.subarray(0, 32));
  try {
    return new Uint8Array(await crypto.subtle.decrypt(gcm(context), key, box.slice(32)));
  } catch {
    return null;
  }
}

/** D as a box's key is derived from it, for the point E of a ballot: secret·(h_eff·E). */
export function sharedPoint(secret: bigint, e: Point): Point {
  return times(clear(e), secret);
}

/** Associated data of a ballot's boxes: SHA-256(frames(manifest_hash, line_1, motion_1, C_1, …)). */
export function boxContext(manifestHash: Uint8Array, answers: readonly { readonly line: string; readonly motion: string; readonly cBytes: Uint8Array }[]): Bytes {
  return sha256(frames(manifestHash, ...answers.flatMap((a) => [a.line, a.motion, a.cBytes])));
}
