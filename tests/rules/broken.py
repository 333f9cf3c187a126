"""Every refusal of the rules, again as a forged bundle that the verifier must refuse.

`World.say` brings each statement that the rules refuse here, once for each place in the code that
refuses: it is put at the end of the log all the same, and everything is chained, signed, cosigned
and indexed anew with the real keys. The verifier must name that entry, the rule in the same words,
and the article.
"""

from __future__ import annotations

import ast
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from bankruptcy.kinds.refusals import UnknownKind
from ledger.log.errors import Refused
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Status

if TYPE_CHECKING:
    from tests.rules.world import Said, World

ROOT: Final = Path(__file__).parents[2]
KINDS: Final = ROOT / "bankruptcy" / "kinds"
_NO_RULES: Final = {"schema.py", "tables.py"}
"""Spelling (tests/rules/test_schema.py) and storage."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a statement broke: of which kind, where it is refused, and how that reads."""

    kind: str
    rule: str
    """Module, function and refusal, e.g. `ballot_cast.py check 3 BallotProof`: the third there."""
    slug: str
    article: str
    test: str


SEEN: dict[str, Broken] = {}
"""By rule: what was refused so far in this process, by server and verifier alike."""

NOT_IN_A_BUNDLE: Final = {
    "ballot_cast.py check 2 BallotProof": "the batch's word for the rule that check_proofs"
    " breaks: test_ahead.py::test_a_false_proof_is_named_as_it_is_without",
    "ballot_complained.py _named 1 Malformed": "a statement's body is an object by its format:"
    " tests/core/ledger/test_formats.py",
    "case_opened.py check 1 NotFound": "before the genesis: a bundle without one is refused whole,"
    " test_hostile_bundles.py",
    "deciding.py judged 1 NotFound": "before the genesis, as case_opened",
    "deciding.py figures 1 NotFound": "a roll without its motion: voting.prepared refuses it first",
    "disclosing.py implied 1 NotFound": "before a result: disclosure.ordered asks for it first",
    "electorate.py roll_of_motion 1 NotNow": "before the genesis, as case_opened",
    "electorate.py times_of 1 NotNow": "before the case is opened there is no meeting",
    "key_enrolled.py check 1 NotFound": "before the genesis, as case_opened",
    "result_declared.py _check_checkpoint 1 NotFound": "before the genesis, as case_opened",
    "sensitivity.py readings_of_motion 1 NotFound": "before the genesis, as case_opened",
    "sensitivity.py sheets 1 NotFound": "before the genesis, as case_opened",
}
"""Rules that no statement in a bundle can be the first to break, and why."""


def forge(world: World, said: Said, error: Refused) -> None:
    """A bundle in which the log ends with the refused statement; the verifier refuses it, too."""
    rule = _raised_by(error.__traceback__)
    if rule is None or rule in SEEN:
        return
    with tempfile.TemporaryDirectory(prefix="broken-") as folder:
        bundle = world.write_bundle(Path(folder), [*world.said, said])
        report = verify(Bundle.open(bundle))
    n = len(world.said)
    failed = [check for check in report.checks() if check.status is Status.FAILED]
    here = [check for check in failed if check.entry == n]
    assert not report.verified
    assert here, f"{said.kind}, {error.slug}: not refused by the verifier"
    named = next((check for check in here if check.en == error.sentence("en")), None)
    if named is None:
        # Something that comes before the rules, as time, was false too: no proof of this rule.
        return
    assert named.zh == error.sentence("zh")
    assert named.article or isinstance(error, UnknownKind), f"{said.kind}, {error.slug}: no article"
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0].split("[")[0]
    SEEN[rule] = Broken(said.kind, rule, error.slug, named.article or "–", test)


def rules() -> tuple[str, ...]:
    """Every place in the kinds' modules that refuses, by the name that `Broken.rule` has."""
    found = []
    for path in sorted(KINDS.glob("*.py")):
        if path.name not in _NO_RULES:
            found += [name for name, _lines in _raises(path)]
    return tuple(found)


@cache
def _raises(path: Path) -> tuple[tuple[str, range], ...]:
    """Each `raise` of a module, named, with its lines."""
    found = []
    tree = ast.parse(path.read_text("utf-8"))
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        raised = [n for n in ast.walk(function) if isinstance(n, ast.Raise) and n.exc is not None]
        for i, node in enumerate(sorted(raised, key=lambda n: n.lineno), 1):
            what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            assert what is not None
            name = f"{path.name} {function.name} {i} {ast.unparse(what)}"
            found.append((name, range(node.lineno, (node.end_lineno or node.lineno) + 1)))
    return tuple(found)


def _raised_by(trace: TracebackType | None) -> str | None:
    """The rule that refused: the innermost `raise` in a module of the kinds, or None.

    What the protocol's own decoders refuse is named by the call that the kind makes.
    """
    found = None
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.parent == KINDS and path.name not in _NO_RULES:
            named = [name for name, lines in _raises(path) if trace.tb_lineno in lines]
            found = named[0] if named else found
            if not named:
                found = _called(path, trace)
        trace = trace.tb_next
    return found


def _called(path: Path, trace: TracebackType) -> str | None:
    """The protocol's check that a kind calls there, if it is none on boxes, which a log lacks."""
    inner = trace
    while inner.tb_next is not None:
        inner = inner.tb_next
    name = inner.tb_frame.f_code.co_name
    if Path(inner.tb_frame.f_code.co_filename).parent == KINDS or name == "check_boxes":
        return None
    return f"{path.name} {trace.tb_frame.f_code.co_name} → {name} {inner.tb_lineno}"
