/** /verify: a receipt or a tested ballot, checked in this browser alone.
 *
 * One request at most leaves the page: for the policy of the receipt's log, and only where none was pasted.
 * @module */
import { facts, need } from '../app/page.js';
import { sentence } from '../app/problem.js';
import { language, words } from '../app/words.js';
import { b64u, fromUtf8, hex, sha256, utf8 } from '../core/bytes.js';
import type { Entry } from '../core/entry.js';
import { Malformed, Refused } from '../core/errors.js';
import type { JsonObject } from '../core/jcs.js';
import { FORMAT } from '../core/opening.js';
import { parsePolicy, type Policy } from '../core/policy.js';
import { checkReceipt, parseProof } from '../core/proof.js';
import { takeOpened } from '../verify/challenge.js';
import { factors } from '../verify/factors.js';
import { compareFile, comparedWords, hashOf, readOpenings, type Compared } from '../verify/file.js';
import { fetchProof, readNumber } from '../verify/number.js';

type Outcome = 'good' | 'unknown' | 'differs';

const TITLES: Readonly<Record<Outcome, readonly [string, string]>> = {
  good: ['核验通过', 'Verified'], unknown: ['没有存过', 'Never stored'], differs: ['与存证不一致', 'Differs from what was stored'],
};

const WORDS: Readonly<Record<Outcome, readonly [string, string]>> = {
  good: ['存入后没有变过，不等于内容属实。', 'Unchanged since stored; not proof that it is true.'],
  unknown: ['信任策略所列的账本没有签过这份回执。可能是另一个账本的，也可能从未存入。', 'The ledger that the policy names never signed this. It may be of another ledger, or was never stored.'],
  differs: ['回执里的内容与账本签下的不一致：有一处被改动过。两份都留着，联系法院。', 'What the receipt holds is not what the ledger signed: something was changed. Keep both and tell the court.'],
};

const KINDS: Readonly<Record<string, readonly [string, string]>> = {
  'log.created': ['建立账本', 'ledger created'], 'case.opened': ['立案', 'case opened'], 'clock.moved': ['拨动演示时钟', 'demonstration clock moved'],
  'role.appointed': ['指定身份', 'role appointed'], 'role.ended': ['终止身份', 'role ended'], 'key.enrolled': ['登记钥匙', 'key enrolled'],
  'claim.filed': ['申报债权', 'claim filed'], 'claim.reviewed': ['审查债权', 'claim reviewed'], 'evidence.added': ['补充证据', 'evidence added'],
  'evidence.questioned': ['质证', 'evidence questioned'], 'evidence.answered': ['答复质证', 'question answered'], 'amount.ordered': ['确定临时债权额', 'provisional amount ordered'],
  'register.published': ['公布债权表', 'register published'], 'meeting.convened': ['召集会议', 'meeting convened'], 'motion.put': ['提交表决事项', 'motion put'],
  'presence.began': ['签到', 'signed in'], 'presence.ended': ['离开会议', 'left the meeting'], 'trustee.key_published': ['监票人公布公钥', 'trustee’s key published'],
  'voting.prepared': ['固定表决权名单', 'rolls fixed'], 'voting.opened': ['投票开始', 'voting opened'], 'voting.closed': ['投票截止', 'voting closed'], 'voting.counted': ['确定计票范围', 'counted set fixed'],
  'ballot.cast': ['投票', 'ballot cast'], 'ballot.complained': ['对选票提出异议', 'ballot complained of'], 'boxes.checked': ['监票人检查完毕', 'boxes checked'],
  'tally.summed': ['监票人公布合计', 'trustee’s sums'], 'disclosure.given': ['公开单项份额', 'shares of an answer given'], 'result.declared': ['宣布结果', 'result declared'], 'result.verified': ['法院核验结果', 'result verified'],
  'weights.published': ['公布金额证明', 'proofs of the amounts published'],
};

function kindName(kind: string): string {
  const known = KINDS[kind.split('@')[0] ?? ''];
  return known === undefined ? kind : words(...known);
}

