/** C/desk/claims/<id>: evidence beside the lines; answers to open points; the review, signed line by line.
 * @module */
import { Composition, say } from '../app/act.js';
import { element, once, preset, presetTick, sendWords, showErrors, showRefusal, the, type FieldError } from '../app/forms.js';
import { natureWord, partition, type Part, type Security } from '../app/parts.js';
import { sentence } from '../app/problem.js';
import { context, draft, signs } from '../app/staff.js';
import { words } from '../app/words.js';
import { fromUtf8, hex, sha256 } from '../core/bytes.js';
import { readMoney } from '../claims/money.js';
import { formatYuan, parseFen } from '../core/ids.js';
import type { Json, JsonObject } from '../core/jcs.js';

interface Line {
  readonly line: string;
  readonly number: number;
  readonly cause: string;
  readonly nature: string;
  readonly filed: string;
  readonly security: { readonly value: string; readonly waived: boolean } | null;
  readonly fixed: boolean;
  readonly status: string;
  readonly admitted: string;
  readonly reasons: readonly string[];
  readonly reason: string;
}

interface Draft {
  readonly claim: string;
  readonly open_points: number;
  readonly lines: readonly Line[];
}

const KIND = 'claim.reviewed@1';
const ctx = context();
const given = draft<Draft>();
const form = the<HTMLFormElement>('#review');

// --- Evidence

const sheet = document.querySelector<HTMLElement>('[data-sheet]');
const exhibits = [...document.querySelectorAll<HTMLButtonElement>('[data-exhibit]')];
let showing = 0;

/** Fetch the file, compute its fingerprint here, and show it where a page can: pictures and text. */
async function show(button: HTMLButtonElement): Promise<void> {
  const mine = (showing += 1);
  const id = button.dataset.exhibit ?? '';
  exhibits.forEach((other) => other.setAttribute('aria-pressed', String(other === button)));
  for (const box of document.querySelectorAll<HTMLElement>('[data-exhibit-facts], [data-exhibit-source]')) {
    box.hidden = (box.dataset.exhibitFacts ?? box.dataset.exhibitSource) !== id;
  }
  the('[data-evidence-place]').textContent = `${exhibits.indexOf(button) + 1}/${exhibits.length}`;
  const mark = the('[data-fingerprint]');
  const { url, type = '', sha256: expected = '' } = button.dataset;
  if (!sheet) return;
  mark.textContent = '';
  sheet.replaceChildren(element('p', 'hint', url ? words('正在取文件…', 'Fetching the file …') : words('文件不在这里', 'The file is not at hand')));
  if (!url) return;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(words(`取不到文件（${response.status}）`, `The file cannot be had (${response.status})`));
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (mine !== showing) return;
    const same = hex(sha256(bytes)) === expected;
    const badge = element('span', same ? 'badge done' : 'badge bad', same
      ? words('✓ 指纹一致，存入后没有变过', '✓ Fingerprint matches: unchanged since stored')
      : words('≠ 指纹不符：不是存入的那一份', '≠ Fingerprint differs: not the file that was stored'));
    mark.replaceChildren(badge, element('code', 'hint', expected.slice(0, 16)));
    sheet.replaceChildren(shown(bytes, type, button.dataset.title ?? '', url));
  } catch (error) {
    if (mine === showing) sheet.replaceChildren(element('p', '', sentence(error)));
  }
}

function shown(bytes: Uint8Array<ArrayBuffer>, type: string, title: string, url: string): Node {
  if (/^image\/(png|jpeg|gif|webp)$/.test(type)) {
    const image = element('img', '');
    image.src = URL.createObjectURL(new Blob([bytes], { type }));
    image.alt = title;
    return image;
  }
  if (type.startsWith('text/')) return element('pre', '', fromUtf8(bytes));
  const box = element('p', '', words('这种文件请另开一页看：', 'This kind of file opens in a page of its own: '));
  const link = element('a', '', title);
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener';
  box.append(link);
  return box;
}

exhibits.forEach((button) => button.addEventListener('click', () => void show(button)));
if (exhibits[0]) void show(exhibits[0]);

// --- Answers to open points

