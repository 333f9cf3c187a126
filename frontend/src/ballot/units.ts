/** Which choices go into one ballot (protocol 5): of one voting unit, twenty at most.
 * @module */
const MOST_ANSWERS = 20;

/** @param lineOf - the roll's line of an item, `<unit>.<class>`
 * @returns the items in their order, one array a ballot */
export function ballotsOf<T>(items: readonly T[], lineOf: (item: T) => string): readonly (readonly T[])[] {
  const units = new Map<string, T[]>();
  for (const item of items) {
    const unit = lineOf(item).split('.', 1)[0] ?? '';
    units.set(unit, [...(units.get(unit) ?? []), item]);
  }
  return [...units.values()].flatMap((own) => Array.from({ length: Math.ceil(own.length / MOST_ANSWERS) }, (_, i) => own.slice(i * MOST_ANSWERS, (i + 1) * MOST_ANSWERS)));
}
