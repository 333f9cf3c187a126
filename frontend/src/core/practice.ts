/** A vote to practise with: made in this browser, its keys thrown away at once, on no ledger.
 * @module */
import { b64u, sha256, utf8, type Random, systemRandom } from './bytes.js';
import { checkId } from './ids.js';
import { dumps, type JsonObject } from './jcs.js';
import { decodeManifest, type Manifest } from './manifest.js';
import { makeTrusteeKey } from './trustee.js';

/** Stands for case and meeting; no case has this name. */
export const PRACTICE = 'practice';
const HOUR = 3_600_000;

/** One motion, two trustees of whom both must come; open for an hour.
 * @param title - what is voted on. @param now - milliseconds since 1970 */
export function practiceManifest(title: string, now: number, random: Random = systemRandom): { published: JsonObject; manifest: Manifest } {
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const published = {
    protocol: 'concursus/v1', case: PRACTICE, meeting: PRACTICE,
    motions: [{ id: checkId('m1'), text_sha256: b64u(sha256(utf8(title))), rule: 'CN-ORD', roll_root: b64u(random(32)) }],
    trustees: ['t1', 't2'].map((id) => makeTrusteeKey(PRACTICE, PRACTICE, id, random).party),
    threshold: 2,
    opens: time(now - 1000), closes: time(now + HOUR), complaints_close: time(now + HOUR),
    disclosure: 'aggregate', recipients: [], replacement: true, single_trustee_reason: null,
  };
  return { published, manifest: decodeManifest(dumps(published)) };
}
