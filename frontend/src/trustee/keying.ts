/** (a) The key: made, tested, published.
 * @module */
import { say, words } from '../app/act.js';
import { need } from '../app/page.js';
import { systemRandom } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import type { JsonObject } from '../core/jcs.js';
import { openTrusteeKey, wrapTrusteeKey } from '../core/keyfile.js';
import { proveKey } from '../core/manifest.js';
import { makeTrusteeKey } from '../core/trustee.js';
import { chosen, ctx, page, session, tell, value, working } from './session.js';

export async function make(): Promise<void> {
  if (value('passphrase') !== value('passphrase-again')) throw new Refused('passphrase', '两次口令不一样', 'The two passphrases differ');
  working.show(words('正在生成钥匙，用口令封存', 'Making the key and sealing it under the passphrase'));
  const made = makeTrusteeKey(ctx.case, page.meeting, ctx.person).key;
  const file = await wrapTrusteeKey(made, value('passphrase'));
  const save = need<HTMLAnchorElement>('[data-save]');
  URL.revokeObjectURL(save.href);
  save.href = URL.createObjectURL(new Blob([file], { type: 'application/json' }));
  save.download = `trustee-${ctx.case}-${page.meeting}.key.json`;
  need('[data-made]').hidden = false;
  need('[data-save-words]').textContent = words('先保存文件，再试打开。只此一份，可自行复制备份。', 'Save the file, then test it. There is no other copy; make one yourself if you wish.');
  need('[data-publish]').hidden = true;
  need('[data-tested]').hidden = true;
  save.focus();
}

export async function test(): Promise<void> {
  working.show(words('正在试打开钥匙文件', 'Testing the key file'));
  session.fresh = null;
  need('[data-tested]').hidden = true;
  need('[data-publish]').hidden = true;
  const found = await openTrusteeKey(await chosen('test-file'), value('test-passphrase'));
  if (found.case !== ctx.case || found.meeting !== page.meeting || found.id !== ctx.person) {
    throw new Refused('not-this-meeting', '这把钥匙属于另一次会议或另一人', 'This key is of another meeting or of somebody else');
  }
  session.fresh = found;
  need('[data-tested]').hidden = false;
  need('[data-publish]').hidden = false;
  for (const id of ['passphrase', 'passphrase-again', 'test-passphrase']) need<HTMLInputElement>(`#${id}`).value = '';
  need('[data-do-publish]').focus();
}

export async function publish(): Promise<void> {
  const { fresh } = session;
  if (fresh === null) return;
  const party = proveKey('trustee-key', ctx.case, page.meeting, fresh.id, fresh.secret, systemRandom);
  const boxes = document.querySelectorAll<HTMLInputElement>('input[name="stands-for"]:checked');
  await tell(say(ctx, { kind: 'trustee.key_published@1', role: 'trustee', body: { ...party, stands_for: [...boxes].map((box) => box.value).sort() } as unknown as JsonObject }));
  session.fresh = null;
}
