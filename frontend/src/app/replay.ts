/** A vote as it follows from the log: what a trustee recomputes for himself before he signs (protocol 7).
 *
 * Signatures, ballot proofs and complaints are checked here; whether a signer was entitled is the rules' to say, which
 * the verifier runs.
 * @module */
import { b64u, equal, sha256, unb64u, utf8, type Bytes } from '../core/bytes.js';
import { decodeBody, type Body } from '../core/body.js';
import { judgeComplaint } from '../core/complaint.js';
import type { Entry } from '../core/entry.js';
import { Malformed, Refused } from '../core/errors.js';
import { dumps, loads, type Json, type JsonObject } from '../core/jcs.js';
import { parseScalar } from '../core/group.js';
import { parseTime } from '../core/ids.js';
import { checkKey, decodeManifest, type Manifest } from '../core/manifest.js';
import { checkRoll, decodeLeaf, weighted, type Leaf } from '../core/roll.js';
import { pae } from '../core/dsse.js';
import { verifyPasskey, type RelyingParty } from '../core/passkey.js';
import { STATEMENT_TYPE, keyId, verifyStatement, type Suite } from '../core/statement.js';
import { checkSum, countedHash, rowsOf, type Counted, type Progress } from '../core/tally.js';
import { Accepted, checkProofs } from '../core/verify.js';

export type Stage = 'none' | 'prepared' | 'open' | 'closed' | 'counted' | 'declared' | 'voided';

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

/** An answer of which trustees give their shares. clear: to everybody, since the outcome shows it anyway */
export interface Due {
  readonly answer: Counted;
  readonly clear: boolean;
}

export interface Vote {
  readonly stage: Stage;
  /** by trustee id: the keys published for this meeting and not spent in a void vote */
  readonly published: ReadonlyMap<string, Trustee>;
  /** in the manifest's order: who holds its keys */
  readonly seats: readonly Trustee[];
  readonly manifest: Manifest | null;
  /** as extended */
  readonly closes: Date | null;
  readonly complaintsClose: Date | null;
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
  /** boxes named as missing, `index ballot`; true once somebody supplied them */
  readonly missing: ReadonlyMap<string, boolean>;
  readonly checked: ReadonlySet<number>;
  /** trustees for whom the court lets nobody wait */
  readonly excused: ReadonlySet<number>;
  readonly summed: ReadonlySet<number>;
  readonly destroyed: ReadonlySet<number>;
  /** in order of motion, class, line, what this trustee has not given yet */
  due(index: number): readonly Due[];
}

interface Key {
  readonly holder: string;
  readonly suite: Suite;
  readonly publicKey: Bytes;
  /** the key that signed its enrolment; null for those of the genesis */
  readonly signer: string | null;
}

