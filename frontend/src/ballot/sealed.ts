/** Sealed, and not cast yet.
 * @module */
import { words } from '../app/words.js';
import { h, isBusy } from '../claims/dom.js';
import { fingerprintBox } from '../claims/receipt.js';
import { castState, doCast } from './cast.js';
import { keepSealed, session } from './session.js';
import { eyebrow, go, show } from './steps.js';

export function drawSealed(): void {
  const cast = h('button', { type: 'button', class: 'button act', id: 'cast' }, words('投出这张票', 'Cast this ballot'));
  const state = castState();
  const again = h('button', { type: 'button', class: 'button', click: () => void unseal() }, words('不投这张，返回修改', 'Do not cast it; change my choices'));
  cast.addEventListener('click', () => {
    if (!isBusy(cast)) void doCast(cast, again, state);
  });
  const { sealed } = session();
  const answers = sealed.reduce((sum, ballot) => sum + ballot.body.answers.length, 0);
  show(
    h('h1', { class: 'sealed-title' }, words('还差一步：票还没有投出', 'One step left: your ballot is not cast yet')),
    h('p', {}, words(`${answers}项选择已在这部手机里封好。投出以后才算数。`, `${answers === 1 ? '1 choice is' : `${answers} choices are`} sealed on this device. ${answers === 1 ? 'It counts' : 'They count'} once cast.`)),
    ...sealed.map((ballot) => fingerprintBox(ballot.fingerprint)),
    state.place,
    h('div', { class: 'actions stacked' }, cast, again),
    eyebrow(''),
  );
}

async function unseal(): Promise<void> {
  await keepSealed([]);
  go('review');
}
