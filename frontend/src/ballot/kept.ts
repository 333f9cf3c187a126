/** What a voter's browser keeps of a vote: choices, the sealed ballot, receipts. Ciphertext only, but for the choices,
 * which leave with the receipt.
 * @module */
import type { Context, Receipt } from '../app/act.js';
import type { BodyJson, Choice } from '../core/body.js';
import { notes } from '../core/device.js';

/** By motion and line, `<motion> <line>`; `skip`: deliberately not voted. */
export type Choices = Record<string, Choice | 'skip'>;

/** Complete, and not cast. */
export interface Sealed {
  readonly fingerprint: string;
  readonly body: BodyJson;
  /** base64url */
  readonly boxes: readonly string[];
}

/** Opened to test it: void, and shown until the voter has said whether it is what he chose. */
export interface Opened {
  readonly fingerprint: string;
  /** the `.challenge.json` file */
  readonly file: string;
  /** the voter said that it is not what he chose */
  readonly differs: boolean;
}

/** A ballot that the ledger took. */
export interface Cast {
  readonly meeting: string;
  readonly fingerprint: string;
  readonly when: string;
  readonly receipt: Receipt;
}

/** The boxes of a ballot that was cast: kept until the counted set is fixed, lest the server lose one (protocol 7). */
export interface CastBoxes {
  readonly meeting: string;
  /** hash of the manifest */
  readonly vote: string;
  /** hash of the body */
  readonly ballot: string;
  /** base64url */
  readonly boxes: readonly string[];
}

export class Kept {
  readonly #place: string;

  /** @param vote - hash of the manifest */
  constructor(ctx: Context, vote: string) {
    this.#place = `${ctx.origin} ${ctx.person} ${vote}`;
  }

  async choices(): Promise<Choices> {
    return JSON.parse((await notes.get(`choices ${this.#place}`)) ?? '{}') as Choices;
  }

  keepChoices(choices: Choices): Promise<void> {
    return notes.put(`choices ${this.#place}`, JSON.stringify(choices));
  }

  forgetChoices(): Promise<void> {
    return notes.delete(`choices ${this.#place}`);
  }

  async sealed(): Promise<readonly Sealed[]> {
    return JSON.parse((await notes.get(`sealed ${this.#place}`)) ?? '[]') as Sealed[];
  }

  async keepSealed(sealed: readonly Sealed[]): Promise<void> {
    if (sealed.length === 0) await notes.delete(`sealed ${this.#place}`);
    else await notes.put(`sealed ${this.#place}`, JSON.stringify(sealed));
  }

  async opened(): Promise<Opened | null> {
    return JSON.parse((await notes.get(`opened ${this.#place}`)) ?? 'null') as Opened | null;
  }

  async keepOpened(opened: Opened | null): Promise<void> {
    if (opened === null) await notes.delete(`opened ${this.#place}`);
    else await notes.put(`opened ${this.#place}`, JSON.stringify(opened));
  }
}

function receiptsOf(ctx: Context): string {
  return `receipts ${ctx.origin} ${ctx.person}`;
}

/** Receipts of ballots cast from this browser, the oldest first. */
export async function receipts(ctx: Context): Promise<readonly Cast[]> {
  return JSON.parse((await notes.get(receiptsOf(ctx))) ?? '[]') as Cast[];
}

/** Keep a receipt; a better one of the same statement takes its place. */
export async function keepReceipt(ctx: Context, cast: Cast): Promise<void> {
  const others = (await receipts(ctx)).filter((one) => one.receipt.digest !== cast.receipt.digest);
  await notes.put(receiptsOf(ctx), JSON.stringify([...others, cast]));
}

function boxesOf(ctx: Context): string {
  return `boxes ${ctx.origin} ${ctx.person}`;
}

/** Boxes of ballots cast from this browser. */
export async function castBoxes(ctx: Context): Promise<readonly CastBoxes[]> {
  return JSON.parse((await notes.get(boxesOf(ctx))) ?? '[]') as CastBoxes[];
}

export async function keepCastBoxes(ctx: Context, kept: readonly CastBoxes[]): Promise<void> {
  if (kept.length === 0) await notes.delete(boxesOf(ctx));
  else await notes.put(boxesOf(ctx), JSON.stringify(kept));
}
