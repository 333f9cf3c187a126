/** Amounts of money as people type and read them.
 * @module */
import { Malformed, Refused } from '../core/errors.js';
import { formatYuan, parseYuan } from '../core/ids.js';
import { language } from '../app/words.js';

const UNITS: Readonly<Record<string, bigint>> = { 万: 10_000n, 亿: 100_000_000n };
const DIGITS = '零壹贰叁肆伍陆柒捌玖';

/** What a person types, in fen: as `parseYuan`, and with 元, 万 or 亿 behind it: `12.5万`. @throws {Malformed} */
export function parseMoney(text: string): bigint {
  const plain = text.normalize('NFKC').replace(/\s/g, '').replace(/元$/, '').replaceAll('。', '.');
  const unit = UNITS[plain.slice(-1)];
  if (unit === undefined) return parseYuan(plain);
  const match = /^([0-9,]+)(?:\.([0-9]{1,10}))?$/.exec(plain.slice(0, -1));
  if (match === null) throw new Malformed('not an amount', '不是金额');
  const decimals = match[2] ?? '';
  const scaled = BigInt(`${(match[1] ?? '').replaceAll(',', '') || '0'}${decimals}`) * unit * 100n;
  const divisor = 10n ** BigInt(decimals.length);
  if (scaled % divisor !== 0n) throw new Malformed('parts of a fen', '不足一分');
  return parseYuan(formatYuan(scaled / divisor));
}

/** The same; null where what is typed is no amount. */
export function readMoney(text: string): bigint | null {
  try {
    return parseMoney(text);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** 1,234,567.89 元 or CNY 1,234,567.89. */
export function yuan(fen: bigint): string {
  return language() === 'zh' ? `${formatYuan(fen)}\u00a0元` : `CNY\u00a0${formatYuan(fen)}`;
}

/** The reading aid 约123.45万元, cut down; empty for small amounts. */
export function about(fen: bigint): string {
  const units: readonly (readonly [bigint, string])[] = language() === 'zh' ? [[100_000_000n, '亿元'], [10_000n, '万元']] : [[1_000_000_000n, ' billion'], [1_000_000n, ' million']];
  for (const [unit, word] of units) {
    if (fen < unit * 100n) continue;
    const hundredths = fen / unit;
    const figure = formatYuan(hundredths).replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros)).replace(/(\.[0-9])0$/, '$1');
    const cut = fen % unit !== 0n;
    return language() === 'zh' ? `${cut ? '约' : ''}${figure}${word}` : `${cut ? 'about ' : ''}CNY\u00a0${figure}${word}`;
  }
  return '';
}

/** The numerals of papers (大写): 107,000.53 is 壹拾万柒仟元零伍角叁分. */
export function capitals(fen: bigint): string {
  const whole = fen / 100n;
  const jiao = Number((fen / 10n) % 10n);
  const cent = Number(fen % 10n);
  let text = whole > 0n ? `${integer(whole)}元` : '';
  if (jiao === 0 && cent === 0) return `${text || '零元'}整`;
  if (whole > 0n && (jiao === 0 || whole % 10n === 0n)) text += '零';
  if (jiao !== 0) text += `${DIGITS[jiao] ?? ''}角`;
  return cent === 0 ? text : `${text}${DIGITS[cent] ?? ''}分`;
}

function integer(n: bigint): string {
  for (const [unit, word] of [[100_000_000n, '亿'], [10_000n, '万']] as const) {
    if (n < unit) continue;
    const low = n % unit;
    const gap = low > 0n && low < unit / 10n ? '零' : '';
    return `${integer(n / unit)}${word}${gap}${low > 0n ? integer(low) : ''}`;
  }
  let text = '';
  let gap = false;
  for (const [place, word] of [[1000n, '仟'], [100n, '佰'], [10n, '拾'], [1n, '']] as const) {
    const digit = Number((n / place) % 10n);
    if (digit === 0) gap = true;
    else {
      text += `${gap && text !== '' ? '零' : ''}${DIGITS[digit] ?? ''}${word}`;
      gap = false;
    }
  }
  return text;
}

/** What stands under a money field: figure, reading aid, numerals of papers. */
export function echo(fen: bigint): string {
  return [yuan(fen), about(fen), language() === 'zh' ? capitals(fen) : ''].filter((part) => part !== '').join(' · ');
}
