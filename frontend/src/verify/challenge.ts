/** /verify, a tested ballot: this device takes the fingerprint first, then the opening, and compares by itself.
 *
 * The arithmetic needs no network. Asked of the server afterwards: whether the ballot stands on the ledger all the same.
 * @module */
import { picks } from '../app/forms.js';
import { element, facts, need } from '../app/page.js';
import { Problem, problemOf, sentence } from '../app/problem.js';
import { language, words } from '../app/words.js';
import type { Choice } from '../core/body.js';
import { fromUtf8, hex, unb64u, utf8 } from '../core/bytes.js';
import { checkNoted, isChallenge, readChallenge, type Challenge } from '../core/challenge.js';
import { Malformed, Refused } from '../core/errors.js';
import { Frames, unpack } from '../core/frames.js';
import { noted } from './noted.js';
import { hasCamera, readPicture, scan } from './scan.js';
import { PRACTICE } from '../core/practice.js';

const CHOICES: Readonly<Record<Choice, readonly [string, string]>> = { for: ['同意', 'For'], against: ['不同意', 'Against'], abstain: ['弃权', 'Abstain'] };

const box = need('[data-test]');
const part = (name: string) => need(`[data-test-${name}]`, box);
const field = <T extends HTMLElement>(id: string) => need<T>(`#${id}`);
const frames = new Frames();
let stop: (() => void) | null = null;
let opening: Uint8Array | null = null;

// --- The fingerprint

function drawNoted(): void {
  const taken = noted.get();
  part('noted').hidden = taken === null;
  part('first').hidden = taken !== null;
  part('second').hidden = taken === null && opening === null;
  if (taken === null) return;
  part('fingerprint').replaceChildren(...taken.fingerprint.split(' ').flatMap((group) => [element('span', group), ' ']));
  part('when').textContent = new Intl.DateTimeFormat(words('zh-CN', 'en-GB'), { timeStyle: 'medium' }).format(new Date(taken.when));
}

function take(text: string): void {
  noted.take(text);
  opening = null;
  clear();
  drawNoted();
  part('noted').focus();
}

function again(): void {
  noted.forget();
  opening = null;
  clear();
  drawNoted();
  field('test-fingerprint').focus();
}

// --- The opening

/** Take the file of a tested ballot, by whatever way it came. */
export async function takeOpened(bytes: Uint8Array): Promise<void> {
  if (!isChallenge(bytes)) throw new Malformed('this is not the file of a tested ballot', '这不是抽查文件');
  opening = bytes;
  drawNoted();
  const before = noted.get();
  let challenge: Challenge;
  try {
    challenge = await readChallenge(bytes);
    if (before !== null) checkNoted(challenge, before.fingerprint);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return stopped(error.sentence(language()));
  }
  await shown(challenge, before !== null);
}

async function takeText(text: string): Promise<void> {
  const link = /#opened=([A-Za-z0-9_-]+)\s*$/.exec(text);
  if (link !== null) return takeOpened(await unpack(unb64u(link[1] ?? '')));
  if (text.trimStart().startsWith('{')) return takeOpened(utf8(text.trim()));
  await takeFrame(text);
}

/** @returns whether the file is whole */
async function takeFrame(text: string): Promise<boolean> {
  const whole = await frames.add(text);
  const [there, of] = frames.progress;
  part('progress').textContent = words(`已扫${there}个，共${of}个`, `${there} of ${of} scanned`);
  if (whole === null) return false;
  await takeOpened(whole);
  return true;
}

// --- What comes of it

function clear(): void {
  stop?.();
  stop = null;
  part('camera').hidden = true;
  part('error').hidden = true;
  part('outcome').hidden = true;
}

function outcome(kind: 'good' | 'unknown' | 'differs', title: string, text: string): void {
  clear();
  const place = part('outcome');
  place.hidden = false;
  place.className = `verdict ${kind}`;
  for (const mark of place.querySelectorAll<HTMLElement>('[data-mark]')) mark.hidden = mark.dataset.mark !== kind;
  part('title').textContent = title;
  part('words').textContent = text;
  for (const name of ['choices', 'question', 'same', 'stop', 'ledger', 'report']) part(name).hidden = true;
  facts(part('facts'), []);
}

const STOP = () => words('停：不要用那台设备投票。保存抽查文件，联系法院，换一台设备投。', 'Stop: do not vote with that device. Save the test file, tell the court, and vote with another device.');