for (const question of document.querySelectorAll<HTMLFormElement>('form[data-question]')) {
  const button = question.querySelector<HTMLButtonElement>('button[type="submit"]');
  question.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!button) return;
    void once(button, the('[data-form-status]', question), async (tell) => {
      const kind = 'evidence.answered@1';
      const composed = new Composition(kind);
      const answers: Json[] = [];
      const wrong: FieldError[] = [];
      for (const field of question.querySelectorAll<HTMLTextAreaElement>('textarea[data-point]')) {
        const text = field.value.trim();
        const chosen = question.querySelector<HTMLInputElement>(`input[name="kind-${question.dataset.question}-${field.dataset.point}"]:checked`)?.value;
        if (text === '' && chosen === undefined) continue; // another time
        if (text === '') wrong.push({ field: field.id, message: words('写下答复，或写明不答复的理由', 'Write the answer, or why there is none') });
        else if (chosen === undefined) wrong.push({ field: field.id, message: words('选择这是答复，还是不答复的理由', 'Choose whether this is the answer or the reason for none') });
        else {
          const at = `/answers/${answers.length}`;
          answers.push({
            point: field.dataset.point ?? '',
            answer: chosen === 'answer' ? composed.seal(`${at}/answer`, text) : null,
            refusal: chosen === 'refusal' ? composed.seal(`${at}/refusal`, text) : null,
          });
        }
      }
      const first = question.querySelector<HTMLTextAreaElement>('textarea[data-point]');
      if (answers.length === 0 && wrong.length === 0 && first) wrong.push({ field: first.id, message: words('至少答复一项', 'Answer one point at least') });
      showErrors(question, wrong);
      if (wrong.length > 0) return;
      try {
        await say(ctx, { kind, role: 'administrator', body: { question: question.dataset.question ?? '', answers }, openings: composed.openings }, (state) => tell(sendWords(state)));
        location.reload();
      } catch (error) {
        showRefusal(question, error);
      }
    });
  });
}

// --- Lines

interface Entered {
  readonly status: string;
  readonly nature: string;
  /** null: not entered, or no amount */
  readonly admitted: bigint | null;
  readonly security: Security | null;
  readonly reasons: readonly string[];
  readonly reason: string;
}

class LineForm {
  readonly line: Line;
  readonly filed: bigint;
  readonly #box: HTMLElement;
  readonly #status: HTMLSelectElement;
  readonly #nature: HTMLSelectElement;
  readonly #admitted: HTMLInputElement;
  readonly #value: HTMLInputElement;

