/** Shapes of decoded JSON: each function takes a value and gives it typed, or refuses.
 * @module */
import { Malformed } from './errors.js';
import type { Json, JsonObject } from './jcs.js';

/** An object with exactly the members named. */
export function object<K extends string>(value: Json | undefined, what: string, members: readonly K[]): { readonly [k in K]: Json } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Malformed(`${what} is not an object`, `${what} 不是对象`);
  }
  const given = Object.keys(value);
  if (given.length !== members.length || !members.every((name) => Object.hasOwn(value, name))) {
    throw new Malformed(`${what} has other members than ${members.join(', ')}`, `${what} 的成员应恰为 ${members.join('、')}`);
  }
  return value as JsonObject as { readonly [k in K]: Json };
}

/** An array; with `size`, of exactly so many elements. */
export function array(value: Json | undefined, what: string, size?: number): readonly Json[] {
  if (!Array.isArray(value)) throw new Malformed(`${what} is not an array`, `${what} 不是数组`);
  if (size !== undefined && value.length !== size) {
    throw new Malformed(`${what} has ${value.length} elements, not ${size}`, `${what} 应有 ${size} 项，实有 ${value.length} 项`);
  }
  return value as readonly Json[];
}

export function string(value: Json | undefined, what: string): string {
  if (typeof value !== 'string') throw new Malformed(`${what} is not a string`, `${what} 不是文本`);
  return value;
}

export function boolean(value: Json | undefined, what: string): boolean {
  if (typeof value !== 'boolean') throw new Malformed(`${what} is not true or false`, `${what} 不是真假值`);
  return value;
}

/** An integer from 0 to `most` (2^53-1 unless given). */
export function integer(value: Json | undefined, what: string, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > most) {
    throw new Malformed(`${what} is not an integer from 0 to ${most}`, `${what} 不是 0 至 ${most} 的整数`);
  }
  return value;
}

export function nullable<T>(value: Json, read: (value: Json) => T): T | null {
  return value === null ? null : read(value);
}
