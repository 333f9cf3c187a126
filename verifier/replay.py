"""Replay: every rule of every act again, from the bundle alone, trusting nobody."""

from __future__ import annotations

import gc

from bankruptcy.kinds import judge, records
from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.registry import KINDS
from bankruptcy.law.pack import RulePack, builtins
from ledger.log import jcs
from ledger.log.entry import Entry
from ledger.log.errors import Refused
from ledger.log.merkle import leaf_hash, root
from verifier.ahead import ahead
from verifier.bundle import Bundle
from verifier.erased import erased_digests
from verifier.log import ReadLog, RecordedTwice, Times, read_log
from verifier.looking import Looking, Progress
from verifier.report import Report
from verifier.rows import Rows, read_rows, rows_ahead
from verifier.state import ReplayedLog, ReplayState
from verifier.succession import check_follows
from verifier.summary import Tally, count_all, summarise
from verifier.unsettled import read_sheets
from verifier.weights import lines_of, settle, tables_of
from voting.protocol.group import Group, default_group

CHECK_OF = {
    "key.enrolled": "keys",
    "key.confirmed": "keys",
    "key.revoked": "keys",
    "voting.prepared": "rolls",
    "ballot.cast": "ballots",
    "ballot.complained": "complaints",
    "box.missing": "boxes",
    "box.supplied": "boxes",
    "boxes.checked": "boxes",
    "voting.counted": "counted",
    "trustee.not_awaited": "counted",
    "tally.deadline_set": "sums",
    "tally.summed": "sums",
    "disclosure.ordered": "sums",
    "disclosure.given": "sums",
    "roll.corrected": "rolls",
    "voting.voided": "results",
    "result.declared": "results",
    "result.verified": "results",
    "weights.published": "weights",
}
"""Under which check of the report a broken rule of a kind stands; the rest under `rules`."""


MAX_PACK = 4_000_000


class NotJudged(Refused):
    """An entry could not be judged at all: something in it no rule foresees. Fact: `error`."""

    slug = "not-judged"
    zh = "无法判断这一条：{error}"
    en = "This entry could not be judged: {error}"


class AnotherPolicy(Refused):
    """The log's keys and witnesses are not those that the reader trusts."""

    slug = "another-policy"
    zh = "账本的签名钥匙和见证方与您所信任的政策文件不同"
    en = "The log's key and witnesses are not those of the policy that you trust"


class TableFalse(Refused):
    """A table's rows do not hash to its name, or a table is missing or extra. Fact: `root`."""

    slug = "table-false"
    zh = "表的行与其根不符，或缺少、多出这张表：{root}"
    en = "The rows of the table do not give its root, or it is missing or extra: {root}"


class OpeningMissing(Refused):
    """The court's profile holds every opening, and here one is missing. Fact: `what`."""

    slug = "opening-missing"
    zh = "法院版档案应含全部明文，这里缺少：{what}"
    en = "The court's profile holds every value, and this one is missing: {what}"


class PackFalse(Refused):
    """The rule pack is not the one that the genesis names. Fact: `sha256`."""

    slug = "pack-false"
    zh = "缺少账本所指的规则包，或内容与其指纹不符：{sha256}"
    en = "The rule pack named by the log is missing or is another: {sha256}"


class DocumentFalse(Refused):
    """A document is not the one by whose hash it is named. Fact: `name`."""

    slug = "document-false"
    zh = "文件内容与其名称所示的指纹不符：{name}"
    en = "The document is not the one by whose hash it is named: {name}"


class OpensNothingHere(Refused):
    """A row opens a digest or commitment that no entry holds. Fact: `count`."""

    slug = "opens-nothing-here"
    zh = "有 {count} 行打开的内容在账本里不存在"
    en = "{count} row(s) open something that no entry holds"


def verify(
    bundle: Bundle,
    progress: Progress = lambda what, done, of: None,
    group: Group | None = None,
    policy: str | None = None,
    old: Bundle | None = None,
) -> Report:
    """Check everything that a bundle's profile lets one check.

    policy: the log's, from a source one trusts. Without it the keys of log and witnesses are
    those that the bundle's own genesis names, and who forges a whole log forges them too.
    old: a bundle of the closed log that this one says it follows.
    """
    # What is read stays to the end: the collector would go through all of it again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _verify(bundle, progress, group or default_group(), policy, old)
    finally:
        if collecting:
            gc.enable()


