"""What a submission's bytes say, read strictly; and numbers in addresses."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, NoReturn, cast

from ledger.intake import BadSubmission
from ledger.log import jcs
from ledger.log.encoding import MAX_INTEGER, unhex32
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json

MOST: Final = 2_500_000
"""Bytes of a submission: a statement, its openings, and the boxes of a ballot of 100 answers."""

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")


class SubmissionTooLarge(Refused):
    """Facts: `size`, `most`, in bytes."""

    slug = "submission-too-large"
    category = Category.TOO_LARGE
    zh = "提交的内容有 {size} 字节，超过上限 {most} 字节；文件请另行上传"
    en = "The submission has {size} bytes, more than {most}; files are uploaded by themselves"


class BadAddress(Malformed):
    """A part of an address is not as it should be. Fact: `what`."""

    slug = "bad-address"
    zh = "地址格式不符：{what}"
    en = "The address is not in the required form: {what}"


@dataclass(frozen=True, slots=True)
class Parts:
    """The members of a submission: the DSSE object, the boxes' texts, the openings' rows."""

    statement: Json
    boxes: list[Json]
    openings: list[Json]


def submission(data: bytes) -> Parts:
    """{`statement`, `boxes`, `openings`}, of which the two lists may be left out.

    Raises SubmissionTooLarge, BadSubmission.
    """
    if len(data) > MOST:
        raise SubmissionTooLarge(size=len(data), most=MOST)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=jcs.unique,
            parse_float=_refuse,
            parse_constant=_refuse,
            parse_int=_integer,
        )
        if not jcs.shallow(value):
            raise BadSubmission(what="nesting")
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise BadSubmission(what="JSON") from error
    except Malformed as error:
        raise BadSubmission(what=error.facts.get("what", "JSON")) from error
    if not isinstance(value, dict) or not {"statement"} <= value.keys() <= {
        "statement",
        "boxes",
        "openings",
    }:
        raise BadSubmission(what="statement, boxes, openings")
    boxes, openings = value.get("boxes", []), value.get("openings", [])
    if not isinstance(boxes, list) or not isinstance(openings, list):
        raise BadSubmission(what="boxes, openings")
    return Parts(cast(Json, value["statement"]), boxes, openings)


def number(text: str) -> int:
    """An index in an address. Raises BadAddress."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_INTEGER:
        raise BadAddress(what=text[:32])
    return int(text)


def digest(text: str) -> bytes:
    """A hash in an address, 64 lower-case hex digits. Raises BadAddress."""
    try:
        return unhex32(text)
    except Malformed as error:
        raise BadAddress(what=text[:80]) from error


def _refuse(text: str) -> NoReturn:
    raise BadSubmission(what=f"number {text[:32]}")


def _integer(text: str) -> int:
    if len(text) > 16 or not 0 <= (value := int(text)) <= MAX_INTEGER:
        raise BadSubmission(what="integer")
    return value
