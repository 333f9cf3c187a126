import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hex, sha256 } from '../src/core/bytes.js';
import { Refused } from '../src/core/errors.js';
import { dumps, type Json } from '../src/core/jcs.js';
import { readLaw, type Law, type Rule } from '../src/law/pack.js';
import { judgeClass, judgeMotion, readingsOf, type Answers, type ClassFigures, type Outcome } from '../src/law/tests.js';
import { ROOT, textOf } from './vectors.js';

type Answer = 'for' | 'against' | 'abstain';

const PACKS = join(ROOT, '..', '..', 'bankruptcy', 'law', 'packs');

function law(name: string): Law {
  const bytes = dumps(JSON.parse(readFileSync(join(PACKS, name), 'utf8')) as Json);
  return readLaw(bytes, hex(sha256(bytes)));
}

const LAWS = readdirSync(PACKS).filter((name) => name.endsWith('.json') && !name.startsWith('calendar')).map(law);

function lawOf(rule: string): Law {
  const found = LAWS.find((one) => one.rules.has(rule));
  assert.ok(found, rule);
  return found;
}

interface Line {
  readonly unit: string;
  readonly class: string;
  /** null: a head only */
  readonly amount: bigint | null;
  readonly connected?: boolean;
}

/** Figures of a class from who stands in it, how each answered, and who signed in. */
function figures(lines: readonly Line[], answers: ReadonlyMap<string, Answer>, signedIn: ReadonlySet<string>): ClassFigures {
  const answered = lines.filter((line) => answers.has(line.unit));
  const counted = (weight: (line: Line) => bigint): Answers => {
    const of = (rows: readonly Line[]) => rows.reduce((total, line) => total + weight(line), 0n);
    return { for: of(answered.filter((x) => answers.get(x.unit) === 'for')), against: of(answered.filter((x) => answers.get(x.unit) === 'against')), cast: of(answered) };
  };
  const fen = (line: Line) => line.amount ?? 0n;
  const free = lines.filter((line) => line.connected !== true);
  return {
    members: BigInt(lines.length),
    attended: BigInt(lines.filter((line) => answers.has(line.unit) || signedIn.has(line.unit)).length),
    heads: counted(() => 1n),
    amount: { whole: lines.reduce((total, line) => total + fen(line), 0n), voteless: 0n, answers: counted(fen) },
    unconnected: {
      whole: free.reduce((total, line) => total + fen(line), 0n),
      against: free.filter((x) => answers.get(x.unit) === 'against').reduce((total, line) => total + fen(line), 0n),
    },
  };
}

function shown(outcome: Outcome | null): string | undefined {
  return outcome === null ? undefined : `${outcome.part}/${outcome.whole}`;
}

interface Expected {
  heads?: string; head_ok?: boolean; amount?: string; amount_ok?: boolean; veto?: string; veto_blocks?: boolean; passed: boolean; next?: string;
  groups?: Record<string, Expected>; without_silence_rule?: Expected; roll?: { line: string; creditor: string; class: string; amount: string | null }[];
}

function holds(row: ReturnType<typeof judgeClass>, expected: Expected): void {
  assert.deepEqual(
    [shown(row.heads), row.heads?.met, shown(row.amount), row.amount?.met, shown(row.veto), row.veto?.met],
    [expected.heads, expected.head_ok, expected.amount, expected.amount_ok, expected.veto, expected.veto_blocks],
  );
  assert.equal(row.passed, expected.passed);
}

interface Worked {
  id: string; rule: string; policies: { silence?: string; presence?: string }; expected: Expected;
  creditors: { id: string; weight: number; ballot?: Answer; signed_in?: boolean; right?: string; secured_unwaived?: boolean; deficiency?: boolean; connected?: boolean }[];
}

