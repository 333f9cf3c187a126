"""Values of the sample log that its specification writes out."""

from __future__ import annotations

from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import subtree_message
from ledger.log.encoding import unb64

ORIGIN = "court.example/ledger-sample"
TIME = 1767225600


def test_entries_and_roots_are_those_written_down() -> None:
    leaves = [merkle.leaf_hash(f'{{"n":{i},"text":"条目 {i}"}}'.encode()) for i in range(300)]
    assert merkle.root(leaves[:100]) == unb64("l5NghYYjf0Sd3434S+hKcYuJ/rIVz0qTTb1ckFWRc/g=")
    assert merkle.root(leaves) == unb64("aSzf6eqjsfd2tANBU4f33UfiwQD/qupHZWKMspuQ9zE=")


def test_message_of_an_ml_dsa_cosigner() -> None:
    root = unb64("l5NghYYjf0Sd3434S+hKcYuJ/rIVz0qTTb1ckFWRc/g=")
    found = subtree_message("witness.example/court", TIME, Checkpoint(ORIGIN, 100, root))
    assert len(found) == 118
    assert found.hex() == (
        "737562747265652f76310a00157769746e6573732e6578616d706c652f636f757274000000006955b9001b63"
        "6f7572742e6578616d706c652f6c65646765722d73616d706c65000000000000000000000000000000649793"
        "608586237f449ddf8df84be84a718b89feb215cf4a934dbd5c90559173f8"
    )
