/** Court and administrator attest keys that wait: each is a statement signed here. The list renews itself.
 * @module */
import { context, deviceKey, keyGroups, myPasskey, say, sentence, words } from '../app/act.js';
import { once, sendWords, the } from '../app/forms.js';
import { getJson, pause, postJson } from '../app/http.js';
import { language } from '../app/words.js';
import type { Role } from '../core/statement.js';

interface Waiting {
  readonly key: string;
  readonly person: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** keys this person has already */
  readonly enrolled: number;
  readonly suite: string;
  readonly public_key: string;
  readonly possession: string;
  readonly asked: string;
}

const EVERY = 3000;
const ctx = context();
const role: Role = ctx.roles.includes('court') ? 'court' : 'administrator';
const list = the('#waiting');
const status = the('#status');
const rows = new Map<string, HTMLElement>();

function roleWord(of: Role): string {
  return {
    court: words('法院', 'court'), administrator: words('管理人', 'administrator'), creditor: words('债权人', 'creditor'),
    agent: words('代理人', 'agent'), debtor: words('债务人', 'debtor'), committee: words('债权人委员会', 'committee'),
    trustee: words('监票人', 'tally trustee'), clerk: words('系统书记员', 'clerk'),
  }[of];
}

function made(waiting: Waiting): HTMLElement {
  const copy = the<HTMLTemplateElement>('#waiting-row').content.cloneNode(true) as DocumentFragment;
  const row = the('li', copy);
  the('[data-name]', row).textContent = waiting.name;
  the('[data-roles]', row).textContent = waiting.roles.map(roleWord).join(' · ');
  the('[data-key-groups]', row).textContent = keyGroups(waiting.key);
  the('[data-is-passkey]', row).hidden = waiting.suite !== 'webauthn-es256';
  const asked = the<HTMLTimeElement>('[data-asked]', row);
  asked.dateTime = waiting.asked;
  asked.textContent = new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : 'zh-CN', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(new Date(waiting.asked));
  the('[data-again]', row).hidden = waiting.enrolled === 0;
  const courtOnly = role !== 'court' && waiting.roles.some((held) => held === 'court' || held === 'administrator');
  the('[data-court-only]', row).hidden = !courtOnly;
  the('[data-first]', row).hidden = courtOnly;
  const confirm = the('[data-confirm]', row);
  const ask = (on: boolean) => {
    confirm.hidden = !on;
    the('[data-first]', row).hidden = on;
    the(on ? '[data-sign]' : '[data-check]', row).focus();
  };
  the('[data-check]', row).onclick = () => ask(true);
  the('[data-back]', row).onclick = () => ask(false);
  const note = the('[data-status]', row);
  const sign = the<HTMLButtonElement>('[data-sign]', row);
  sign.onclick = () => void once(sign, null, async () => {
    try {
      await attest(waiting, (text) => { note.textContent = text; });
      gone(waiting.key, words(`${waiting.name}的钥匙已认证`, `The key of ${waiting.name} is attested`));
    } catch (error) {
      note.textContent = sentence(error);
    }
  });
  const refuse = the<HTMLButtonElement>('[data-refuse]', row);
  refuse.onclick = () => void once(refuse, null, async () => {
    try {
      await postJson(ctx.csrf, `/c/${ctx.case}/keys/${waiting.key}/refuse`, {});
      gone(waiting.key, words(`${waiting.name}的钥匙未获认证`, `The key of ${waiting.name} is refused`));
    } catch (error) {
      note.textContent = sentence(error);
    }
  });
  return row;
}

async function attest(waiting: Waiting, tell: (text: string) => void): Promise<void> {
  // The key that a passkey enrolled for this device attests nobody: then the passkey signs.
  const here = await getJson<{ level: string | null }>(`/c/${ctx.case}/keys/${(await deviceKey(ctx)).keyId}`);
  const signer = here.level === 'passkey' ? await myPasskey(ctx) : null;
  await say(ctx, {
    kind: 'key.enrolled@1',
    ...(signer === null ? {} : { signer }),
    role,
    body: {
      holder: waiting.person, suite: waiting.suite, public_key: waiting.public_key, possession: waiting.possession, level: 'attested', until: null,
    },
  }, (state) => tell(sendWords(state)));
}

function gone(key: string, text: string): void {
  rows.get(key)?.remove();
  rows.delete(key);
  status.textContent = text;
  the('#none').hidden = rows.size > 0;
  (list.querySelector<HTMLElement>('[data-check]') ?? the('h1')).focus();
}

async function renew(): Promise<void> {
  const found = await getJson<readonly Waiting[]>(`/c/${ctx.case}/keys/pending`);
  for (const key of [...rows.keys()]) {
    if (!found.some((waiting) => waiting.key === key)) {
      rows.get(key)?.remove();
      rows.delete(key);
    }
  }
  for (const waiting of found) {
    if (rows.has(waiting.key)) continue;
    const row = made(waiting);
    rows.set(waiting.key, row);
    list.append(row);
  }
  the('#none').hidden = rows.size > 0;
}

async function run(): Promise<void> {
  for (;;) {
    try {
      if (document.visibilityState === 'visible') await renew();
      if (status.dataset.lost) {
        delete status.dataset.lost;
        status.textContent = '';
      }
    } catch (error) {
      status.dataset.lost = 'yes';
      status.textContent = sentence(error);
    }
    await pause(EVERY);
  }
}

const letIn = the<HTMLButtonElement>('#let-in');
letIn.onclick = () => void once(letIn, null, async () => {
  const note = the('#let-in-note');
  const person = the<HTMLSelectElement>('#lost').value;
  try {
    if (person === '') note.textContent = words('先选人员', 'Choose the person first');
    else {
      const { code } = await postJson<{ code: string }>(ctx.csrf, `/c/${ctx.case}/people/${person}/let-in`, {});
      note.textContent = words(`验证码：${code}（只显示这一次，当面或电话告知本人）`, `Code: ${code} (shown only now; tell the person, in the room or by telephone)`);
    }
  } catch (error) {
    note.textContent = sentence(error);
  }
});

the('h1').tabIndex = -1;
void run();