test('worked examples: both tests, exact fractions, passed', () => {
  const { cases, rules } = JSON.parse(textOf('resolutions.json')) as { cases: Worked[]; rules: Record<string, { secured: string }> };
  for (const one of cases) {
    // Who has no right to vote, or is barred as secured, has no line; a secured creditor may count as a head only.
    const lines = one.creditors.flatMap((c): Line[] => {
      const secured = c.secured_unwaived === true && c.deficiency !== true;
      const treatment = rules[one.rule]?.secured;
      if (c.right === 'none' || (secured && treatment === 'barred')) return [];
      return [{ unit: c.id, class: 'all', amount: secured && treatment === 'head_only' ? null : BigInt(c.weight), connected: c.connected === true }];
    });
    const answers = new Map(one.creditors.flatMap((c) => (c.ballot === undefined ? [] : [[c.id, c.ballot] as const])));
    const signedIn = new Set(one.creditors.flatMap((c) => (c.signed_in === true ? [c.id] : [])));
    const readings = readingsOf(lawOf(one.rule), { P2: one.policies.presence, P3: one.policies.silence });
    holds(judgeClass(lawOf(one.rule).rules.get(one.rule) as Rule, figures(lines, answers, signedIn), readings), one.expected);
  }
  assert.ok(cases.length >= 40);
});

interface Rolled {
  id: string; motion: string | null; rule: string; round: number; switches: Record<string, unknown>; attendance: string[];
  ballots: Record<string, Record<string, Answer>>; register: { creditor: string; related_party: boolean; joint_group: string | null }[]; expected: Expected;
  orders: { kind: string; scope?: string }[];
}

test('rolls: a motion’s outcome and next step', () => {
  const { cases } = JSON.parse(textOf('rolls.json')) as { cases: Rolled[] };
  let judged = 0;
  for (const one of cases) {
    // An excluded creditor whose claim stays in the total stands on no roll: his amount is the law’s to add.
    if (one.orders.some((order) => order.scope === 'vote_only')) continue;
    const roll = (one.expected.roll ?? []).map((line): Line & { creditor: string } => ({
      unit: line.line.split('/')[0] as string, class: line.class, amount: line.amount === null ? null : BigInt(line.amount), creditor: line.creditor,
      connected: one.register.some((row) => row.creditor === line.creditor && row.related_party),
    }));
    const unitOf = (creditor: string) => one.register.find((row) => row.creditor === creditor)?.joint_group ?? creditor;
    const there = new Set(one.attendance.flatMap((creditor) => [creditor, unitOf(creditor)]));
    const classes = new Map([...new Set(roll.map((line) => line.class))].sort().map((name) => {
      const answers = new Map(Object.entries(one.ballots).flatMap(([unit, byClass]) => (byClass[name] === undefined ? [] : [[unit, byClass[name]] as const])));
      return [name, figures(roll.filter((line) => line.class === name), answers, there)];
    }));
    const of = lawOf(one.rule);
    const found = judgeMotion(of, { rule: one.rule, matter: one.motion, round: one.round }, classes, readingsOf(of, one.switches));
    assert.equal(found.passed, one.expected.passed, one.id);
    assert.equal(found.next ?? undefined, one.expected.next, one.id);
    const groups = one.expected.groups ?? Object.fromEntries([...classes.keys()].map((name) => [name, one.expected]));
    assert.deepEqual([...found.classes.keys()], Object.keys(groups).sort(), one.id);
    for (const [name, row] of found.classes) holds(row, groups[name] as Expected);
    if (one.expected.without_silence_rule !== undefined) {
      const strict = judgeMotion(of, { rule: one.rule, matter: one.motion, round: one.round }, classes, { ...readingsOf(of, one.switches), silenceConsents: false });
      const [row] = strict.classes.values();
      assert.deepEqual([shown(row?.heads ?? null), shown(row?.amount ?? null), strict.passed], [one.expected.without_silence_rule.heads, one.expected.without_silence_rule.amount, one.expected.without_silence_rule.passed]);
    }
    judged += 1;
  }
  assert.ok(judged >= 70, `${judged}`);
});

