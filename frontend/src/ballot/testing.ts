/** Testing a sealed ballot (protocol 8): it is opened for another device to see, and is void.
 * @module */
import { sentence } from '../app/problem.js';
import { qrPicture } from '../app/qr.js';
import { words } from '../app/words.js';
import { busy, h, icon, isBusy, must, showRefusal } from '../claims/dom.js';
import { fingerprintBox } from '../claims/receipt.js';
import { b64u, fromUtf8, utf8 } from '../core/bytes.js';
import { framesOf, pack } from '../core/frames.js';
import { challengeFile } from '../core/opening.js';
import { decide } from './fate.js';
import type { Opened, Sealed } from './kept.js';
import { sealChoices } from './sealing.js';
import { keepOpened, keepSealed, room, session } from './session.js';
import { draw, go, show } from './steps.js';

const MOST_FRAMES = 12; // more codes than that nobody scans: then the file
const LONGEST_LINK = 8000;
const TURN = 900; // milliseconds that a code is shown

/** What a test is, and the button that opens the ballot; hidden until it is asked for. */
export function testPanel(): HTMLElement {
  const { sealed, secrets } = session();
  const ready = sealed.every((ballot) => secrets.has(ballot.fingerprint));
  const which = sealed.map((ballot, i) => {
    const input = h('input', { type: 'radio', name: 'which', value: ballot.fingerprint, id: `which-${i}` });
    input.checked = i === 0;
    return h('label', { class: 'choice' }, input, h('span', { class: 'mono' }, ballot.fingerprint));
  });
  const open = h('button', { type: 'button', class: 'button', id: 'open-ballot' }, ready ? words('指纹已扫好，拆开这张票', 'The fingerprint is scanned: open this ballot') : words('另封一张来抽查', 'Seal another to test'));
  open.addEventListener('click', () => {
    if (isBusy(open)) return;
    const chosen = must('#testing').querySelector<HTMLInputElement>('input[name=which]:checked')?.value;
    void act(open, ready ? () => openBallot(sealed.find((ballot) => ballot.fingerprint === chosen) ?? sealed[0]) : resealed);
  });
  const address = h('strong', { class: 'mono' }, `${location.host}/verify`);
  return h('section', { class: 'notice', hidden: true, id: 'testing', 'aria-labelledby': 'testing-title' },
    h('h2', { id: 'testing-title', class: 'notice-title', tabindex: '-1' }, words('抽查', 'Test a ballot')),
    h('p', {}, words('想知道手机有没有照您的意思封票？抽查会拆开这张给您看。拆开的票作废、不计入，然后另封一张再投。可多次抽查。', 'Did the phone seal what you chose? A test opens this ballot. An opened ballot is void and not counted; you seal a new one. Test as often as you like.')),
    ready
      ? h('ol', {},
        h('li', {}, words('用另一台设备打开 ', 'On another device open '), address),
        h('li', {}, words('在那里先扫（或输入）上面的指纹', 'There, first scan (or type) the fingerprint above')),
        h('li', {}, words('扫好后，在这里拆开', 'Once it is taken, open the ballot here')))
      : h('p', {}, words('这张票是重新打开页面前封的，本机没有留下拆开它的数据。选择保留，可以另封一张来抽查。', 'This ballot was sealed before the page was opened again, and what would open it was not kept. Your choices are: seal another to test.')),
    ready && which.length > 1 ? h('fieldset', { class: 'field' }, h('legend', {}, words('拆开哪一张', 'Which one to open')), h('div', { class: 'choices' }, ...which)) : null,
    open);
}

async function act(button: HTMLElement, what: () => Promise<void>): Promise<void> {
  busy(button, true);
  try {
    await what();
  } catch (error) {
    busy(button, false);
    showRefusal(must('#errors'), sentence(error), words('没有拆开任何票', 'No ballot was opened'));
  }
}

async function resealed(): Promise<void> {
  await sealChoices();
  go('sealed');
}

/** From here on the ballot is void, whatever happens to this page. */
async function openBallot(ballot: Sealed | undefined): Promise<void> {
  const opening = ballot === undefined ? undefined : session().secrets.get(ballot.fingerprint);
  if (ballot === undefined || opening === undefined) return resealed();
  await decide(ballot.body, 'opened');
  const file = fromUtf8(challengeFile(session().vote.published, ballot.body, ballot.boxes, opening));
  await keepOpened({ fingerprint: ballot.fingerprint, file, differs: false });
  session().secrets = new Map();
  await keepSealed([]);
  go('sealed');
}

