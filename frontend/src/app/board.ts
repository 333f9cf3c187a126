/** The board's data: asked over the WebSocket, over HTTP where there is none; and the opening that each browser computes.
 * @module */
import { unb64u } from '../core/bytes.js';
import { Malformed, Refused } from '../core/errors.js';
import { checkAnswerOpening, checkResult, type Declared, type Metric, type Progress, type Split, type Vector } from '../core/tally.js';
import { proveHidden, type HiddenPage } from './hidden.js';
import { getJson } from './http.js';
import { Problem } from './problem.js';
import { socketUrl } from './socket.js';
import { language, words } from './words.js';

type Titled = { readonly zh?: string; readonly en?: string; readonly articles?: { readonly zh: string; readonly en: string } };

export interface ClassRow {
  readonly class: string;
  readonly heads: number;
  readonly cast: number;
  readonly amount: string | null;
  readonly amount_cast: string | null;
  /** whole per cents, cut down */
  readonly amount_share: number | null;
}

export interface Test {
  /** null for a class of one weighted line, whose amount stays sealed */
  readonly part?: string;
  readonly whole?: string;
  readonly for?: string;
  readonly against?: string;
  readonly cast?: string;
  readonly op: '>' | '>=';
  readonly num: number;
  readonly den: number;
  readonly ok: boolean | null;
}

export interface Result {
  readonly declared: string;
  /** by which law it was judged: the rule pack's SHA-256 in hex, and the open points as the case decides them */
  readonly law: { readonly pack: string; readonly switches: Readonly<Record<string, string | readonly string[]>> };
  readonly motions: readonly {
    readonly motion: string;
    readonly rule: string;
    readonly matter: string;
    readonly round: number;
    readonly passed: boolean;
    readonly contested: boolean;
    readonly next: { readonly id: string } | null;
    readonly classes: readonly {
      readonly class: string;
      readonly single: boolean;
      /** heads of the class, absentees included; those that signed in or voted */
      readonly members: number;
      readonly attended: number;
      /** fen of the class, absentees included; null where one line alone has a weight */
      readonly total: string | null;
      readonly heads: Test | null;
      readonly amount: Test | null;
    }[];
  }[];
  readonly opened: readonly { readonly motion: string; readonly class: string; readonly line: string; readonly c: string; readonly v: string; readonly rho: string }[];
}

export interface Summary {
  readonly n: number;
  readonly now: string;
  readonly stage: 'none' | 'prepared' | 'open' | 'closed' | 'counted' | 'declared' | 'voided';
  readonly present: number;
  /** does the visitor see amounts? */
  readonly amounts: boolean;
  /** sealed ballots opened to test them, and how many were what their voter had chosen */
  readonly tests: { readonly done: number; readonly matched: number };
  readonly closes?: string;
  readonly opens?: string;
  readonly complaints_close?: string;
  readonly threshold?: number;
  readonly trustees?: readonly { readonly id: string; readonly checked: boolean; readonly summed: boolean }[];
  readonly motions?: readonly { readonly motion: string; readonly title: string; readonly rule: Titled; readonly matter: Titled; readonly classes: readonly ClassRow[] }[];
  readonly vectors?: readonly Vector[];
  readonly result?: Result | null;
}

interface OpenPage {
  readonly answers: readonly (readonly [string, string])[];
  readonly total: number;
  readonly next: number | null;
  readonly opening: Declared;
}

type Page = OpenPage | HiddenPage;

export type Question = { readonly get: 'summary' } | ({ readonly get: 'vector'; readonly from: number } & Vector);

const PATIENCE = 4000;

/** Questions and answers in order over one WebSocket; over HTTP where it cannot be had. */
export class BoardSource {
  readonly caseId: string;
  readonly #path: string;
  #socket: Promise<WebSocket> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(caseId: string, meeting: string) {
    this.caseId = caseId;
    this.#path = `/c/${caseId}/m/${meeting}`;
  }

  /** @throws {Problem} what the server refuses */
  ask<T>(question: Question): Promise<T> {
    const answered = this.#turn.then(() => this.#ask<T>(question));
    this.#turn = answered.catch(() => undefined);
    return answered;
  }

  async #ask<T>(question: Question): Promise<T> {
    let value: Record<string, unknown>;
    try {
      value = await this.#overSocket(question);
    } catch {
      return getJson<T>(this.#address(question)); // no WebSocket: a proxy that blocks it, or a cut
    }
    const problem = value.problem as { type: string; status: number; detail: string } | undefined;
    if (problem !== undefined) throw new Problem(problem.status, problem.type.split('/').pop() ?? '', problem.detail, problem.detail, problem);
    return value as T;
  }

  async #overSocket(question: Question): Promise<Record<string, unknown>> {
    const socket = await (this.#socket ??= this.#open());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(), PATIENCE * 4);
      const done = () => {
        clearTimeout(timer);
        socket.onmessage = null;
        socket.onclose = () => { this.#socket = null; };
      };
      const fail = () => {
        done();
        this.#socket = null;
        reject(new Error('the socket is gone'));
      };
      socket.onclose = fail;
      socket.onmessage = (event) => {
        done();
        resolve(JSON.parse(String(event.data)) as Record<string, unknown>);
      };
      socket.send(JSON.stringify(question));
    });
  }

  #open(): Promise<WebSocket> {
    return new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(socketUrl(`/ws${this.#path}/board`));
      const timer = setTimeout(() => socket.close(), PATIENCE);
      socket.onopen = () => {
        clearTimeout(timer);
        resolve(socket);
      };
      socket.onclose = () => {
        clearTimeout(timer);
        this.#socket = null;
        reject(new Error('no socket'));
      };
    });
  }

  #address(question: Question): string {
    if (question.get === 'summary') return `${this.#path}/board.json`;
    const { motion, metric, from } = question;
    return `${this.#path}/board/vector?${new URLSearchParams({ motion, class: question.class, metric, from: String(from) })}`;
  }
}

