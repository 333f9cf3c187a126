"""result.verified@1: the court has verified a declared result itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees, NotFound
from bankruptcy.kinds.schema import Hash, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, index_after, same_root, vote_named
from ledger.log.statement import Role


class Verdict(Enum):
    """What the court found."""

    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True)
class Body:
    """declared: statement verified. size, root: of the log that was replayed."""

    manifest_hash: Hash
    declared: Hash
    size: int
    root: Hash
    verdict: Verdict
    note: SealedLong | None


def check(view: CaseView, act: Act[Body]) -> None:
    """Of the result declared, over a log that holds it."""
    body = act.body
    result = view.get(records.RESULTS, body.manifest_hash)
    if result is None:
        raise NotFound(what="result", id=body.manifest_hash.hex()[:12])
    if body.declared != result.statement:
        raise Disagrees(
            what="declared", stated=body.declared.hex()[:12], follows=result.statement.hex()[:12]
        )
    at_stage(vote_named(view, body.manifest_hash), records.Stage.DECLARED)
    index_after(view, body.size, (result.statement,), "size")
    same_root(view, body.size, body.root)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The court's last word on the result stands."""
    result = state.get(records.RESULTS, act.body.manifest_hash)
    if result is not None:
        good = act.body.verdict is Verdict.VERIFIED
        state.put(records.RESULTS, replace(result, verified=act.digest if good else None))


KIND = Kind(
    name="result.verified",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="result.verified",
    check=check,
    apply=apply,
    zh="法院（{who}）自行核验表决结果：{verdict}",
    en="The court ({who}) verified the result itself: {verdict}",
    facts=lambda view, body: {"verdict": body.verdict.value},
)
