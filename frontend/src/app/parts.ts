/** An amount as the parts that the law makes of it (rules' `partition`): what the security covers, and the rest.
 * The server and every verifier compute them again from the openings.
 * @module */
import { words } from './words.js';

export interface Security {
  /** of the property, in fen */
  readonly value: bigint;
  readonly waived: boolean;
  readonly fixed: boolean;
}

export interface Part {
  /** of the part's id, after the line and a dot */
  readonly suffix: string;
  readonly nature: string;
  readonly amount: bigint;
}

/** Parts above 0, which add up to `amount`. */
export function partition(amount: bigint, nature: string, security: Security | null): readonly Part[] {
  const covered = security === null || amount < security.value ? amount : security.value;
  return [
    { suffix: nature, nature, amount: covered },
    { suffix: 'deficiency', nature: 'deficiency', amount: amount - covered },
  ].filter((part) => part.amount > 0n);
}

export function natureWord(nature: string): string {
  return {
    ordinary: words('普通债权', 'ordinary'), secured: words('有财产担保', 'secured'), tax: words('税款债权', 'tax'), employee: words('职工债权', 'employee'),
    social: words('社保债权', 'social insurance'), equity: words('出资人权益', 'equity'), deficiency: words('担保不足部分', 'not covered by the security'),
  }[nature] ?? nature;
}
