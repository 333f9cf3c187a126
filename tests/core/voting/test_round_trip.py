"""A vote from the ballots to the result, for any t of n: every part fits every other."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.encoding import sha256
from ledger.log.jcs import dumps, loads
from tests.core.voting.meetings import RANDOM, Meeting, cast, make_meeting
from voting.protocol.acceptance import Standing, check_form, check_standing
from voting.protocol.ballot import Body, fingerprint
from voting.protocol.batch import verify_ballots
from voting.protocol.complaint import Complaint, VerdictKind, complain, judge, open_box
from voting.protocol.counted import counted_set
from voting.protocol.disclosure import check_share, disclose
from voting.protocol.errors import (
    BallotAnswered,
    BallotEncoding,
    BallotReplayed,
    ComplaintUnfounded,
    OpeningFalse,
    ResultFalse,
    ShareFalse,
    SumFalse,
    SumsTooFew,
    WeightFalse,
)
from voting.protocol.group import ORDER, default_group
from voting.protocol.manifest import Manifest
from voting.protocol.opening import challenge_file, check_challenge_file
from voting.protocol.pedersen import Opening
from voting.protocol.preparing import Prepared
from voting.protocol.sharing import Share
from voting.protocol.tally import (
    Metric,
    TallyVector,
    cast_of,
    check_opening,
    check_sum,
    combine,
    commit_vector,
    split,
    sum_shares,
    terms,
)
from voting.protocol.validity import RADIX, Choice
from voting.protocol.weights import check_hidden_result, check_weight, prove_weight

GROUP = default_group()
CHOICES = st.sampled_from(Choice)

sizes = st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, min(n, 6))))
votes = st.lists(st.tuples(st.integers(0, 2**60), CHOICES), min_size=2, max_size=4)


@settings(max_examples=15)
@given(sizes, votes, st.randoms(use_true_random=False))
def test_what_was_voted_is_what_is_tallied(
    size: tuple[int, int], voted: list[tuple[int, Choice]], random: Random
) -> None:
    (n, t), amounts = size, [amount for amount, _ in voted]
    meeting = make_meeting(n, t, amounts)
    standing = Standing()
    prepared = [cast(meeting, [(f"l{i}", choice)]) for i, (_, choice) in enumerate(voted)]
    for ballot in prepared:
        body = Body.parse(dumps(ballot.body.encode()), meeting.manifest)
        assert body == ballot.body
        check_form(body, meeting.manifest, standing, GROUP, ballot.boxes)
        check_standing(body, meeting.manifest, standing)
        standing.accept(body, GROUP)
    assert verify_ballots(standing.bodies.values(), meeting.manifest) == ()

    counted = counted_set(standing.last, {"m": meeting.roll})
    weights = {(f"l{i}", "m"): amount for i, amount in enumerate(amounts)}
    chosen = sorted(random.sample(range(1, n + 1), t))
    for metric, of in ((Metric.HEADS, [1] * len(voted)), (Metric.AMOUNT, amounts)):
        vector = TallyVector("m", "all", metric)
        vector_terms = terms(vector, counted, weights)
        commitments = commit_vector(GROUP, t, vector_terms, standing.bodies)
        sums = {}
        for j in chosen:
            shares = {
                (b.body.digest, b.body.answers[0].line, "m"): opened(meeting, j, b)[0]
                for b in prepared
            }
            sums[j] = sum_shares(vector_terms, shares)
            check_sum(GROUP, vector, commitments, j, sums[j])
            for false in (replace(sums[j], f=(sums[j].f + 1) % ORDER), Share(0, 0)):
                if false != sums[j]:
                    with pytest.raises(SumFalse):
                        check_sum(GROUP, vector, commitments, j, false)
        opening = combine(t, sums)
        result = check_opening(GROUP, commitments.c, opening, cast_of(vector_terms))
        for choice, found in (
            (Choice.FOR, result.for_),
            (Choice.AGAINST, result.against),
            (Choice.ABSTAIN, result.abstained),
        ):
            said = [w for w, (_, c) in zip(of, voted, strict=True) if c is choice]
            assert found == sum(said)
        with pytest.raises(ResultFalse):
            check_opening(GROUP, commitments.c, replace(opening, value=opening.value + 1), 9)
        with pytest.raises(SumsTooFew):
            combine(t + 1, sums)


def opened(meeting: Meeting, j: int, ballot: Prepared) -> tuple[Share, ...]:
    secret, box = meeting.secrets[j - 1], ballot.boxes[j - 1]
    return open_box(GROUP, meeting.manifest, j, secret, ballot.body, box)


@settings(max_examples=8)
@given(sizes, CHOICES)
def test_t_shares_disclose_an_answer_and_a_false_share_names_its_trustee(
    size: tuple[int, int], choice: Choice
) -> None:
    n, t = size
    meeting = make_meeting(n, t, [5, 6])
    ballot = cast(meeting, [("l0", choice), ("l1", Choice.FOR)])
    answer = ballot.body.answers[0]
    shares = {j: opened(meeting, j, ballot)[0] for j in range(1, n + 1)}
    for j, share in shares.items():
        check_share(GROUP, answer, j, share)
    found, opening = disclose(GROUP, t, answer, shares)
    assert found is choice
    assert opening == Opening(choice.code, ballot.secrets.answers[0].rho)
    false = {**shares, n: replace(shares[n], g=(shares[n].g + 1) % ORDER)}
    with pytest.raises(ShareFalse) as caught:
        disclose(GROUP, t, answer, false)
    assert caught.value.facts["index"] == n
    with pytest.raises(SumsTooFew):
        disclose(GROUP, n + 1, answer, shares)


@settings(max_examples=8)
@given(sizes)
def test_a_challenged_ballot_shows_what_it_encodes(size: tuple[int, int]) -> None:
    meeting = make_meeting(*size, [5, 6])
    ballot = cast(meeting, [("l0", Choice.FOR), ("l1", Choice.AGAINST)])
    exported = challenge_file(meeting.manifest, ballot)
    encoded = check_challenge_file(dumps(exported))
    assert encoded.fingerprint == fingerprint(ballot.body)
    assert encoded.answers == (("l0", "m", Choice.FOR), ("l1", "m", Choice.AGAINST))

    answers = exported["opening"]["answers"]
    swapped = {**exported["opening"], "answers": answers[::-1]}
    lying = [{**answers[0], "choice": "against"}, answers[1]]
    salts = [bytes(32)] * size[0]
    for opening in (
        swapped,
        {**exported["opening"], "answers": lying},
        {**exported["opening"], "answers": lying[:1]},
        {**exported["opening"], "salts": [exported["opening"]["e"]] * len(salts)},
        {**exported["opening"], "e": answers[0]["rho"]},
    ):
        with pytest.raises(OpeningFalse):
            check_challenge_file(dumps({**exported, "opening": opening}))
    with pytest.raises(OpeningFalse):
        check_challenge_file(b"{}")


def test_a_complaint_of_an_honest_box_is_not_made_and_one_of_a_false_box_is_upheld() -> None:
    meeting = make_meeting(3, 2, [5, 6])
    ballot = cast(meeting, [("l0", Choice.FOR)])
    secret = meeting.secrets[1]
    arguments = (GROUP, RANDOM, meeting.manifest, 2, secret, ballot.body)
    with pytest.raises(ComplaintUnfounded):
        complain(*arguments, ballot.boxes[1])
    # The voter sealed noise, and the body names its hash.
    noise = bytes(len(ballot.boxes[1]))
    hashes = (ballot.body.boxes[0], sha256(noise), ballot.body.boxes[2])
    body = replace(ballot.body, boxes=hashes)
    complaint = complain(GROUP, RANDOM, meeting.manifest, 2, secret, body, noise)
    value = loads(dumps(complaint.encode()))
    assert Complaint.decode(value, GROUP) == complaint
    bodies = {body.digest: body}
    verdict = judge(value, meeting.manifest, bodies, 2, group=GROUP)
    assert verdict.kind is VerdictKind.UPHELD
    other = judge(value, meeting.manifest, bodies, 1, group=GROUP)
    assert other.kind is VerdictKind.MALFORMED


def test_a_body_is_bound_to_its_place_in_the_ledger() -> None:
    meeting = make_meeting(1, 1, [5, 6])
    standing = Standing()
    first = cast(meeting, [("l0", Choice.FOR)]).body
    held_back = cast(meeting, [("l0", Choice.AGAINST)]).body
    check_standing(first, meeting.manifest, standing)
    standing.accept(first, GROUP)
    assert standing.holds(first)
    with pytest.raises(BallotReplayed):
        check_standing(held_back, meeting.manifest, standing)
    with pytest.raises(BallotEncoding):
        check_form(first, meeting.manifest, standing, GROUP, None)
    second = cast(meeting, [("l0", Choice.AGAINST)], replaces=first.digest).body
    check_standing(second, meeting.manifest, standing)
    once = standing.copy()
    once.accept(second, GROUP)
    assert not standing.holds(second)


def test_without_replacement_only_a_ballot_voided_while_open_is_answered_again() -> None:
    meeting = make_meeting(1, 1, [5, 6], replacement=False)
    standing = Standing()
    first = cast(meeting, [("l0", Choice.FOR)]).body
    standing.accept(first, GROUP)
    second = cast(meeting, [("l0", Choice.AGAINST)], replaces=first.digest).body
    with pytest.raises(BallotAnswered):
        check_standing(second, meeting.manifest, standing)
    standing.release(first.digest)
    check_standing(second, meeting.manifest, standing)


def test_no_earlier_answer_takes_the_place_of_a_void_or_missing_one() -> None:
    meeting = make_meeting(1, 1, [5, 6])
    standing = Standing()
    first = cast(meeting, [("l0", Choice.FOR)]).body
    second = cast(meeting, [("l0", Choice.AGAINST)], replaces=first.digest).body
    for body in (first, second):
        standing.accept(body, GROUP)
    rolls = {"m": meeting.roll}
    assert [c.ballot for c in counted_set(standing.last, rolls)] == [second.digest]
    for arguments in ({"voided": {second.digest}}, {"left_out": {second.digest}}):
        assert counted_set(standing.last, rolls, **arguments) == ()
    assert len(counted_set(standing.last, rolls, voided={first.digest})) == 1


@settings(max_examples=10)
@given(votes)
def test_hidden_weights_give_the_same_result(voted: list[tuple[int, Choice]]) -> None:
    amounts = [amount for amount, _ in voted]
    meeting = make_meeting(1, 1, amounts)
    proofs, taus, rhos = [], 0, 0
    m = sum(amount * choice.code for amount, choice in voted)
    for i, (amount, choice) in enumerate(voted):
        ballot = cast(meeting, [(f"l{i}", choice)])
        tau, c = RANDOM.scalar(), ballot.body.answers[0].c
        digest = meeting.manifest.digest
        proof = prove_weight(GROUP, RANDOM, digest, f"l{i}", "m", c, meeting.weights[i], tau)
        leaf = meeting.roll.leaf(f"l{i}")
        assert leaf is not None
        assert leaf.weight is not None
        check_weight(GROUP, digest, leaf.weight, c, proof)
        with pytest.raises(WeightFalse):
            check_weight(GROUP, bytes(32), leaf.weight, c, proof)
        with pytest.raises(WeightFalse):
            check_weight(GROUP, digest, leaf.weight, c, replace(proof, line="other"))
        proofs.append(proof)
        taus += tau
        rhos += amount * ballot.secrets.answers[0].rho
    points = [leaf.weight for leaf in meeting.roll.leaves if leaf.weight is not None]
    cast_opening = Opening(sum(amounts), sum(w.blinding for w in meeting.weights) % ORDER)
    tally = Opening(m, (rhos + taus) % ORDER)
    result = check_hidden_result(GROUP, proofs, points, tally, cast_opening)
    assert result.for_ + RADIX * result.against == m
    false = replace(cast_opening, value=cast_opening.value + 1)
    with pytest.raises(ResultFalse):
        check_hidden_result(GROUP, proofs, points, tally, false)


@pytest.mark.parametrize(("m", "cast_"), [(2**128, 2**63), (RADIX, 0), (3, 2), (-1, 5)])
def test_a_result_beyond_its_bounds_is_refused(m: int, cast_: int) -> None:
    with pytest.raises(ResultFalse):
        split(m, cast_)


def test_a_manifest_keeps_its_bytes() -> None:
    manifest = make_meeting(9, 6, [5, 6]).manifest
    assert Manifest.parse(dumps(manifest.encode())) == manifest
    assert len(manifest.digest) == 32
