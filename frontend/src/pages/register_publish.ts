/** C/desk/register: the root is computed here over the rows that the page got, then signed.
 * @module */
import { the } from '../app/forms.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';
import { b64u } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import { dumps, type JsonObject } from '../core/jcs.js';
import { leafHash, root } from '../core/merkle.js';

interface Draft {
  readonly version: number;
  readonly root: string;
  readonly rows: readonly JsonObject[];
}

const ctx = context();
const given = draft<Draft>();

signs(the<HTMLFormElement>('#publish'), {
  ctx,
  prepare() {
    const computed = b64u(root(given.rows.map((row) => leafHash(dumps(row)))));
    if (computed !== given.root) {
      throw new Refused('root', '这里算出的债权表指纹与服务器的不同，没有签署；刷新后再试', 'The fingerprint computed here differs from the server’s; nothing was signed. Reload and try again');
    }
    return {
      utterance: { kind: 'register.published@1', role: 'administrator', body: { version: given.version, root: computed, rows: given.rows.length } },
      summary: [
        [words('版本', 'Version'), String(given.version)],
        [words('行数', 'Lines'), String(given.rows.length)],
        [words('指纹（在本机计算）', 'Fingerprint (computed here)'), computed.slice(0, 16)],
      ],
    };
  },
});
