"""How often one person may hold what others wait for."""

from __future__ import annotations

import pytest

from ledger import beforehand
from ledger.log.errors import Refused
from ledger.log.jcs import Json
from ledger.log.statement import Role
from ledger.pace import Pace, TooFast
from tests.apps.ledger.support import Case, Person, Said, new_case


class Clock:
    """Stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_are_taken_at_once_and_then_one_by_one() -> None:
    clock = Clock()
    pace = Pace(most=3, a_second=0.5, clock=clock)
    for _ in range(3):
        pace.take("li")
    with pytest.raises(TooFast) as refused:
        pace.take("li")
    assert refused.value.facts["seconds"] == 2
    pace.take("wang")
    clock.now = 2.0
    pace.take("li")
    with pytest.raises(TooFast):
        pace.take("li")
    clock.now = 1000.0
    for _ in range(3):
        pace.take("li")
    with pytest.raises(TooFast):
        pace.take("li")


def test_a_creditor_does_not_hold_the_case_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beforehand, "PACE", Pace(most=2, a_second=0.001))
    case: Case = new_case()
    case.submit(case.opening_of_case())
    creditors = [Person(f"p-{name}", Role.CREDITOR) for name in ("li", "wang")]
    for creditor in creditors:
        case.submit(case.enrolling(creditor))

    def withdraw(creditor: Person) -> str:
        body: Json = {"claim": "c-none", "reason": None}
        said = Said(case.sign(creditor, "claim.withdrawn@1", body), [])
        with pytest.raises(Refused) as refused:
            case.submit(said)
        return refused.value.slug

    li, wang = creditors
    assert [withdraw(li) for _ in range(3)] == ["not-found", "not-found", "too-fast"]
    assert withdraw(wang) == "not-found"
    # The court is held up by nobody's pace.
    for i in range(5):
        case.submit(case.enrolling(Person(f"p-more{i}", Role.CREDITOR)))
