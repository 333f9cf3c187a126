/** Ids, times and amounts: the one spelling of each (protocol 1; ledger 9.1).
 * @module */
import { Malformed } from './errors.js';

const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const RULE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const KIND = /^[a-z]+\.[a-z_]+@[1-9][0-9]{0,2}$/;
const TIME = /^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;
const INSTANT = /^(?!0000)([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\.([0-9]{6})Z$/;
const FEN = /^(?:0|[1-9][0-9]{0,18})$/;
const YUAN = /^(0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?$/;
const LIMIT = 1n << 63n;

export function isId(text: string): boolean {
  return ID.test(text);
}

/** Id of a line, motion, class, trustee, recipient, signer, case or meeting. */
export function checkId(text: string, what = 'id'): string {
  if (!ID.test(text)) throw new Malformed(`${what} is not an id`, `${what} 不是标识符`);
  return text;
}

/** Id of a rule: as an id, but may hold capitals. */
export function checkRule(text: string): string {
  if (!RULE.test(text)) throw new Malformed('rule is not an id', 'rule 不是标识符');
  return text;
}

export function checkKind(text: string): string {
  if (!KIND.test(text)) throw new Malformed('kind is not of the form name.verb@version', 'kind 写法不符');
  return text;
}

/** `YYYY-MM-DDThh:mm:ssZ`, a real date. */
export function parseTime(text: string): Date {
  const date = new Date(TIME.test(text) ? text : NaN);
  if (Number.isNaN(date.getTime()) || formatTime(date) !== text) {
    throw new Malformed('not a time YYYY-MM-DDThh:mm:ssZ', '时间写法不符');
  }
  return date;
}

export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** `YYYY-MM-DDThh:mm:ss.ffffffZ` in microseconds since 1970. */
export function parseInstant(text: string): bigint {
  const match = INSTANT.exec(text);
  if (match === null) throw new Malformed('not an instant with microseconds', '时刻写法不符');
  return BigInt(parseTime(`${match[1]}Z`).getTime()) * 1000n + BigInt(match[2] ?? '0');
}

export function formatInstant(micros: bigint): string {
  const part = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((micros - part) / 1000n));
  return `${date.toISOString().slice(0, 19)}.${part.toString().padStart(6, '0')}Z`;
}

/** Fen as written in statements: digits, no leading zero, below 2^63.
 * @example parseFen('1250000') // 12,500.00 yuan */
export function parseFen(text: string): bigint {
  if (!FEN.test(text)) throw new Malformed('not an amount in fen', '不是以分计的金额');
  const fen = BigInt(text);
  if (fen >= LIMIT) throw new Malformed('the amount is 2^63 fen or more', '金额超出范围');
  return fen;
}

export function formatFen(fen: bigint): string {
  if (fen < 0n || fen >= LIMIT) throw new RangeError('"fen" expected in [0, 2^63)');
  return fen.toString();
}

/** What a person types, in yuan: `12500`, `12,500.5`, full-width digits and separators too. */
export function parseYuan(text: string): bigint {
  const plain = text.trim().normalize('NFKC').replace(/^[¥￥]/, '').replaceAll('。', '.').trim();
  const match = YUAN.exec(plain);
  if (match === null) throw new Malformed('not an amount in yuan, such as 12,500.00', '金额应写作 12,500.00 的样子');
  const whole = BigInt((match[1] ?? '0').replaceAll(',', ''));
  const fen = whole * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
  if (fen >= LIMIT) throw new Malformed('the amount is too large', '金额超出范围');
  return fen;
}

/** For people: thousands separated, two decimals. @example formatYuan(1250000n) // '12,500.00' */
export function formatYuan(fen: bigint): string {
  const digits = formatFen(fen).padStart(3, '0');
  return `${digits.slice(0, -2).replace(/\B(?=(?:[0-9]{3})+$)/g, ',')}.${digits.slice(-2)}`;
}
