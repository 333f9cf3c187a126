"""The simulated creditors: who they are, what they claim, and what each does in the vote."""

from __future__ import annotations

import random
import secrets
from base64 import b32encode
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bankruptcy.law.register import Nature
from demo.figures import Creditor
from demo.person import Person, fresh_scalar
from ledger.log.sign import Es256Signer
from voting.protocol.validity import Choice

_CHOICES: Final = (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.FOR, Choice.ABSTAIN)


class Fate(Enum):
    """What a creditor does in the vote."""

    VOTES = "votes"
    REPLACES = "replaces"
    """Votes, and votes again otherwise: the later ballot counts."""
    ABSTAINS = "abstains"
    SILENT = "silent"
    FALSE_PROOF = "false proof"
    """Sends a ballot whose proof does not hold; it must be refused."""
    FALSE_REPLACES = "false replaces"
    """Sends a ballot that says it replaces one that is not there; it must be refused."""
    FALSE_SHARE = "false share"
    """Seals a share that does not hold: a trustee complains, and the ballot is void."""

    @property
    def counts(self) -> bool:
        """Does an acknowledged ballot of such a creditor count?"""
        return self in (Fate.VOTES, Fate.REPLACES, Fate.ABSTAINS)


_CYCLE: Final = (
    Fate.REPLACES,
    Fate.ABSTAINS,
    Fate.SILENT,
    Fate.FALSE_PROOF,
    *[Fate.VOTES] * 5,
    Fate.SILENT,
    Fate.FALSE_REPLACES,
    *[Fate.VOTES] * 9,
)


@dataclass(frozen=True, slots=True)
class Simulated:
    """One of them. `number` from 0; `scalar`: of the key of his device."""

    number: int
    id: str
    scalar: int
    fate: Fate
    creditor: Creditor

    @property
    def person(self) -> Person:
        """Pseudonym and key, as the client library has them."""
        return Person(self.id, Es256Signer(self.scalar))

    def choice(self, motion: int, again: bool = False) -> Choice:
        """What he answers to the motion of that number; again: in the ballot that replaces."""
        if self.fate is Fate.ABSTAINS:
            return Choice.ABSTAIN
        return _CHOICES[(self.number + motion + again) % len(_CHOICES)]


def crowd(count: int) -> tuple[Simulated, ...]:
    """So many creditors; amounts and fates are the same in every rehearsal, keys are not.

    The last one seals a false share; a crowd of one only votes.
    """
    spread = random.Random(count)
    return tuple(_one(number, count, spread) for number in range(count))


def _one(number: int, count: int, spread: random.Random) -> Simulated:
    fate = _CYCLE[number % len(_CYCLE)]
    if count == 1:
        fate = Fate.VOTES
    elif number == count - 1:
        fate = Fate.FALSE_SHARE
    # Claims are spread over magnitudes, as in real cases: many small ones and a few large.
    filed = round(10 ** spread.uniform(5, 10))
    partly = number % 10 == 3
    creditor = Creditor(
        claim=f"c{number + 1:06d}",
        username=f"creditor{number + 1:06d}",
        name=f"演练债权人{number + 1:06d}",
        cause="货款（演练）",
        filed=filed,
        admitted=filed - filed // 5 if partly else filed,
        vote=Choice.ABSTAIN,
        reason="RC01" if partly else None,
        nature=Nature.ORDINARY,
    )
    # Most deal with the administrator's desk on paper: they have a pseudonym and no account.
    pseudonym = "p-" + b32encode(secrets.token_bytes(7)).decode().lower()[:10]
    return Simulated(number, pseudonym, fresh_scalar(), fate, creditor)