interface Printed {
  id: string; rule_id: string | null; amount_rounding?: string; present_heads?: number; for_heads?: number; against_heads?: number;
  base_amount?: string; for_amount?: string; recomputed: { heads_test?: boolean | string; amount_test?: boolean };
}

test('published results: the tests that their exact figures allow', () => {
  const { results } = JSON.parse(textOf('real_results.json')) as { results: Printed[] };
  const fen = (yuan: string) => BigInt(yuan.replace(/(?:\.([0-9]{1,2}))?$/, (_, cents: string | undefined) => (cents ?? '').padEnd(2, '0')));
  let checked = 0;
  for (const one of results) {
    const rule = one.rule_id === null ? undefined : lawOf(one.rule_id).rules.get(one.rule_id);
    if (rule === undefined || one.for_heads === undefined) continue;
    const [yes, no] = [BigInt(one.for_heads), BigInt(one.against_heads ?? 0)];
    const voted = rule.heads?.of === 'voted';
    if (voted ? one.against_heads === undefined : one.present_heads === undefined) continue;
    const cast = voted ? yes + no : BigInt(one.present_heads ?? 0);
    const exact = one.base_amount !== undefined && one.for_amount !== undefined && one.amount_rounding?.startsWith('exact') === true;
    const [whole, part] = exact ? [fen(one.base_amount ?? ''), fen(one.for_amount ?? '')] : [0n, 0n];
    const found = judgeClass(rule, {
      members: cast, attended: cast, heads: { for: yes, against: no, cast }, amount: { whole, voteless: 0n, answers: { for: part, against: 0n, cast: part } },
    }, { presentOnlyByVote: false, silenceConsents: false });
    if (typeof one.recomputed.heads_test === 'boolean') assert.equal(found.heads?.met, one.recomputed.heads_test, one.id);
    if (exact) assert.equal(found.amount?.met, one.recomputed.amount_test, one.id);
    checked += 1;
  }
  assert.ok(checked >= 9, `${checked}`);
});

test('a pack with one byte changed is another pack', () => {
  const bytes = dumps(JSON.parse(readFileSync(join(PACKS, 'CN-EBL-2006-2026.1.json'), 'utf8')) as Json);
  const expected = hex(sha256(bytes));
  assert.equal(readLaw(bytes, expected).id, 'CN-EBL-2006');
  const changed = bytes.slice();
  changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
  assert.throws(() => readLaw(changed, expected), (error) => error instanceof Refused && error.slug === 'pack');
});

test('who alone holds a class’s amount decides its amount test', () => {
  const rule = lawOf('CN-PLAN').rules.get('CN-PLAN') as Rule;
  const heads = { for: 1n, against: 0n, cast: 1n };
  const met = (answer: 'for' | 'against' | 'abstain' | 'silent', silenceConsents = false) =>
    judgeClass(rule, { members: 1n, attended: 1n, heads: answer === 'silent' ? { for: 0n, against: 0n, cast: 0n } : heads, amount: answer }, { presentOnlyByVote: false, silenceConsents }).amount?.met;
  assert.deepEqual([met('for'), met('against'), met('abstain'), met('silent'), met('silent', true)], [true, false, false, false, true]);
});

test('figures that contradict each other are refused', () => {
  const rule = lawOf('CN-ORD').rules.get('CN-ORD') as Rule;
  const none = { for: 0n, against: 0n, cast: 0n };
  const plain = { presentOnlyByVote: false, silenceConsents: false };
  const amount = { whole: 1n, voteless: 0n, answers: none };
  for (const wrong of [
    { members: 1n, attended: 0n, heads: { for: 1n, against: 1n, cast: 1n }, amount },
    { members: 1n, attended: 2n, heads: none, amount },
    { members: 1n, attended: 0n, heads: none, amount: { whole: 1n, voteless: 1n, answers: { for: 1n, against: 0n, cast: 1n } } },
  ]) assert.throws(() => judgeClass(rule, wrong, plain), RangeError);
});
