/** C/desk/meetings/new: a meeting with its notice.
 * @module */
import { Composition } from '../app/act.js';
import { follow, showErrors, the, value, type FieldError } from '../app/forms.js';
import { getJson } from '../app/http.js';
import { context, draft, signs } from '../app/staff.js';
import { beijing, fromBeijing } from '../app/times.js';
import { words } from '../app/words.js';

interface Draft {
  readonly meeting: string;
  readonly number: number;
  readonly notice: string;
}

interface Notice {
  readonly last: string;
  readonly words: string;
  readonly enough: boolean;
}

const KIND = 'meeting.convened@1';
const ctx = context();
const given = draft<Draft>();
const form = the<HTMLFormElement>('#meeting');
const starts = the<HTMLInputElement>('#starts');
const said = the('[data-notice]');

/** The last day for the notice, by the rule pack's period; null for no date. */
async function notice(): Promise<Notice | null> {
  const day = starts.value.slice(0, 10);
  return fromBeijing(starts.value) === null ? null : getJson<Notice>(`${given.notice}?day=${day}`);
}

async function tell(): Promise<void> {
  const found = await notice();
  if (found === null) said.textContent = '';
  else if (found.enough) said.textContent = words(`通知最迟 ${found.words} 发出`, `Notice is due by ${found.words}`);
  else said.textContent = words(`通知最迟应在 ${found.words} 发出，已经来不及；选晚一些的日期`, `Notice was due by ${found.words}; choose a later day`);
}

const chosen = the<HTMLSelectElement>('#form', form);
const more = the('#remote', form);
const ask = (): void => {
  more.hidden = given.number === 1 || chosen.value !== 'other_remote';
};
follow([chosen], ask);
follow([starts], () => void tell());

signs(form, {
  ctx,
  async prepare() {
    const wrong: FieldError[] = [];
    const at = fromBeijing(starts.value);
    const title = value(form, 'title');
    const agenda = value(form, 'agenda');
    const held = value(form, 'form');
    const remote = given.number > 1 && held === 'other_remote';
    const [meeting, motion] = (remote ? (form.querySelector<HTMLSelectElement>('#resolved')?.value ?? '') : '').split(' ');
    const reason = remote ? value(form, 'form_reason') : '';
    const due = await notice();
    if (at === null || due === null) wrong.push({ field: 'starts', message: words('输入开会的日期和时间，如2026年4月16日9:30', 'Enter day and time of the meeting, like 16 April 2026, 9:30') });
    else if (!due.enough) wrong.push({ field: 'starts', message: words(`这一天的通知最迟应在${due.words}发出；选晚一些的日期`, `Notice for that day was due by ${due.words}; choose a later day`) });
    if (remote && motion === undefined && reason === '') wrong.push({ field: 'form_reason', message: words('写明依据，或选择第一次会议的决议', 'Give the ground, or choose a resolution of the first meeting') });
    if (title === '') wrong.push({ field: 'title', message: words('输入会议名称', 'Enter the title of the meeting') });
    if (agenda === '') wrong.push({ field: 'agenda', message: words('输入议程，一行一项', 'Enter the agenda, one item a line') });
    showErrors(form, wrong);
    if (at === null || due === null || wrong.length > 0) return null;
    const composed = new Composition(KIND);
    const body = {
      meeting: given.meeting, number: given.number, starts: at, form: held,
      resolved: meeting === undefined || motion === undefined ? null : { meeting, motion },
      form_reason: reason === '' ? null : composed.seal('/form_reason', reason),
      title: composed.seal('/title', title), agenda: composed.seal('/agenda', agenda),
    };
    return {
      utterance: { kind: KIND, role: ctx.roles.includes('administrator') ? 'administrator' : 'court', body, openings: composed.openings },
      summary: [
        [words('会议', 'Meeting'), `${given.number} · ${title}`], [words('开始（北京时间）', 'Start (Beijing)'), beijing(at)],
        [words('形式', 'How it is held'), the<HTMLSelectElement>('#form', form).selectedOptions[0]?.textContent ?? held],
        ...(reason === '' ? [] : [[words('依据', 'Ground'), reason] as [string, string]]),
        [words('通知最迟', 'Notice due by'), due.words], [words('议程', 'Agenda'), agenda],
      ],
    };
  },
});
