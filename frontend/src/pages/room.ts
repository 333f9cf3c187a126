/** The meeting room: signing in, for oneself and for principals, and staying present while the page is open.
 * @module */
import { context } from '../app/act.js';
import { pause } from '../app/http.js';
import { words } from '../app/words.js';
import { chosenIn, unchosen } from '../claims/acting.js';
import { must, showMistakes } from '../claims/dom.js';
import { send } from '../claims/sending.js';

const ctx = context();
const room = must('#room');
const meeting = room.dataset.meeting ?? '';
const button = document.querySelector<HTMLElement>('#sign-in');
const HEARTBEAT = 10_000;

button?.addEventListener('click', async () => {
  const area = must('#presence');
  const mistakes = unchosen(area);
  if (mistakes.length > 0) {
    showMistakes(must('#errors'), mistakes);
    return;
  }
  for (const { role, person } of chosenIn(area)) {
    const receipt = await send(ctx, area, button, must('#errors'), () => ({ kind: 'presence.began@1', role, principal: person, body: { meeting, person } }));
    if (receipt === null) return;
  }
  location.reload();
});

if (room.dataset.present === '1') void stayPresent();

/** Heartbeats over the case's WebSocket; without it the page says that the connection is cut, and connects anew. */
async function stayPresent(): Promise<never> {
  const state = must('[data-link-state]');
  const show = (connected: boolean) => {
    state.hidden = false;
    state.classList.toggle('cut', !connected);
    state.textContent = connected ? words('连接正常', 'Connected') : words('连接中断，正在重连；断开过久会算作退场', 'Connection lost, connecting again; if it lasts you count as having left');
  };
  for (let tries = 0; ; tries += 1) {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/c/${ctx.case}`);
    const beat = () => socket.send(JSON.stringify({ presence: meeting, agent: room.dataset.agent === '1' }));
    let timer: ReturnType<typeof setInterval> | undefined;
    await new Promise<void>((resolve) => {
      socket.onopen = () => {
        tries = 0;
        show(true);
        beat();
        timer = setInterval(beat, HEARTBEAT);
      };
      socket.onclose = () => resolve();
    });
    clearInterval(timer);
    show(false);
    await pause(Math.min(1000 * 2 ** tries, 15_000));
  }
}
