"""The reference backend judges the vectors as the native one does: some of each file."""

from __future__ import annotations

from functools import cache

import pytest

from ledger.log.encoding import unb64u
from tests.core.voting.cases import VectorFile, files, reason_of
from voting.protocol.acceptance import Standing
from voting.protocol.ballot import Body
from voting.protocol.batch import verify_ballots
from voting.protocol.complaint import judge
from voting.protocol.group_py_ecc import PyEccGroup
from voting.protocol.manifest import Manifest

GROUP = PyEccGroup()


@cache
def manifest_of(file: VectorFile) -> Manifest:
    return Manifest.decode(file.data["manifest"], GROUP)


def one_of_each(member: str, by: str) -> list[object]:
    """The first element of each kind in every file."""
    found = []
    for file in files():
        kinds = set()
        for index, element in enumerate(file.data[member]):
            if element[by] not in kinds:
                kinds.add(element[by])
                found.append(pytest.param(file, index, id=f"{file.name}-{element[by]}"))
    return found


FILES_WITH_BALLOTS = [pytest.param(file, id=file.name) for file in files() if file.data["ballots"]]


@pytest.mark.parametrize("file", FILES_WITH_BALLOTS)
def test_the_reference_accepts_the_first_and_last_ballot(file: VectorFile) -> None:
    manifest = manifest_of(file)
    ends = (file.data["ballots"][0], file.data["ballots"][-1])
    bodies = [Body.decode(ballot["body"], manifest, GROUP) for ballot in ends]
    assert [body.digest for body in bodies] == [file.bodies[0].digest, file.bodies[-1].digest]
    assert verify_ballots(bodies, manifest, GROUP) == ()


@pytest.mark.parametrize(("file", "index"), one_of_each("rejected", "reason"))
def test_the_reference_refuses_a_ballot_for_the_same_reason(file: VectorFile, index: int) -> None:
    data = file.data["rejected"][index]
    standing = file.standing if data.get("after") == "ballots" else Standing()
    boxes = [unb64u(box) for box in data["boxes"]]
    found = reason_of(data["body"], boxes, manifest_of(file), standing, GROUP)
    assert found == data["reason"]


@pytest.mark.parametrize(("file", "index"), one_of_each("complaints", "verdict"))
def test_the_reference_judges_a_complaint_alike(file: VectorFile, index: int) -> None:
    data = file.data["complaints"][index]
    bodies = {file.bodies[0].digest: file.bodies[0]}
    if "body" in data:
        body = Body.decode(data["body"], manifest_of(file), GROUP)
        bodies = {body.digest: body}
    found = judge(data["complaint"], manifest_of(file), bodies, data["signer_index"], group=GROUP)
    assert found.kind.value == data["verdict"]
