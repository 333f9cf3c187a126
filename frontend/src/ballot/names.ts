/** Names of choices, groups and weights on the ballot's pages.
 * @module */
import { words } from '../app/words.js';
import { must } from '../claims/dom.js';
import { yuan } from '../claims/money.js';
import type { Choice } from '../core/body.js';
import type { Line } from './data.js';

export function choiceName(choice: Choice | 'skip' | undefined): string {
  switch (choice) {
    case 'for': return words('同意', 'For');
    case 'against': return words('不同意', 'Against');
    case 'abstain': return words('弃权', 'Abstain');
    case 'skip': return words('这项不投', 'Not voted');
    default: return words('还没有选择', 'No choice yet');
  }
}

export function className(name: string): string {
  const known: Readonly<Record<string, readonly [string, string]>> = {
    all: ['债权人', 'Creditors'], ordinary: ['普通组', 'Ordinary group'], secured: ['担保组', 'Secured group'], tax: ['税款组', 'Tax group'],
    employee: ['职工组', 'Employees’ group'], social: ['社保组', 'Social insurance group'], small: ['小额组', 'Small claims group'], equity: ['出资人组', 'Shareholders’ group'],
  };
  const [zh, en] = known[name] ?? [name, name];
  return words(zh, en);
}

export function weight(line: Line): string {
  const heads = words(`${line.heads}票`, line.heads === 1 ? '1 vote' : `${line.heads} votes`);
  if (!line.weighted) return words(`${heads}，不计金额`, `${heads}, no amount`);
  return line.amount === null ? heads : `${heads} · ${yuan(BigInt(line.amount))}`;
}

/** Said to who listens, and not shown. */
export function speak(text: string): void {
  must('#spoken').textContent = text;
}