function beijing(instant: string | number): string {
  const how: Intl.DateTimeFormatOptions = { dateStyle: 'long', timeStyle: 'medium', timeZone: 'Asia/Shanghai', hourCycle: 'h23' };
  return `${new Intl.DateTimeFormat(words('zh-CN', 'en-GB'), how).format(new Date(instant))}${words('（北京时间）', ' (Beijing time)')}`;
}

function show(outcome: Outcome, rows: readonly (readonly [string, string])[], expert: string, said = words(...WORDS[outcome])): void {
  const box = need('[data-outcome]');
  box.className = `verdict ${outcome}`;
  box.hidden = false;
  for (const mark of box.querySelectorAll<HTMLElement>('[data-mark]')) mark.hidden = mark.dataset.mark !== outcome;
  need('[data-outcome-title]').textContent = words(...TITLES[outcome]);
  need('[data-outcome-words]').textContent = said;
  facts(need('[data-outcome-facts]'), rows);
  need('[data-expert]').textContent = expert;
  box.focus();
}

async function textOf(id: string): Promise<string> {
  const file = need<HTMLInputElement>(`#${id}-file`).files?.[0];
  const pasted = need<HTMLTextAreaElement>(`#${id}`).value;
  if (pasted.trim() !== '') return pasted.endsWith('\n') ? pasted : `${pasted}\n`;
  if (file === undefined) throw new Refused('no-receipt', '写明案件和条目号，或选择回执文件，或粘贴回执', 'Give the case and the number of the entry, or choose the receipt file, or paste the receipt');
  if (file.size > 4_000_000) throw new Refused('too-large', '这个文件太大，不是回执', 'This file is too large for a receipt');
  return fromUtf8(new Uint8Array(await file.arrayBuffer()));
}

/** The policy pasted, else that of the log which the receipt names, as this server has it. */
async function policyFor(origin: string): Promise<{ text: string; from: string }> {
  const pasted = need<HTMLTextAreaElement>('#policy').value.trim();
  if (pasted !== '') return { text: `${pasted}\n`, from: words('您粘贴的', 'pasted by you') };
  const id = /\/ledger\/([a-z0-9][a-z0-9._-]{0,63})$/.exec(origin)?.[1];
  const response = id === undefined ? null : await fetch(`/ledger/${id}/policy`, { credentials: 'omit' }).catch(() => {
    throw new Refused('no-policy', '取不到信任策略；联网后再试，或粘贴一份', 'The trust policy could not be fetched; try again online, or paste one');
  });
  if (response?.ok !== true) throw new NotHere();
  return { text: await response.text(), from: words('本服务器', 'this server') };
}

class NotHere extends Error {}

/** The fingerprint of a policy: SHA-256 of its text, in groups of four. */
function fingerprint(text: string): string {
  return (hex(sha256(utf8(text))).slice(0, 32).match(/.{4}/g) ?? []).join(' ');
}

async function verifyReceipt(text: string): Promise<void> {
  const proof = parseProof(text);
  if (proof.extra === null) throw new Malformed('the receipt does not hold its entry', '回执里没有条目原文');
  const origin = proof.checkpoint.split('\n')[0] ?? '';
  let policy: { text: string; from: string };
  try {
    policy = await policyFor(origin);
  } catch (error) {
    if (!(error instanceof NotHere)) throw error;
    show('unknown', [[words('回执所称的账本', 'Ledger that the receipt names'), origin]], text, words('本服务器没有这个账本。', 'This server has no such ledger.'));
    return;
  }
  const trusted: Policy = parsePolicy(policy.text);
  const about = [
    [words('账本', 'Ledger'), origin],
    [words('信任策略', 'Trust policy'), `${policy.from}${words('，指纹 ', ', fingerprint ')}${fingerprint(policy.text)}`],
  ] as const;
  let receipt: ReturnType<typeof checkReceipt>;
  try {
    receipt = checkReceipt(text, trusted);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const known = trusted.logs.some((key) => key.name === origin || origin.startsWith(`${key.name}/`));
    const stranger = error.slug === 'log-signature' || !known;
    show(stranger ? 'unknown' : 'differs', [...about, [words('不符之处', 'What is wrong'), error.sentence(language())]], `${text}\n${policy.text}`);
    return;
  }
  const compared = await compare(receipt.entry);
  const rows: (readonly [string, string])[] = [
    [words('条目', 'Entry'), words(`第 ${receipt.entry.n} 条 · ${kindName(receipt.entry.kind)}`, `${receipt.entry.n} · ${kindName(receipt.entry.kind)}`)],
    ...(compared === null ? [] : [[words('比对文件', 'File compared'), comparedWords(compared)] as const]),
    ...factors(receipt, beijing),
  ];
  const expert = [...about.map((row) => row.join(words('：', ': '))), '', `sha256(statement) ${hex(sha256(receipt.entry.statement.payload))}`, `kind ${receipt.entry.kind}`, `size ${receipt.checkpoint.size}`, `root ${b64u(receipt.checkpoint.root)}`, '', proof.checkpoint, policy.text].join('\n');
  show(compared?.outcome ?? 'good', rows, expert, compared === null ? undefined : words(...COMPARED[compared.outcome]));
}

