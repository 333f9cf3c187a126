/** M/court/verify: the newest checkpoint is checked here, with the declared result under it, before the court signs.
 * @module */
import { Composition } from '../app/act.js';
import { pause } from '../app/http.js';
import { showErrors, value, type FieldError } from '../app/forms.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';
import { b64u, hex, sha256 } from '../core/bytes.js';
import { Refused } from '../core/errors.js';
import { parsePolicy } from '../core/policy.js';
import { checkReceipt, type Receipt } from '../core/proof.js';

interface Draft {
  readonly manifest_hash: string;
  readonly declared: string;
  /** of the statement, hex */
  readonly digest: string;
  /** null while it is being entered */
  readonly entry: number | null;
  readonly witnesses: Readonly<Record<string, string>>;
}

const KIND = 'result.verified@1';
const ctx = context();
const form = document.querySelector<HTMLFormElement>('#verify');

async function text(path: string): Promise<string> {
  const response = await fetch(`/ledger/${ctx.case}/${path}`, { cache: 'no-store' });
  if (!response.ok) throw new Refused('unreachable', `取不到账本的${path}（${response.status}），稍后再试`, `the ledger’s ${path} cannot be had (${response.status}); try again later`);
  return response.text();
}

/** The declared result under the newest checkpoint that a quorum cosigned; every signature and hash is checked here.
 * @throws {Refused} where one does not hold, or where witnesses stay away */
async function newest(given: Draft): Promise<Receipt> {
  if (given.entry === null) throw new Refused('not-entered', '结果正在入账，刷新后再试', 'the result is being entered; reload and try again');
  const policy = parsePolicy(await text('policy'));
  for (let tries = 0; ; tries += 1) {
    const receipt = checkReceipt(await text(`proof/${given.entry}`), policy);
    if (hex(sha256(receipt.entry.statement.payload)) !== given.digest || receipt.checkpoint.origin !== ctx.origin) {
      throw new Refused('receipt', '账本给出的不是这份结果', 'the ledger’s proof is of another statement');
    }
    if (receipt.quorum) return receipt;
    if (tries === 5) {
      const names = receipt.missing.map((name) => given.witnesses[name] ?? name).join(words('、', ', '));
      throw new Refused('quorum', `最新检查点缺少见证方共签：${names}。它们恢复后再点一次`, `the newest checkpoint lacks witnesses: ${names}. Once they are back, press again`);
    }
    await pause(1000);
  }
}

if (form) {
  const given = draft<Draft>();
  signs(form, {
    ctx,
    async prepare(tell) {
      const wrong: FieldError[] = [];
      const verdict = value(form, 'verdict');
      const note = value(form, 'note');
      if (verdict === '') wrong.push({ field: 'verdict', message: words('选择复核的结论', 'Choose what your recount found') });
      if (verdict === 'not_verified' && note === '') wrong.push({ field: 'note', message: words('写明哪里不一致', 'Say what does not agree') });
      showErrors(form, wrong);
      if (wrong.length > 0) return null;
      tell(words('正在核对最新检查点…', 'Checking the newest checkpoint …'));
      const { checkpoint, cosigners, entry } = await newest(given);
      const composed = new Composition(KIND);
      const body = {
        manifest_hash: given.manifest_hash, declared: given.declared, size: checkpoint.size, root: b64u(checkpoint.root), verdict,
        note: composed.sealOrNull('/note', note),
      };
      return {
        utterance: { kind: KIND, role: 'court', body, openings: composed.openings },
        summary: [
          [words('结论', 'Finding'), verdict === 'verified' ? words('核验通过', 'verified') : words('核验不通过', 'not verified')],
          [words('结果所在条目', 'Entry of the result'), String(entry.n)],
          [words('检查点', 'Checkpoint'), words(`共 ${checkpoint.size} 条，根 ${b64u(checkpoint.root).slice(0, 16)}…，已在这里核对`, `${checkpoint.size} entries, root ${b64u(checkpoint.root).slice(0, 16)}…, checked here`)],
          [words('见证方', 'Witnesses'), cosigners.map((one) => given.witnesses[one.witness] ?? one.witness).join(words('、', ', '))],
          ...(note === '' ? [] : [[words('说明', 'Note'), note] as const]),
        ],
      };
    },
  });
}
