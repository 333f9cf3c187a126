/** Worker: takes the draft of weights.published, answers with progress and the proofs.
 * @module */
import { proveDraft, type WeightsDraft, type WeightsMessage } from '../core/weights-worker.js';

const answer = (message: WeightsMessage) => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<WeightsDraft>) => {
  try {
    answer({ proven: await proveDraft(data, (done, of) => answer({ done, of })) });
  } catch (error) {
    answer({ failed: error instanceof Error ? error.message : String(error) });
  }
};
