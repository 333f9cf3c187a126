"""After the votes: close, boxes and complaints, sums, result, bundle, verification."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

from bankruptcy.kinds import records
from demo import voting
from demo.cast import JUDGE
from demo.script import TRUSTEES
from ledger.log.encoding import b64u
from ledger.log.statement import Role
from rehearsal import script
from rehearsal.staff import ADMINISTRATOR, Staff
from rehearsal.stages import Stages
from trustee import work

_PATIENCE: Final = 600.0


class NotVerified(Exception):
    """The bundle does not verify; the text is the verifier's own."""


class Tally:
    """What trustees, administrator and court do when voting is over. bundle: a new folder."""

    def __init__(self, staff: Staff, stages: Stages, bundle: Path) -> None:
        self._staff, self._stages, self._bundle = staff, stages, bundle
        self._shares: dict[str, work.Shares] = {}

    def close(self) -> None:
        """The clock reaches the close, and the clerk says so."""
        with self._stages.once("voting closed"):
            self._staff.move(script.WINDOW.closes)
            self._staff.reach(script.MEETING, records.Stage.CLOSED)
            self._staff.case.catch_up(_PATIENCE)

    def open_boxes(self) -> None:
        """Every trustee opens his boxes, complains of what does not hold, and says he is done."""
        case = self._staff.case
        with self._stages.stage("boxes opened", len(TRUSTEES)) as bar:
            for index, (trustee, who) in enumerate(TRUSTEES.items(), start=1):
                with bar.one():
                    faulty = self._open(index, trustee, who)
                    for number, body in enumerate(faulty):
                        step = f"complaint/{trustee}/{number}"
                        self._staff.act(step, who, "ballot.complained@1", Role.TRUSTEE, body)
                    case.catch_up(_PATIENCE)
        for index, (trustee, who) in enumerate(TRUSTEES.items(), start=1):
            body = work.boxes_checked(case.view, script.MEETING, index)
            self._staff.act(f"checked/{trustee}", who, "boxes.checked@1", Role.TRUSTEE, body)
        with self._stages.once("counted set fixed"):
            self._staff.move(script.WINDOW.complaints_close)
            self._staff.reach(script.MEETING, records.Stage.COUNTED)

    def _open(self, index: int, trustee: str, who: str) -> list[dict[str, Any]]:
        """Open the boxes of one trustee; the complaints that follow."""
        case, meeting = self._staff.case, script.MEETING
        boxes = self._staff.web(who).boxes(case.id, meeting, index)
        secret = self._staff.secret(meeting, trustee)
        opened = work.open_boxes(case.view, meeting, index, secret, boxes)
        self._shares[trustee] = opened.shares
        return [
            work.complaint(case.view, meeting, index, secret, ballot, boxes[b64u(ballot)])
            for ballot in opened.faulty
        ]

    def sum_up(self) -> None:
        """Every trustee gives his sums, and his shares of what is disclosed."""
        case, meeting = self._staff.case, script.MEETING
        with self._stages.stage("sums given", len(TRUSTEES)) as bar:
            for index, (trustee, who) in enumerate(TRUSTEES.items(), start=1):
                with bar.one():
                    shares = self._shares[trustee]
                    weights = voting.known_weights(case.view, meeting)
                    body = work.sums(case.view, meeting, index, shares, weights)
                    self._staff.act(f"sums/{trustee}", who, "tally.summed@1", Role.TRUSTEE, body)
                    kind = "disclosure.given@1"
                    for given in work.disclosures(case.view, meeting, index, shares):
                        self._staff.act(f"disclosed/{trustee}", who, kind, Role.TRUSTEE, given)

    def declare(self) -> None:
        """The administrator declares the result over a checkpoint that a quorum cosigned."""
        with self._stages.once("result declared"):
            size = self._staff.case.catch_up(_PATIENCE).size
            note = self._staff.cosigned(size)
            body = voting.declaration(self._staff.case.view, script.MEETING, note)
            kind = "result.declared@1"
            self._staff.act("declared", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)
            self._staff.cosigned(self._staff.case.catch_up(_PATIENCE).size)

    def verify(self) -> None:
        """The court takes its bundle, and verifies it offline. Raises NotVerified."""
        with self._stages.once("bundle exported"):
            self._export()
        with self._stages.once("bundle verified"):
            self._check()

    def _export(self) -> None:
        case = self._staff.case.id
        self._bundle.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._bundle.parent) as folder:
            archive = Path(folder) / "bundle.zip"
            self._staff.web(JUDGE).download(f"/c/{case}/court/bundle", archive)
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(folder)
            (inside,) = (path for path in Path(folder).iterdir() if path.is_dir())
            if self._bundle.exists():
                self._bundle.rmdir()
            inside.rename(self._bundle)

    def _check(self) -> None:
        """`concursus-verify` in a process of its own."""
        program = "import sys; from verifier.command import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", program, str(self._bundle), "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotVerified(_failed(done.stdout) or done.stderr[-2000:])


def _failed(report: str) -> str:
    try:
        checks = json.loads(report)["checks"]
    except ValueError:
        return report[-2000:]
    return "\n".join(check["en"] for check in checks if check["status"] == "failed")
