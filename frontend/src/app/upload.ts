/** Sending a file before the statement that names it: hashed in a worker, then sent with progress, again after a cut.
 * @module */
import { b64u, unhex } from '../core/bytes.js';
import type { FileValue } from '../core/disclosure.js';
import { hashInWorker } from '../core/upload-hash.js';
import type { Context } from './act.js';
import { pause } from './http.js';
import { Problem } from './problem.js';

export type UploadState = 'hashing' | 'sending' | 'paused' | 'stored';

/** @param share - of the state's work done, 0 to 1. */
export type TellUpload = (state: UploadState, share: number) => void;

/** Hash, send, and give the value that is sealed into a statement. @throws {Problem | Refused} */
export async function upload(ctx: Context, file: File, tell: TellUpload = () => undefined): Promise<FileValue> {
  const worker = new URL('./workers/hash.js', import.meta.url);
  const hash = await hashInWorker(worker, file, (done) => tell('hashing', file.size === 0 ? 1 : done / file.size));
  const address = `/c/${ctx.case}/documents?name=${encodeURIComponent(file.name)}&sha256=${hash}`;
  for (let tries = 0; ; tries += 1) {
    const answer = await send(ctx, address, file, (share) => tell('sending', share));
    if (answer !== null) {
      tell('stored', 1);
      return { media_type: answer.media_type, name: file.name, sha256: b64u(unhex(answer.sha256)), size: answer.size };
    }
    tell('paused', 0);
    await pause(Math.min(1000 * 1.5 ** tries, 10_000));
  }
}

interface Stored {
  readonly sha256: string;
  readonly size: number;
  readonly media_type: string;
}

/** null: the connection was cut, or the server was not to be had. fetch tells no progress of what is sent. */
function send(ctx: Context, address: string, file: File, progress: (share: number) => void): Promise<Stored | null> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    request.responseType = 'json';
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-CSRFToken', ctx.csrf);
    request.upload.onprogress = (event) => progress(event.total === 0 ? 1 : event.loaded / event.total);
    request.onerror = () => resolve(null);
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Stored);
      else if (request.status >= 502) resolve(null);
      else {
        const value = (request.response ?? {}) as Record<string, unknown>;
        reject(new Problem(request.status, String(value.type ?? '').split('/').pop() ?? '', String(value.title ?? ''), String(value.detail ?? request.statusText), value));
      }
    };
    request.send(file);
  });
}
