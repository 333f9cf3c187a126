/** M/disclosures: the court orders one answer disclosed to it, knowing which others would follow from it.
 * @module */
import { Composition } from '../app/act.js';
import { showErrors, value, type FieldError } from '../app/forms.js';
import { getJson } from '../app/http.js';
import { element } from '../app/page.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';

interface Draft {
  readonly manifest_hash: string;
  readonly counted_hash: string;
  readonly meeting: string;
}

const KIND = 'disclosure.ordered@1';
const ctx = context();
const form = document.querySelector<HTMLFormElement>('#order');

if (form) {
  const given = draft<Draft>();
  signs(form, {
    ctx,
    async prepare(tell) {
      const wrong: FieldError[] = [];
      const [ballot, hash, line, motion] = value(form, 'answer').split(' ');
      const [decision, reason] = [value(form, 'decision'), value(form, 'reason')];
      if (ballot === undefined || hash === undefined || line === undefined || motion === undefined) wrong.push({ field: 'answer', message: words('选择要公开的一票', 'Choose the answer') });
      if (decision === '') wrong.push({ field: 'decision', message: words('输入裁定书的文号', 'Enter the number of the decision') });
      if (reason === '') wrong.push({ field: 'reason', message: words('写明理由', 'Give the reason') });
      showErrors(form, wrong);
      if (ballot === undefined || hash === undefined || line === undefined || motion === undefined || wrong.length > 0) return null;
      tell(words('正在推算还会暴露谁的票…', 'Finding whose answers would follow …'));
      const { implied } = await getJson<{ implied: readonly { line: string; name: string }[] }>(`/c/${ctx.case}/m/${given.meeting}/disclosures/${hash}/${line}/${motion}`);
      const composed = new Composition(KIND);
      const body = {
        manifest_hash: given.manifest_hash, counted_hash: given.counted_hash, ballot, line, motion, implied: implied.map((one) => one.line),
        decision: composed.seal('/decision', decision), reason: composed.seal('/reason', reason),
      };
      const names = implied.map((one) => `${one.name}（${one.line}）`).join(words('、', ', '));
      const warning = element('p', words(`由公布的合计可以推出：${names}的票也会随之暴露。`, `The totals published then also give away the answers of: ${names}.`), { class: 'notice bad', role: 'alert' });
      return {
        utterance: { kind: KIND, role: 'court', body, openings: composed.openings },
        summary: [
          [words('公开', 'To be disclosed'), form.querySelector<HTMLSelectElement>('#answer')?.selectedOptions[0]?.textContent ?? ''],
          [words('裁定书', 'Decision'), decision], [words('理由', 'Reason'), reason],
          [words('随之暴露', 'Given away with it'), implied.length === 0 ? words('没有推出别人的票', 'nobody else’s answer follows') : names],
        ],
        more: implied.length === 0 ? [] : [warning],
      };
    },
  });
}
