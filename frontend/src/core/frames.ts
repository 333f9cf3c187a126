/** A file in several QR codes: compressed, cut into frames, put together again in any order.
 *
 * A frame is `C1:<id>:<k>:<n>:<data>`, k from 1 to n; id and data are base32 without padding, so that a code
 * needs 5.5 bits a character. id is the beginning of the hash of what was compressed.
 * @module */
import { sha256, type Bytes } from './bytes.js';
import { Malformed } from './errors.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ROOM = 960; // characters of data in a frame: a code of version 17 or so, which a phone reads from a phone
const MOST = 99;
const LARGEST = 4_000_000; // bytes of what is unpacked

export function base32(bytes: Uint8Array): string {
  let [held, bits, text] = [0, 0, ''];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += LETTERS[(held >> bits) & 31] ?? '';
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + (LETTERS[(held << (5 - bits)) & 31] ?? '');
}

/** @throws {Malformed} */
export function unbase32(text: string): Bytes {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [held, bits, at] = [0, 0, 0];
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) throw new Malformed('not base32', '不是 base32 编码');
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (held >> bits) & 255;
      at += 1;
    }
    held &= (1 << bits) - 1;
  }
  return bytes;
}

async function through(bytes: Uint8Array, stream: TransformStream<BufferSource, Uint8Array>, most: number): Promise<Bytes> {
  const reader = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > most) throw new Malformed('it unpacks to more than any ballot', '展开后过大，不是选票');
    parts.push(next.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function pack(bytes: Uint8Array): Promise<Bytes> {
  return through(bytes, new CompressionStream('deflate-raw') as TransformStream<BufferSource, Uint8Array>, Infinity);
}

/** @throws {Malformed} */
export async function unpack(bytes: Uint8Array): Promise<Bytes> {
  try {
    return await through(bytes, new DecompressionStream('deflate-raw') as TransformStream<BufferSource, Uint8Array>, LARGEST);
  } catch (error) {
    if (error instanceof Malformed) throw error;
    throw new Malformed('it cannot be unpacked', '内容无法展开');
  }
}

function idOf(packed: Uint8Array): string {
  return base32(sha256(packed).subarray(0, 5));
}

/** The texts of the QR codes of a file. */
export async function framesOf(bytes: Uint8Array): Promise<readonly string[]> {
  const packed = await pack(bytes);
  const text = base32(packed);
  const n = Math.ceil(text.length / ROOM);
  const each = Math.ceil(text.length / n); // alike in size, so that all are read alike
  return Array.from({ length: n }, (_, i) => `C1:${idOf(packed)}:${i + 1}:${n}:${text.slice(i * each, (i + 1) * each)}`);
}

/** Collects the frames of one file; those of another begin anew. */
export class Frames {
  #id = '';
  #parts: (string | undefined)[] = [];

  /** How many are there, of how many. */
  get progress(): readonly [number, number] {
    return [this.#parts.filter((part) => part !== undefined).length, this.#parts.length];
  }

  /** @returns the file once it is whole, else null. @throws {Malformed} where the text is no frame */
  async add(text: string): Promise<Bytes | null> {
    const [, id = '', k = '', n = '', data = ''] = /^C1:([A-Z2-7]{8}):([1-9][0-9]?):([1-9][0-9]?):([A-Z2-7]+)$/.exec(text.trim()) ?? [];
    const [index, of] = [Number(k), Number(n)];
    if (id === '' || index > of || of > MOST) throw new Malformed('this is no code of a tested ballot', '这不是抽查用的二维码');
    if (id !== this.#id || of !== this.#parts.length) {
      this.#id = id;
      this.#parts = Array.from({ length: of }, () => undefined);
    }
    this.#parts[index - 1] = data;
    if (this.#parts.includes(undefined)) return null;
    const packed = unbase32(this.#parts.join(''));
    if (idOf(packed) !== id) {
      this.#parts = [];
      throw new Malformed('the codes do not belong together; scan them again', '这些二维码拼不成一份，重新扫');
    }
    return unpack(packed);
  }
}