/** The opened ballot, for the other device; then: is it what you chose? */
export function drawOpened(opened: Opened): void {
  if (opened.differs) return drawStopped(opened);
  const same = h('button', { type: 'button', class: 'button', id: 'test-same' }, words('一样，另封一张（选择保留）', 'The same: seal another (choices kept)'));
  const other = h('button', { type: 'button', class: 'button', id: 'test-other' }, words('不一样', 'Not the same'));
  same.addEventListener('click', () => {
    if (!isBusy(same)) void act(same, onwards);
  });
  other.addEventListener('click', () => void keepOpened({ ...opened, differs: true }).then(() => draw()));
  show(
    h('h1', {}, words('这张票已拆开，不计入', 'This ballot is opened and not counted')),
    fingerprintBox(opened.fingerprint),
    h('h2', {}, words('给另一台设备看', 'Show it to the other device')),
    codes(opened),
    h('div', { class: 'actions' }, save(opened)),
    h('h2', {}, words('那台设备显示的，与您选的一样吗？', 'Is what that device shows what you chose?')),
    h('div', { class: 'actions stacked' }, same, other),
  );
}

async function onwards(): Promise<void> {
  await sealChoices();
  await keepOpened(null);
  go('sealed');
}

function drawStopped(opened: Opened): void {
  const wrong = h('button', { type: 'button', class: 'button plain' }, words('点错了：是一样的，另封一张', 'A mistake: it was the same; seal another'));
  wrong.addEventListener('click', () => {
    if (!isBusy(wrong)) void act(wrong, onwards);
  });
  show(
    h('h1', {}, words('停：不要用这台设备投票', 'Stop: do not vote with this device')),
    h('p', { class: 'notice bad', role: 'alert' }, words('这台设备封的与您选的不一样。保存下面的文件，联系法院，换一台设备投票。', 'This device sealed something else than you chose. Save the file below, tell the court, and vote with another device.')),
    fingerprintBox(opened.fingerprint),
    h('div', { class: 'actions' }, save(opened), h('a', { class: 'button', href: room }, words('回到会议', 'Back to the meeting'))),
    h('p', {}, wrong),
  );
}

function save(opened: Opened): HTMLElement {
  return h('a', { class: 'button', id: 'save-opened', href: URL.createObjectURL(new Blob([opened.file], { type: 'application/json' })), download: `${opened.fingerprint.slice(0, 9).replace(' ', '-')}.challenge.json` },
    icon('download'), words('保存抽查文件', 'Save the test file'));
}

/** The file as QR codes in turn, and as a link, where it fits; for larger ones there is the file. */
function codes(opened: Opened): HTMLElement {
  const place = h('div', { class: 'codes' });
  const too = words('这张票太大，放不进二维码；保存文件，用任何办法传到另一台设备。', 'This ballot is too large for QR codes; save the file and bring it to the other device by any means.');
  if (globalThis.CompressionStream === undefined) place.append(h('p', { class: 'hint' }, too));
  else {
    const bytes = utf8(opened.file);
    void framesOf(bytes).then((frames) => place.append(frames.length > MOST_FRAMES ? h('p', { class: 'hint' }, too) : turning(frames)));
    void pack(bytes).then((packed) => {
      const link = `${location.origin}/verify#opened=${b64u(packed)}`;
      if (link.length <= LONGEST_LINK) place.append(copying(link));
    });
  }
  return place;
}

function copying(link: string): HTMLElement {
  const told = h('span', { role: 'status' });
  return h('p', {}, h('button', { type: 'button', class: 'button plain', click: () => void navigator.clipboard.writeText(link).then(() => { told.textContent = words('已复制', 'Copied'); }) }, words('复制链接', 'Copy as a link')), ' ', told);
}

/** One code after another, until paused; they stand still for whoever asked for less motion. */
function turning(frames: readonly string[]): HTMLElement {
  let at = 0;
  const place = h('div', { 'data-frame': '' });
  const count = h('p', { class: 'hint' });
  const show = (next: number) => {
    at = (next + frames.length) % frames.length;
    const name = words(`第${at + 1}个，共${frames.length}个`, `${at + 1} of ${frames.length}`);
    place.dataset.frame = frames[at] ?? '';
    place.replaceChildren(qrPicture(frames[at] ?? '', words(`拆开的票的二维码，${name}`, `QR code of the opened ballot, ${name}`)));
    count.textContent = name;
  };
  show(0);
  if (frames.length === 1) return h('div', {}, place);
  let timer: ReturnType<typeof setInterval> | undefined;
  const pause = h('button', { type: 'button', class: 'button' });
  const run = (on: boolean) => {
    clearInterval(timer);
    timer = on ? setInterval(() => (place.isConnected ? show(at + 1) : clearInterval(timer)), TURN) : undefined;
    pause.textContent = on ? words('暂停', 'Pause') : words('自动轮换', 'Show in turn');
  };
  pause.addEventListener('click', () => run(timer === undefined));
  run(!matchMedia('(prefers-reduced-motion: reduce)').matches);
  return h('div', {}, place, count, h('div', { class: 'actions pair' },
    h('button', { type: 'button', class: 'button', click: () => { run(false); show(at - 1); } }, words('上一个', 'Previous')), pause,
    h('button', { type: 'button', class: 'button', click: () => { run(false); show(at + 1); } }, words('下一个', 'Next'))));
}
