/** The statutory tests of a vote, from the text of the law and the figures of a rule pack (EBL 64, 84, 97).
 *
 * This is a second evaluation, made for the visitor’s own browser. It shares no code with the server: a mistake in the one does not
 * hide in the other. Everything is compared as whole numbers; no percentage decides anything.
 * @module */
import type { Law, Rule, Threshold } from './pack.js';

/** What a class answered, in heads or in fen. Who abstained is in `cast` alone; who was silent is nowhere. */
export interface Answers {
  readonly for: bigint;
  readonly against: bigint;
  readonly cast: bigint;
}

/** How the one creditor who alone holds a class’s amount answered; `silent` if he did not. His amount stays sealed. */
export type Alone = 'for' | 'against' | 'abstain' | 'silent';

export interface ClassFigures {
  /** heads of the class, absentees included */
  readonly members: bigint;
  /** heads that signed in or voted, void ballots included */
  readonly attended: bigint;
  readonly heads: Answers;
  /** `whole`: the class’s amount, absentees included; `voteless`: what of it has no vote */
  readonly amount: { readonly whole: bigint; readonly voteless: bigint; readonly answers: Answers } | Alone;
  /** amounts of those who are not connected with the debtor, where the law asks */
  readonly unconnected?: { readonly whole: bigint; readonly against: bigint };
}

export interface Outcome {
  readonly part: bigint;
  readonly whole: bigint;
  readonly met: boolean;
}

export interface ClassOutcome {
  readonly heads: Outcome | null;
  readonly amount: Outcome | null;
  readonly veto: Outcome | null;
  readonly present: bigint;
  readonly passed: boolean;
}

export interface MotionOutcome {
  readonly classes: ReadonlyMap<string, ClassOutcome>;
  readonly passed: boolean;
  /** null under a law that knows no matters */
  readonly next: string | null;
}

/** Open points that bear on a count already made. */
export interface Readings {
  /** P2: is present who signed in, or only who cast a ballot? */
  readonly presentOnlyByVote: boolean;
  /** P3: is silence consent? */
  readonly silenceConsents: boolean;
}

/** The readings of a case: as it chose, else as the pack has them. */
export function readingsOf(law: Law, chosen: Readonly<Record<string, unknown>>): Readings {
  const value = (point: string) => chosen[point] ?? law.defaults.get(point);
  return { presentOnlyByVote: value('P2') === 'voted', silenceConsents: value('P3') === 'deemed_for' };
}

const NOBODY: Answers = { for: 0n, against: 0n, cast: 0n };

function sum(answers: Answers): Answers {
  const { for: yes, against, cast } = answers;
  if (yes < 0n || against < 0n || yes + against > cast) throw new RangeError('more answers than were cast');
  return answers;
}

/** Where silence consents, who could have voted and did not is for it. Who has no vote is not silent. */
function withSilence(answers: Answers, voters: bigint): Answers {
  return { for: answers.for + (voters - answers.cast), against: answers.against, cast: voters };
}

function reached(test: Threshold, part: bigint, whole: bigint): boolean {
  if (part < 0n || part > whole) throw new RangeError('a part is larger than its whole');
  if (whole === 0n) return false; // nothing of nothing is no majority
  const [share, bound] = [part * test.den, whole * test.num];
  return test.over ? share > bound : share >= bound;
}

function tested(test: Threshold | null, answers: Answers, wholes: { readonly present: bigint; readonly all: bigint; readonly unconnected: bigint }): Outcome | null {
  if (test === null) return null;
  const part = answers[test.side];
  let whole: bigint;
  switch (test.of) {
    case 'present': whole = wholes.present; break;
    case 'voted': whole = answers.for + answers.against; break;
    case 'total_unconnected': whole = wholes.unconnected; break;
    case 'total_unsecured': case 'group_total': case 'total': case 'all_members': whole = wholes.all; break;
  }
  return { part, whole, met: reached(test, part, whole) };
}

/** His amount is the whole of the class or nothing of it, so that 1 may stand for it. */
function alone(answer: Alone): { readonly whole: bigint; readonly voteless: bigint; readonly answers: Answers } {
  const one = (side: Alone) => (answer === side ? 1n : 0n);
  return { whole: 1n, voteless: 0n, answers: { for: one('for'), against: one('against'), cast: answer === 'silent' ? 0n : 1n } };
}

/** Both tests of one class, and the veto where the law has one. @throws {RangeError} where the figures contradict each other */
export function judgeClass(rule: Rule, figures: ClassFigures, readings: Readings): ClassOutcome {
  const amount = typeof figures.amount === 'string' ? alone(figures.amount) : figures.amount;
  const votable = amount.whole - amount.voteless;
  let [byHeads, byAmount] = [sum(figures.heads), sum(amount.answers)];
  if (byHeads.cast > figures.members || figures.attended > figures.members || byAmount.cast > votable) throw new RangeError('more was cast than the class has');
  let present = readings.presentOnlyByVote || figures.attended < byHeads.cast ? byHeads.cast : figures.attended;
  if (readings.silenceConsents) {
    byHeads = withSilence(byHeads, figures.members);
    byAmount = withSilence(byAmount, votable);
    present = figures.members;
  }
  const unconnected = figures.unconnected ?? { whole: 0n, against: 0n };
  const heads = tested(rule.heads, byHeads, { present, all: figures.members, unconnected: 0n });
  const money = tested(rule.amount, byAmount, { present: byAmount.cast, all: amount.whole, unconnected: unconnected.whole });
  const veto = tested(rule.veto, { ...NOBODY, against: unconnected.against }, { present: 0n, all: amount.whole, unconnected: unconnected.whole });
  const passed = (heads?.met ?? true) && (money?.met ?? true) && !(veto?.met ?? false);
  return { heads, amount: money, veto, present, passed };
}

/** A motion: it passes if every class that votes passes (EBL 86(1)), and what then follows.
 * @param matter - null under a law that knows no matters. @param round - 1 for the first vote
 * @throws {RangeError} an unknown rule or matter, or figures that contradict each other */
export function judgeMotion(
  law: Law, motion: { readonly rule: string; readonly matter: string | null; readonly round: number },
  classes: ReadonlyMap<string, ClassFigures>, readings: Readings,
): MotionOutcome {
  const rule = law.rules.get(motion.rule);
  if (rule === undefined) throw new RangeError(`no rule ${motion.rule}`);
  const found = new Map([...classes].map(([name, figures]) => [name, judgeClass(rule, figures, readings)]));
  const passed = found.size > 0 && [...found.values()].every((row) => row.passed);
  if (motion.matter === null) return { classes: found, passed, next: null };
  const matter = law.matters.get(motion.matter);
  if (matter === undefined) throw new RangeError(`no matter ${motion.matter}`);
  const next = passed ? matter.passed : matter.failed[Math.min(motion.round, matter.failed.length) - 1];
  if (next === undefined) throw new RangeError('a vote has a round from 1 on');
  return { classes: found, passed, next };
}
