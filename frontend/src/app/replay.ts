/** A vote as it follows from the log: what a trustee recomputes for himself before he signs (protocol 7).
 *
 * Signatures, ballot proofs and complaints are checked here; whether a signer was entitled is the rules' to say, which
 * the verifier runs.
 * @module */
import { b64u, unb64u, utf8, type Bytes } from '../core/bytes.js';
import { decodeBody, type Body } from '../core/body.js';
import { judgeComplaint } from '../core/complaint.js';
import type { Entry } from '../core/entry.js';
import { Malformed, Refused } from '../core/errors.js';
import { dumps, loads, type Json, type JsonObject } from '../core/jcs.js';
import { checkKey, decodeManifest, type Manifest } from '../core/manifest.js';
import { checkRoll, decodeLeaf, type Leaf } from '../core/roll.js';
import { pae } from '../core/dsse.js';
import { verifyPasskey, type RelyingParty } from '../core/passkey.js';
import { STATEMENT_TYPE, keyId, verifyStatement, type Suite } from '../core/statement.js';
import { countedHash, type Counted, type Progress } from '../core/tally.js';
import { Accepted, checkProofs } from '../core/verify.js';

export type Stage = 'none' | 'prepared' | 'open' | 'closed' | 'counted' | 'declared';

export interface Trustee {
  readonly id: string;
  readonly person: string;
  readonly standsFor: readonly string[];
}

export interface Ballot {
  readonly body: Body;
  /** hash of the body, base64url */
  readonly hash: string;
  readonly void: boolean;
}

export interface Vote {
  readonly stage: Stage;
  /** by trustee id: the keys published for this meeting */
  readonly published: ReadonlyMap<string, Trustee>;
  readonly manifest: Manifest | null;
  readonly rolls: ReadonlyMap<string, readonly Leaf[]>;
  /** in the log's order */
  readonly ballots: readonly Ballot[];
  readonly counted: readonly Counted[];
  /** as the clerk's entry has it; checked against `counted` */
  readonly countedHash: Bytes | null;
  /** index of the entry that closed the vote */
  readonly closed: number | null;
  /** upheld complaints of each trustee's index */
  readonly complaints: ReadonlyMap<number, number>;
  readonly checked: ReadonlySet<number>;
  readonly summed: ReadonlySet<number>;
  readonly disclosed: ReadonlySet<number>;
}

interface Key {
  readonly holder: string;
  readonly suite: Suite;
  readonly publicKey: Bytes;
  /** the key that signed its enrolment; null for those of the genesis */
  readonly signer: string | null;
}

const AT_ONCE = 20;
const KINDS = /^(?:trustee\.key_published|voting\.[a-z]+|ballot\.[a-z]+|boxes\.checked|tally\.summed|disclosure\.given|result\.declared)@1$/;

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Malformed('a text is missing');
  return value;
}

function key(holder: string, value: JsonObject, signer: string | null): Key {
  return { holder, suite: text(value.suite) as Suite, publicKey: unb64u(text(value.public_key)), signer };
}

/** The vote, grown entry by entry as the log grows. Once something is refused, begin anew. */
export class Replay implements Vote {
  stage: Stage = 'none';
  readonly published = new Map<string, Trustee>();
  manifest: Manifest | null = null;
  readonly rolls = new Map<string, readonly Leaf[]>();
  readonly ballots: { body: Body; hash: string; void: boolean }[] = [];
  counted: readonly Counted[] = [];
  countedHash: Bytes | null = null;
  closed: number | null = null;
  readonly complaints = new Map<number, number>();
  readonly checked = new Set<number>();
  readonly summed = new Set<number>();
  readonly disclosed = new Set<number>();
  readonly #case: string;
  readonly #meeting: string;
  readonly #tables: (root: Bytes) => Promise<readonly string[]>;
  readonly #keys = new Map<string, Key>();
  readonly #accepted = new Accepted();
  #unproven: Body[] = [];
  #taken = 0;
  #party: RelyingParty = { rpId: '', origins: [] };

  /** @param tables - gives the lines of a table by its root */
  constructor(caseId: string, meeting: string, tables: (root: Bytes) => Promise<readonly string[]>) {
    this.#case = caseId;
    this.#meeting = meeting;
    this.#tables = tables;
  }