const AT_ONCE = 20;
const KINDS = /^(?:trustee\.(?:key_published|not_awaited)|voting\.[a-z]+|ballot\.[a-z]+|box\.[a-z]+|boxes\.checked|tally\.summed|disclosure\.[a-z]+|keys\.destroyed|result\.declared)@1$/;
const COURT = new Set(['trustee.not_awaited@1', 'disclosure.ordered@1']);

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
  seats: readonly Trustee[] = [];
  manifest: Manifest | null = null;
  closes: Date | null = null;
  complaintsClose: Date | null = null;
  readonly rolls = new Map<string, readonly Leaf[]>();
  readonly ballots: { body: Body; hash: string; void: boolean }[] = [];
  counted: readonly Counted[] = [];
  countedHash: Bytes | null = null;
  closed: number | null = null;
  readonly complaints = new Map<number, number>();
  readonly missing = new Map<string, boolean>();
  readonly checked = new Set<number>();
  readonly excused = new Set<number>();
  readonly summed = new Set<number>();
  readonly destroyed = new Set<number>();
  /** `index motion line` of every share given */
  readonly #given = new Set<string>();
  /** `motion line` of every answer that the court ordered disclosed */
  readonly #ordered = new Set<string>();
  readonly #court = new Set<string>();
  readonly #case: string;
  readonly #meeting: string;
  readonly #tables: (root: Bytes) => Promise<readonly string[]>;
  readonly #keys = new Map<string, Key>();
  #accepted = new Accepted();
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
      for (const named of body.court as unknown as readonly JsonObject[]) {
        this.#know(text(named.by), named);
        this.#court.add(text(named.by));
      }
    } else if (kind === 'key.enrolled@1') {
      await this.#signed(entry);
      this.#know(text(body.holder), body, entry.payload.key);
    } else if (kind === 'key.revoked@1') {
      await this.#signed(entry);
      this.#forget(text(body.key));
    } else if (kind === 'role.appointed@1' || kind === 'role.ended@1') {
      await this.#office(entry, body);
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

  /** Who is of the court: an order of anybody else would have a trustee show a vote. */
  async #office(entry: Entry, body: JsonObject): Promise<void> {
    if (body.role !== 'court' || !this.#court.has(entry.payload.by)) return;
    await this.#signed(entry);
    if (entry.kind === 'role.appointed@1') this.#court.add(text(body.person));
    else this.#court.delete(text(body.person));
  }

  async #of(entry: Entry, body: JsonObject): Promise<void> {
    if (entry.kind === 'trustee.key_published@1') return this.#publish(entry, body);
    if (entry.kind === 'voting.prepared@1') return this.#prepare(entry, body);
    const manifest = this.manifest;
    if (manifest === null || body.manifest_hash !== b64u(manifest.hash)) return;
    await this.#signed(entry);
    const { by, role } = entry.payload;
    if (COURT.has(entry.kind) && !this.#court.has(by)) {
      throw new Refused('office', `第 ${entry.n} 条不是法院作出的：请勿继续，联系法院`, `entry ${entry.n} is not by the court: stop and tell the court`, { entry: entry.n });
    }
    const byClerk = role === 'clerk' && by === 'clerk';
    if (entry.kind === 'voting.opened@1' && byClerk) this.stage = 'open';
    else if (entry.kind === 'voting.closed@1' && byClerk) {
      this.stage = 'closed';
      this.closed = entry.n;
    } else if (entry.kind === 'voting.extended@1') this.#extend(body);
    else if (entry.kind === 'voting.voided@1' && (byClerk || this.#court.has(by))) {
      this.stage = 'voided';
      this.published.clear(); // keys that served are spent
    } else if (entry.kind === 'ballot.cast@1') this.#cast(manifest, body);
    else if (entry.kind === 'ballot.complained@1') await this.#complain(manifest, entry, body);
    else if (entry.kind === 'box.missing@1') this.missing.set(`${this.#indexOf(by)} ${text(body.ballot)}`, false);
    else if (entry.kind === 'box.supplied@1') this.#supply(entry, body);
    else if (entry.kind === 'trustee.not_awaited@1') for (const index of body.indices as unknown as readonly number[]) this.excused.add(index);
    else if (entry.kind === 'voting.counted@1' && byClerk) this.#count(manifest, body);
    else if (entry.kind === 'disclosure.ordered@1') this.#ordered.add(`${text(body.motion)} ${text(body.line)}`);
    else if (entry.kind === 'result.declared@1') this.stage = 'declared';
    else {
      const index = this.#indexOf(by);
      if (entry.kind === 'boxes.checked@1') this.checked.add(index);
      if (entry.kind === 'tally.summed@1') this.#sum(index, body);
      if (entry.kind === 'disclosure.given@1') this.#give(index, body);
      if (entry.kind === 'keys.destroyed@1') this.destroyed.add(index);
    }
  }

  due(index: number): readonly Due[] {
    if (this.countedHash === null) return [];
    const named = this.manifest?.disclosure === 'named';
    const single = new Set([...this.rolls].flatMap(([motion, leaves]) => [...new Set(leaves.map((leaf) => leaf.class))].flatMap((name) => {
      const [only, ...others] = weighted(leaves, name);
      return only !== undefined && others.length === 0 ? [`${motion} ${only.line}`] : [];
    })));
    return this.counted.flatMap((answer) => {
      const place = `${answer.motion} ${answer.line}`;
      const clear = single.has(place);
      return (clear || named || this.#ordered.has(place)) && !this.#given.has(`${index} ${place}`) ? [{ answer, clear }] : [];
    });
  }

  #indexOf(person: string): number {
    return 1 + this.seats.findIndex((trustee) => trustee.person === person);
  }

  #extend(body: JsonObject): void {
    const to = parseTime(text(body.to));
    const later = to.getTime() - (this.closes?.getTime() ?? 0);
    this.complaintsClose = new Date((this.complaintsClose?.getTime() ?? 0) + later);
    this.closes = to;
  }

  #supply(entry: Entry, body: JsonObject): void {
    const ballot = this.ballots.find((b) => b.hash === body.ballot);
    const index = Number(body.index);
    const named = ballot?.body.boxes[index - 1];
    if (named === undefined || !equal(sha256(unb64u(text(body.box))), named)) {
      throw new Refused('box', `第 ${entry.n} 条不是该票写明的密封份额`, `entry ${entry.n} is not the box that the ballot names`, { entry: entry.n });
    }
    this.missing.set(`${index} ${text(body.ballot)}`, true);
  }

  /** Sums of heads stand in clear: a false one is refused here too, and names its trustee. */
  #sum(index: number, body: JsonObject): void {
    const answers = new Map(this.ballots.flatMap((ballot) => ballot.body.answers.map((answer) => [`${ballot.hash} ${answer.motion} ${answer.line}`, answer] as const)));
    for (const row of body.sums as unknown as readonly JsonObject[]) {
      if (row.metric !== 'heads') continue;
      const terms = rowsOf({ motion: text(row.motion), class: text(row.class), metric: 'heads' }, this.counted).flatMap((counted) => {
        const answer = answers.get(`${counted.ballot} ${counted.motion} ${counted.line}`);
        return answer === undefined ? [] : [{ answer, w: BigInt(counted.heads) }];
      });
      checkSum(index, parseScalar(text(row.f)), parseScalar(text(row.g)), terms);
    }
    this.summed.add(index);
  }

  #give(index: number, body: JsonObject): void {
    for (const given of body.answers as unknown as readonly JsonObject[]) this.#given.add(`${index} ${text(given.motion)} ${text(given.line)}`);
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
    this.#begin();
    for (const motion of manifest.motions) {
      const lines = await this.#tables(unb64u(motion.roll_root, 32));
      const leaves = lines.map((line) => decodeLeaf(loads(utf8(line))));
      checkRoll(leaves, motion.roll_root);
      this.rolls.set(motion.id, leaves);
    }
    this.manifest = manifest;
    this.seats = manifest.trustees.map(({ id }) => this.published.get(id) ?? { id, person: id, standsFor: [] });
    this.closes = manifest.closes;
    this.complaintsClose = manifest.complaintsClose;
    this.stage = 'prepared';
  }

  /** Nothing is left of a vote before this one, which was void. */
  #begin(): void {
    this.ballots.length = 0;
    this.#unproven.length = 0;
    this.#accepted = new Accepted();
    this.counted = [];
    this.countedHash = null;
    this.closed = null;
    for (const part of [this.rolls, this.complaints, this.missing, this.checked, this.excused, this.summed, this.destroyed, this.#given, this.#ordered]) part.clear();
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
    const index = this.#indexOf(entry.payload.by);
    if (ballot === undefined || (await judgeComplaint(manifest, ballot.body, index, body)) !== 'upheld') {
      throw new Refused('complaint', `第 ${entry.n} 条的异议不成立`, `the complaint of entry ${entry.n} does not stand`, { entry: entry.n });
    }
    ballot.void = true;
    this.complaints.set(index, 1 + (this.complaints.get(index) ?? 0));
  }

  #count(manifest: Manifest, body: JsonObject): void {
    this.#settle();
    const leftOut = new Set(body.left_out as unknown as readonly string[]);
    const unsupplied = new Set([...this.missing].flatMap(([place, supplied]) => (supplied ? [] : [place.slice(place.indexOf(' ') + 1)])));
    if (![...leftOut].every((ballot) => unsupplied.has(ballot))) {
      throw new Refused('counted', '有票被排除在外，却没有缺失的份额：请勿继续，联系法院', 'a ballot is left out of which no box is missing: stop and tell the court');
    }
    const last = new Map<string, { ballot: string; void: boolean }>();
    for (const ballot of this.ballots) {
      for (const a of ballot.body.answers) last.set(`${a.motion} ${a.line}`, { ballot: ballot.hash, void: ballot.void });
    }
    const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    const rows = [...this.rolls].flatMap(([motion, leaves]) => leaves.flatMap((leaf): Counted[] => {
      const found = last.get(`${motion} ${leaf.line}`);
      return found === undefined || found.void || leftOut.has(found.ballot) ? [] : [{ motion, class: leaf.class, line: leaf.line, heads: leaf.heads, weight: leaf.weight, ballot: found.ballot }];
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
