/** What the core refuses: a stable slug for code, a Chinese and an English sentence for people.
 * @module */

export type Lang = 'zh' | 'en';

/** The base of everything the core refuses. `facts` fill no sentence again: they are for pages and tests. */
export class Refused extends Error {
  readonly slug: string;
  readonly zh: string;
  readonly en: string;
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(slug: string, zh: string, en: string, facts: Readonly<Record<string, string | number>> = {}) {
    super(en);
    this.name = new.target.name;
    this.slug = slug;
    this.zh = zh;
    this.en = en;
    this.facts = facts;
  }

  sentence(lang: Lang): string {
    return lang === 'zh' ? this.zh : this.en;
  }
}

/** Bytes or text that are not in the one spelling the formats allow (protocol 1, ledger 9.1). */
export class Malformed extends Refused {
  constructor(en: string, zh = `格式不符：${en}`) {
    super('malformed', zh, en);
  }
}
