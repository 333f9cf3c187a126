"""From 1 trustee of 1 to 4 of 7: any t of n open the totals, and fewer open nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from tests.core.voting.meetings import Meeting, cast, make_meeting
from voting.protocol.complaint import open_box
from voting.protocol.counted import counted_set
from voting.protocol.errors import ResultFalse, SumFalse, SumsTooFew
from voting.protocol.group import ORDER, default_group
from voting.protocol.pedersen import Opening
from voting.protocol.preparing import Prepared
from voting.protocol.sharing import Share, interpolate
from voting.protocol.tally import (
    Metric,
    TallyVector,
    Term,
    check_opening,
    check_sum,
    combine,
    commit_vector,
    sum_shares,
    terms,
)
from voting.protocol.validity import RADIX, Choice

GROUP = default_group()
AMOUNTS = (700, 300, 11)
CHOICES = (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)
VECTOR = TallyVector("m", "all", Metric.AMOUNT)
WHOLE = 700 + 300 * RADIX
SIZES = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 5), (4, 7)]


def summed(meeting: Meeting, ballots: list[Prepared], of: tuple[Term, ...]) -> dict[int, Share]:
    """Every trustee's pair, from the boxes that he opens himself."""
    found = {}
    for j, secret in enumerate(meeting.secrets, start=1):
        shares = {}
        for ballot in ballots:
            box = ballot.boxes[j - 1]
            opened = open_box(GROUP, meeting.manifest, j, secret, ballot.body, box)
            shares[ballot.body.digest, ballot.body.answers[0].line, "m"] = opened[0]
        found[j] = sum_shares(of, shares)
    return found


@pytest.mark.parametrize(("t", "n"), SIZES)
def test_any_t_of_n_open_the_total_and_fewer_open_nothing(t: int, n: int) -> None:
    meeting = make_meeting(n, t, AMOUNTS)
    ballots = [cast(meeting, [(f"l{i}", choice)]) for i, choice in enumerate(CHOICES)]
    bodies = {ballot.body.digest: ballot.body for ballot in ballots}
    last = {(f"l{i}", "m"): ballot.body.digest for i, ballot in enumerate(ballots)}
    counted = counted_set(last, {"m": meeting.roll})
    of = terms(VECTOR, counted, {(f"l{i}", "m"): fen for i, fen in enumerate(AMOUNTS)})
    commitments = commit_vector(GROUP, t, of, bodies)
    sums = summed(meeting, ballots, of)
    openings = set()
    for some in combinations(sums, t):
        opening = combine(t, {j: sums[j] for j in some})
        openings.add((opening.value, opening.blinding))
    assert len(openings) == 1
    ((value, blinding),) = openings
    assert value == WHOLE
    check_opening(GROUP, commitments.c, Opening(value, blinding), sum(AMOUNTS))
    for fewer in combinations(sums, t - 1):
        given = {j: sums[j] for j in fewer}
        with pytest.raises(SumsTooFew):
            combine(t, given)
        if given:
            found = interpolate(given)
            assert found.f != WHOLE
            with pytest.raises(ResultFalse):
                check_opening(GROUP, commitments.c, Opening(found.f, found.g), sum(AMOUNTS))


@pytest.mark.parametrize(("t", "n"), SIZES)
def test_a_lying_trustee_is_named_and_the_others_open_the_total(t: int, n: int) -> None:
    meeting = make_meeting(n, t, AMOUNTS)
    ballots = [cast(meeting, [(f"l{i}", choice)]) for i, choice in enumerate(CHOICES)]
    bodies = {ballot.body.digest: ballot.body for ballot in ballots}
    last = {(f"l{i}", "m"): ballot.body.digest for i, ballot in enumerate(ballots)}
    counted = counted_set(last, {"m": meeting.roll})
    of = terms(VECTOR, counted, {(f"l{i}", "m"): fen for i, fen in enumerate(AMOUNTS)})
    commitments = commit_vector(GROUP, t, of, bodies)
    sums = summed(meeting, ballots, of)
    sums[n] = replace(sums[n], f=(sums[n].f + 1) % ORDER)
    with pytest.raises(SumFalse) as refused:
        check_sum(GROUP, VECTOR, commitments, n, sums[n])
    assert refused.value.facts["index"] == n
    true = {j: given for j, given in sums.items() if j != n}
    for j, given in true.items():
        check_sum(GROUP, VECTOR, commitments, j, given)
    if len(true) >= t:
        assert combine(t, true).value == WHOLE
    else:
        with pytest.raises(SumsTooFew):
            combine(t, true)
