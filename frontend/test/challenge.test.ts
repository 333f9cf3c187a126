import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareBallot, type Wish } from '../src/core/ballot.js';
import { b64u, equal, systemRandom, utf8 } from '../src/core/bytes.js';
import { checkNoted, isChallenge, readChallenge } from '../src/core/challenge.js';
import { Malformed, Refused } from '../src/core/errors.js';
import { Frames, base32, framesOf, unbase32 } from '../src/core/frames.js';
import { challengeFile } from '../src/core/opening.js';
import { PRACTICE, practiceManifest } from '../src/core/practice.js';

const { published, manifest } = practiceManifest('练习', Date.UTC(2026, 0, 1));
const wishes: readonly Wish[] = [{ line: 'practice', motion: 'm1', choice: 'against', replaces: null }];
const made = await prepareBallot(manifest, 'creditor-x', wishes);
const file = challengeFile(published, made.body, made.boxes.map(b64u), made.opening);
const refusedAs = (slug: string) => (error: unknown) => error instanceof Refused && error.slug === slug;

test('a practice vote is a vote like any other, of no case', () => {
  assert.deepEqual([manifest.case, manifest.meeting, manifest.threshold], [PRACTICE, PRACTICE, 2]);
});

test('a file goes through codes in any order, and only whole', async () => {
  const frames = await framesOf(file);
  assert.ok(frames.length > 1 && frames.every((frame) => /^[A-Z0-9:]+$/.test(frame)));
  const collected = new Frames();
  for (const frame of frames.slice(1).reverse()) assert.equal(await collected.add(frame), null);
  assert.deepEqual(collected.progress, [frames.length - 1, frames.length]);
  const whole = await collected.add(frames[0] ?? '');
  assert.ok(whole !== null && equal(whole, file));
});

test('codes of another file begin anew, and a changed one is not taken', async () => {
  const [frames, others] = [await framesOf(file), await framesOf(systemRandom(1500))];
  const collected = new Frames();
  await collected.add(frames[0] ?? '');
  await collected.add(others[0] ?? '');
  assert.equal(collected.progress[0], 1);
  const last = others.at(-1) ?? '';
  const changed = last.slice(0, -2) + (last.endsWith('AA') ? 'BA' : 'AA');
  for (const other of others.slice(1, -1)) await collected.add(other);
  await assert.rejects(collected.add(changed), Malformed);
  await assert.rejects(collected.add('https://example.org'), Malformed);
  await assert.rejects(collected.add('C1:AAAAAAAA:3:2:AA'), Malformed);
});

test('base32 gives back what went in', () => {
  for (let size = 0; size < 20; size += 1) {
    const bytes = systemRandom(size);
    assert.ok(equal(unbase32(base32(bytes)), bytes));
  }
});

test('a challenge file shows its choices; another fingerprint, choice or motion is caught', async () => {
  const found = await readChallenge(file);
  assert.deepEqual(found.choices.map((c) => c.choice), ['against']);
  checkNoted(found, made.fingerprint);
  const other = await prepareBallot(manifest, 'creditor-x', wishes);
  assert.throws(() => checkNoted(found, other.fingerprint), refusedAs('fingerprint-differs'));
  const [answer] = made.opening.answers;
  assert.ok(answer);
  const lie = { ...made.opening, answers: [{ ...answer, choice: 'for' as const }] };
  await assert.rejects(readChallenge(challengeFile(published, made.body, made.boxes.map(b64u), lie)), refusedAs('challenge'));
  const swapped = { ...made.body, answers: made.body.answers.map((a, i) => ({ ...a, a: other.body.answers[i]?.a ?? [] })) };
  await assert.rejects(readChallenge(challengeFile(published, swapped, made.boxes.map(b64u), made.opening)), refusedAs('challenge'));
});

test('what is no challenge file is told apart', () => {
  assert.ok(isChallenge(file));
  for (const text of ['', '{}', '[]', 'null', '{"format":"concursus-challenge/2"}']) assert.ok(!isChallenge(utf8(text)));
});