def _verify(
    bundle: Bundle, progress: Progress, group: Group, policy: str | None, old: Bundle | None
) -> Report:
    report = Report(profile=bundle.index.profile.value, log=bundle.index.log)
    report.size = bundle.index.size
    _check_files(bundle, report, progress)
    rows = ahead(lambda: rows_ahead(bundle, group), bundle.index.size)
    log = read_log(bundle, report)
    if log is None:
        return report
    if policy is not None and log.genesis.policy != policy:
        report.fail("checkpoint", AnotherPolicy(), file="policy")
    check_follows(log, old, report)
    report.clock = log.genesis.clock.value
    pack = _check_pack(bundle, log, report)
    if pack is None:
        return report
    state = _open(bundle, log, pack, group, report, next(rows, None))
    state.tables = tables_of(bundle)
    state.looking = Looking(log.entries, lines_of(bundle), group)
    try:
        _replay(log, state, report, progress)
    finally:
        state.looking.end()
    _check_tables(bundle, state, report)
    return report


def _check_files(bundle: Bundle, report: Report, progress: Progress) -> None:
    for fault in bundle.faults(lambda done, of: progress("files", done, of)):
        report.fail("index", fault, file=str(fault.facts["file"]))
    for unknown in bundle.unknown():
        report.fail("index", unknown, file=str(unknown.facts["file"]))
    count = len(bundle.index.files)
    report.ok("index", f"{count} 个文件与清单一致", f"{count} files are as the index says")


def _check_pack(bundle: Bundle, log: ReadLog, report: Report) -> RulePack | None:
    wanted = log.genesis.rule_pack.sha256.hex()
    path = f"packs/{wanted}.json"
    try:
        pack = RulePack.load(bundle.read(path, MAX_PACK))
        if pack.sha256 != wanted or bundle.paths("packs/") != (path,):
            raise PackFalse(sha256=wanted[:12])
    except Refused as error:
        report.fail("packs", error, file=path)
        return None
    if wanted not in {known.sha256 for known in builtins()}:
        report.gap(
            "packs",
            "本程序没有附带这个规则包，无从知道它所写的是不是法律",
            "this verifier does not come with the pack: whether it says what the law says is open",
        )
    report.ok("packs", f"{pack.id} {pack.version}", f"{pack.id} {pack.version}")
    return pack


def _open(
    bundle: Bundle, log: ReadLog, pack: RulePack, group: Group, report: Report, rows: Rows | None
) -> ReplayState:
    openings, amounts = rows if rows is not None else read_rows(bundle, group, report)
    documents: frozenset[bytes] | None = None
    if bundle.index.profile.value == "court":
        documents = frozenset(
            bytes.fromhex(path.removeprefix("documents/"))
            for path in bundle.paths("documents/")
            if _is_hash(path.removeprefix("documents/"))
        )
    replayed = ReplayedLog(log.node, entries=log.entries)
    state = ReplayState(pack, group, replayed, openings, amounts, documents)
    state.erased = erased_digests(log.entries)
    for path in bundle.paths("documents/"):
        digest = path.removeprefix("documents/")
        if bundle.index.files[path].sha256.hex() != digest:
            report.fail("documents", DocumentFalse(name=digest[:12]), file=path)
    if documents is None:
        report.gap(
            "documents",
            "本档案不含全部证据文件，未核对",
            "this profile does not hold every document",
        )
    else:
        report.ok(
            "documents",
            f"{len(documents)} 个文件与其指纹一致",
            f"{len(documents)} files have the hashes they are named by",
        )
    return state


