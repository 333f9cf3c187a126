/** Canonical JSON, RFC 8785, and the strict decoder of the formats (protocol 1; ledger 2, 9.1).
 * @module */
import { equal, fromUtf8, utf8, type Bytes } from './bytes.js';
import { Malformed } from './errors.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };
export type JsonObject = { readonly [member: string]: Json };

/** No schema of ours is deeper than ten; a bound keeps hostile nesting from exhausting the stack. */
const DEEPEST = 100;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function text(value: string): string {
  if (LONE.test(value)) throw new Malformed('a string holds a lone surrogate', '文本含不成对的代理码');
  return JSON.stringify(value);
}

function write(value: Json, depth: number): string {
  if (depth > DEEPEST) throw new Malformed('JSON nested too deeply', 'JSON 嵌套过深');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Malformed('a number is not finite', '数字不是有限值');
    return JSON.stringify(value); // RFC 8785, 3.2.2.3 is ECMAScript's own printing
  }
  if (Array.isArray(value)) return `[${value.map((item: Json) => write(item, depth + 1)).join(',')}]`;
  const object = value as JsonObject;
  const members = Object.keys(object).sort(); // by UTF-16 code units, as 3.2.3 asks
  return `{${members.map((name) => `${text(name)}:${write(object[name] as Json, depth + 1)}`).join(',')}}`;
}

/** The RFC 8785 text of a value. */
export function canonical(value: Json): string {
  return write(value, 0);
}

/** The RFC 8785 bytes of a value. */
export function dumps(value: Json): Bytes {
  return utf8(canonical(value));
}

function onlyIntegers(value: Json): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new Malformed('a number is not an integer from 0 to 2^53-1', '数字不是 0 至 2^53-1 的整数');
    }
  } else if (value !== null && typeof value === 'object') {
    for (const item of Array.isArray(value) ? value : Object.values(value)) onlyIntegers(item as Json);
  }
}

/** Decode bytes that must be the canonical encoding of their value.
 * A doubled member, white space, another order, `1.0` or a needless escape all re-encode to other bytes.
 * @throws {Malformed} */
export function loads(bytes: Uint8Array): Json {
  const source = fromUtf8(bytes);
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch {
    throw new Malformed('not JSON', '不是 JSON');
  }
  if (!equal(dumps(value), bytes)) throw new Malformed('not canonical JSON (RFC 8785)', '不是规范 JSON（RFC 8785）');
  onlyIntegers(value);
  return value;
}
