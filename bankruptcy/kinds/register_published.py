"""register.published@1: a version of the register of claims, by its root (EBL 57, 58)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import may_act_on_case
from bankruptcy.kinds.refusals import Disagrees
from bankruptcy.kinds.register import next_version
from bankruptcy.kinds.schema import Hash, Instant, encode
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log import jcs
from ledger.log.jcs import Json
from ledger.log.merkle import leaf_hash, root
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """root: RFC 6962, over the JCS of the rows in order of claim and line (ledger 9.7)."""

    version: int
    root: Hash
    rows: int


def register_rows(view: CaseView) -> list[Json]:
    """The register as it stands: a row a line, in order of claim and line."""
    provisional = {(p.claim, p.line): p for p in view.find(records.PROVISIONAL)}
    waiting: dict[str, int] = {}
    for question in view.find(records.QUESTIONS):
        waiting[question.claim] = waiting.get(question.claim, 0) + question.open_points
    rows = []
    for claim in view.find(records.CLAIMS):
        for line in sorted(claim.lines, key=lambda line: line.line):
            ordered = provisional.get((claim.claim, line.line))
            rows.append(
                {
                    "claim": claim.claim,
                    "line": line.line,
                    "creditor": claim.creditor,
                    "nature": line.nature.value,
                    "status": line.status.value,
                    "late": line.late,
                    "open_points": waiting.get(claim.claim, 0),
                    "parts": encode(line.parts),
                    "provisional": None if ordered is None else encode(ordered.parts),
                }
            )
    return rows


def table_root(rows: list[Json]) -> Hash:
    """The root of a table's rows (ledger 9.7)."""
    return Hash(root(leaf_hash(jcs.dumps(row)) for row in rows))


def check(view: CaseView, act: Act[Body]) -> None:
    """The next version, and its rows follow from the record."""
    may_act_on_case(view)
    body = act.body
    version = next_version(view)
    if body.version != version:
        raise Disagrees(what="version", stated=body.version, follows=version)
    rows = register_rows(view)
    if body.rows != len(rows):
        raise Disagrees(what="rows", stated=body.rows, follows=len(rows))
    follows = table_root(rows)
    if body.root != follows:
        raise Disagrees(what="root", stated=body.root.hex()[:12], follows=follows.hex()[:12])


def apply(state: CaseState, act: Act[Body]) -> None:
    """The version is published."""
    body = act.body
    state.put(
        records.REGISTERS,
        records.Register(
            version=body.version,
            root=body.root,
            rows=body.rows,
            published=Instant(act.received),
        ),
    )


KIND = Kind(
    name="register.published",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR}),
    ground="register.published",
    check=check,
    apply=apply,
    zh="{who} 公布债权表第 {version} 版（{rows} 行）",
    en="{who} published version {version} of the register ({rows} rows)",
    facts=lambda view, body: {"version": body.version, "rows": body.rows},
)
