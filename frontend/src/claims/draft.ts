/** A claim that is being filled in: what was typed, what is missing in it, and the statement it becomes.
 * @module */
import type { Composition } from '../app/act.js';
import { words } from '../app/words.js';
import type { JsonObject } from '../core/jcs.js';
import type { Mistake } from './dom.js';
import { sealed, type Exhibit } from './exhibits.js';
import { randomId } from './ids.js';
import { parseMoney, readMoney } from './money.js';

export interface Line {
  nature: string;
  cause: string;
  amount: string;
  asset: string;
  value: string;
  waived: '' | 'yes' | 'no';
}

export interface Draft {
  claim: string;
  /** for whom it is filed; empty until that is chosen */
  acting: string;
  who: Record<'name' | 'identity' | 'contact' | 'account' | 'related', string>;
  lines: Line[];
  exhibits: readonly Exhibit[];
}

export const MOST_LINES = 50;

/** A claim of which nothing is known yet. */
export function begun(): Draft {
  return { claim: randomId('c-'), acting: '', who: { name: '', identity: '', contact: '', account: '', related: '' }, lines: [emptyLine()], exhibits: [] };
}

export function emptyLine(): Line {
  return { nature: '', cause: '', amount: '', asset: '', value: '', waived: '' };
}

export function lineName(i: number): string {
  return words(`第${i + 1}项`, `Debt ${i + 1}`);
}

/** In fen, of what can be read. */
export function sum(draft: Draft): bigint {
  return draft.lines.reduce((all, line) => all + (readMoney(line.amount) ?? 0n), 0n);
}

/** The lines that some property secures, with their places. */
export function secured(draft: Draft): (readonly [number, Line])[] {
  return draft.lines.flatMap((line, i) => (line.nature === 'secured' ? [[i, line] as const] : []));
}

export function missingInWho(draft: Draft): Mistake[] {
  const found: Mistake[] = [];
  const { name, identity, contact, related } = draft.who;
  if (name.trim() === '') found.push({ field: 'name', message: words('输入债权人姓名或名称', 'Enter the creditor’s name') });
  const length = [...identity.replace(/\s/g, '')].length;
  if (length !== 18) found.push({ field: 'identity', message: words(`身份证号或信用代码应为18位，现在${length}位`, `The ID number needs 18 characters; it has ${length}`) });
  if (contact.trim() === '') found.push({ field: 'contact', message: words('输入电话或电子邮箱，用于通知', 'Enter a telephone number or e-mail for notices') });
  if (related === '') found.push({ field: 'related', message: words('选择与债务人有没有关联关系', 'Choose whether you are related to the debtor') });
  return found;
}

export function missingInLines(draft: Draft): Mistake[] {
  return draft.lines.flatMap((line, i) => {
    const n = i + 1;
    const found: Mistake[] = [];
    if (line.nature === '') found.push({ field: `nature-${n}`, message: words(`选择第${n}项的债权性质`, `Choose the kind of debt ${n}`) });
    if (line.cause.trim() === '') found.push({ field: `cause-${n}`, message: words(`写明第${n}项是什么款项，如借款本金`, `Say what debt ${n} is for, like loan principal`) });
    return [...found, ...wrongMoney(line.amount, `amount-${n}`, '申报金额', 'amount claimed')];
  });
}

export function missingInSecurity(draft: Draft): Mistake[] {
  return secured(draft).flatMap(([i, line]) => {
    const n = i + 1;
    const found: Mistake[] = [];
    if (line.asset.trim() === '') found.push({ field: `asset-${n}`, message: words(`写明第${n}项的担保财产`, `Say which property secures debt ${n}`) });
    found.push(...wrongMoney(line.value, `value-${n}`, '担保财产的价值', 'value of the property'));
    if (line.waived === '') found.push({ field: `waived-${n}`, message: words(`选择第${n}项是否放弃优先受偿权`, `Choose whether you waive priority for debt ${n}`) });
    return found;
  });
}

function wrongMoney(text: string, field: string, what: string, whatEn: string): Mistake[] {
  if (text.trim() === '') return [{ field, message: words(`输入${what}，如1234.56`, `Enter the ${whatEn}, like 1234.56`) }];
  const fen = readMoney(text);
  if (fen === null) return [{ field, message: words(`${what}“${text}”看不懂，写成1234.56这样`, `“${text}” is no amount; write it like 1234.56`) }];
  if (fen === 0n) return [{ field, message: words(`${what}须大于零`, `The ${whatEn} must be above zero`) }];
  return [];
}

/** The body of claim.filed@1; what it hides is sealed in `body`. */
export function filed(draft: Draft, body: Composition): JsonObject {
  const { who } = draft;
  return {
    claim: draft.claim,
    name: body.seal('/name', who.name.trim()),
    identity: body.seal('/identity', who.identity.replace(/\s/g, '')),
    contact: body.seal('/contact', who.contact.trim()),
    account: body.sealOrNull('/account', who.account.trim()),
    related: who.related === 'yes',
    joint: null,
    lines: draft.lines.map((line, i) => ({
      line: `l${i + 1}`,
      nature: line.nature,
      cause: body.seal(`/lines/${i}/cause`, line.cause.trim()),
      amount: body.amount(parseMoney(line.amount)),
      security: line.nature !== 'secured' ? null : {
        asset: body.seal(`/lines/${i}/security/asset`, line.asset.trim()), value: body.amount(parseMoney(line.value)), waived: line.waived === 'yes',
      },
    })),
    evidence: sealed((pointer, value) => body.seal(pointer, value), draft.exhibits),
  };
}
