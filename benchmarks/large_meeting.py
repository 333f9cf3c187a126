"""A meeting of any size as a bundle: N creditors, each with a key, a claim and a ballot.

Everything in it is real (keys, signatures, commitments, proofs, boxes opened, sums); only the
judging of each act as it is said is left to the verifier that is measured.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bankruptcy.kinds import judge, records
from bankruptcy.law.pack import builtin
from ledger.log.bundle import Profile
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.world import Said, World
from voting.protocol.manifest import Manifest
from voting.protocol.preparing import Prepared, Question, prepare
from voting.protocol.validity import Choice

Json = Any
_KEPT = Path(__file__).parents[1] / ".bench"
_VOTER, _SHARE = "v{:06d}", 1_000_00


class Unjudged(World):
    """A world whose acts are applied without being judged: they are lawful as made."""

    def say(
        self,
        kind: str,
        role: Role,
        by: str,
        body: Json,
        boxes: tuple[bytes, ...] | None = None,
        received: Any = None,
    ) -> Said:
        on_behalf = None if kind.startswith("ballot.cast@") else by
        said = Said(kind, role, by, body, received or self.now, self.signer(by), on_behalf, boxes)
        said = replace(said, signed=said.envelope())
        found, _read, act = judge.read(said.envelope(), said.received, self.real_now(), boxes)
        found.apply(self.state, act)
        self._append(said)
        if kind == "clock.moved@1":
            self.now = play.datetime.fromisoformat(body["to"])
        return said


def meeting_of(voters: int, motions: int, processes: int = 2) -> Meeting:
    """A whole meeting: `voters` ordinary creditors who all answer every motion."""
    world = play.opened_case(Unjudged())
    names = [_VOTER.format(i) for i in range(voters)]
    for i, name in enumerate(names):
        amount = _SHARE + 7 * i
        play.file_claim(world, name, amount)
        play.review(world, name, amount)
    world.publish_register()
    meeting = play.convened(world, [(f"m{i + 1:02d}", "ORD-11", "CN-ORD") for i in range(motions)])
    play.prepared(meeting)
    play.opened(meeting)
    for name, made in zip(names, _ballots(meeting, names, processes), strict=True):
        play.cast(meeting, name, made)
    world.move_clock(meeting.manifest.closes)
    play.clerk_says(meeting, "voting.closed@1")
    play.checked(meeting)
    play.counted(meeting)
    play.summed(meeting)
    play.declared(meeting)
    play.published(meeting)
    play.verified(meeting)
    return meeting


def _ballots(meeting: Meeting, names: list[str], processes: int) -> Iterator[Prepared]:
    vote = meeting.vote
    lines: dict[str, list[tuple[str, str]]] = {}
    for line in meeting.world.state.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        lines.setdefault(line.members[0], []).append((line.line, line.motion))
    work = [(name, tuple(lines[name])) for name in names]
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(partial(_ballot, meeting.manifest), work, chunksize=64)


def _ballot(manifest: Manifest, voter: tuple[str, tuple[tuple[str, str], ...]]) -> Prepared:
    name, pairs = voter
    chosen = list(Choice)
    return prepare(
        manifest,
        name,
        [Question(line, motion, chosen[secrets.randbelow(3)]) for line, motion in pairs],
    )


def bundle(voters: int, motions: int = 3, profile: Profile = Profile.COURT) -> Path:
    """The bundle of such a meeting, made once for both profiles and each rule pack, and kept under
    `.bench/`."""
    kept = _KEPT / f"meeting-{voters}x{motions}-{builtin().sha256[:8]}"
    if not kept.exists():
        begun = kept.with_suffix(".begun")
        shutil.rmtree(begun, ignore_errors=True)
        print(f"making a meeting of {voters} ballots …", file=sys.stderr)
        world = meeting_of(voters, motions).world
        for made in (Profile.COURT, Profile.PUBLIC):
            world.write_bundle(begun / made.value, profile=made)
        begun.rename(kept)
    return kept / profile.value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=1000)
    parser.add_argument("--motions", type=int, default=3)
    options = parser.parse_args()
    print(bundle(options.voters, options.motions))


if __name__ == "__main__":
    main()
