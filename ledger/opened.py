"""The openings of an act: rows sent with it, each checked against what it opens, then the store.

A row (ledger 9.10) opens a digest, {digest, field, salt, value}, or a commitment, {amount,
commitment, sigma}. It must open something that the statement itself names: the store takes in
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from bankruptcy.kinds.refusals import NotOpened
from ledger import documents, openings
from ledger.log import jcs
from ledger.log.disclosure import Opening
from ledger.log.encoding import b64u, parse_amount, unb64u
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json
from voting.protocol.group import POINT_SIZE, Group, read_scalar
from voting.protocol.pedersen import opens

MOST = 2_000
"""Rows that may come with one statement of at most 35,000 bytes."""


class OpensUnknown(Refused):
    """A row opens nothing that the statement names. Fact: `row`, its position from 0."""

    slug = "opens-unknown"
    category = Category.MALFORMED
    zh = "第 {row} 条开示记录打开的摘要或承诺不在这份声明里"
    en = "Opening {row} opens a digest or commitment that the statement does not name"


class WrongField(Refused):
    """A digest is opened as the value of another field. Facts: `field`, `expected`."""

    slug = "opens-another-field"
    category = Category.MALFORMED
    zh = "开示记录写的字段是 {field}，声明中的字段是 {expected}"
    en = "The opening is of the field {field}, the statement has it at {expected}"


class TooManyOpenings(Refused):
    """Facts: `count`, `most`."""

    slug = "too-many-openings"
    category = Category.TOO_LARGE
    zh = "开示记录有 {count} 条，超过上限 {most} 条"
    en = "There are {count} openings, more than {most}"


class BadAmountOpening(Malformed):
    """Not a row that opens a commitment. Fact: `what`."""

    slug = "bad-amount-opening"
    zh = "金额的开示记录格式不符：{what}"
    en = "This is not an opening of an amount: {what}"


class AmountOpensNothing(Refused):
    """Amount and sigma do not give the commitment. Fact: `commitment`."""

    slug = "amount-opens-nothing"
    category = Category.CONFLICT
    zh = "金额与盲因子算不出账本上的承诺（{commitment}）"
    en = "Amount and blinding do not give the commitment on the ledger ({commitment})"


class Sources(Protocol):
    """Where the openings that a rule asks for come from."""

    def value(self, field: str, digest: bytes) -> Json:
        """The value behind a digest. Raises NotOpened, WrongField."""

    def amount(self, commitment: bytes) -> int:
        """The amount in fen behind a commitment. Raises NotOpened."""

    def has_document(self, sha256: bytes) -> bool:
        """Is the plain file at hand?"""


class StoredOpenings:
    """What the openings store and the documents store hold."""

    def value(self, field: str, digest: bytes) -> Json:
        """See Sources.value."""
        row = openings.store().digest_row(digest)
        if not isinstance(row, dict):
            raise NotOpened(what=field)
        if row["field"] != field:
            raise WrongField(field=row["field"], expected=field)
        return row["value"]

    def amount(self, commitment: bytes) -> int:
        """See Sources.amount."""
        row = openings.store().amount_row(commitment)
        if not isinstance(row, dict):
            raise NotOpened(what=b64u(commitment)[:12])
        return parse_amount(row["amount"])

    def has_document(self, sha256: bytes) -> bool:
        """See Sources.has_document."""
        return documents.documents().has(sha256)


class SentOpenings(StoredOpenings):
    """The rows sent with a statement, before those that the store holds already."""

    def __init__(self, rows: Iterable[Json], group: Group) -> None:
        """Checks every row by itself.

        Raises BadOpening, OpensNothing, BadAmountOpening, AmountOpensNothing, TooManyOpenings.
        """
        self.rows: list[Mapping[str, Json]] = []
        self._values: dict[bytes, Opening] = {}
        self._amounts: dict[bytes, int] = {}
        self._order: list[bytes] = []
        sent = list(rows)
        if len(sent) > MOST:
            raise TooManyOpenings(count=len(sent), most=MOST)
        for row in sent:
            if isinstance(row, dict) and "commitment" in row:
                self._add_amount(row, group)
            else:
                self._add_value(row)

    def check_named(self, fields: Mapping[bytes, str], commitments: Iterable[bytes]) -> None:
        """Does every row open something that the statement names, at its place?

        `fields`: digest -> field name. Raises OpensUnknown, WrongField.
        """
        named = set(commitments)
        for position, address in enumerate(self._order):
            opening = self._values.get(address)
            if address not in (named if opening is None else fields):
                raise OpensUnknown(row=position)
            if opening is not None and opening.field != fields[address]:
                raise WrongField(field=opening.field, expected=fields[address])

    def not_sent(self, fields: Mapping[bytes, str], commitments: Iterable[bytes]) -> list[str]:
        """Names of what the statement hides whose opening did not come with it.

        That the store can open it is not enough: digests and commitments are public, and whoever
        copied another's into his own act would be shown as his own what he cannot open himself.
        """
        missing = [field for digest, field in fields.items() if digest not in self._values]
        unknown = [item for item in commitments if item not in self._amounts]
        return missing + [f"commitment {b64u(item)[:12]}" for item in unknown]

    def value(self, field: str, digest: bytes) -> Json:
        """See Sources.value."""
        opening = self._values.get(digest)
        if opening is None:
            return super().value(field, digest)
        if opening.field != field:
            raise WrongField(field=opening.field, expected=field)
        return opening.value

    def amount(self, commitment: bytes) -> int:
        """See Sources.amount."""
        found = self._amounts.get(commitment)
        return super().amount(commitment) if found is None else found

    def _add_value(self, row: Json) -> None:
        opening = Opening.from_json(row)
        opening.check()
        self._values[opening.digest] = opening
        self._keep(opening.digest, row)

    def _add_amount(self, row: dict[str, Json], group: Group) -> None:
        try:
            found = jcs.members(row, "members", "amount", "commitment", "sigma")
            amount = parse_amount(found["amount"])
            commitment = unb64u(found["commitment"], POINT_SIZE)
            sigma = read_scalar(found["sigma"])
            point = group.decode(commitment)
        except Malformed as error:
            raise BadAmountOpening(what=error.facts.get("what", "")) from error
        if not opens(group, point, amount, sigma):
            raise AmountOpensNothing(commitment=b64u(commitment)[:12])
        self._amounts[commitment] = amount
        self._keep(commitment, row)

    def _keep(self, address: bytes, row: Json) -> None:
        if isinstance(row, dict):
            self.rows.append(row)
            self._order.append(address)
