/** Rolls (protocol 2): leaves, their root, the openings of weights and totals.
 * @module */
import { equal, unb64u } from './bytes.js';
import { Malformed, Refused } from './errors.js';
import { ZERO, equalCofactored, parsePoint, parseScalar, pedersen } from './group.js';
import { checkId, parseFen } from './ids.js';
import { dumps, type Json } from './jcs.js';
import { leafHash, root } from './merkle.js';
import { integer, nullable, object, string } from './shape.js';

export type Leaf = { readonly line: string; readonly class: string; readonly heads: number; readonly weight: string | null };

/** (w, σ) of a line: amount in fen as decimal digits, scalar in base64url. */
export type WeightOpening = { readonly amount: string; readonly sigma: string };

/** @throws {Malformed} */
export function decodeLeaf(value: Json): Leaf {
  const o = object(value, 'leaf', ['line', 'class', 'heads', 'weight']);
  const leaf: Leaf = {
    line: checkId(string(o.line, 'line')),
    class: checkId(string(o.class, 'class')),
    heads: integer(o.heads, 'heads', 1),
    weight: nullable(o.weight, (weight) => string(weight, 'weight')),
  };
  if (leaf.weight !== null) parsePoint(leaf.weight);
  else if (leaf.heads === 0) throw new Malformed('a leaf has neither head nor weight', '名册行既无人头也无金额');
  return leaf;
}

/** Check leaves against the root in the manifest. @throws {Malformed | Refused} `roll` */
export function checkRoll(leaves: readonly Leaf[], expected: string): void {
  if (leaves.some((leaf, i) => i > 0 && (leaves[i - 1]?.line ?? '') >= leaf.line)) throw new Malformed('a roll’s lines are not in order', '名册行次序不符');
  if (!equal(root(leaves.map((leaf) => leafHash(dumps(leaf)))), unb64u(expected, 32))) {
    throw new Refused('roll', '名册与清单所载的根不符', 'the roll is not the one whose root the manifest names', { root: expected });
  }
}

/** Check that (w, σ) opens a line's weight. @returns w. @throws {Malformed | Refused} `weight` */
export function checkWeight(leaf: Leaf, opening: WeightOpening): bigint {
  const w = parseFen(opening.amount);
  if (leaf.weight === null || !equalCofactored(pedersen(parseScalar(opening.sigma), w), parsePoint(leaf.weight))) {
    throw new Refused('weight', `${leaf.line} 的金额与名册不符`, `the amount given for ${leaf.line} does not open its weight`, { line: leaf.line });
  }
  return w;
}

export function weighted(leaves: readonly Leaf[], name: string): readonly Leaf[] {
  return leaves.filter((leaf) => leaf.class === name && leaf.weight !== null);
}

/** Check a class's total against the sum of its weights. @throws {Malformed | Refused} `weight` */
export function checkTotal(leaves: readonly Leaf[], name: string, total: string, sigma: string): bigint {
  const sum = weighted(leaves, name).reduce((acc, leaf) => acc.add(parsePoint(leaf.weight ?? '')), ZERO);
  const amount = parseFen(total);
  if (!equalCofactored(pedersen(parseScalar(sigma), amount), sum)) {
    throw new Refused('weight', `${name} 组的总额与名册不符`, `the total of class ${name} does not open the sum of its weights`, { class: name });
  }
  return amount;
}
