/** A list of evidence files on a page: each is hashed and sent as soon as it is chosen, and gets a title and a purpose.
 * @module */
import type { Context } from '../app/act.js';
import { picks } from '../app/forms.js';
import { sentence } from '../app/problem.js';
import { upload, uploadWords, type UploadState } from '../app/upload.js';
import { words } from '../app/words.js';
import { hex, unb64u } from '../core/bytes.js';
import type { FileValue } from '../core/disclosure.js';
import { copy, icon, must, size, type Mistake } from './dom.js';
import { randomId } from './ids.js';

export interface Exhibit {
  readonly evidence: string;
  readonly file: FileValue;
  title: string;
  purpose: string;
}

interface Row {
  readonly element: HTMLElement;
  readonly n: number;
  readonly name: string;
  readonly evidence: string;
  file: FileValue | null;
  refused: boolean;
  /** aborted when the row is removed */
  readonly wanted: AbortController;
}

const MOST = 40;

export class Exhibits {
  readonly #ctx: Context;
  readonly #list: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #changed: () => void;
  #rows: Row[] = [];
  #next = 1;

  /** @param root - holds `#files` and `[data-files]`. @param changed - told whenever something is worth keeping */
  constructor(ctx: Context, root: ParentNode, changed: () => void) {
    this.#ctx = ctx;
    this.#list = must('[data-files]', root);
    this.#input = must<HTMLInputElement>('#files', root);
    this.#changed = changed;
    const drop = must('[data-drop]', root);
    drop.addEventListener('dragover', (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
    drop.addEventListener('dragleave', () => drop.classList.remove('over'));
    drop.addEventListener('drop', (event) => {
      event.preventDefault();
      drop.classList.remove('over');
      this.#take(event.dataTransfer?.files ?? []);
    });
  }

  /** What is stored, with what was typed. */
  get kept(): readonly Exhibit[] {
    return this.#rows.flatMap((row) => (row.file === null ? [] : [{ evidence: row.evidence, file: row.file, ...typed(row) }]));
  }

  /** Show files again that an earlier visit stored, and take those that are picked from now on. */
  begin(exhibits: readonly Exhibit[]): void {
    for (const { evidence, file, title, purpose } of exhibits) {
      const row = this.#add(file.name, file.size, evidence);
      must<HTMLInputElement>('[data-file-title]', row.element).value = title;
      must<HTMLInputElement>('[data-file-purpose]', row.element).value = purpose;
      this.#stored(row, file);
    }
    picks(this.#input, (files) => this.#take(files));
  }

  mistakes(): Mistake[] {
    const found: Mistake[] = [];
    if (this.#rows.length > MOST) found.push({ field: 'files', message: words(`一次最多 ${MOST} 份文件，其余的以后补充`, `At most ${MOST} files at a time; add the rest later`) });
    for (const row of this.#rows) {
      const { title, purpose } = typed(row);
      if (row.refused) found.push({ field: `title-${row.n}`, message: words(`“${row.name}”不能用，移除或另选一份`, `“${row.name}” cannot be used; remove it or choose another`) });
      else if (row.file === null) found.push({ field: `title-${row.n}`, message: words(`“${row.name}”还没有传完，稍候再继续`, `“${row.name}” is not stored yet; wait a moment`) });
      if (title === '') found.push({ field: `title-${row.n}`, message: words(`写上“${row.name}”的名称，如借款合同`, `Give “${row.name}” a title, like loan contract`) });
      if (purpose === '') found.push({ field: `purpose-${row.n}`, message: words(`写上“${row.name}”证明什么`, `Say what “${row.name}” proves`) });
    }
    return found;
  }

  #take(files: Iterable<File>): void {
    for (const file of files) void this.#send(file);
  }

  #add(name: string, bytes: number, evidence: string): Row {
    const n = this.#next;
    this.#next += 1;
    const element = copy('file-template', n);
    must('[data-file-name]', element).textContent = name;
    must('[data-file-size]', element).textContent = size(bytes);
    must('[data-file-progress]', element).setAttribute('aria-label', name);
    for (const [what, longest] of [['title', 200], ['purpose', 200]] as const) {
      const input = must<HTMLInputElement>(`[data-file-${what}]`, element);
      input.maxLength = longest;
      input.addEventListener('input', this.#changed);
    }
    const row: Row = { element, n, name, evidence, file: null, refused: false, wanted: new AbortController() };
    must('[data-remove]', element).addEventListener('click', () => {
      this.#rows = this.#rows.filter((other) => other !== row);
      element.remove();
      row.wanted.abort();
      this.#changed();
      this.#input.focus();
    });
    this.#rows.push(row);
    this.#list.append(element);
    return row;
  }

  async #send(file: File): Promise<void> {
    const row = this.#add(file.name, file.size, randomId('e-'));
    const state = must('[data-file-state]', row.element);
    const progress = must<HTMLProgressElement>('[data-file-progress]', row.element);
    let told = -1;
    try {
      const value = await upload(this.#ctx, file, (now, share) => {
        progress.value = Math.round(100 * share);
        const quarter = now === 'sending' ? Math.floor(4 * share) : 0;
        const key = 10 * ORDER.indexOf(now) + quarter;
        if (key === told) return; // spoken at each 25 %, not at each packet
        told = key;
        state.className = `file-state ${now}`;
        state.textContent = uploadWords(now, share);
      }, row.wanted.signal);
      this.#stored(row, value);
      this.#changed();
    } catch (error) {
      if (row.wanted.signal.aborted) return;
      row.refused = true;
      row.element.classList.add('refused');
      state.className = 'file-state refused';
      state.replaceChildren(icon('alert') ?? '', ` ${sentence(error)}`);
      progress.remove();
      for (const field of row.element.querySelectorAll('.field')) field.remove();
      must('[data-remove]', row.element).id = `title-${row.n}`;
    }
  }

  #stored(row: Row, file: FileValue): void {
    row.file = file;
    const state = must('[data-file-state]', row.element);
    state.className = 'file-state stored';
    state.replaceChildren(icon('check') ?? '', words(' 已存', ' Stored'));
    row.element.querySelector('[data-file-progress]')?.remove();
    const hash = must('[data-file-hash]', row.element);
    hash.hidden = false;
    must('code', hash).textContent = hex(unb64u(file.sha256)).slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ');
  }
}

const ORDER: readonly UploadState[] = ['hashing', 'queued', 'sending', 'paused', 'stored'];

function typed(row: Row): { title: string; purpose: string } {
  const text = (what: string) => row.element.querySelector<HTMLInputElement>(`[data-file-${what}]`)?.value.trim() ?? '';
  return { title: text('title'), purpose: text('purpose') };
}

/** The exhibits of a statement's body, sealed at `/evidence/<i>/…`. */
export function sealed(seal: (pointer: string, value: string | FileValue) => { digest: string }, exhibits: readonly Exhibit[]): { evidence: string; file: { digest: string }; title: { digest: string }; purpose: { digest: string } }[] {
  return exhibits.map((exhibit, i) => ({
    evidence: exhibit.evidence,
    file: seal(`/evidence/${i}/file`, exhibit.file),
    title: seal(`/evidence/${i}/title`, exhibit.title),
    purpose: seal(`/evidence/${i}/purpose`, exhibit.purpose),
  }));
}

