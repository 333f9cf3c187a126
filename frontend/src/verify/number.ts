/** An entry by its number: its proof is fetched and checked like a receipt that was kept.
 * @module */
import { Refused } from '../core/errors.js';
import { problemOf } from '../app/problem.js';

/** The case and number of `case-1 52`, `case-1/52`, `case-1#52` or an address that ends so. @throws {Refused} `no-number` */
export function readNumber(text: string): { readonly log: string; readonly index: string } {
  const found = /([a-z0-9][a-z0-9._-]{0,63})(?:\s*[/#]\s*(?:proof\/)?|\s+)(0|[1-9][0-9]{0,15})$/.exec(text.trim());
  if (found?.[1] === undefined || found[2] === undefined) {
    throw new Refused('no-number', '写明案件和条目号，例如 case-1/52', 'Give the case and the number of the entry, such as case-1/52');
  }
  return { log: found[1], index: found[2] };
}

/** The proof of an entry, under the checkpoint of a quorum where there is one; null where nothing of this number is stored.
 * @throws {Problem | Refused} */
export async function fetchProof(log: string, index: string): Promise<string | null> {
  for (const grade of ['3', '2']) {
    const response = await fetch(`/ledger/${log}/proof/${index}?grade=${grade}`, { credentials: 'omit', cache: 'no-store' }).catch(() => {
      throw new Refused('offline', '凭号码核验要联网；离线时请用保存的回执', 'A number needs the network; offline, use a receipt that you saved');
    });
    if (response.ok) return response.text();
    if (response.status === 404 && grade === '2') return null;
    if (response.status >= 500 && grade === '2') throw await problemOf(response);
  }
  return null;
}
