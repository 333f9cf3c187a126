"""The published probes of inclusion and consistency."""

from __future__ import annotations

import pathlib

import pytest

from ledger.log import merkle
from ledger.log.encoding import unb64
from ledger.log.errors import Refused
from tests.core.ledger import sources

INCLUSION = sources.files(sources.PROBES, "inclusion/**/*.json")
CONSISTENCY = sources.files(sources.PROBES, "consistency/**/*.json")


@pytest.mark.parametrize("path", INCLUSION, ids=sources.name)
def test_inclusion_probe(path: pathlib.Path) -> None:
    probe = sources.load(path)

    def check() -> None:
        merkle.check_inclusion(
            probe["leafIdx"],
            probe["treeSize"],
            unb64(probe["leafHash"]),
            [unb64(p) for p in probe["proof"] or ()],
            unb64(probe["root"]),
        )

    if probe["wantErr"]:
        with pytest.raises((merkle.BadSize, merkle.BadProofLength, merkle.RootDiffers)):
            check()
    else:
        check()


@pytest.mark.parametrize("path", CONSISTENCY, ids=sources.name)
def test_consistency_probe(path: pathlib.Path) -> None:
    probe = sources.load(path)

    def check() -> None:
        merkle.check_consistency(
            probe["size1"],
            probe["size2"],
            [unb64(p) for p in probe["proof"] or ()],
            unb64(probe["root1"]),
            unb64(probe["root2"]),
        )

    if probe["wantErr"]:
        with pytest.raises(Refused):
            check()
    else:
        check()
