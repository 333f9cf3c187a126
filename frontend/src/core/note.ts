/** Signed notes and their keys (C2SP signed-note), Ed25519, cosignatures v1 (C2SP tlog-cosignature).
 * @module */
import { ed25519 } from '@noble/curves/ed25519.js';
import { b64, concat, equal, fromBigInt, hex, sha256, sha512, toBigInt, unb64, unhex, utf8, type Bytes } from './bytes.js';
import { Malformed, Refused } from './errors.js';

/** 1: Ed25519 over the text. 4: timestamped Ed25519 cosignature. 6: timestamped ML-DSA-44 cosignature, which is
 * known by its key and not verified in the browser: no quorum is found on it here. */
export type NoteKeyType = 1 | 4 | 6;

const KEY_SIZES: Readonly<Record<NoteKeyType, number>> = { 1: 32, 4: 32, 6: 1312 };

export interface NoteKey {
  readonly name: string;
  readonly type: NoteKeyType;
  readonly publicKey: Bytes;
  readonly id: string;
}

export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly signature: Bytes;
}

export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A signature line that verified; `time` in POSIX seconds, for a cosignature. */
export interface Verified {
  readonly key: NoteKey;
  readonly time: number | null;
}

const LARGEST = 1_000_000;
const MOST_LINES = 100;
const NAME = /^[^\s+\u0000-\u001f]+$/u;

export function noteKeyId(name: string, type: number, publicKey: Uint8Array): string {
  return hex(sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4));
}

/** `name+hex8+base64(type ‖ key)`. @throws {Malformed} */
export function parseVkey(text: string): NoteKey {
  const [name = '', id = '', ...rest] = text.split('+');
  const blob = unb64(rest.join('+'));
  const type = blob[0];
  if (!NAME.test(name)) throw new Malformed('the key has no proper name', '公钥名称不符');
  if ((type !== 1 && type !== 4 && type !== 6) || blob.length !== 1 + KEY_SIZES[type]) throw new Malformed('the key is of an unknown type', '公钥类型未知');
  const publicKey = blob.slice(1);
  if (noteKeyId(name, type, publicKey) !== id) throw new Malformed('the key id is not that of the key', '公钥编号与公钥不符');
  return { name, type, publicKey, id };
}

export function formatVkey(key: NoteKey): string {
  return `${key.name}+${key.id}+${b64(concat(Uint8Array.of(key.type), key.publicKey))}`;
}

/** @throws {Malformed} */
export function parseNote(source: string): Note {
  if (source.length > LARGEST) throw new Malformed('the note is too large', '签名文本过大');
  if (/[\u0000-\u0009\u000b-\u001f]/.test(source)) throw new Malformed('the note holds control characters', '签名文本含控制字符');
  const split = source.lastIndexOf('\n\n');
  if (split < 0 || !source.endsWith('\n') || split + 2 >= source.length) {
    throw new Malformed('the note has no signatures', '签名文本没有签名行');
  }
  const lines = source.slice(split + 2, -1).split('\n');
  if (lines.length > MOST_LINES) throw new Malformed('the note has too many signatures', '签名行过多');
  const signatures = lines.map((line) => {
    const [dash, name = '', blob = '', ...more] = line.split(' ');
    if (dash !== '\u2014' || !NAME.test(name) || more.length > 0) throw new Malformed('a signature line is not well formed', '签名行写法不符');
    const bytes = unb64(blob);
    if (bytes.length < 5) throw new Malformed('a signature is too short', '签名太短');
    return { name, id: hex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
  });
  return { text: source.slice(0, split + 1), signatures };
}

/** Ed25519, RFC 8032, without cofactor: s·B − k·A must encode to the very bytes of R, as OpenSSL and Go decide it. */
export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const { Point } = ed25519;
    const r = signature.subarray(0, 32);
    const s = toBigInt(signature.slice(32).reverse());
    if (s >= Point.Fn.ORDER) return false;
    const a = Point.fromBytes(publicKey);
    const k = toBigInt(sha512(concat(r, publicKey, message)).reverse()) % Point.Fn.ORDER;
    return equal(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes(), r);
  } catch {
    return false; // A is no point
  }
}

function verifyLine(text: string, key: NoteKey, line: NoteSignature): Verified | null {
  if (key.type === 1) return ed25519Verify(key.publicKey, utf8(text), line.signature) ? { key, time: null } : null;
  if (line.signature.length !== 72) return null;
  const time = toBigInt(line.signature.subarray(0, 8));
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  const message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
  return ed25519Verify(key.publicKey, message, line.signature.subarray(8)) ? { key, time: Number(time) } : null;
}

/** Verify every line of a known key; lines of unknown keys are passed over. A key counts once.
 * @throws {Refused} `note-signature` where a known key's line does not verify, or none is there */
export function verifyNote(note: Note, keys: readonly NoteKey[]): readonly Verified[] {
  const found = new Map<string, Verified>();
  for (const line of note.signatures) {
    const key = keys.find((k) => k.name === line.name && k.id === line.id);
    if (key === undefined || key.type === 6) continue;
    const verified = verifyLine(note.text, key, line);
    if (verified === null) {
      throw new Refused('note-signature', `${line.name} 的签名不成立`, `the signature of ${line.name} does not verify`, { name: line.name });
    }
    if (!found.has(`${line.name}+${line.id}`)) found.set(`${line.name}+${line.id}`, verified);
  }
  if (found.size === 0) throw new Refused('note-signature', '没有已知密钥的签名', 'no known key signed this note');
  return [...found.values()];
}

/** Sign a note text as Go's `PRIVATE+KEY+name+id+base64(1 ‖ seed)` does: for tests and tools. */
export function signNote(text: string, name: string, seed: Uint8Array): string {
  const publicKey = ed25519.getPublicKey(seed);
  const blob = concat(unhex(noteKeyId(name, 1, publicKey)), ed25519.sign(utf8(text), seed));
  return `\u2014 ${name} ${b64(blob)}\n`;
}

/** A cosignature v1 line over a checkpoint text: for tests and tools. */
export function cosign(text: string, name: string, seed: Uint8Array, time: number): string {
  const publicKey = ed25519.getPublicKey(seed);
  const message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
  const blob = concat(unhex(noteKeyId(name, 4, publicKey)), fromBigInt(BigInt(time), 8), ed25519.sign(message, seed));
  return `\u2014 ${name} ${b64(blob)}\n`;
}
