/** M/motions/new: matter, title and text of a motion.
 * @module */
import { Composition } from '../app/act.js';
import { element, follow, showErrors, the, value, type FieldError } from '../app/forms.js';
import { context, draft, signs } from '../app/staff.js';
import { upload, uploadWords, type TellUpload } from '../app/upload.js';
import { words } from '../app/words.js';
import type { FileValue } from '../core/disclosure.js';
import type { Json } from '../core/jcs.js';

interface Test {
  readonly op: '>' | '>=';
  readonly share: string;
}

interface Matter {
  readonly id: string;
  readonly title: string;
  readonly articles: string;
  readonly rule: string;
  readonly rule_title: string;
  readonly rule_articles: string;
  readonly heads: Test | null;
  readonly amount: Test | null;
  readonly second: boolean;
  readonly passed_groups: readonly string[];
}

interface Draft {
  readonly meeting: string;
  readonly motion: string;
  readonly matters: Readonly<Record<string, Matter>>;
}

const KIND = 'motion.put@1';
const LARGEST = 50_000_000;
const ctx = context();
const given = draft<Draft>();
const form = document.querySelector<HTMLFormElement>('#motion');

function test(name: string, found: Test): string {
  return found.op === '>' ? words(`${name}须超过 ${found.share}`, `${name}: more than ${found.share}`) : words(`${name}须达到 ${found.share}`, `${name}: at least ${found.share}`);
}

if (form) {
  const select = the<HTMLSelectElement>('#matter', form);
  const title = the<HTMLInputElement>('#title', form);
  const second = the<HTMLInputElement>('#second', form);
  const picked = the<HTMLInputElement>('#text', form);
  let stored: { readonly of: File; readonly value: FileValue } | null = null;
  let proposed = '';

  follow([select], () => {
    const matter = given.matters[select.value];
    const card = the('[data-matter]', form);
    card.hidden = matter === undefined;
    the('[data-round]', form).hidden = matter?.second !== true;
    second.checked = matter?.second === true;
    if (!matter) return;
    the('[data-rule]', card).textContent = `${matter.rule} ${matter.rule_title}`;
    const tests = [matter.heads && test(words('人数', 'Heads'), matter.heads), matter.amount && test(words('金额', 'Amount'), matter.amount)];
    the('[data-tests]', card).replaceChildren(...tests.flatMap((text) => (text === null ? [] : [element('li', '', text)])));
    the('[data-articles]', card).textContent = matter.articles;
    if (title.value === proposed) title.value = proposed = matter.title;
  });

  signs(form, {
    ctx,
    async prepare() {
      const wrong: FieldError[] = [];
      const matter = given.matters[select.value];
      const heading = value(form, 'title');
      const file = picked.files?.[0];
      if (!matter) wrong.push({ field: 'matter', message: words('选择表决的事项', 'Choose what is decided') });
      if (heading === '') wrong.push({ field: 'title', message: words('输入事项名称', 'Enter the title of the motion') });
      if (!file) wrong.push({ field: 'text', message: words('选择事项全文的文件', 'Choose the file with the text of the motion') });
      else if (file.size === 0) wrong.push({ field: 'text', message: words('文件是空的，另选一个', 'The file is empty; choose another') });
      else if (file.size > LARGEST) wrong.push({ field: 'text', message: words('文件超过50 MB，拆分或压缩后再传', 'The file is over 50 MB; split or compress it') });
      showErrors(form, wrong);
      if (!matter || !file || wrong.length > 0) return null;
      if (stored?.of !== file) stored = { of: file, value: await upload(ctx, file, told) };
      const composed = new Composition(KIND);
      const round = matter.second && second.checked ? 2 : 1;
      const plan: Json = round === 2 && matter.passed_groups.length > 0 ? { untouched_classes: [], untouched: [], passed_groups: [...matter.passed_groups] } : null;
      const body = {
        meeting: given.meeting, motion: given.motion, matter: matter.id, rule: matter.rule, round,
        title: composed.seal('/title', heading), text: composed.seal('/text', stored.value), text_sha256: stored.value.sha256, plan,
      };
      return {
        utterance: { kind: KIND, role: ctx.roles.includes('administrator') ? 'administrator' : 'court', body, openings: composed.openings },
        summary: [
          [words('事项', 'Motion'), heading], [words('类别', 'Matter'), `${matter.id} ${matter.title}`],
          [words('规则', 'Rule'), `${matter.rule_title}，${matter.rule_articles}`],
          [words('轮次', 'Vote'), round === 2 ? words('再次表决', 'second') : words('第一次', 'first')],
          [words('全文', 'Text'), `${stored.value.name}（${stored.value.sha256.slice(0, 16)}…）`],
        ],
      };
    },
  });

  const told: TellUpload = (state, share) => {
    the('[data-upload]', form).textContent = uploadWords(state, state === 'sending' ? Math.floor(share * 4) / 4 : share);
  };
}
