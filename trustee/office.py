"""A trustee at work in one case: each step reads the log anew, and says what the rules allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from bankruptcy.kinds import judge, records
from bankruptcy.kinds.refusals import NotNow
from demo.answers import Problem
from demo.ledger_client import Ledger
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u, parse_amount
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json
from ledger.log.statement import Role
from trustee import work
from trustee.folder import Folder
from trustee.watching import WatchedCase
from voting.protocol.group import default_group, read_scalar
from voting.protocol.keys import public_key
from voting.protocol.pedersen import Opening

Tell = Callable[[str, str], None]
"""Says something in Chinese and English."""


class NotReady(Refused):
    """The key of this device is not enrolled yet, or the person is no trustee. Fact: `groups`."""

    slug = "not-ready"
    category = Category.FORBIDDEN
    zh = "这台设备的钥匙（{groups}）还没有认证，或法院还没有指定您为监票人"
    en = "The key of this device ({groups}) is not enrolled yet, or the court has not named you"


class AnotherKey(Refused):
    """The key file is not the one that the manifest names. Fact: `meeting`."""

    slug = "another-key"
    zh = "这把钥匙不是会议 {meeting} 表决清单里您的那把"
    en = "This key is not yours in the manifest of meeting {meeting}"


class Web(Protocol):
    """What is done as a logged-in person; `demo.session.Session` over HTTP."""

    def join(self, case: str) -> str: ...

    def ask_for_key(self, case: str, public_key: bytes, possession: bytes) -> str: ...

    def boxes(self, case: str, meeting: str, index: int) -> dict[str, str]: ...

    def get(self, path: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the boxes came to. signed: `boxes.checked` stands."""

    good: int
    complained: int
    own: int
    """False ones of ballots that this trustee may not judge."""
    missing: int
    signed: bool


