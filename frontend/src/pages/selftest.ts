/** Measures in this browser how long a ballot of three motions for three trustees takes: the figure of the project.
 * Uses throw-away keys; sends nothing.
 * @module */
import { prepareBallot } from '../core/ballot.js';
import { systemRandom } from '../core/bytes.js';
import { warm } from '../core/group.js';
import { dumps } from '../core/jcs.js';
import { decodeManifest } from '../core/manifest.js';
import { makeTrusteeKey } from '../core/trustee.js';

declare global {
  interface Window {
    concursusSelftest?: { warm: number; ballots: readonly number[] };
  }
}

async function measure(): Promise<{ warm: number; ballots: readonly number[] }> {
  const hash = 'A'.repeat(43);
  const ids = ['one', 'two', 'three'];
  const manifest = decodeManifest(dumps({
    protocol: 'concursus/v1', case: 'selftest', meeting: 'selftest', threshold: 2, disclosure: 'aggregate', recipients: [], replacement: true,
    motions: ids.map((id) => ({ id, text_sha256: hash, rule: 'TEST', roll_root: hash })),
    trustees: ids.map((id) => makeTrusteeKey('selftest', 'selftest', id, systemRandom).party),
    opens: '2026-01-01T00:00:00Z', closes: '2026-01-02T00:00:00Z', complaints_close: '2026-01-03T00:00:00Z', single_trustee_reason: null,
  }));
  const start = performance.now();
  warm();
  const warmed = performance.now() - start;
  const ballots: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const from = performance.now();
    await prepareBallot(manifest, 'nobody', ids.map((motion) => ({ line: 'x1', motion, choice: 'for', replaces: null })));
    ballots.push(performance.now() - from);
  }
  return { warm: warmed, ballots };
}

void measure().then((figures) => {
  window.concursusSelftest = figures;
  const place = document.querySelector('#selftest');
  if (place !== null) place.textContent = JSON.stringify(figures);
});
