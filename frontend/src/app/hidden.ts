/** A vector of amounts checked by who may not see them: the proofs stand in the ledger's table, W in the place of w.
 * @module */
import { equal, unb64u, unhex, utf8 } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import { loads } from '../core/jcs.js';
import { leafHash, root } from '../core/merkle.js';
import type { Progress, Split, Vector } from '../core/tally.js';
import { checkHiddenResult, checkWeightProofs, decodeWeightProof, type HiddenAnswer, type HiddenOpening, type WeightProof } from '../core/weights.js';
import type { BoardSource } from './board.js';
import { fetchTable } from './ledger.js';

/** `root`: of the table, hex. `first`: place of the vector's first proof in it. */
export interface HiddenPage {
  readonly answers: readonly (readonly [string, string, string])[];
  readonly total: number;
  readonly next: number | null;
  readonly hidden: HiddenOpening & { readonly root: string; readonly first: number; readonly manifest_hash: string };
}

const tables = new Map<string, Promise<readonly string[]>>();

/** The rows of a table, fetched once a page, checked against its root. @throws {Refused} `root` */
function table(caseId: string, name: string): Promise<readonly string[]> {
  let found = tables.get(name);
  if (found === undefined) {
    found = fetchTable(caseId, unhex(name)).then((lines) => {
      if (equal(root(lines.map((line) => leafHash(utf8(line)))), unhex(name))) return lines;
      throw new Refused('root', '金额证明的表与其根不符', 'the table of proofs does not give its root');
    });
    tables.set(name, found);
  }
  return found;
}

/** Check every weight proof of a vector, and that its amounts open the sums. @throws {Refused | Malformed | Problem} */
export async function proveHidden(source: BoardSource, vector: Vector, first: HiddenPage, progress: Progress): Promise<{ counts: Split; answers: number }> {
  const answers: HiddenAnswer[] = [];
  for (let page: HiddenPage | null = first; page !== null; ) {
    answers.push(...page.answers.map(([c, weight, line]) => ({ c, weight, line, motion: vector.motion })));
    page = page.next === null ? null : await source.ask<HiddenPage>({ get: 'vector', ...vector, from: page.next });
  }
  const { hidden } = first;
  const lines = (await table(source.caseId, hidden.root)).slice(hidden.first, hidden.first + answers.length);
  const proofs: WeightProof[] = lines.map((line) => decodeWeightProof(loads(utf8(line))));
  await checkWeightProofs(unb64u(hidden.manifest_hash, 32), answers, proofs, progress);
  return { counts: checkHiddenResult(answers, proofs, hidden), answers: answers.length };
}
