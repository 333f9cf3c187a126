"""Log lines that never carry personal data: frames and types, not values."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType


class EventsOnly(logging.Filter):
    """Leaves out what is an answer and no event: a 503 of the health check, one each second."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503


class PlainFormatter(logging.Formatter):
    """A traceback without the exceptions' texts.

    The text of a database or decoding error repeats what somebody entered ("Failing row
    contains …"); file, line and the error's type are enough to find the fault.
    """

    def formatException(  # noqa: N802 (the name is the standard library's)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        kind, error, trace = ei
        lines = ["Traceback (most recent call last, texts left out):"]
        lines += [
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
            for frame in traceback.extract_tb(trace)
        ]
        if kind is not None:
            lines.append(f"{kind.__module__}.{kind.__qualname__}")
        cause = error and (error.__cause__ or error.__context__)
        if cause:
            lines.append(f"after {type(cause).__module__}.{type(cause).__qualname__}")
        return "\n".join(lines)
