/** Sending a file before the statement that names it: hashed in a worker, then sent piece by piece. A cut costs the piece
 * under way; the same file chosen again, on a page that was reloaded, goes on where it was.
 * @module */
import { b64u, unhex } from '../core/bytes.js';
import type { FileValue } from '../core/disclosure.js';
import { hashInWorker, unreadable } from '../core/upload-hash.js';
import type { Context } from './act.js';
import { pause } from './http.js';
import { Problem, problemOf } from './problem.js';
import { words } from './words.js';

export type UploadState = 'hashing' | 'queued' | 'sending' | 'paused' | 'stored';

/** @param share - of the state's work done, 0 to 1; of `paused` what the server has already. */
export type TellUpload = (state: UploadState, share: number) => void;

/** Bytes sent at a time: what a slow phone network carries before it breaks. The server takes up to 4 MiB. */
const PIECE = 1 << 20;
/** Milliseconds without a byte's progress after which a request counts as cut. */
const STALLED = 60_000;

interface Stored {
  readonly sha256: string;
  readonly size: number;
  readonly media_type: string;
}

interface Sending {
  readonly ctx: Context;
  readonly file: File;
  readonly hash: string;
  readonly tell: TellUpload;
  readonly signal: AbortSignal | undefined;
}

// One file after the other: on a slow network several at once would all be late.
let turn: Promise<unknown> = Promise.resolve();

/** Hash, send, and give the value that is sealed into a statement.
 * @param signal - aborted when the file is not wanted any more. @throws {Problem | Refused | DOMException} */
export async function upload(ctx: Context, file: File, tell: TellUpload = () => undefined, signal?: AbortSignal): Promise<FileValue> {
  const worker = new URL('./workers/hash.js', import.meta.url);
  const hash = await hashInWorker(worker, file, (done) => tell('hashing', file.size === 0 ? 1 : done / file.size));
  tell('queued', 0);
  const sent = turn.then(() => send({ ctx, file, hash, tell, signal }));
  turn = sent.catch(() => undefined);
  const stored = await sent;
  tell('stored', 1);
  return { media_type: stored.media_type, name: file.name, sha256: b64u(unhex(stored.sha256)), size: stored.size };
}

/** The state in words. */
export function uploadWords(state: UploadState, share: number): string {
  const percent = Math.floor(100 * share);
  switch (state) {
    case 'hashing': return words('正在计算指纹', 'Computing the fingerprint');
    case 'queued': return words('排队等待上传', 'Waiting for its turn');
    case 'sending': return words(`上传 ${percent}%`, `Sending ${percent}%`);
    case 'paused': return words(
      `正在等待网络。已传 ${percent}%，不会丢失，联网后自动继续`,
      `Waiting for the network. ${percent}% has arrived and is not lost; sending goes on by itself`,
    );
    case 'stored': return words('已存', 'Stored');
  }
}

async function send(what: Sending): Promise<Stored> {
  const { file, tell, signal } = what;
  const last = PIECE * Math.max(0, Math.ceil(file.size / PIECE) - 1);
  let at = last === 0 ? 0 : null; // null: the server is to say what it has
  let there = 0;
  for (let tries = 0; ; ) {
    signal?.throwIfAborted();
    const found: Stored | number | null = at === null ? await arrived(what) : await sendPiece(what, at);
    if (found !== null && typeof found !== 'number') return found;
    if (found === null || found === at) { // cut, or the server still works on a piece that was cut
      tell('paused', there / file.size);
      await network(Math.min(1000 * 1.5 ** tries, 10_000));
      tries += 1;
      at = last === 0 ? 0 : null;
    } else {
      if (at !== null) tries = 0;
      there = found;
      at = Math.min(found, last);
      tell('sending', there / file.size);
    }
  }
}

/** Resolves after a while, or as soon as the browser says that there is a network again. */
async function network(milliseconds: number): Promise<void> {
  let online: () => void = () => undefined;
  const back = new Promise<void>((resolve) => {
    online = resolve;
    window.addEventListener('online', online, { once: true });
  });
  await Promise.race([pause(milliseconds), back]);
  window.removeEventListener('online', online);
}

/** Bytes that the server has of the file from this person; null: the server was not to be had. @throws {Problem} */
async function arrived({ ctx, hash }: Sending): Promise<number | null> {
  let response: Response;
  try {
    response = await fetch(`/c/${ctx.case}/documents/${hash}/arrived`, {
      headers: { Accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(STALLED),
    });
    if (response.ok) return ((await response.json()) as { arrived: number }).arrived;
  } catch {
    return null;
  }
  if (response.status === 404) return 0;
  if (response.status >= 502) return null;
  throw await problemOf(response);
}

/** The document with the last piece, else the bytes from which to go on; null: the connection was cut, or the server
 * was not to be had. fetch tells no progress of what is sent. @throws {Problem | Refused} */
async function sendPiece({ ctx, file, hash, tell, signal }: Sending, at: number): Promise<Stored | number | null> {
  const piece = await file.slice(at, at + PIECE).arrayBuffer().catch(() => { throw unreadable(); });
  const query = new URLSearchParams({ name: file.name, sha256: hash, size: String(file.size), from: String(at) });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const cut = () => request.abort();
    let stalled = setTimeout(cut, STALLED);
    request.open('POST', `/c/${ctx.case}/documents?${query.toString()}`);
    request.responseType = 'json';
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-CSRFToken', ctx.csrf);
    request.upload.onprogress = (event) => {
      clearTimeout(stalled);
      stalled = setTimeout(cut, STALLED);
      tell('sending', file.size === 0 ? 1 : (at + event.loaded) / file.size);
    };
    request.onerror = request.onabort = () => resolve(null);
    request.onloadend = () => {
      clearTimeout(stalled);
      signal?.removeEventListener('abort', cut);
    };
    request.onload = () => {
      const value = (request.response ?? {}) as Record<string, unknown>;
      const slug = String(value.type ?? '').split('/').pop() ?? '';
      if (request.status === 201) resolve(value as unknown as Stored);
      else if ((request.status === 202 || request.status === 409) && typeof value.arrived === 'number') resolve(value.arrived);
      else if (request.status === 404 && slug === 'upload-not-found') resolve(0);
      else if (request.status >= 502) resolve(null);
      else reject(new Problem(request.status, slug, String(value.title ?? ''), String(value.detail ?? request.statusText), value));
    };
    signal?.addEventListener('abort', cut, { once: true });
    request.send(piece);
  });
}
