/** Trust policies (C2SP tlog-policy) and checkpoints judged under them.
 * @module */
import { parseCheckpoint, type Checkpoint } from './checkpoint.js';
import { Malformed, Refused } from './errors.js';
import { parseNote, parseVkey, verifyNote, type NoteKey } from './note.js';

export interface Group {
  readonly needed: number;
  readonly members: readonly string[];
}

export interface Policy {
  readonly logs: readonly NoteKey[];
  readonly witnesses: ReadonlyMap<string, NoteKey>;
  readonly groups: ReadonlyMap<string, Group>;
  /** name of a witness or a group; null for `none` */
  readonly quorum: string | null;
}

export interface Cosigner {
  /** as the policy names it */
  readonly witness: string;
  /** POSIX seconds */
  readonly time: number;
}

export interface Judged {
  readonly checkpoint: Checkpoint;
  readonly cosigners: readonly Cosigner[];
  /** names of witnesses in the policy without a cosignature here */
  readonly missing: readonly string[];
  readonly quorum: boolean;
}

function bad(en: string): Malformed {
  return new Malformed(`policy: ${en}`, `信任策略：${en}`);
}

function needed(word: string, of: number): number {
  if (word === 'all') return of;
  if (word === 'any') return 1;
  if (!/^[1-9][0-9]{0,3}$/.test(word) || Number(word) > of) throw bad('a group asks for an impossible number');
  return Number(word);
}

/** @throws {Malformed} */
export function parsePolicy(text: string): Policy {
  const logs: NoteKey[] = [];
  const witnesses = new Map<string, NoteKey>();
  const groups = new Map<string, Group>();
  const grouped = new Set<string>();
  let quorum: string | null | undefined;
  const known = (name: string) => witnesses.has(name) || groups.has(name);
  const fresh = (name: string) => {
    if (name === 'none' || known(name)) throw bad(`the name ${name} is taken`);
  };
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [word = '', first = '', ...rest] = line.split(/[ \t]+/);
    if (word === 'log' && rest.length <= 1) {
      const key = parseVkey(first);
      if (key.type !== 1 && key.type !== 6) throw bad('a log key must be Ed25519 or ML-DSA-44');
      logs.push(key);
    } else if (word === 'witness' && (rest.length === 1 || rest.length === 2)) {
      fresh(first);
      const key = parseVkey(rest[0] ?? '');
      if (key.type !== 4 && key.type !== 6) throw bad('a witness key must be a cosignature key');
      // a v1 cosignature does not bind its signer's name: one key under two names would count twice
      if ([...witnesses.values()].some((other) => other.publicKey.join() === key.publicKey.join())) {
        throw bad('one key stands for two witnesses');
      }
      witnesses.set(first, key);
    } else if (word === 'group' && rest.length >= 2) {
      fresh(first);
      const [count = '', ...members] = rest;
      for (const member of members) {
        if (!known(member)) throw bad(`${member} is not defined yet`);
        if (grouped.has(member)) throw bad(`${member} is in two groups`);
        grouped.add(member);
      }
      groups.set(first, { needed: needed(count, members.length), members });
    } else if (word === 'quorum' && rest.length === 0 && quorum === undefined) {
      if (first !== 'none' && !known(first)) throw bad(`${first} is not defined`);
      quorum = first === 'none' ? null : first;
    } else {
      throw bad(`the line "${word}" is not understood`);
    }
  }
  if (logs.length === 0) throw bad('no log is named');
  if (quorum === undefined) throw bad('no quorum is named');
  return { logs, witnesses, groups, quorum };
}

function met(policy: Policy, name: string, signed: ReadonlySet<string>): boolean {
  const group = policy.groups.get(name);
  if (group === undefined) return signed.has(name);
  return group.members.filter((member) => met(policy, member, signed)).length >= group.needed;
}

/** Check the log's signature on a checkpoint note and find who cosigned it; the quorum is told, not demanded.
 * @throws {Malformed | Refused} `log-signature`, `note-signature` */
export function judgeCheckpoint(note: string, policy: Policy): Judged {
  const parsed = parseNote(note);
  const checkpoint = parseCheckpoint(parsed.text);
  const verified = verifyNote(parsed, [...policy.logs, ...policy.witnesses.values()]);
  if (!verified.some((line) => line.key.type === 1 && line.key.name === checkpoint.origin)) {
    throw new Refused('log-signature', '检查点没有账本自己的签名', 'the log named did not sign this checkpoint');
  }
  const cosigners: Cosigner[] = [];
  const missing: string[] = [];
  for (const [witness, key] of policy.witnesses) {
    const line = verified.find((v) => v.key === key);
    if (key.type === 6) continue;
    if (line === undefined || line.time === null) missing.push(witness);
    else cosigners.push({ witness, time: line.time });
  }
  const signed = new Set(cosigners.map((c) => c.witness));
  return { checkpoint, cosigners, missing, quorum: policy.quorum === null || met(policy, policy.quorum, signed) };
}

/** As `judgeCheckpoint`, and the quorum must be met. @throws also {Refused} `quorum` */
export function checkCheckpoint(note: string, policy: Policy): Judged {
  const judged = judgeCheckpoint(note, policy);
  if (!judged.quorum) {
    const names = judged.missing.join(', ');
    throw new Refused('quorum', `见证不足，缺：${names}`, `too few witnesses cosigned; missing: ${names}`, { missing: names });
  }
  return judged;
}
