/** What a court asks of stored data (Online Litigation Rules 16 to 19): who made it, how and on what, when, before whom.
 * @module */
import { words } from '../app/words.js';
import type { Receipt } from '../core/proof.js';
import type { Role } from '../core/statement.js';

const ROLES: Readonly<Record<Role, readonly [string, string]>> = {
  court: ['法院', 'court'], administrator: ['管理人', 'administrator'], creditor: ['债权人', 'creditor'], agent: ['代理人', 'agent'],
  debtor: ['债务人', 'debtor'], committee: ['债权人委员会', 'committee'], trustee: ['监票人', 'tally trustee'], clerk: ['书记员（系统）', 'clerk (the system)'],
};

/** A witness by its name in the policy: those of bodies that every case knows in words, others as they are called. */
function witnessName(name: string): string {
  const known: Readonly<Record<string, readonly [string, string]>> = { ...ROLES, regulator: ['监管机构', 'regulator'] };
  const found = known[name];
  return found === undefined ? name : words(...found);
}

type Row = readonly [string, string];

export function roleName(role: Role): string {
  return words(...ROLES[role]);
}

/** The four factors of a receipt's entry, in the order of the rules. @param beijing - prints a time */
export function factors(receipt: Receipt, beijing: (when: string | number) => string): readonly Row[] {
  return [
    [words('谁作出的', 'Made by'), who(receipt)],
    [words('怎样作出的', 'How it was made'), how(receipt)],
    [words('什么时候', 'When'), words(`${beijing(receipt.entry.received)}收到，${beijing(receipt.entry.at)}入账`, `received ${beijing(receipt.entry.received)}, entered ${beijing(receipt.entry.at)}`)],
    [words('谁见证', 'Witnessed by'), witnesses(receipt, beijing)],
  ];
}

function who({ entry }: Receipt): string {
  const { by, role, for: principal } = entry.payload;
  const acting = principal === null || principal === by ? '' : words(`，代理 ${principal}`, `, for ${principal}`);
  return words(`${roleName(role)}，代号 ${by}${acting}`, `${roleName(role)}, pseudonym ${by}${acting}`);
}

/** By which key: a person's passkey signs an object, a key of a device or of the system bare bytes (ledger 9.3). */
function how({ entry }: Receipt): string {
  const key = (entry.payload.key.slice(0, 16).match(/.{4}/g) ?? []).join(' ');
  if (entry.payload.role === 'clerk') return words(`由系统按规则作出，系统钥匙 ${key} 签名；任何人都能重算`, `made by the system by rule, signed with its key ${key}; anybody can recompute it`);
  if (entry.statement.sig[0] === 0x7b) return words(`在本人设备上用通行密钥 ${key} 签名`, `signed on the person’s device with the passkey ${key}`);
  return words(`在浏览器里用本人登记的设备钥匙 ${key} 签名（P-256）`, `signed in a browser with the person’s enrolled device key ${key} (P-256)`);
}

function witnesses({ grade, cosigners, missing }: Receipt, beijing: (when: string | number) => string): string {
  const names = cosigners.map((c) => `${witnessName(c.witness)} ${beijing(c.time * 1000)}`).join(words('；', '; '));
  if (grade === 3) return cosigners.length === 0 ? words('策略不要求见证', 'The policy asks for no witness') : names;
  return words(`已入账，见证尚未达到策略的要求；缺 ${missing.map(witnessName).join('、')}`, `Entered; the policy’s quorum of witnesses is not met yet: ${missing.map(witnessName).join(', ')} missing`);
}