  /** Take the entries that are new in `entries`. @throws {Refused | Malformed} what does not follow */
  async feed(entries: readonly Entry[], progress: Progress = () => undefined): Promise<void> {
    for (; this.#taken < entries.length; this.#taken += 1) {
      await this.#take(entries[this.#taken] as Entry);
      if (this.#taken % 10 === 9) {
        progress(this.#taken + 1, entries.length);
        await new Promise<void>((resolve) => setTimeout(resolve, 0));
      }
    }
    this.#settle();
    progress(entries.length, entries.length);
  }

  async #take(entry: Entry): Promise<void> {
    const { kind, payload } = entry;
    const body = payload.body;
    if (kind === 'log.created@1') {
      const clerk = body.clerk as JsonObject;
      this.#keys.set(payload.key, key('clerk', clerk, null));
      await this.#signed(entry);
      this.#party = { rpId: text(body.rp_id), origins: body.origins as unknown as readonly string[] };
      for (const named of body.court as unknown as readonly JsonObject[]) this.#know(text(named.by), named);
    } else if (kind === 'key.enrolled@1') {
      await this.#signed(entry);
      this.#know(text(body.holder), body, entry.payload.key);
    } else if (kind === 'key.revoked@1') {
      await this.#signed(entry);
      this.#forget(text(body.key));
    } else if (KINDS.test(kind)) {
      await this.#of(entry, body);
    }
  }

  /** Check the proofs that still wait. */
  #settle(): void {
    if (this.#unproven.length > 0) checkProofs(this.#unproven);
    this.#unproven = [];
  }

