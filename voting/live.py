"""WebSockets: who hears how far a case has come, who is still there, and the board's data.

One hub a process: it reads the channel layer once and writes to every socket (docs/architecture).
The layer delivers at most once, so a message only says "case C is at entry n"; what there is, a
client fetches, and one that missed messages catches up by n.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth.models import User

from bankruptcy.cases.store import PostgresState
from bankruptcy.delivery import problems
from bankruptcy.kinds.people import authorities_of
from bankruptcy.kinds.records import Item
from bankruptcy.kinds.schema import Id
from bankruptcy.meetings import heartbeat
from bankruptcy.people.models import Person
from ledger import logs
from ledger.announce import GROUP, TYPE
from ledger.log.encoding import MAX_INTEGER
from ledger.log.errors import Malformed, Refused
from ledger.log.jcs import Json, shallow
from voting import board

NO_SUCH_CASE: Final = 4404
"""Close code: there is no such case, or no such meeting, for this visitor."""
LONGEST: Final = 2_000
"""Characters of a client's message."""
TOO_OFTEN: Final = 4429
"""Close code: messages came faster than any page of ours sends them."""
MOST: Final = 120
"""Messages of a case's socket in `WITHIN` seconds; a page sends a heartbeat now and then."""
WITHIN: Final = 60.0
_RETRY: Final = 1.0

_logger = logging.getLogger(__name__)
T = TypeVar("T")


class Hub:
    """The sockets of one process (of one event loop) by case, and the task that tells them."""

    def __init__(self) -> None:
        self._rooms: dict[str, set[CaseConsumer]] = {}
        self._task: asyncio.Task[None] | None = None

    def join(self, socket: CaseConsumer) -> None:
        """From now on the socket hears of its case."""
        self._rooms.setdefault(socket.case, set()).add(socket)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._pump())

    def leave(self, socket: CaseConsumer) -> None:
        """The socket is closed. The task ends with the last one."""
        room = self._rooms.get(socket.case, set())
        room.discard(socket)
        if not room:
            self._rooms.pop(socket.case, None)
        if not self._rooms and self._task is not None:
            self._task.cancel()

    async def _pump(self) -> None:
        while True:
            try:
                await self._listen()
            except asyncio.CancelledError:
                raise
            except Exception:
                # What was missed meanwhile, clients learn when they are told where the case is.
                _logger.warning("the hub lost the broker; trying again", exc_info=True)
                await asyncio.sleep(_RETRY)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        if layer is None:
            return
        channel = await layer.new_channel("hub")
        await layer.group_add(GROUP, channel)
        try:
            for case in list(self._rooms):
                self.tell(case, await database_sync_to_async(logs.size)(case))
            while True:
                message = await layer.receive(channel)
                if message.get("type") == TYPE:
                    self.tell(message["case"], message["n"] + 1)
        finally:
            await layer.group_discard(GROUP, channel)

    def tell(self, case: str, size: int) -> None:
        """Every socket of the case hears that its log has `size` entries.

        Each is written to by itself: one that never reads would keep all others waiting.
        """
        for socket in self._rooms.get(case, ()):
            socket.tell(size)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


