/** For whom the visitor acts, as components/acting.html asks it: himself, or one of his principals.
 * @module */
import { words } from '../app/words.js';
import type { Role } from '../core/statement.js';
import { must, type Mistake } from './dom.js';

export interface Capacity {
  readonly role: Role;
  /** whose act it is in law: the principal, or the visitor himself */
  readonly person: string;
  /** of the principal; empty for the visitor himself */
  readonly name: string;
}

/** All that are chosen in the part of the page; one, where one may be chosen. */
export function chosenIn(root: ParentNode): readonly Capacity[] {
  return inputs(root).filter((input) => input.type === 'hidden' || input.checked).map(capacity);
}

/** The one that is chosen. @throws {Error} where none is: ask `unchosen` first */
export function actingIn(root: ParentNode): Capacity {
  const [found] = chosenIn(root);
  if (found === undefined) throw new Error('nobody is chosen to act for');
  return found;
}

/** What to say where it is not said for whom. */
export function unchosen(root: ParentNode): Mistake[] {
  return chosenIn(root).length > 0 ? [] : [{ field: 'acting', message: words('选择为谁办理', 'Choose for whom you act') }];
}

/** Choose again who was chosen before; where he is no longer offered nobody is. */
export function choose(root: ParentNode, person: string): void {
  for (const input of inputs(root)) input.checked = input.value === person;
}

/** Told whenever another is chosen. */
export function whenChosen(root: ParentNode, chosen: (capacity: Capacity) => void): void {
  for (const input of inputs(root)) input.addEventListener('change', () => chosen(capacity(input)));
}

function inputs(root: ParentNode): HTMLInputElement[] {
  return [...must('[data-acting]', root).querySelectorAll('input')];
}

function capacity(input: HTMLInputElement): Capacity {
  return { role: (input.dataset.role ?? 'creditor') as Role, person: input.value, name: input.dataset.name ?? '' };
}