  #know(holder: string, value: JsonObject, signer: string | null = null): void {
    const found = key(holder, value, signer);
    this.#keys.set(keyId(found.suite, found.publicKey), found);
  }

  /** A revoked key signs no more; with a passkey fall the keys that it enrolled. */
  #forget(id: string): void {
    const gone = this.#keys.get(id);
    this.#keys.delete(id);
    if (gone?.suite !== 'webauthn-es256') return;
    for (const [other, known] of this.#keys) {
      if (known.signer === id && known.holder === gone.holder) this.#keys.delete(other);
    }
  }

  async #signed(entry: Entry): Promise<void> {
    const known = this.#keys.get(entry.payload.key);
    if (known === undefined || known.holder !== entry.payload.by) {
      throw new Refused('key', `第 ${entry.n} 条的签名密钥没有登记`, `entry ${entry.n} is signed by a key that is not enrolled`, { entry: entry.n });
    }
    if (known.suite !== 'webauthn-es256') {
      await verifyStatement(entry.statement, known.suite, known.publicKey);
    } else if (!(await verifyPasskey(this.#party, known.publicKey, pae(STATEMENT_TYPE, entry.statement.payload), entry.statement.sig))) {
      throw new Refused('signature', `第 ${entry.n} 条的签名不成立`, `the signature of entry ${entry.n} does not verify`, { entry: entry.n });
    }
  }

  async #of(entry: Entry, body: JsonObject): Promise<void> {
    if (entry.kind === 'trustee.key_published@1') return this.#publish(entry, body);
    if (entry.kind === 'voting.prepared@1') return this.#prepare(entry, body);
    const manifest = this.manifest;
    if (manifest === null || body.manifest_hash !== b64u(manifest.hash)) return;
    await this.#signed(entry);
    const byClerk = entry.payload.role === 'clerk' && entry.payload.by === 'clerk';
    if (entry.kind === 'voting.opened@1' && byClerk) this.stage = 'open';
    else if (entry.kind === 'voting.closed@1' && byClerk) {
      this.stage = 'closed';
      this.closed = entry.n;
    } else if (entry.kind === 'ballot.cast@1') this.#cast(manifest, body);
    else if (entry.kind === 'ballot.complained@1') await this.#complain(manifest, entry, body);
    else if (entry.kind === 'voting.counted@1' && byClerk) this.#count(manifest, body);
    else if (entry.kind === 'result.declared@1') this.stage = 'declared';
    else {
      const index = this.#indexOf(manifest, entry.payload.by);
      if (entry.kind === 'boxes.checked@1') this.checked.add(index);
      if (entry.kind === 'tally.summed@1') this.summed.add(index);
      if (entry.kind === 'disclosure.given@1') this.disclosed.add(index);
    }
  }

  #indexOf(manifest: Manifest, person: string): number {
    return 1 + manifest.trustees.findIndex((trustee) => this.published.get(trustee.id)?.person === person);
  }

  async #publish(entry: Entry, body: JsonObject): Promise<void> {
    const { id, public_key, proof } = body as { id: Json; public_key: Json; proof: Json };
    try {
      checkKey('trustee-key', this.#case, this.#meeting, { id, public_key, proof });
    } catch (error) {
      if (error instanceof Refused) return; // for another meeting
      throw error;
    }
    await this.#signed(entry);
    const standsFor = (body.stands_for as unknown as readonly string[]) ?? [];
    this.published.set(text(id), { id: text(id), person: entry.payload.by, standsFor });
  }

  async #prepare(entry: Entry, body: JsonObject): Promise<void> {
    if ((body.manifest as JsonObject).meeting !== this.#meeting) return;
    await this.#signed(entry);
    const manifest = decodeManifest(dumps(body.manifest ?? null));
    for (const motion of manifest.motions) {
      const lines = await this.#tables(unb64u(motion.roll_root, 32));
      const leaves = lines.map((line) => decodeLeaf(loads(utf8(line))));
      checkRoll(leaves, motion.roll_root);
      this.rolls.set(motion.id, leaves);
    }
    this.manifest = manifest;
    this.stage = 'prepared';
  }

  #cast(manifest: Manifest, json: JsonObject): void {
    const body = decodeBody(dumps(json), manifest.hash);
    const wrong = (what: string) => new Refused('ballot', `账本上有一张不应接受的票（${what}）：请勿继续，联系法院`, `the ledger holds a ballot that should have been refused (${what}): stop and tell the court`, { what });
    if (this.stage !== 'open') throw wrong('closed');
    if (this.#accepted.used(body)) throw wrong('E');
    for (const a of body.answers) {
      if (a.a.length !== manifest.threshold - 1) throw wrong('threshold');
      if (a.replaces !== this.#accepted.last(a.motion, a.line)) throw wrong('replayed');
      if (!this.rolls.get(a.motion)?.some((leaf) => leaf.line === a.line)) throw wrong('not-on-roll');
    }
    this.#accepted.add(body);
    this.ballots.push({ body, hash: b64u(body.hash), void: false });
    this.#unproven.push(body);
    if (this.#unproven.length >= AT_ONCE) this.#settle();
  }

  async #complain(manifest: Manifest, entry: Entry, body: JsonObject): Promise<void> {
    const ballot = this.ballots.find((b) => b.hash === body.ballot);
    const index = this.#indexOf(manifest, entry.payload.by);
    if (ballot === undefined || (await judgeComplaint(manifest, ballot.body, index, body)) !== 'upheld') {
      throw new Refused('complaint', `第 ${entry.n} 条的异议不成立`, `the complaint of entry ${entry.n} does not stand`, { entry: entry.n });
    }
    ballot.void = true;
    this.complaints.set(index, 1 + (this.complaints.get(index) ?? 0));
  }

  #count(manifest: Manifest, body: JsonObject): void {
    this.#settle();
    const last = new Map<string, { ballot: string; void: boolean }>();
    for (const ballot of this.ballots) {
      for (const a of ballot.body.answers) last.set(`${a.motion} ${a.line}`, { ballot: ballot.hash, void: ballot.void });
    }
    const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    const rows = [...this.rolls].flatMap(([motion, leaves]) => leaves.flatMap((leaf): Counted[] => {
      const found = last.get(`${motion} ${leaf.line}`);
      return found === undefined || found.void ? [] : [{ motion, class: leaf.class, line: leaf.line, heads: leaf.heads, weight: leaf.weight, ballot: found.ballot }];
    }));
    rows.sort((a, b) => order(a.motion, b.motion) || order(a.class, b.class) || order(a.line, b.line));
    const stated = unb64u(text(body.counted_hash), 32);
    if (b64u(countedHash(manifest.hash, rows)) !== b64u(stated)) {
      throw new Refused('counted', '计票范围与账本条目推出的不符：请勿继续，联系法院', 'the counted set is not the one that follows from the ledger: stop and tell the court');
    }
    this.counted = rows;
    this.countedHash = stated;
    this.stage = 'counted';
  }
}
