/** Worker: takes a Blob, answers with progress and its SHA-256.
 * @module */
import { hashBlob, type HashMessage } from '../core/upload-hash.js';

const answer = (message: HashMessage) => self.postMessage(message);

self.onmessage = async (event: MessageEvent<Blob>) => {
  try {
    answer({ sha256: await hashBlob(event.data, (done) => answer({ done })) });
  } catch {
    answer({ failed: true });
  }
};