const METRICS: Readonly<Record<Metric, readonly [string, string]>> = { heads: ['人数', 'heads'], amount: ['金额', 'amount'] };
const CLASSES: Readonly<Record<string, readonly [string, string]>> = {
  all: ['全体', 'all creditors'], ordinary: ['普通债权组', 'ordinary claims'], secured: ['担保债权组', 'secured claims'],
  tax: ['税款债权组', 'tax claims'], employee: ['职工债权组', 'employee claims'], social: ['社会保险组', 'social insurance'],
  equity: ['出资人组', 'shareholders'], small: ['小额债权组', 'small claims'],
};

export function className(id: string): string {
  const known = CLASSES[id];
  return known === undefined ? id : words(...known);
}

export function metricName(metric: Metric): string {
  return words(...METRICS[metric]);
}

export function titled(value: Titled | undefined): string {
  return value?.[language()] ?? '';
}

/** What opening a vector came to. */
export interface Proven {
  readonly vector: Vector;
  readonly counts: Split | null;
  /** what does not hold, or why it was not looked at; null where it holds */
  readonly wrong: string | null;
  /** the visitor may not see the amounts */
  readonly closed: boolean;
  /** checked by the published weight proofs, without an amount */
  readonly hidden: boolean;
  readonly answers: number;
}

/** Fetch a vector's data and check M·H + R·G = Σ w·C here. Never throws: what fails is told. */
export async function prove(source: BoardSource, vector: Vector, progress: Progress = () => undefined): Promise<Proven> {
  const terms: { c: string; w: bigint }[] = [];
  const none = { vector, counts: null, closed: false, hidden: false };
  try {
    let opening: Declared | null = null;
    for (let from: number | null = 0; from !== null; ) {
      const page: Page = await source.ask<Page>({ get: 'vector', ...vector, from });
      if ('hidden' in page) return { ...none, wrong: null, hidden: true, ...(await proveHidden(source, vector, page, progress)) };
      for (const [c, w] of page.answers) {
        if (!/^(?:0|[1-9][0-9]{0,18})$/.test(w)) throw new Malformed('a weight is not a decimal number', '权重写法不符');
        terms.push({ c, w: BigInt(w) });
      }
      opening = page.opening;
      from = page.next;
      progress(terms.length, page.total * 2);
    }
    if (opening === null) throw new Malformed('there is no opening', '没有开启值');
    const counts = await checkResult(vector, terms, opening, (done, of) => progress(of + done, of * 2));
    return { ...none, counts, wrong: null, answers: terms.length };
  } catch (error) {
    if (error instanceof Problem) return { ...none, wrong: error.message, closed: error.slug === 'register-not-yours', answers: terms.length };
    if (error instanceof Refused) return { ...none, wrong: error.sentence(language()), answers: terms.length };
    return { ...none, wrong: words('没有取到数据', 'the data could not be fetched'), answers: terms.length };
  }
}

/** Check every opened answer of a class of one weighted line. @returns the names of those that do not hold */
export function checkOpened(result: Result): readonly string[] {
  return result.opened.flatMap((opened) => {
    try {
      checkAnswerOpening(opened.c, unb64u(opened.v, 32), unb64u(opened.rho, 32));
      return [];
    } catch {
      return [`${opened.motion} · ${className(opened.class)}`];
    }
  });
}

/** `plan-a · all creditors · heads` */
export function vectorName(vector: Vector, summary: Summary | null): string {
  const title = summary?.motions?.find((motion) => motion.motion === vector.motion)?.title ?? vector.motion;
  return `${title} · ${className(vector.class)} · ${metricName(vector.metric)}`;
}
