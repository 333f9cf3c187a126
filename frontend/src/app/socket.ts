/** Hearing that a case has moved on: by WebSocket, or by asking for the log's size where there is none.
 * @module */

/** `live`: told at once. `polling`: no WebSocket, asked every few seconds. `cut`: neither is to be had. */
export type Link = 'live' | 'polling' | 'cut';

export interface Watch {
  /** Send something, if there is a WebSocket; whether it was sent. */
  send(value: unknown): boolean;
  close(): void;
}

const POLL = 3000;
const LONGEST = 15_000;

export function socketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
}

/** The size of the log: the second line of its newest checkpoint. */
async function sizeNow(caseId: string): Promise<number | null> {
  try {
    const response = await fetch(`/ledger/${caseId}/checkpoint`, { cache: 'no-store' });
    const size = response.ok ? Number((await response.text()).split('\n')[1]) : NaN;
    return Number.isSafeInteger(size) ? size : null;
  } catch {
    return null;
  }
}

/** @param moved - called with the log's size whenever it has grown. @param told - called when the link changes */
export function watchCase(caseId: string, moved: (size: number) => void, told: (link: Link) => void = () => undefined): Watch {
  let socket: WebSocket | null = null;
  let [size, tries, closed] = [-1, 0, false];
  const grown = (n: number) => {
    if (n > size) {
      size = n;
      moved(n);
    }
  };
  const open = () => {
    const made = new WebSocket(socketUrl(`/ws/c/${caseId}`));
    made.onopen = () => {
      [socket, tries] = [made, 0];
      told('live');
    };
    made.onmessage = (event) => {
      const value = JSON.parse(String(event.data)) as { n?: unknown };
      if (typeof value.n === 'number') grown(value.n);
    };
    made.onclose = () => {
      socket = null;
      tries += 1;
      if (!closed) setTimeout(open, Math.min(500 * 2 ** tries, LONGEST));
    };
  };
  const poll = async () => {
    if (socket !== null || closed) return;
    const found = await sizeNow(caseId);
    if (socket !== null || closed) return;
    told(found === null ? 'cut' : 'polling');
    if (found !== null) grown(found);
  };
  open();
  const timer = setInterval(() => void poll(), POLL);
  return {
    send(value) {
      if (socket === null || socket.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(value));
      return true;
    },
    close() {
      closed = true;
      clearInterval(timer);
      socket?.close();
    },
  };
}
