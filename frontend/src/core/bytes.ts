/** Bytes and their spellings: base64url and base64 (RFC 4648, canonical), hexadecimal, UTF-8, frames.
 *
 * Every decoder encodes again and compares, so that one value has one spelling (protocol 1; ledger 9.1).
 * @module */
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';
import { Malformed } from './errors.js';

/** Bytes that WebCrypto takes: never a view of shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

const ENCODER = new TextEncoder();
const HEX = /^(?:[0-9a-f]{2})*$/;

export function utf8(text: string): Bytes {
  return ENCODER.encode(text) as Bytes;
}

/** @throws {Malformed} on bytes that are not UTF-8; a byte order mark is kept, not swallowed */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed('the bytes are not UTF-8', '不是 UTF-8 文本');
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Not constant-time: for public values only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function b64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x4000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x4000));
  }
  return btoa(binary);
}

/** Standard base64 with padding. @throws {Malformed} on any spelling but the canonical one */
export function unb64(text: string, size?: number): Bytes {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new Malformed('not base64', '不是 base64');
  }
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) out[i] = binary.charCodeAt(i);
  if (b64(out) !== text) throw new Malformed('not canonical base64', 'base64 写法不规范');
  if (size !== undefined && out.length !== size) {
    throw new Malformed(`expected ${size} bytes, got ${out.length}`, `应为 ${size} 字节，实为 ${out.length} 字节`);
  }
  return out;
}

export function b64u(bytes: Uint8Array): string {
  return b64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** base64url without padding. @throws {Malformed} on any spelling but the canonical one */
export function unb64u(text: string, size?: number): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new Malformed('not unpadded base64url', '不是无填充的 base64url');
  }
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  return unb64(standard + '='.repeat((4 - (text.length % 4)) % 4), size);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Lower-case hexadecimal only. */
export function unhex(text: string, size?: number): Bytes {
  if (!HEX.test(text)) throw new Malformed('not lower-case hexadecimal', '不是小写十六进制');
  const out = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  if (size !== undefined && out.length !== size) {
    throw new Malformed(`expected ${size} bytes, got ${out.length}`, `应为 ${size} 字节，实为 ${out.length} 字节`);
  }
  return out;
}

/** A hash as 64 lower-case hex digits. */
export function hex32(text: string): Bytes {
  return unhex(text, 32);
}

/** Big-endian. @throws {RangeError} where `n` does not fit `size` bytes */
export function fromBigInt(n: bigint, size: number): Bytes {
  if (n < 0n || n >= 1n << BigInt(8 * size)) throw new RangeError(`"n" expected to fit ${size} bytes`);
  return unhex(n.toString(16).padStart(2 * size, '0'));
}

export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${hex(bytes)}`);
}

/** frame(x) = 4-byte big-endian length ‖ x; frames(x, y, …) their concatenation (protocol 1). Strings enter as UTF-8. */
export function frames(...parts: readonly (Uint8Array | string)[]): Bytes {
  const out: Uint8Array[] = [];
  for (const part of parts) {
    const bytes = typeof part === 'string' ? utf8(part) : part;
    out.push(fromBigInt(BigInt(bytes.length), 4), bytes);
  }
  return concat(...out);
}

export function sha256(bytes: Uint8Array): Bytes {
  return nobleSha256(bytes) as Bytes;
}

export function sha512(bytes: Uint8Array): Bytes {
  return nobleSha512(bytes) as Bytes;
}

/** A source of random bytes. Tests pass their own; pages never do. */
export type Random = (size: number) => Bytes;

export const systemRandom: Random = (size) => crypto.getRandomValues(new Uint8Array(size));
