/** SHA-256 of a file, piece by piece: in a worker, so that a large one does not stop the page.
 * @module */
import { sha256 } from '@noble/hashes/sha2.js';
import { hex } from './bytes.js';
import { Refused } from './errors.js';

export type HashMessage = { readonly done: number } | { readonly sha256: string } | { readonly failed: true };

const PIECE = 1 << 20;

/** @param progress - told how many bytes are done. @returns lower-case hex */
export async function hashBlob(blob: Blob, progress: (done: number) => void): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < blob.size; at += PIECE) {
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
    progress(Math.min(at + PIECE, blob.size));
  }
  return hex(hash.digest());
}

/** The browser does not get at the file: it was moved, changed or deleted after it was chosen. */
export function unreadable(): Refused {
  return new Refused('unreadable-file', '文件无法读取；请重新选择', 'the file cannot be read; choose it again');
}

/** As `hashBlob`, in the worker at `script` (workers/hash.js of the build). @throws {Refused} `unreadable-file` */
export function hashInWorker(script: string | URL, file: Blob, progress: (done: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { type: 'module' });
    const fail = () => {
      worker.terminate();
      reject(unreadable());
    };
    worker.onerror = fail;
    worker.onmessage = (event: MessageEvent<HashMessage>) => {
      if ('done' in event.data) progress(event.data.done);
      else if ('sha256' in event.data) {
        worker.terminate();
        resolve(event.data.sha256);
      } else fail();
    };
    worker.postMessage(file);
  });
}
