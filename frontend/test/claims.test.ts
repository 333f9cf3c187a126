/** What people type as money and read of it; the fingerprint read aloud.
 * @module */
import assert from 'node:assert/strict';
import { test } from 'node:test';

(globalThis as { document?: unknown }).document = { documentElement: { lang: 'zh-Hans' }, title: '' };
const { size } = await import('../src/claims/dom.js');
const { about, capitals, echo, parseMoney } = await import('../src/claims/money.js');
const { aloud } = await import('../src/claims/receipt.js');

test('money is read as people write it', () => {
  const written: readonly (readonly [string, bigint])[] = [
    ['1234.56', 123456n], ['1,234.5', 123450n], ['１２３４。５６', 123456n], ['100万', 100_000_000n], ['12.5万元', 12_500_000n],
    ['1.2345亿', 12_345_000_000n], ['¥ 88', 8800n], ['0.01', 1n], ['1.000001万', 1_000_001n],
  ];
  for (const [text, fen] of written) assert.equal(parseMoney(text), fen, text);
});

test('what is no amount is refused', () => {
  for (const text of ['', '-1', '1.234', '12,34', 'abc', '1e5', '万', '1.0000001万', '99999999999999999999']) {
    assert.throws(() => parseMoney(text), text);
  }
});

test('the numerals of papers follow the rules for cheques', () => {
  const papers: readonly (readonly [bigint, string])[] = [
    [10_700_053n, '壹拾万柒仟元零伍角叁分'], [100n, '壹元整'], [0n, '零元整'], [5n, '伍分'], [1_000_000_000_000n, '壹佰亿元整'], [100_100_000n, '壹佰万壹仟元整'], [10_005n, '壹佰元零伍分'],
  ];
  for (const [fen, text] of papers) assert.equal(capitals(fen), text);
});

test('the reading aid is cut down, never up', () => {
  assert.equal(about(109_863_013n), '约109.86万元');
  assert.equal(about(199_999_999n), '约199.99万元');
  assert.equal(about(100_000_000n), '100万元');
  assert.equal(about(1_050_000_000_000n), '105亿元');
  assert.equal(about(100n), '');
  assert.match(echo(10_000n), /100\.00.*壹佰元整/);
});

test('sizes of files are cut down', () => {
  const sizes: readonly (readonly [number, string])[] = [
    [94, '94字节'], [1000, '1 kB'], [999_999, '999 kB'], [1_000_000, '1.0 MB'], [3_199_999, '3.1 MB'], [9_999_999, '9.9 MB'], [12_900_000, '12 MB'],
  ];
  for (const [bytes, text] of sizes) assert.equal(size(bytes), text);
});

test('a fingerprint is read aloud as its first 96 bits', () => {
  assert.deepEqual(aloud('AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA'), ['00000', '00000', '00000', '00000', '00000', '00000']);
  assert.deepEqual(aloud('7777 7777 7777 7777 7777 7777 7777 7777'), ['65535', '65535', '65535', '65535', '65535', '65535']);
});
