"""evidence.added@1: evidence for a claim that is on record (EBL 49, 57)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, NotFound, RoleMayNot
from bankruptcy.kinds.register import not_withdrawn
from bankruptcy.kinds.schema import File, Id, Instant, SealedFile, SealedShort, decode
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.disclosure import field_name
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

MAX_EXHIBITS = 40


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file with its title and what it is to prove."""

    evidence: Id
    file: SealedFile
    title: SealedShort
    purpose: SealedShort


@dataclass(frozen=True, slots=True)
class Body:
    """claim: for which the evidence is."""

    claim: Id
    evidence: tuple[Exhibit, ...]


class FileMissing(Refused):
    """The file is not stored yet, or is not what its fingerprint says. Fact: `name`."""

    slug = "file-missing"
    category = Category.MALFORMED
    zh = "文件“{name}”还没有上传完，或与指纹不符；重新上传后再提交"
    en = "The file “{name}” has not been uploaded or differs from its fingerprint; upload it again"


class TooManyFiles(Refused):
    """More files than one act can carry. Fact: `most`."""

    slug = "too-many-files"
    category = Category.TOO_LARGE
    zh = "一次最多提交 {most} 份文件，至少 1 份；其余的分次提交"
    en = "1 to {most} files at a time; submit the rest separately"


def check_new_evidence(view: CaseView, exhibits: tuple[Exhibit, ...]) -> None:
    """Ids new to the case. Raises AlreadyThere, TooManyFiles."""
    if len(exhibits) > MAX_EXHIBITS:
        raise TooManyFiles(most=MAX_EXHIBITS)
    seen: set[Id] = set()
    for exhibit in exhibits:
        if exhibit.evidence in seen or view.get(records.EVIDENCE, exhibit.evidence) is not None:
            raise AlreadyThere(what="evidence", id=exhibit.evidence)
        seen.add(exhibit.evidence)


def check_documents(view: CaseView, kind: str, exhibits: tuple[Exhibit, ...], at: str) -> None:
    """The files named at JSON pointer `at` are at hand. Raises FileMissing, NotOpened."""
    for i, exhibit in enumerate(exhibits):
        value = view.opening(field_name(kind, f"{at}/{i}/file"), exhibit.file.digest)
        file = decode(File, value)
        if not view.has_document(file.sha256):
            raise FileMissing(name=file.name)


def put_evidence(
    state: CaseState, act: Act[object], claim: Id, exhibits: tuple[Exhibit, ...]
) -> None:
    """One record for each."""
    for exhibit in exhibits:
        state.put(
            records.EVIDENCE,
            records.Evidence(
                evidence=exhibit.evidence,
                claim=claim,
                by=act.principal,
                file=exhibit.file,
                title=exhibit.title,
                purpose=exhibit.purpose,
                added=Instant(act.received),
            ),
        )


def check(view: CaseView, act: Act[Body]) -> None:
    """By whoever filed the claim, or the administrator, who must look into it."""
    claim = view.get(records.CLAIMS, act.body.claim)
    if claim is None:
        raise NotFound(what="claim", id=act.body.claim)
    if act.role is not Role.ADMINISTRATOR and claim.creditor != act.principal:
        raise RoleMayNot(kind=act.kind, role=act.role.value)
    not_withdrawn(claim)
    if not act.body.evidence:
        raise TooManyFiles(most=MAX_EXHIBITS)
    check_new_evidence(view, act.body.evidence)


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """The files are at hand."""
    check_documents(view, act.kind, act.body.evidence, "/evidence")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The evidence stands with the claim."""
    put_evidence(state, act, act.body.claim, act.body.evidence)


KIND = Kind(
    name="evidence.added",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT, Role.ADMINISTRATOR}),
    item=records.Item.EVIDENCE,
    ground="evidence.added",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="{who} 为债权 {claim} 补充证据 {evidence} 份",
    en="{who} added {evidence} document(s) to claim {claim}",
    facts=lambda view, body: {"claim": body.claim, "evidence": len(body.evidence)},
)
