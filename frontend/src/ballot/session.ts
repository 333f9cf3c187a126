/** What the ballot page works on: one vote, what this browser keeps of it, and what was chosen, sealed and cast here.
 * @module */
import { context, type Context, type Receipt } from '../app/act.js';
import { must } from '../claims/dom.js';
import { Problem } from '../app/problem.js';
import { fetchVote, type Line, type Motion, type Vote } from './data.js';
import type { BallotOpening } from '../core/ballot.js';
import type { Choices, Kept, Opened, Sealed } from './kept.js';

export const ctx: Context = context();
/** Where the page is drawn. */
export const root = must('#ballot');
export const meeting = root.dataset.meeting ?? '';
/** Address of the meeting, and of the ballot. */
export const room = `/c/${ctx.case}/m/${meeting}/`;
/** Nothing of a practice leaves this device. */
export const practice = root.dataset.practice !== undefined;
export const base = `${room}${practice ? 'practice' : 'ballot'}`;

/** A ballot that was taken, newly or earlier. */
export interface Last {
  readonly fingerprint: string;
  readonly receipt: Receipt;
  readonly when: string;
}

export interface Session {
  vote: Vote;
  readonly kept: Kept;
  choices: Choices;
  /** complete and not cast */
  sealed: readonly Sealed[];
  /** secrets of those sealed since the page was opened, by fingerprint: in memory only */
  secrets: ReadonlyMap<string, BallotOpening>;
  /** a test under way */
  opened: Opened | null;
  last: Last | null;
}

/** One line on one motion: a choice is made for each. */
export interface Cell {
  readonly motion: Motion;
  readonly line: Line;
  readonly key: string;
}

let open: Session | null = null;

/** @throws {Error} before `begin` */
export function session(): Session {
  if (open === null) throw new Error('the vote is not fetched yet');
  return open;
}

export function begin(begun: Session): void {
  open = begun;
}

/** What this ballot replaces may have changed on another device; without a connection what is here stays. */
export async function refresh(): Promise<void> {
  if (practice) return;
  try {
    session().vote = await fetchVote(ctx, meeting);
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
}

export function cells(): Cell[] {
  return session().vote.motions.flatMap((motion) => motion.lines.map((line) => ({ motion, line, key: `${motion.id} ${line.line}` })));
}

/** From 1, in the order of the ballot paper. */
export function number(motion: Motion): number {
  return session().vote.motions.indexOf(motion) + 1;
}

/** Id of the first control of a cell. */
export function fieldOf(key: string): string {
  return `choice-${key.replace(' ', '-').replaceAll('.', '_')}`;
}

/** A ballot was opened; null once the voter has said what he thinks of it. */
export async function keepOpened(opened: Opened | null): Promise<void> {
  const current = session();
  await current.kept.keepOpened(opened);
  current.opened = opened;
}

/** These ballots are sealed here and not cast; none where there is none. */
export async function keepSealed(sealed: readonly Sealed[]): Promise<void> {
  const current = session();
  await current.kept.keepSealed(sealed);
  current.sealed = sealed;
}
