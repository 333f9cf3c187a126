/** Proving hidden weights in a worker, so that ten thousand of them do not stop the page.
 * @module */
import { unb64u } from './bytes.js';
import { Refused } from './errors.js';
import { parseScalar } from './group.js';
import { parseFen } from './ids.js';
import { canonical, type JsonObject } from './jcs.js';
import type { Progress } from './tally.js';
import { proveWeights } from './weights.js';

/** As the server drafts it: amounts in decimal digits, scalars and points in base64url. */
export interface WeightsDraft {
  readonly manifest_hash: string;
  readonly counted_hash: string;
  readonly declared: string;
  readonly vectors: readonly {
    readonly motion: string;
    readonly class: string;
    readonly cast: string;
    readonly m: string;
    readonly r: string;
    readonly answers: readonly { readonly line: string; readonly weight: string; readonly c: string; readonly amount: string; readonly sigma: string }[];
  }[];
}

/** `lines`: the rows of the table as they are hashed. */
export interface ProvenWeights {
  readonly lines: readonly string[];
  readonly vectors: readonly JsonObject[];
}

export type WeightsMessage = { readonly done: number; readonly of: number } | { readonly proven: ProvenWeights } | { readonly failed: string };

/** @throws {Malformed} */
export async function proveDraft(draft: WeightsDraft, progress: Progress): Promise<ProvenWeights> {
  const vectors = draft.vectors.map((vector) => ({
    ...vector,
    answers: vector.answers.map((answer) => ({ ...answer, motion: vector.motion, amount: parseFen(answer.amount), sigma: parseScalar(answer.sigma) })),
  }));
  const proven = await proveWeights(unb64u(draft.manifest_hash, 32), vectors, progress);
  return { lines: proven.rows.map(canonical), vectors: proven.vectors };
}

/** As `proveDraft`, in the worker at `script` (workers/weights.js of the build). @throws {Refused} `weights` */
export function proveInWorker(script: URL, draft: WeightsDraft, progress: Progress): Promise<ProvenWeights> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { type: 'module' });
    const end = (act: () => void) => {
      worker.terminate();
      act();
    };
    const fail = (why: string) => end(() => reject(new Refused('weights', `核验数据没有算成：${why}`, `the proofs could not be computed: ${why}`)));
    worker.onerror = (event) => fail(event.message);
    worker.onmessage = ({ data }: MessageEvent<WeightsMessage>) => {
      if ('done' in data) progress(data.done, data.of);
      else if ('proven' in data) end(() => resolve(data.proven));
      else fail(data.failed);
    };
    worker.postMessage(draft);
  });
}
