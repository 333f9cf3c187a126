"""Erasure under PIPL 47: what may be erased by whom, and how the verifier speaks of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.openings_erased import FieldsWrong, NothingSealed, NotOrdered, Published
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, NotOpened, RoleMayNot
from ledger.log.disclosure import Opening
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules import scenes
from tests.rules.test_forged_bundles import altered, failures
from tests.rules.world import World
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Status

Json = Any
KIND = "openings.erased@1"


@dataclass(frozen=True, slots=True)
class Scene:
    """A case with reviewed claims, and the entry of the first claim."""

    world: World
    entry: int


@pytest.fixture
def scene() -> Iterator[Scene]:
    world = scenes.forked(scenes.at_stage("reviewed").world)
    entry = scenes.first_entry(world, "claim.filed@1")
    return Scene(world, entry)


def body(scene: Scene, **changed: Json) -> Json:
    return scenes.erasure_body(scene.world, scene.entry, **changed)


def erase(scene: Scene, role: Role = Role.COURT, by: str = "judge", **changed: Json) -> None:
    scene.world.say(KIND, role, by, body(scene, **changed))


def opening_of(scene: Scene, field: str) -> Opening:
    digest = unb64u(scene.world.said[scene.entry].body[field]["digest"])
    return scene.world.openings[digest]


def forget(scene: Scene, *fields: str) -> None:
    """What the stores do after the commit."""
    for field in fields:
        del scene.world.openings[opening_of(scene, field).digest]


def test_the_court_erases_and_the_record_says_which_leaf_and_on_whose_order(
    scene: Scene,
) -> None:
    identity = opening_of(scene, "identity")
    erase(scene)
    (_contact, found) = sorted(
        scene.world.state.find(records.ERASURES, entry=scene.entry), key=lambda e: e.field
    )
    assert found.digest == identity.digest
    assert (found.entry, found.field) == (scene.entry, "claim.filed@1#/identity")
    assert (found.basis, found.ordered_by) == (records.Basis.PURPOSE, "judge")


def test_the_administrator_erases_on_a_judges_order_only(scene: Scene) -> None:
    erase(scene, Role.ADMINISTRATOR, "administrator", fields=["/contact"])
    with pytest.raises(NotOrdered):
        erase(
            scene,
            Role.ADMINISTRATOR,
            "administrator",
            fields=["/identity"],
            ordered_by="administrator",
        )


def test_a_judge_does_not_erase_in_another_judges_name(scene: Scene) -> None:
    scene.world.enrol("second")
    play.appoint(scene.world, "second", Role.COURT)
    with pytest.raises(NotOrdered):
        erase(scene, ordered_by="second")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"ordered_by": "nobody"}, NotOrdered),
        ({"fields": []}, FieldsWrong),
        ({"fields": ["/identity", "/contact"]}, FieldsWrong),
        ({"fields": ["/identity", "/identity"]}, FieldsWrong),
        ({"fields": ["/claim"]}, NothingSealed),
        ({"entry": 999}, NotFound),
        ({"leaf": b64u(bytes(32))}, Disagrees),
        ({"entry": 0}, Disagrees),
    ],
)
def test_what_is_not_there_is_not_erased(
    scene: Scene, changed: dict[str, Json], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        erase(scene, **changed)
    assert not scene.world.state.find(records.ERASURES)


def test_nothing_is_erased_twice(scene: Scene) -> None:
    erase(scene, fields=["/contact"])
    with pytest.raises(AlreadyThere):
        erase(scene, fields=["/contact", "/identity"])


def test_what_was_public_is_not_erased(scene: Scene) -> None:
    entry = next(n for n, s in enumerate(scene.world.said) if s.kind == "case.opened@1")
    leaf = b64u(scene.world.leaves[entry])
    with pytest.raises(Published):
        erase(scene, entry=entry, leaf=leaf, fields=["/debtor"])


def test_a_creditor_erases_nothing(scene: Scene) -> None:
    with pytest.raises(RoleMayNot):
        erase(scene, Role.CREDITOR, scene.world.said[scene.entry].by)


def test_the_bundle_verifies_and_says_erased_by_which_entry(scene: Scene, tmp_path: Path) -> None:
    erase(scene)
    by = len(scene.world.said) - 1
    forget(scene, "identity", "contact")
    report = verify(Bundle.open(scene.world.write_bundle(tmp_path)))
    assert report.verified, [check.en for check in report.found]
    (told,) = [check for check in report.checks() if check.status is Status.ERASED]
    assert (told.name, told.entry) == ("openings", scene.entry)
    assert f"erased by entry {by}" in told.en
    assert f"第 {by} 条" in told.zh


def test_what_is_missing_without_an_erasure_is_missed(scene: Scene, tmp_path: Path) -> None:
    erase(scene, fields=["/contact"])
    forget(scene, "identity", "contact")
    report = verify(Bundle.open(scene.world.write_bundle(tmp_path)))
    (failed,) = failures(report, "openings")
    assert failed.entry == scene.entry
    assert "identity" in failed.en
    assert "contact" not in failed.en


def test_a_forged_erasure_does_not_cover_what_is_missing(scene: Scene, tmp_path: Path) -> None:
    erase(scene)
    index = len(scene.world.said) - 1
    forget(scene, "identity", "contact")
    said = altered(scene.world.said, index, lambda b: b.update(ordered_by="administrator"))
    report = verify(Bundle.open(scene.world.write_bundle(tmp_path, said)))
    assert not report.verified
    (failed,) = failures(report, "rules")
    assert (failed.entry, failed.article) == (index, "PIPL 47")
    assert "judge" in failed.en


def test_an_erased_value_is_not_opened_by_the_rules_any_more(scene: Scene) -> None:
    erase(scene)
    identity = opening_of(scene, "identity")
    forget(scene, "identity", "contact")
    with pytest.raises(NotOpened):
        scene.world.state.opening(identity.field, identity.digest)
