"""The law is data: packs are strict, hashed, and the only place of thresholds and articles."""

from __future__ import annotations

import copy
import io
import pathlib
import re
import tokenize
from typing import Any

import pytest

from bankruptcy.law.errors import BadSwitch, UnknownRule
from bankruptcy.law.outcome import Count, Tally, outcome
from bankruptcy.law.pack import REQUIRED_GROUNDS, RulePack, builtin, builtin_value
from bankruptcy.law.roll import Motion, Total
from bankruptcy.law.share import Of, Op, Share
from ledger.log.encoding import sha256
from ledger.log.errors import Malformed
from tests.core.law.cases import PACKS

LAW = pathlib.Path(__file__).resolve().parents[3] / "bankruptcy" / "law"
ARTICLE = re.compile(r"\b(EBL|JI-I+|OLR|ESL|PIPL|CPL|USC|InsO|FRBP|CC) §?\d|第.{1,6}条")
FRACTION = re.compile(r"\d+\s*/\s*\d+")


def code_of(path: pathlib.Path) -> str:
    """The code without comments and docstrings (a string that is a statement of its own)."""
    kept: list[str] = []
    fresh = True
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if not (token.type == tokenize.STRING and fresh):
            kept.append(token.string)
        fresh = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    return " ".join(kept)


def value() -> dict[str, Any]:
    found = builtin_value()
    assert isinstance(found, dict)
    return copy.deepcopy(found)


def test_no_fraction_and_no_article_number_stands_in_code() -> None:
    files = sorted(LAW.glob("*.py"))
    assert len(files) > 10
    for path in files:
        code = code_of(path)
        assert not FRACTION.search(code), path.name
        assert not ARTICLE.search(code), path.name


def test_a_threshold_changed_in_the_data_alone_changes_result_and_hash() -> None:
    changed = value()
    changed["rules"]["CN-ORD"]["amount"]["share"] = "3/5"
    before, after = builtin(), RulePack.decode(changed)
    totals = {"all": Total(3, 3, 100)}
    tallies = {"all": Tally(3, Count(2, 1, 3), Count(55, 45, 100))}
    motion = Motion("ORD-9", "CN-ORD")
    assert outcome(before, motion, totals, tallies).passed
    assert not outcome(after, motion, totals, tallies).passed
    assert before.sha256 != after.sha256


def test_the_hash_is_of_the_canonical_bytes_which_load_again() -> None:
    for pack in PACKS:
        assert pack.sha256 == sha256(pack.canonical).hex()
        assert RulePack.load(pack.canonical) == pack


def test_every_ground_that_the_roll_gives_has_an_article() -> None:
    for pack in PACKS:
        assert all(pack.article(ground) for ground in REQUIRED_GROUNDS)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda v: v.pop("grounds"),
        lambda v: v.update(more=1),
        lambda v: v.update(format="concursus-rule-pack/2"),
        lambda v: v.update(offset_hours="8"),
        lambda v: v["grounds"].pop("vote.member"),
        lambda v: v["grounds"].update({"claim.filed": ""}),
        lambda v: v["rules"]["CN-ORD"]["heads"].update(share="2/1"),
        lambda v: v["rules"]["CN-ORD"]["heads"].update(share="0/1"),
        lambda v: v["rules"]["CN-ORD"]["heads"].update(op="="),
        lambda v: v["rules"]["CN-ORD"].update(heads=None, amount=None),
        lambda v: v["rules"]["CN-ORD"]["seats"]["tax"].pop(),
        lambda v: v["rules"]["CN-ORD"]["seats"]["tax"][0].update(heads=1),
        lambda v: v["rules"]["CN-ORD"]["seats"]["tax"][0].update(when={"P99": "x"}),
        lambda v: v["matters"]["ORD-9"].update(rule="CN-NONE"),
        lambda v: v["matters"]["ORD-9"]["pass"].update(next="DANCE"),
        lambda v: v["switches"]["P3"].update(default="maybe"),
        lambda v: v["deadlines"]["D5"]["periods"][0].update(length={"weeks": 1}),
    ],
)
def test_a_pack_that_lacks_or_misspells_anything_is_refused(spoil: Any) -> None:
    spoiled = value()
    spoil(spoiled)
    with pytest.raises(Malformed):
        RulePack.decode(spoiled)


def test_switches_take_only_listed_values() -> None:
    pack = builtin()
    assert pack.settings({"P2": "voted"})["P2"] == "voted"
    assert pack.settings()["P5"] == ("ordinary", "tax", "social", "deficiency")
    for bad in ({"P2": "maybe"}, {"P5": "ordinary"}, {"P5": ("gold",)}, {"P77": "x"}):
        with pytest.raises(BadSwitch):
            pack.settings(bad)


def test_what_the_pack_does_not_hold_is_named() -> None:
    pack = builtin()
    for ask in (pack.rule, pack.matter, pack.article, pack.period):
        with pytest.raises(UnknownRule, match="nothing-such"):
            ask("nothing-such")
    with pytest.raises(UnknownRule):
        builtin("../packs/CN-EBL-2006")


def test_a_share_of_nothing_carries_nothing_and_a_part_stays_within_its_whole() -> None:
    half = Share(Op.AT_LEAST, 1, 2, Of.PRESENT)
    assert not half.met(0, 0)
    for part, whole in ((-1, 2), (3, 2)):
        with pytest.raises(ValueError, match="not within"):
            half.met(part, whole)


def test_the_docs_name_every_rule_matter_switch_and_period() -> None:
    text = (LAW.parents[1] / "docs" / "law.md").read_text("utf-8")
    for pack in PACKS:
        for rule in pack.rules.values():
            row = next(line for line in text.splitlines() if line.startswith(f"| {rule.id} |"))
            assert rule.articles in row
            for share in (rule.heads, rule.amount, rule.veto):
                assert share is None or share.threshold in row
    for named in (builtin().matters, builtin().switches, builtin().deadlines):
        assert all(f"| {name} |" in text for name in named)


def test_grounds_that_the_kinds_of_statement_name_stand_in_the_pack() -> None:
    kinds = LAW.parent / "kinds"
    used = {
        ground
        for path in kinds.glob("*.py")
        for ground in re.findall(r'ground="([^"]+)"', path.read_text("utf-8"))
    }
    assert used <= set(builtin().grounds)
