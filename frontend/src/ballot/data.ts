/** What the ballot page fetches: the manifest, checked here, and the visitor's own lines.
 * @module */
import type { Context } from '../app/act.js';
import { getJson } from '../app/http.js';
import { b64u } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import { dumps, type JsonObject } from '../core/jcs.js';
import { decodeManifest, type Manifest } from '../core/manifest.js';

export interface Line {
  readonly line: string;
  readonly class: string;
  readonly heads: number;
  /** in fen; null for a head only */
  readonly amount: string | null;
  readonly weighted: boolean;
  readonly articles: readonly string[];
  /** ballot that holds the last answer of this line */
  readonly replaces: string | null;
  /** answered, in a vote that takes no second ballot */
  readonly final: boolean;
}

export interface Motion {
  readonly id: string;
  readonly title: string;
  readonly matter: { readonly id: string; readonly zh: string; readonly en: string };
  readonly text: { readonly name: string; readonly size: number; readonly media_type: string; readonly url: string } | null;
  readonly lines: readonly Line[];
}

export interface Vote {
  readonly manifest: Manifest;
  /** the manifest as it stands on the ledger */
  readonly published: JsonObject;
  readonly hash: string;
  readonly stage: 'prepared' | 'open' | 'closed' | 'counted' | 'declared' | 'voided';
  /** the close as first set, where voting was extended */
  readonly extended_from: string | null;
  readonly opens: string;
  readonly closes: string;
  /** the log's time when it was fetched */
  readonly now: string;
  readonly replacement: boolean;
  /** digits drawn: register numbers that end in one test a ballot */
  readonly drawn: readonly number[];
  /** with the lines that may still be answered */
  readonly motions: readonly Motion[];
  /** a line is answered for good */
  readonly done: boolean;
  readonly ballots: readonly { readonly ballot: string; readonly void: boolean; readonly statement: string }[];
  /** boxes of the visitor's own ballots that a trustee misses, index from 1 */
  readonly missing: readonly { readonly ballot: string; readonly index: number }[];
}

interface Fetched extends Omit<Vote, 'manifest' | 'published' | 'hash' | 'done'> {
  readonly manifest: JsonObject;
  readonly manifest_hash: string;
}

/** @throws {Problem | Malformed | Refused} `manifest` where the manifest is not the one its hash names */
export function fetchVote(ctx: Context, meeting: string): Promise<Vote> {
  return fetchVoteAt(ctx, meeting, 'ballot');
}

/** @param what - `ballot`: my own lines; `ballots`: those of my principals. @throws as `fetchVote` */
export async function fetchVoteAt(ctx: Context, meeting: string, what: 'ballot' | 'ballots'): Promise<Vote> {
  const { manifest: value, manifest_hash: hash, ...rest } = await getJson<Fetched>(`/c/${ctx.case}/m/${meeting}/api/${what}`);
  const manifest = decodeManifest(dumps(value));
  if (b64u(manifest.hash) !== hash || manifest.case !== ctx.case || manifest.meeting !== meeting) {
    throw new Refused('manifest', '服务器给出的表决清单与其指纹不符；不要投票，联系法院', 'the manifest the server gave is not the one its hash names; do not vote, tell the court');
  }
  const motions = rest.motions.map((motion) => ({ ...motion, lines: motion.lines.filter((line) => !line.final) }));
  const done = rest.motions.some((motion) => motion.lines.some((line) => line.final));
  return { ...rest, motions: motions.filter((motion) => motion.lines.length > 0), done, manifest, published: value, hash };
}