class CaseConsumer(AsyncWebsocketConsumer):
    """/ws/c/<case>: {"n": size} when the log grows; {"presence": meeting} is a heartbeat.

    With "agent": true it is one for the principals of the sender, too.
    How far a log has come is public, like the log.
    """

    channel_layer_alias = None
    case: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._newest: int | None = None
        self._telling: asyncio.Task[None] | None = None
        self._window, self._messages = 0.0, 0

    def tell(self, size: int) -> None:
        """The log has `size` entries. A socket that is slow hears the newest alone."""
        self._newest = size
        if self._telling is None or self._telling.done():
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        while self._newest is not None:
            size, self._newest = self._newest, None
            try:
                await self.send(text_data=json.dumps({"n": size}))
            except Exception:
                # It is about to be told that it is closed.
                _logger.debug("a socket was gone", exc_info=True)

    async def connect(self) -> None:
        self.case = self.scope["url_route"]["kwargs"]["case"]
        try:
            size = await database_sync_to_async(_size)(self.case)
        except Refused:
            await self.accept()
            await self.close(NO_SUCH_CASE)
            return
        await self.accept()
        hub().join(self)
        await self.send(text_data=json.dumps({"n": size}))

    async def disconnect(self, code: int) -> None:
        hub().leave(self)
        if self._telling is not None:
            self._telling.cancel()

    def _too_often(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._window > WITHIN:
            self._window, self._messages = now, 0
        self._messages += 1
        return self._messages > MOST

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._too_often():
            await self.close(TOO_OFTEN)
            return
        try:
            said = _members(text_data)
            meeting, agent = said.get("presence"), said.get("agent") is True
            if not isinstance(meeting, str) or len(meeting) > board.LONGEST_ID:
                raise Malformed(what="presence")
        except Refused as refused:
            await self.send(text_data=_problem(refused, _language(self.scope)))
            return
        user = self.scope.get("user")
        if isinstance(user, User):
            await database_sync_to_async(_heard)(user, self.case, meeting, agent)


class BoardConsumer(AsyncWebsocketConsumer):
    """/ws/c/<case>/m/<meeting>/board: questions and answers, in order.

    {"get": "summary"}; {"get": "vector", "motion", "class", "metric", "from"}: the answers of a
    tally vector in pages. Each answer repeats what was asked; a refusal is a problem.
    """

    channel_layer_alias = None
    case: str = ""
    meeting: str = ""

    async def connect(self) -> None:
        self.case = self.scope["url_route"]["kwargs"]["case"]
        self.meeting = self.scope["url_route"]["kwargs"]["meeting"]
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        asked: dict[str, Json] = {}
        try:
            asked = _members(text_data)
            found = await self._answer(asked)
        except Refused as refused:
            found = json.loads(_problem(refused, _language(self.scope)))
        await self.send(text_data=json.dumps({"asked": asked, **found}, ensure_ascii=False))

    async def _answer(self, asked: dict[str, Json]) -> dict[str, Json]:
        visitor = await _in_thread(
            lambda: board.visitor(self.scope.get("user"), self.case, self.meeting)
        )
        if asked.get("get") == "summary":
            return await _in_thread(lambda: board.summary(visitor))
        if asked.get("get") != "vector":
            raise Malformed(what="get")
        motion, name, metric = (asked.get(key) for key in ("motion", "class", "metric"))
        start = asked.get("from", 0)
        if not (isinstance(motion, str) and isinstance(name, str) and isinstance(metric, str)):
            raise Malformed(what="motion, class, metric")
        if isinstance(start, bool) or not isinstance(start, int) or not 0 <= start <= MAX_INTEGER:
            raise Malformed(what="from")
        key = (motion, name, metric)
        return await _in_thread(lambda: board.vector(visitor, key, start))


async def _in_thread(work: Callable[[], T]) -> T:
    return await database_sync_to_async(work)()


def _size(case: str) -> int:
    logs.log_row(case)
    return logs.size(case)


def _heard(user: User, case: str, meeting: str, agent: bool) -> None:
    """Somebody is there, and with an agent his principals whom he may sign in."""
    person = Person.objects.filter(case=case, user=user).first()
    if person is None:
        return
    heartbeat.heard(case, meeting, person.pseudonym)
    if agent:
        held = authorities_of(PostgresState(case), Id(person.pseudonym), logs.now(case))
        for principal in {one.principal for one in held if Item.SIGN_IN in one.items}:
            heartbeat.heard(case, meeting, principal)


def _members(text: str | None) -> dict[str, Json]:
    """The object that a message spells. Raises Malformed."""
    if text is None or len(text) > LONGEST:
        raise Malformed(what="message")
    try:
        value: Any = json.loads(text)
        if not shallow(value):
            raise Malformed(what="nesting")
    except (ValueError, RecursionError) as error:
        raise Malformed(what="JSON") from error
    if not isinstance(value, dict):
        raise Malformed(what="JSON object")
    return value


def _problem(refused: Refused, language: str) -> str:
    """RFC 9457's members, as over HTTP."""
    members = {
        "type": f"/problems/{refused.slug}",
        "status": problems.STATUS[refused.category],
        "detail": refused.sentence("en" if language == "en" else "zh"),
    }
    return json.dumps({"problem": members}, ensure_ascii=False)


def _language(scope: dict[str, Any]) -> str:
    cookies: dict[str, str] = scope.get("cookies", {})
    return "en" if cookies.get(settings.LANGUAGE_COOKIE_NAME, "").startswith("en") else "zh"
