"""A kind of statement: its body, who may say it when, what it changes, how it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bankruptcy.kinds import schema
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.records import Item
from bankruptcy.kinds.tables import CaseState, CaseView, Place
from ledger.log.jcs import Json
from ledger.log.statement import Role

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Kind(Generic[B]):
    """One kind and version. A released version is never edited: a changed rule is a new one."""

    name: str
    version: int
    body: type[B]
    roles: frozenset[Role]
    """In which roles it may be said at all; `check` decides the rest."""
    ground: str
    """Key of the rule pack's `grounds`: the article under which the act stands."""
    check: Callable[[CaseView, Act[B]], None]
    """Raises the refusal that names the broken rule; reads only the view and the act."""
    apply: Callable[[CaseState, Act[B]], None]
    """Puts the records that follow. Never refuses: `check` has passed."""
    zh: str
    en: str
    """How it reads in the record, over `who` and `facts`."""
    facts: Callable[[CaseView, B], Mapping[str, object]] = lambda view, body: {}
    check_opened: Callable[[CaseView, Act[B]], None] = lambda view, act: None
    """Rules that need openings (amounts, texts, files). Raises NotOpened where one is missing;
    the server then refuses, the verifier reports "not possible"."""
    reader: Callable[[Json], B] | None = None
    """Reads the body where its format has a decoder of its own (the genesis)."""
    item: Item | None = None
    """What a power of attorney must cover for an agent to say it for his principal; None: nobody
    says it for another."""
    locks: Callable[[B], tuple[str, ...]] | None = None
    """None: the act takes its case alone. Else it commutes with the others of its kind but for
    those that share one of these keys (architecture, Order)."""
    places: Callable[[B], Sequence[Place]] = lambda body: ()
    """Records that the body names and the rules ask for one by one: a store may fetch them in one
    go. Decides nothing."""

    @property
    def id(self) -> str:
        """Name and version as statements spell them."""
        return f"{self.name}@{self.version}"

    def decode(self, body: Json) -> B:
        """The body from its JSON. Raises Malformed."""
        return schema.decode(self.body, body) if self.reader is None else self.reader(body)


AnyKind = Kind[Any]
