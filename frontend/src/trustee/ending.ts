/** (d) The end: the key is destroyed, and the ledger says so.
 * @module */
import { say, words } from '../app/act.js';
import { need } from '../app/page.js';
import { b64u } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import { ctx, follow, myIndex, session, tell } from './session.js';

export async function destroyed(): Promise<void> {
  if (!need<HTMLInputElement>('#file-gone').checked) {
    throw new Refused('not-destroyed', '先删除钥匙文件及其全部副本，再勾选', 'Delete the key file and every copy of it first, then tick the box');
  }
  const vote = await follow();
  if (!vote.manifest) return;
  await tell(say(ctx, { kind: 'keys.destroyed@1', role: 'trustee', body: { manifest_hash: b64u(vote.manifest.hash), index: myIndex(vote) } }));
  session.key = null;
  session.opened = [];
  need('[data-said]').append(' ', words('服务器在最后一位监票人声明后删除密封份额。', 'The server deletes the boxes when the last trustee has said so.'));
}
