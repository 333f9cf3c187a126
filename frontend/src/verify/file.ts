/** A file against the entry that names it: hashed here, compared with every hash that the entry holds or is opened to.
 *
 * A public document stands in an entry by its plain SHA-256, any other by a salted digest, which the openings that its
 * owner keeps turn into one (ledger 9.5). The file itself goes nowhere.
 * @module */
import { words } from '../app/words.js';
import { equal, unb64u, type Bytes } from '../core/bytes.js';
import { checkOpening, type Opening } from '../core/disclosure.js';
import type { Entry } from '../core/entry.js';
import { Malformed, Refused } from '../core/errors.js';
import type { Json } from '../core/jcs.js';
import { object, string } from '../core/shape.js';

/** A file that an entry names. `where`: JSON pointer into its body. `name`: null where only the hash is public. */
export interface NamedFile {
  readonly where: string;
  readonly sha256: Bytes;
  readonly name: string | null;
}

export type Compared =
  | { readonly outcome: 'good'; readonly file: NamedFile }
  | { readonly outcome: 'differs'; readonly files: readonly NamedFile[] }
  /** the entry names no file at all */
  | { readonly outcome: 'unknown' };

const HASH = /^[A-Za-z0-9_-]{43}$/;

/** Every member of a body with its JSON pointer (RFC 6901). */
function* members(value: Json, at = ''): Generator<readonly [string, string, Json]> {
  if (value === null || typeof value !== 'object') return;
  for (const [name, inner] of Object.entries(value) as [string, Json][]) {
    const pointer = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    yield [pointer, name, inner];
    yield* members(inner, pointer);
  }
}

/** The rows of openings.jsonl, each checked against the digest that it opens (9.10). @throws {Malformed | Refused} */
export function readOpenings(text: string): readonly Opening[] {
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => {
    let value: Json;
    try {
      value = JSON.parse(line) as Json;
    } catch {
      throw new Malformed('this is not a file of openings', '这不是打开数据文件');
    }
    const o = object(value, 'opening', ['digest', 'field', 'salt', 'value']);
    const opening = { digest: string(o.digest, 'digest'), field: string(o.field, 'field'), salt: string(o.salt, 'salt'), value: o.value };
    checkOpening(opening);
    return opening;
  });
}

function fileOf(value: Json): { sha256: Bytes; name: string } | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { sha256, name } = value as { readonly sha256?: Json; readonly name?: Json };
  return typeof sha256 === 'string' && HASH.test(sha256) && typeof name === 'string' ? { sha256: unb64u(sha256, 32), name } : null;
}

/** What an entry names: the files whose hash is public or opened, and how many sealed values are still closed. */
export function filesNamed(entry: Entry, openings: readonly Opening[]): { readonly files: readonly NamedFile[]; readonly sealed: number } {
  const known = new Map(openings.map((opening) => [`${opening.digest} ${opening.field}`, opening]));
  const files: NamedFile[] = [];
  let sealed = 0;
  for (const [where, name, value] of members(entry.payload.body)) {
    if (name === 'text_sha256' && typeof value === 'string' && HASH.test(value)) files.push({ where, sha256: unb64u(value, 32), name: null });
    if (name !== 'digest' || typeof value !== 'string') continue;
    const place = where.slice(0, -'/digest'.length);
    const opening = known.get(`${value} ${entry.kind}#${place}`);
    if (opening === undefined) sealed += 1;
    else {
      const file = fileOf(opening.value);
      if (file !== null) files.push({ where: place, ...file });
    }
  }
  return { files, sealed };
}

/** Compare the SHA-256 of a file with what the entry names.
 * @throws {Refused} `openings-needed` where it may be one of the sealed values, and nothing opens them */
export function compareFile(entry: Entry, sha256: Uint8Array, openings: readonly Opening[]): Compared {
  const { files, sealed } = filesNamed(entry, openings);
  const found = files.find((file) => equal(file.sha256, sha256));
  if (found !== undefined) return { outcome: 'good', file: found };
  if (files.length > 0) return { outcome: 'differs', files };
  if (sealed > 0) {
    throw new Refused('openings-needed', '这一条只存有加盐摘要。再选上打开数据文件（“我的记录”里与回执放在一起），才能比对', 'This entry holds salted digests only. Add the file of openings (beside the receipt in “My record”) to compare with it');
  }
  return { outcome: 'unknown' };
}

/** SHA-256 of a file, by WebCrypto. */
export async function hashOf(file: Blob): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
}

/** The comparison in words: what is shown beside “file compared”. */
export function comparedWords(compared: Compared): string {
  if (compared.outcome === 'unknown') return words('这一条没有提到任何文件', 'this entry names no file');
  if (compared.outcome === 'good') {
    const { name, where } = compared.file;
    return words(`与条目所指一致（${name ?? where}）`, `the one that the entry names (${name ?? where})`);
  }
  return words('与条目所指不一致', 'not the one that the entry names');
}