/** Compare the chosen file with what the entry names; null where none was chosen. @throws {Refused} `openings-needed` */
async function compare(entry: Entry): Promise<Compared | null> {
  const file = need<HTMLInputElement>('#compare-file').files?.[0];
  if (file === undefined) return null;
  const openings = need<HTMLInputElement>('#openings-file').files?.[0];
  return compareFile(entry, await hashOf(file), openings === undefined ? [] : readOpenings(await openings.text()));
}

const COMPARED: Readonly<Record<Compared['outcome'], readonly [string, string]>> = {
  good: ['这个文件就是当时存证的那一份，存入后没有变过；不等于内容属实。', 'This is the file that was stored, unchanged since; not proof that it is true.'],
  unknown: ['回执成立，但这一条没有存过任何文件。核对号码，或换另一份回执。', 'The receipt holds, but its entry never stored a file. Check the number, or take another receipt.'],
  differs: ['回执本身成立，但您选的文件不是条目所指的那一份。两份都留着，联系法院。', 'The receipt itself holds, but the file that you chose is not the one that the entry names. Keep both and tell the court.'],
};

/** An entry by its number, proven like a kept receipt. */
async function verifyNumber(given: string): Promise<void> {
  const { log, index } = readNumber(given);
  const proof = await fetchProof(log, index);
  if (proof !== null) return verifyReceipt(proof);
  show('unknown', [[words('案件', 'Case'), log], [words('条目', 'Entry'), index]], '', words('本服务器的账本里没有这个号码。可能写错了，也可能从未存入。', 'No ledger of this server has this number. It may be mistyped, or was never stored.'));
}

async function verify(): Promise<void> {
  need('[data-error]').hidden = true;
  need('[data-outcome]').hidden = true;
  const number = need<HTMLInputElement>('#number').value;
  if (number.trim() !== '') return verifyNumber(number);
  const text = await textOf('receipt');
  if (!text.trimStart().startsWith('{')) return verifyReceipt(text);
  let value: JsonObject;
  try {
    value = JSON.parse(text) as JsonObject;
  } catch {
    throw new Malformed('this is neither a receipt nor the file of a tested ballot', '这不是回执，也不是抽查文件');
  }
  if (value.format === FORMAT) return takeOpened(utf8(text.trim()));
  if (typeof value.payload === 'string') {
    throw new Refused('grade-1', '这是受理凭证：服务器承诺收到，还没有入账证明。在“我的回执”里换取回执后再核验', 'This is an acknowledgement: the server promises to enter it, but there is no proof yet. Fetch the receipt from your receipts, then verify that');
  }
  throw new Malformed('this is neither a receipt nor the file of a tested ballot', '这不是回执，也不是抽查文件');
}

need<HTMLFormElement>('[data-verify]').addEventListener('submit', (event) => {
  event.preventDefault();
  void verify().catch((error: unknown) => {
    need('[data-error-words]').textContent = sentence(error);
    need('[data-error]').hidden = false;
    need('[data-error]').focus();
  });
});
