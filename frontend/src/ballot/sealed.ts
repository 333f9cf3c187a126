/** Sealed, and not cast yet: cast it, or test it first.
 * @module */
import { words } from '../app/words.js';
import { h, isBusy } from '../claims/dom.js';
import { fingerprintBox } from '../claims/receipt.js';
import { qrPicture } from '../app/qr.js';
import { castState, doCast } from './cast.js';
import type { Vote } from './data.js';
import type { Sealed } from './kept.js';
import { keepSealed, session } from './session.js';
import { onceOnly } from './once.js';
import { eyebrow, go, show } from './steps.js';
import { testPanel } from './testing.js';

export function drawSealed(): void {
  const cast = h('button', { type: 'button', class: 'button act', id: 'cast' }, words('投出这张票', 'Cast this ballot'));
  const test = h('button', { type: 'button', class: 'button', id: 'test', 'aria-expanded': 'false', 'aria-controls': 'testing' }, words('先抽查一张', 'Test one first'));
  const state = castState();
  const again = h('p', {}, h('button', { type: 'button', class: 'button plain', click: () => void unseal() }, words('不投这张，返回修改', 'Do not cast it; change my choices')));
  const panel = testPanel();
  cast.addEventListener('click', () => {
    if (isBusy(cast)) return;
    panel.hidden = true;
    void doCast(cast, [test, again], state);
  });
  test.addEventListener('click', () => {
    panel.hidden = !panel.hidden;
    test.setAttribute('aria-expanded', String(!panel.hidden));
    if (!panel.hidden) panel.querySelector<HTMLElement>('h2')?.focus();
  });
  const { sealed, vote } = session();
  const answers = sealed.reduce((sum, ballot) => sum + ballot.body.answers.length, 0);
  show(
    h('h1', { class: 'sealed-title' }, words('还差一步：票还没有投出', 'One step left: your ballot is not cast yet')),
    h('p', {}, words(`${answers}项选择已在这部手机里封好。投出以后才算数。`, `${answers === 1 ? '1 choice is' : `${answers} choices are`} sealed on this device. ${answers === 1 ? 'It counts' : 'They count'} once cast.`)),
    onceOnly(vote),
    drawnHint(vote),
    ...sealed.map(identified),
    state.place,
    h('div', { class: 'actions stacked' }, cast, test),
    panel,
    again,
    eyebrow(''),
  );
}

/** Whom the draw calls on, he sees himself: no software here knows his number. */
function drawnHint(vote: Vote): HTMLElement | null {
  if (vote.drawn.length === 0) return null;
  const digits = vote.drawn.join(words('、', ', '));
  return h('p', { class: 'notice', 'data-drawn': true }, words(`主席抽出的尾号是${digits}：您在债权表中的编号以它结尾的，先抽查一张再投。`, `The chair drew ${digits}: if your number in the register of claims ends in it, test one before you cast.`));
}

/** The fingerprint to read, and to scan with another device. */
function identified(ballot: Sealed): HTMLElement {
  const box = fingerprintBox(ballot.fingerprint);
  box.append(qrPicture(ballot.fingerprint, words('这张票指纹的二维码', 'QR code of this ballot’s fingerprint')));
  return box;
}

async function unseal(): Promise<void> {
  await keepSealed([]);
  go('review');
}