class Office:
    """One trustee. web: his session; tell: where what happens is said."""

    def __init__(self, folder: Folder, web: Web, ledger: Ledger, tell: Tell) -> None:
        self._folder, self._web, self._ledger, self._tell = folder, web, ledger, tell
        self._watched: WatchedCase | None = None

    @property
    def case(self) -> WatchedCase:
        """The case, its log read on demand."""
        if self._watched is None:
            self._watched = WatchedCase(self._ledger, self._folder)
        return self._watched

    # --- The key

    def make_key(self, meeting: str, passphrase: str) -> None:
        """Join the case, ask that this device's key be enrolled, and write the key file."""
        case = str(self._folder.settings["case"])
        self._folder.joined(self._web.join(case))
        path = self._folder.keep_secret(meeting, work.new_trustee_secret(), passphrase)
        self._tell(
            f"钥匙文件 {path} 已生成并试打开；它和口令都没有副本",
            f"The key file {path} is made and opens; neither it nor the passphrase has a copy",
        )
        person, origin = self._folder.person, self.case.origin
        try:
            self._web.ask_for_key(case, person.key.key.public_key, person.possession(case, origin))
        except Problem as problem:
            # Asked for before, by a run that ended after it.
            if problem.status != 409:
                raise
        self._tell(
            f"请法院认证这台设备的钥匙，并指定 {person.id} 为监票人；核对：{self._groups()}",
            f"Have the court enrol this device's key and appoint {person.id} as tally trustee; "
            f"compare: {self._groups()}",
        )

    def publish(self, meeting: str, passphrase: str, stands_for: Sequence[str]) -> None:
        """Publish the key for the meeting. Raises NotReady."""
        secret = self._folder.secret(meeting, passphrase)
        self._ready()
        body = work.trustee_key(
            self.case.id, meeting, self._folder.person.id, secret, sorted(stands_for)
        )
        name = b64u(public_key(default_group(), secret))[:12]
        self._say(f"{meeting}/key/{name}", "trustee.key_published@1", body)
        self._tell("公钥已公布", "The public key is published")

    # --- The boxes

    def check(self, meeting: str, passphrase: str, *, sign_missing: bool) -> Checked:
        """Open every box, complain of the false ones, name the missing ones; sign after the close.

        sign_missing: also while boxes are missing, which are then named in the statement.
        """
        view, index, secret = self._open(meeting, passphrase)
        opened, boxes = self._boxes(meeting, index, secret)
        vote = work.vote_on(view, meeting)
        if vote.stage not in (records.Stage.OPEN, records.Stage.CLOSED):
            raise NotNow(what=vote.stage.value)
        mine = [b for b in opened.faulty if work.may_judge(view, meeting, self._me, b)]
        for ballot in mine:
            body = work.complaint(view, meeting, index, secret, ballot, boxes[b64u(ballot)])
            self._say(f"{meeting}/complaint/{ballot.hex()}", "ballot.complained@1", body)
            self._tell(
                f"已对选票 {ballot.hex()[:12]} 提出异议：份额不符",
                f"Complained of ballot {ballot.hex()[:12]}: a share is false",
            )
        for ballot in work.to_name(view, meeting, index, opened.missing):
            body = work.box_missing(view, meeting, index, ballot)
            self._say(f"{meeting}/missing/{ballot.hex()}", "box.missing@1", body)
            self._tell(
                f"选票 {ballot.hex()[:12]} 的份额缺失，已记入账本并告知投票人",
                f"The box of ballot {ballot.hex()[:12]} is missing; it is named on the ledger",
            )
        view = self.case.catch_up()
        signs = vote.stage is records.Stage.CLOSED and (sign_missing or not opened.missing)
        if signs:
            body = work.boxes_checked(view, meeting, index)
            step = f"{meeting}/checked/{vote.manifest_hash.hex()}"
            self._say(step, "boxes.checked@1", body)
            self._tell("已签署：检查完毕", "Signed: boxes checked")
        good = len({ballot for ballot, _line, _motion in opened.shares})
        own = len(opened.faulty) - len(mine)
        return Checked(good, len(mine), own, len(opened.missing), signs)

    # --- Sums and shares

    def sum_up(self, meeting: str, passphrase: str) -> None:
        """Give the sums, once for ever, and the shares of what is disclosed with them."""
        view, index, secret = self._open(meeting, passphrase)
        vote = work.vote_on(view, meeting)
        if vote.stage is not records.Stage.COUNTED:
            raise NotNow(what=vote.stage.value)
        opened, _boxes = self._boxes(meeting, index, secret)
        body = work.sums(view, meeting, index, opened.shares, self._weights(meeting))
        self._folder.only_sum(vote.manifest_hash, body)
        self._say(f"{meeting}/sums/{vote.manifest_hash.hex()}", "tally.summed@1", body)
        self._tell("合计已公布", "The sums are published")
        self._disclose(meeting, index, opened.shares)

    def disclose(self, meeting: str, passphrase: str) -> None:
        """Give the shares of the answers that are to be disclosed and were not given yet."""
        _view, index, secret = self._open(meeting, passphrase)
        opened, _boxes = self._boxes(meeting, index, secret)
        self._disclose(meeting, index, opened.shares)

    def _disclose(self, meeting: str, index: int, shares: work.Shares) -> None:
        view = self.case.catch_up()
        parts = work.disclosures(view, meeting, index, shares)
        for body in parts:
            first = body["answers"][0]
            step = f"{meeting}/disclosed/{first['ballot']}/{first['line']}/{first['motion']}"
            self._say(step, "disclosure.given@1", body)
        count = sum(len(body["answers"]) for body in parts)
        self._tell(f"已给出 {count} 项单独公开的份额", f"Shares of {count} answer(s) are given")

    # --- The end

    def destroy(self, meeting: str) -> None:
        """Destroy the key file and say so; refused, with the file untouched, before it may be."""
        view = self.case.follow()
        index = work.index_of(view, work.vote_on(view, meeting), self._me)
        self._ready()
        body = work.key_destroyed(view, meeting, index)
        step = f"{meeting}/destroyed/{body['manifest_hash']}"
        if not self.case.journal.is_done(step):
            self._judge("keys.destroyed@1", body)
        self._folder.destroy_secret(meeting)
        self._say(step, "keys.destroyed@1", body)
        self._tell(
            "钥匙文件已销毁，已记入账本", "The key file is destroyed, and the ledger says so"
        )

    def stands(self, meeting: str) -> None:
        """Say how the vote stands and what waits for this trustee."""
        view = self.case.follow()
        vote = work.vote_on(view, meeting)
        index = work.index_of(view, vote, self._me)
        place = (vote.manifest_hash, index)
        done = {
            "boxes.checked": view.get(records.BOXES_CHECKED, *place),
            "tally.summed": view.get(records.SUMS, *place),
            "keys.destroyed": view.get(records.KEYS_DESTROYED, *place),
        }
        words = ", ".join(kind for kind, row in done.items() if row is not None)
        ballots = len(view.find(records.BALLOTS, manifest_hash=vote.manifest_hash))
        self._tell(
            f"账本读到第 {view.size - 1} 条；表决阶段 {vote.stage.value}，选票 {ballots} 张；"
            f"您是第 {index} 名监票人，已做：{words or '—'}",
            f"Read up to entry {view.size - 1}; the vote is {vote.stage.value} with {ballots} "
            f"ballot(s); you are tally trustee {index} and have done: {words or '—'}",
        )

    # --- What the steps share

    @property
    def _me(self) -> str:
        return self._folder.person.id

    def _now(self) -> datetime:
        """The log's time."""
        file = records.case_file(self.case.view)
        if file is not None and file.clock is records.Clock.DEMONSTRATION:
            return file.clock_at
        return datetime.now(UTC)

    def _groups(self) -> str:
        digits = self._folder.person.key.key.id.hex()[:16]
        return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))

    def _ready(self) -> None:
        view, person = self.case.follow(), self._folder.person
        named = view.get(records.ROLES, person.id, Role.TRUSTEE.value)
        if named is None or view.get(records.KEYS, person.key.key.id.hex()) is None:
            raise NotReady(groups=self._groups())

    def _open(self, meeting: str, passphrase: str) -> tuple[Any, int, int]:
        """The log as it stands, this trustee's index and secret. Raises AnotherKey."""
        secret = self._folder.secret(meeting, passphrase)
        view = self.case.follow()
        vote = work.vote_on(view, meeting)
        index = work.index_of(view, vote, self._me)
        if not work.is_key_of(view, vote, index, secret):
            raise AnotherKey(meeting=meeting)
        return view, index, secret

    def _boxes(self, meeting: str, index: int, secret: int) -> tuple[work.Opened, dict[str, str]]:
        boxes = self._web.boxes(self.case.id, meeting, index)
        return work.open_boxes(self.case.view, meeting, index, secret, boxes), boxes

    def _weights(self, meeting: str) -> work.Weights:
        rows = self._web.get(f"/c/{self.case.id}/m/{meeting}/weights")["weights"]
        return {
            (row["line"], row["motion"]): Opening(
                parse_amount(row["amount"]), read_scalar(row["sigma"])
            )
            for row in rows
        }

    def _say(self, step: str, kind: str, body: Json | dict[str, Any]) -> None:
        assert isinstance(body, dict)
        self.case.say(step, self._folder.person, kind, Role.TRUSTEE, body)
        self.case.catch_up()

    def _judge(self, kind: str, body: dict[str, Any]) -> None:
        """Raises the refusal that the server would give, before anything is sent."""
        made = self._folder.person.compose(
            self.case.id, self.case.origin, kind, Role.TRUSTEE, body
        ).to_json()
        now = self._now()
        envelope = Envelope.from_json(made["statement"])
        found, said, act = judge.read(envelope, now, now)
        judge.judge(self.case.view, found, said, act)
