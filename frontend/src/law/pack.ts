/** The law of a case as data: the rule pack that the first entry of the log names by its hash.
 * Read here for the second evaluation of the statutory tests; what those do not need is not read.
 * @module */
import { hex, sha256 } from '../core/bytes.js';
import { Malformed, Refused } from '../core/errors.js';
import { loads, type Json, type JsonObject } from '../core/jcs.js';

/** Of what a share is taken. The three totals are of the class: absentees included. */
export type Whole = 'present' | 'voted' | 'total_unsecured' | 'group_total' | 'total' | 'all_members' | 'total_unconnected';

/** `over`: 过半数, the share itself is not enough. Otherwise 以上, which includes the number (Civil Code 1259). */
export interface Threshold {
  readonly over: boolean;
  readonly num: bigint;
  readonly den: bigint;
  readonly of: Whole;
  readonly side: 'for' | 'against';
}

/** How one class decides; a test that the law does not have is null. */
export interface Rule {
  readonly heads: Threshold | null;
  readonly amount: Threshold | null;
  readonly veto: Threshold | null;
}

/** What follows a vote: when passed, and when failed for the first, second … time (the last repeats). */
export interface Matter {
  readonly rule: string;
  readonly passed: string;
  readonly failed: readonly string[];
}

export interface Law {
  readonly id: string;
  readonly version: string;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly matters: ReadonlyMap<string, Matter>;
  /** the value that each open point has unless the case chose another */
  readonly defaults: ReadonlyMap<string, string>;
}

const WHOLES: readonly string[] = ['present', 'voted', 'total_unsecured', 'group_total', 'total', 'all_members', 'total_unconnected'];

function bad(what: string): Malformed {
  return new Malformed(`the rule pack’s ${what} cannot be read`, `规则包的${what}无法读出`);
}

function members(value: Json | undefined, what: string): JsonObject {
  if (value === null || value === undefined || typeof value !== 'object' || Array.isArray(value)) throw bad(what);
  return value as JsonObject;
}

function word(value: Json | undefined, what: string): string {
  if (typeof value !== 'string') throw bad(what);
  return value;
}

function threshold(value: Json | undefined, what: string): Threshold | null {
  if (value === null) return null;
  const { share, op, of, count } = members(value, what);
  const parts = /^([1-9][0-9]{0,3})\/([1-9][0-9]{0,3})$/.exec(word(share, what));
  if (parts === null || (op !== '>' && op !== '>=') || (count !== 'for' && count !== 'against') || !WHOLES.includes(word(of, what))) throw bad(what);
  return { over: op === '>', num: BigInt(parts[1] as string), den: BigInt(parts[2] as string), of: of as Whole, side: count };
}

function each<T>(value: Json | undefined, what: string, read: (item: JsonObject, name: string) => T): ReadonlyMap<string, T> {
  return new Map(Object.entries(members(value, what)).map(([name, item]) => [name, read(members(item, `${what} ${name}`), name)]));
}

/** @param bytes - as served. @param expected - SHA-256 in hex, from the first entry of the log.
 * @throws {Refused} `pack` where it is another pack; {Malformed} */
export function readLaw(bytes: Uint8Array, expected: string): Law {
  if (hex(sha256(bytes)) !== expected) {
    throw new Refused('pack', '规则包与账本首条所指的不同', 'the rule pack is not the one that the first entry of the log names');
  }
  const pack = members(loads(bytes), 'content');
  return {
    id: word(pack.id, 'id'),
    version: word(pack.version, 'version'),
    rules: each(pack.rules, 'rules', (rule, name) => ({
      heads: threshold(rule.heads, `rule ${name}`),
      amount: threshold(rule.amount, `rule ${name}`),
      veto: threshold(rule.veto, `rule ${name}`),
    })),
    matters: each(pack.matters, 'matters', (matter, name) => {
      if (!Array.isArray(matter.fail) || matter.fail.length === 0) throw bad(`matter ${name}`);
      return {
        rule: word(matter.rule, `matter ${name}`),
        passed: word(members(matter.pass, `matter ${name}`).next, `matter ${name}`),
        failed: matter.fail.map((step: Json) => word(members(step, `matter ${name}`).next, `matter ${name}`)),
      };
    }),
    defaults: new Map([...each(pack.switches, 'switches', (item) => (typeof item.default === 'string' ? item.default : ''))]),
  };
}