  constructor(line: Line, changed: () => void) {
    this.line = line;
    this.filed = parseFen(line.filed);
    this.#box = the(`fieldset[data-line="${line.line}"]`, form);
    this.#status = the('[data-status]', this.#box);
    this.#nature = the('[data-nature]', this.#box);
    this.#admitted = the('[data-admitted]', this.#box);
    this.#value = the('[data-value]', this.#box);
    preset(this.#nature, line.nature);
    preset(this.#admitted, line.admitted === '' ? '' : formatYuan(parseFen(line.admitted)));
    preset(this.#value, formatYuan(parseFen(line.security?.value ?? '0')));
    presetTick(the<HTMLInputElement>('[data-waived]', this.#box), line.security?.waived ?? false);
    presetTick(the<HTMLInputElement>('[data-fixed]', this.#box), line.fixed);
    preset(the<HTMLTextAreaElement>('[data-reason]', this.#box), line.reason);
    for (const code of this.#codes()) presetTick(code, line.reasons.includes(code.value));
    the<HTMLDetailsElement>('[data-codes]', this.#box).open = line.reasons.length > 0;
    if (!preset(this.#status, line.status)) this.#chosen();
    this.#status.addEventListener('change', () => this.#chosen());
    this.#box.addEventListener('input', () => {
      this.#draw();
      changed();
    });
    this.#box.addEventListener('change', () => {
      this.#draw();
      changed();
    });
    this.#draw();
  }

  #codes(): HTMLInputElement[] {
    return [...this.#box.querySelectorAll<HTMLInputElement>('[data-code]')];
  }

  get #nothing(): boolean {
    return this.#status.value === 'rejected' || this.#status.value === 'deferred';
  }

  /** A conclusion says what the amount can be; only "in part" leaves it open. */
  #chosen(): void {
    if (this.#status.value === 'admitted') this.#admitted.value = formatYuan(this.filed);
    else if (this.#nothing) this.#admitted.value = '';
    the<HTMLDetailsElement>('[data-codes]', this.#box).open = this.#status.value !== 'admitted' && this.#status.value !== '';
  }

  #draw(): void {
    this.#admitted.readOnly = this.#status.value === 'admitted' || this.#nothing;
    the('[data-security]', this.#box).hidden = this.#nature.value !== 'secured';
    the('[data-why]', this.#box).hidden = this.#status.value === '';
    const chosen = this.#codes().filter((code) => code.checked).map((code) => code.value);
    the('[data-codes-chosen]', this.#box).textContent = chosen.join(' ');
    const { admitted } = this.read([]);
    the('[data-echo]', this.#box).textContent = admitted === null || admitted === this.filed ? '' : words(`比申报少 ${formatYuan(this.filed > admitted ? this.filed - admitted : 0n)} 元`, `CNY ${formatYuan(this.filed > admitted ? this.filed - admitted : 0n)} less than claimed`);
    const parts = this.parts();
    the('[data-parts]', this.#box).textContent = parts.length === 0 || (parts.length === 1 && this.#nature.value !== 'secured') ? '' : `${words('列入债权表：', 'In the register: ')}${parts.map((part) => `${natureWord(part.nature)} ${formatYuan(part.amount)}`).join(words('，', ', '))}`;
  }

  parts(): readonly Part[] {
    const { admitted, nature, security } = this.read([]);
    return admitted === null ? [] : partition(admitted, nature, security);
  }

  /** @param wrong - gets what must be mended. */
  read(wrong: FieldError[]): Entered {
    const { line } = this.line;
    const status = this.#status.value;
    const nature = this.#nature.value;
    const n = this.line.number;
    let admitted: bigint | null = null;
    if (status === '') wrong.push({ field: `status-${line}`, message: words(`选择第${n}项的结论`, `Choose the conclusion for line ${n}`) });
    else if (!this.#nothing) {
      admitted = readMoney(this.#admitted.value);
      if (admitted === null) wrong.push({ field: `admitted-${line}`, message: words(`输入第${n}项确认的金额，如1234.56`, `Enter the amount admitted of line ${n}, like 1234.56`) });
      else if (status === 'partly' && (admitted === 0n || admitted >= this.filed)) {
        wrong.push({ field: `admitted-${line}`, message: words(`部分确认的金额应大于0、小于申报的${formatYuan(this.filed)}元`, `Admitted in part: more than 0 and less than the ${formatYuan(this.filed)} claimed`) });
        admitted = null;
      }
    }
    let security: Security | null = null;
    if (nature === 'secured') {
      const value = readMoney(this.#value.value);
      if (value === null) wrong.push({ field: `value-${line}`, message: words(`输入第${n}项担保物的价值，如1234.56`, `Enter the value of the security of line ${n}, like 1234.56`) });
      security = { value: value ?? 0n, waived: the<HTMLInputElement>('[data-waived]', this.#box).checked, fixed: the<HTMLInputElement>('[data-fixed]', this.#box).checked };
    }
    const reasons = this.#codes().filter((code) => code.checked).map((code) => code.value);
    if (status !== '' && status !== 'admitted' && reasons.length === 0) {
      the<HTMLDetailsElement>('[data-codes]', this.#box).open = true;
      wrong.push({ field: `reason-${line}`, message: words(`勾选第${n}项不全额确认的理由`, `Tick a reason why line ${n} is not admitted in full`) });
    }
    return { status, nature, admitted, security, reasons, reason: the<HTMLTextAreaElement>('[data-reason]', this.#box).value.trim() };
  }
}

const lines = given.lines.map((line) => new LineForm(line, () => total()));

function total(): void {
  const sum = lines.reduce((all, line) => all + line.parts().reduce((of, part) => of + part.amount, 0n), 0n);
  the('[data-total]', form).textContent = words(`${formatYuan(sum)} 元`, `CNY ${formatYuan(sum)}`);
}
total();

const STATUS = {
  admitted: words('确认', 'admitted'), partly: words('部分确认', 'admitted in part'), rejected: words('不予确认', 'refused'), deferred: words('暂缓确认', 'deferred'),
} as const;

signs(form, {
  ctx,
  prepare() {
    const wrong: FieldError[] = [];
    const entered = lines.map((line) => line.read(wrong));
    showErrors(form, wrong);
    if (wrong.length > 0) return null;
    const composed = new Composition(KIND);
    const rows: Json[] = entered.map((line, i) => row(composed, lines[i] as LineForm, line, i));
    const body: JsonObject = { claim: given.claim, lines: rows };
    return {
      utterance: { kind: KIND, role: 'administrator', body, openings: composed.openings },
      summary: entered.map((line, i) => {
        const { line: source, filed } = lines[i] as LineForm;
        const parts = (lines[i] as LineForm).parts().map((part) => `${natureWord(part.nature)} ${formatYuan(part.amount)}`).join(words('，', ', '));
        const state = STATUS[line.status as keyof typeof STATUS];
        return [`${source.number} ${source.cause} ${formatYuan(filed)}`, `${state}${parts === '' ? '' : `：${parts}`} ${line.reasons.join(' ')} ${line.reason}`.trim()] as const;
      }),
    };
  },
});

function row(composed: Composition, source: LineForm, entered: Entered, i: number): JsonObject {
  const { line } = source.line;
  const parts = entered.admitted === null ? [] : partition(entered.admitted, entered.nature, entered.security);
  return {
    line,
    nature: entered.nature,
    status: entered.status,
    admitted: entered.admitted === null ? null : composed.amount(entered.admitted),
    security: entered.security === null ? null : { value: composed.amount(entered.security.value), waived: entered.security.waived, deficiency_fixed: entered.security.fixed },
    parts: parts.map((part) => ({ part: `${given.claim}.${line}.${part.suffix}`, nature: part.nature, amount: composed.amount(part.amount) })),
    reasons: [...entered.reasons],
    reason: composed.sealOrNull(`/lines/${i}/reason`, entered.reason),
  };
}