function stopped(why: string): void {
  outcome('differs', words('不一致', 'It does not match'), why);
  part('stop').hidden = false;
  part('stop-words').textContent = STOP();
  keepEvidence();
  part('outcome').focus();
}

function keepEvidence(): void {
  const save = field<HTMLAnchorElement>('test-save');
  save.href = URL.createObjectURL(new Blob([new Uint8Array(opening ?? new Uint8Array())], { type: 'application/json' }));
  const name = noted.get()?.fingerprint ?? '';
  save.download = `${name.slice(0, 9).replace(' ', '-') || 'opened'}.challenge.json`;
}

async function shown(challenge: Challenge, compared: boolean): Promise<void> {
  if (compared) outcome('good', words('指纹一致，票也对得上', 'The fingerprint and the ballot match'), words('那台设备封的就是下面的选择。这张票已拆开，不计入。', 'That device sealed exactly the choices below. This ballot was opened and is not counted.'));
  else outcome('unknown', words('没有先记下指纹', 'No fingerprint was taken before'), words('文件本身对得上，但不能说明它就是拆开前显示的那张票。另封一张，先记指纹再拆。', 'The file itself holds, but nothing shows that it is the ballot displayed before it was opened. Seal another, and take its fingerprint first.'));
  facts(part('facts'), [[words('这张票的指纹', 'Fingerprint of this ballot'), challenge.fingerprint]]);
  const practice = challenge.manifest.case === PRACTICE;
  const titles = practice ? new Map<string, string>() : await motionTitles(challenge);
  const name = (motion: string) => {
    const at = challenge.manifest.motions.findIndex((one) => one.id === motion) + 1;
    return `${words(`第${at}项`, `Motion ${at}`)}${titles.has(motion) ? words(`《${titles.get(motion)?.replaceAll(/[《》]/g, '')}》`, `, ${titles.get(motion)}`) : ''}`;
  };
  part('choices').hidden = false;
  part('choices').replaceChildren(...challenge.choices.map((c) => {
    const row = element('li', '');
    row.append(element('span', `${name(c.motion)} · ${c.line}`, { class: 'hint' }), element('br'), element('strong', words(...CHOICES[c.choice])));
    return row;
  }));
  part('question').hidden = !compared;
  keepEvidence();
  part('outcome').focus();
  field('test-yes').onclick = () => answered(challenge, true);
  field('test-no').onclick = () => answered(challenge, false);
  if (!practice) await lookUp(challenge);
}

function answered(challenge: Challenge, same: boolean): void {
  part('question').hidden = true;
  part(same ? 'same' : 'stop').hidden = false;
  if (!same) {
    part('outcome').className = 'verdict differs';
    part('stop-words').textContent = STOP();
  }
  if (challenge.manifest.case !== PRACTICE) offerReport(challenge, same);
}

// --- Asking and telling the server

function address({ manifest }: Challenge): string {
  return `/c/${manifest.case}/m/${manifest.meeting}`;
}

async function motionTitles(challenge: Challenge): Promise<ReadonlyMap<string, string>> {
  try {
    const response = await fetch(`${address(challenge)}/board.json`, { credentials: 'omit' });
    if (!response.ok) return new Map();
    const { motions } = (await response.json()) as { motions?: readonly { motion: string; title: string }[] };
    return new Map((motions ?? []).map((motion) => [motion.motion, motion.title]));
  } catch {
    return new Map(); // without a connection motions have numbers only
  }
}

interface Standing {
  /** whether the ledger holds the vote that the ballot is for */
  readonly vote: boolean;
  /** whether the opened ballot was cast all the same */
  readonly cast: boolean;
  /** its entry, null while it waits to be entered */
  readonly entry: number | null;
  readonly size: number;
}

