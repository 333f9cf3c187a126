/** What a server refuses, RFC 9457, as an error whose message is the server's sentence in the reader's language.
 * @module */
import { Refused } from '../core/errors.js';
import { language } from './words.js';

export class Problem extends Error {
  readonly slug: string;
  readonly status: number;
  readonly title: string;
  /** the article of law, if a rule refused */
  readonly ground: string | null;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(status: number, slug: string, title: string, detail: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.ground = typeof facts.ground === 'string' ? facts.ground : null;
    this.facts = facts;
  }
}

/** The problem that a response spells; one by its status alone where it spells none. */
export async function problemOf(response: Response): Promise<Problem> {
  const title = response.statusText || String(response.status);
  try {
    const value = (await response.json()) as Record<string, unknown>;
    const slug = typeof value.type === 'string' ? value.type.split('/').pop() ?? '' : '';
    return new Problem(response.status, slug, String(value.title ?? title), String(value.detail ?? value.title ?? title), value);
  } catch {
    return new Problem(response.status, `http-${response.status}`, title, title);
  }
}

/** The sentence for people of whatever was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof Refused) return error.sentence(language());
  return error instanceof Error ? error.message : String(error);
}