def _is_hash(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdef" for c in text)


def _replay(log: ReadLog, state: ReplayState, report: Report, progress: Progress) -> None:
    times, tally = Times(), Tally()
    for n, entry in enumerate(log.entries):
        state.look_at(n)
        if entry is not None:
            _replay_entry(n, entry, state, times, tally, report)
        state.log.size = n + 1
        if n % 256 == 0:
            progress("replay", n, len(log.entries))
    count_all(state, report)
    read_sheets(state, report)
    _check_unused(state, report)
    settle(state, tally.unchecked, report)
    summarise(state, tally, report)


def _replay_entry(
    n: int, entry: Entry, state: ReplayState, times: Times, tally: Tally, report: Report
) -> None:
    """One entry; what fails is named and not applied, and later entries go on without it."""
    name = "rules"
    try:
        kind = KINDS.get(entry.kind)
        name = "time"
        file = records.case_file(state)
        standing = (
            file.clock_at
            if file is not None and file.clock is records.Clock.DEMONSTRATION
            else None
        )
        times.check(entry, kind is None or kind.locks is None, standing)
        name = CHECK_OF.get(entry.kind.split("@")[0], "rules")
        kind, act = judge.act_of(entry.statement, entry.envelope, entry.received, entry.at)
        name = "signatures"
        holds = state.signature_holds(entry.envelope)
        judge.check_signature(state, entry.envelope, act, verified=holds)
        tally.signed += 1
        name = CHECK_OF.get(kind.name, "rules")
        first = state.log.index_of(act.digest)
        if first is not None:
            raise RecordedTwice(first=first)
        state.missed.clear()
        judged = judge.judge(state, kind, entry.statement, act)
        judge.apply(state, judged)
        state.log.index[act.digest] = n
        tally.judged += 1
        _note_unopened(n, name, judged, state, tally, report)
    except Refused as error:
        report.fail(name, error, entry=n, article=_article(state, error, KINDS.get(entry.kind)))
    except Exception as error:  # a forged entry must never end the verification of the others
        report.fail(name, NotJudged(error=type(error).__name__), entry=n)


def _note_unopened(
    n: int, name: str, judged: judge.Judged, state: ReplayState, tally: Tally, report: Report
) -> None:
    """What of an act could not be checked: erased, or not in this profile."""
    missing = [field for field in judged.not_opened if field not in state.missed]
    tally.unopened += len(missing)
    for by in sorted(set(state.missed.values())):
        report.erased("openings", n, by)
    if judged.unchecked and missing:
        tally.unchecked.setdefault(name, []).append(n)
    elif judged.unchecked:
        report.erased(name, n, max(state.missed.values()))
    if missing and report.profile == "court":
        report.fail("openings", OpeningMissing(what=", ".join(missing[:3])), entry=n)


def _article(state: ReplayState, error: Refused, kind: AnyKind | None) -> str | None:
    ground = error.ground or (None if kind is None else kind.ground)
    return state.pack.grounds.get(ground) if ground is not None else None


def _check_unused(state: ReplayState, report: Report) -> None:
    for name, count in (("openings", state.unused_openings()), ("amounts", state.unused_amounts())):
        if count:
            report.fail(name, OpensNothingHere(count=count))


def _check_tables(bundle: Bundle, state: ReplayState, report: Report) -> None:
    wanted = {r.root.hex() for r in state.find(records.REGISTERS)}
    wanted |= {head.root.hex() for vote in state.find(records.VOTES) for head in vote.rolls}
    wanted |= {published.root.hex() for published in state.find(records.WEIGHTS)}
    there = {p.removeprefix("tables/").removesuffix(".jsonl") for p in bundle.paths("tables/")}
    for name in sorted(wanted ^ there):
        report.fail("tables", TableFalse(root=name[:12]), file=f"tables/{name}.jsonl")
    for name in sorted(wanted & there):
        path = f"tables/{name}.jsonl"
        try:
            rows = bundle.read(path).split(b"\n")
            if rows.pop() != b"" or root(leaf_hash(row) for row in rows).hex() != name:
                raise TableFalse(root=name[:12])
            for row in rows:
                jcs.loads(row)
        except Refused as error:
            report.fail("tables", error, file=path)
    report.ok("tables", f"{len(wanted)} 张表与其根一致", f"{len(wanted)} tables give their roots")