/** An opened ballot is void: on the ledger it must not stand. */
async function lookUp(challenge: Challenge): Promise<void> {
  const place = part('ledger');
  place.hidden = false;
  const say = (text: string) => { part('ledger-words').textContent = text; };
  field('test-look').onclick = () => void lookUp(challenge);
  let found: Standing;
  try {
    const response = await fetch(`${address(challenge)}/tests/${hex(challenge.manifest.hash)}/${hex(challenge.hash)}`, { credentials: 'omit', cache: 'no-store' });
    if (!response.ok) throw await problemOf(response);
    found = (await response.json()) as Standing;
  } catch (error) {
    say(error instanceof Problem && error.status === 404
      ? words('这台服务器没有这次表决：核对那台设备打开的网址。', 'This server has no such vote: check the address that the other device has open.')
      : words('没有查账本：连不上服务器。', 'The ledger was not looked at: the server cannot be reached.'));
    return;
  }
  if (found.cast) {
    stopped(words(
      `这张票拆开过，却又被投出${found.entry === null ? '：服务器已收下，即将入账' : `：它是账本第 ${found.entry} 条`}。`,
      `This ballot was cast although it was opened${found.entry === null ? ': the server has taken it and is about to enter it' : `: it is entry ${found.entry} of the ledger`}.`));
    return offerReport(challenge, false);
  }
  if (!found.vote) return stopped(words('这张票所属的表决清单不在账本上：那台设备打开的不是这次表决。', 'The ballot is for a vote that the ledger does not hold: the other device has another vote open.'));
  say(words(`账本上没有这张票（查到第 ${found.size - 1} 条）。投票截止前可以再查。`, `The ledger does not hold this ballot (looked at up to entry ${found.size - 1}). You can look again before voting closes.`));
}

function offerReport(challenge: Challenge, same: boolean): void {
  part('report').hidden = false;
  const button = field<HTMLButtonElement>('test-report');
  button.hidden = false;
  const say = (text: string) => { part('reported').textContent = text; };
  say('');
  button.onclick = () => {
    button.hidden = true;
    void report(challenge, same).then(say, (error: unknown) => {
      say(sentence(error));
      button.hidden = false;
    });
  };
}

async function report(challenge: Challenge, matched: boolean): Promise<string> {
  const file = fromUtf8(opening ?? new Uint8Array());
  const response = await fetch(`${address(challenge)}/tests`, {
    method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: `{"challenge":${file},"matched":${String(matched)}}`,
  });
  if (!response.ok) throw await problemOf(response);
  const { done, matched: good } = (await response.json()) as { done: number; matched: number };
  return words(`已计入看板：共抽查${done}张，${good}张一致。`, `Counted on the live board: ${done} tested, ${good} matched.`);
}

// --- The page

function told(act: () => Promise<unknown>): void {
  part('error').hidden = true;
  void act().catch((error: unknown) => {
    part('error-words').textContent = sentence(error);
    part('error').hidden = false;
    part('error').focus();
  });
}

async function film(taken: (text: string) => Promise<boolean>): Promise<void> {
  clear();
  part('progress').textContent = '';
  part('camera').hidden = false;
  try {
    stop = await scan(need<HTMLVideoElement>('video', box), async (text) => {
      try {
        return await taken(text);
      } catch (error) {
        part('progress').textContent = sentence(error);
        return false;
      }
    });
  } catch (error) {
    part('camera').hidden = true;
    throw error;
  }
}

async function openedFile(file: File): Promise<void> {
  if (file.size > 20_000_000) throw new Refused('too-large', '这个文件太大', 'This file is too large');
  if (file.type.startsWith('image/')) await takeFrame(await readPicture(file));
  else await takeOpened(utf8(fromUtf8(new Uint8Array(await file.arrayBuffer())).trim()));
}

function chosen(id: string, act: (file: File) => Promise<unknown>): void {
  picks(field<HTMLInputElement>(id), (files) => told(async () => {
    for (const file of files) await act(file);
  }));
}

function begin(): void {
  for (const button of box.querySelectorAll<HTMLElement>('[data-camera-for]')) button.hidden = !hasCamera();
  field('test-scan-first').addEventListener('click', () => told(() => film(async (text) => { take(text); return true; })));
  field('test-scan-second').addEventListener('click', () => told(() => film(takeFrame)));
  field('test-stop-camera').addEventListener('click', clear);
  field('test-take').addEventListener('click', () => told(async () => take(field<HTMLInputElement>('test-fingerprint').value)));
  field('test-check').addEventListener('click', () => told(() => takeText(field<HTMLTextAreaElement>('test-opening').value)));
  field('test-again').addEventListener('click', again);
  field('test-next').addEventListener('click', again);
  field('test-other-wrong').addEventListener('click', () => told(async () => { if (opening !== null) await takeOpened(opening); }));
  chosen('test-picture', async (file) => take(await readPicture(file)));
  chosen('test-file', openedFile);
  drawNoted();
  if (location.hash.startsWith('#opened=')) told(() => takeText(location.hash));
}

begin();
