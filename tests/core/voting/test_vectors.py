"""Every field of every ballot vector: recomputed where the file holds secrets, else verified."""

from __future__ import annotations

from itertools import combinations

import pytest

from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.jcs import dumps
from tests.core.voting.cases import VectorFile, each, files, reason_of
from voting.protocol.acceptance import Standing
from voting.protocol.ballot import Body, body_hash, fingerprint
from voting.protocol.batch import verify_ballots
from voting.protocol.complaint import Complaint, VerdictKind, judge
from voting.protocol.counted import counted_hash
from voting.protocol.disclosure import check_disclosed, disclose
from voting.protocol.errors import (
    BallotRefused,
    KeyRefused,
    ManifestRefused,
    OpeningFalse,
    SumFalse,
    WeightFalse,
)
from voting.protocol.group import ORDER, read_point, read_scalar, same, write_scalar
from voting.protocol.keys import public_key
from voting.protocol.manifest import Manifest, manifest_hash
from voting.protocol.opening import (
    challenge_file,
    check_challenge_file,
    decode_secrets,
    encode_secrets,
)
from voting.protocol.pedersen import Opening, commit, commitment_bytes
from voting.protocol.preparing import Prepared, seal_boxes
from voting.protocol.roll import (
    Leaf,
    check_total,
    check_weight_opening,
    commit_amount,
    sum_openings,
    weight_of_parts,
)
from voting.protocol.sealing import shared_by_trustee
from voting.protocol.sharing import Share
from voting.protocol.tally import (
    Metric,
    TallyVector,
    cast_of,
    check_opening,
    check_sum,
    combine,
    commit_vector,
    sum_shares,
    tally_vectors,
    terms,
)
from voting.protocol.validity import Choice
from voting.protocol.weights import (
    WeightProof,
    check_hidden_result,
    check_weight,
    weighted_commitment,
)

FILES = [pytest.param(file, id=file.name) for file in files()]


@pytest.mark.parametrize("file", FILES)
def test_the_manifest_has_the_members_hash_keys_and_roots_that_follow(file: VectorFile) -> None:
    data, manifest = file.data, file.manifest
    assert manifest.encode() == data["manifest"]
    assert b64u(manifest_hash(manifest)) == data["manifest_hash"]
    assert Manifest.parse(dumps(data["manifest"])) == manifest
    keys = [public_key(file.group, secret) for secret in file.secrets]
    assert keys == [trustee.public_key for trustee in manifest.trustees]
    roots = {motion.id: b64u(motion.roll_root) for motion in manifest.motions}
    assert roots == {motion: roll["root"] for motion, roll in data["rolls"].items()}


@pytest.mark.parametrize(("file", "motion"), each("rolls"))
def test_a_roll_has_the_root_weights_and_totals_of_its_parts(file: VectorFile, motion: str) -> None:
    data, roll, group = file.data["rolls"][motion], file.rolls[motion], file.group
    assert b64u(roll.root()) == data["root"]
    by_class: dict[str, list[Opening]] = {}
    for line in data["lines"]:
        leaf = Leaf.decode(line["leaf"], group)
        assert leaf.encode() == line["leaf"]
        assert roll.leaf(leaf.line) == leaf
        if leaf.weight is None:
            assert line.keys() == {"leaf"}
            continue
        parts = [Opening(int(p["amount"]), read_scalar(p["sigma"])) for p in line["parts"]]
        commitments = [unb64u(p["commitment"]) for p in line["parts"]]
        assert [commit_amount(group, part) for part in parts] == commitments
        assert weight_of_parts(group, commitments) == leaf.weight
        opening = Opening(int(line["amount"]), read_scalar(line["sigma"]))
        assert sum_openings(parts) == opening
        check_weight_opening(group, leaf, opening)
        by_class.setdefault(leaf.class_id, []).append(opening)
    assert set(data["totals"]) == {c for c in roll.classes() if roll.has_amount(c)}
    for class_id, total in data["totals"].items():
        opening = sum_openings(by_class[class_id])
        written = (str(opening.value), write_scalar(opening.blinding))
        assert written == (total["total"], total["sigma"])
        check_total(group, roll, class_id, opening)


@pytest.mark.parametrize(("file", "index"), each("ballots"))
def test_a_ballot_is_what_its_opening_gives_and_is_accepted(file: VectorFile, index: int) -> None:
    group, manifest, data = file.group, file.manifest, file.data["ballots"][index]
    body, boxes = file.bodies[index], file.boxes(index)
    assert body.encode() == data["body"]
    assert Body.parse(dumps(data["body"]), manifest) == body
    assert b64u(body_hash(body)) == data["body_sha256"]
    assert fingerprint(body) == data["fingerprint"]
    assert list(body.boxes) == [sha256(box) for box in boxes]
    assert body.digest in file.standing.bodies

    secrets = decode_secrets(data["opening"])
    assert encode_secrets(secrets) == data["opening"]
    said = [
        {"line": a.line, "motion": a.motion, "choice": s.choice.value}
        for a, s in zip(body.answers, secrets.answers, strict=True)
    ]
    assert said == data["choices"]

    points = [group.decode(p) for p in (body.e, *(a.c for a in body.answers))]
    plain = all(group.in_subgroup(point) for point in points)
    expected = [group.mul(group.generator, secrets.e)]
    expected += [commit(group, s.choice.code, s.rho) for s in secrets.answers]
    for point, again in zip(points, expected, strict=True):
        assert same(group, point, again)
        assert not plain or group.encode(point) == group.encode(again)
    for answer, hidden in zip(body.answers, secrets.answers, strict=True):
        assert answer.a == hidden.polynomials().commitments(group)

    answered = [(a.line, a.motion, a.c) for a in body.answers]
    sealed = list(seal_boxes(manifest, secrets, body.e, answered, group))
    complained = data["complaint"]["index"] - 1 if "complaint" in data else None
    for j, (box, again) in enumerate(zip(boxes, sealed, strict=True)):
        assert j == complained or box == again

    exported = dumps(challenge_file(manifest, Prepared(body, tuple(boxes), secrets)))
    if complained is None:
        encoded = check_challenge_file(exported)
        assert encoded.fingerprint == data["fingerprint"]
        assert [(line, motion) for line, motion, _ in encoded.answers] == [
            a.pair for a in body.answers
        ]
    else:
        with pytest.raises(OpeningFalse):
            check_challenge_file(exported)


VOID = [p for p in each("ballots") if "complaint" in p.values[0].data["ballots"][p.values[1]]]


@pytest.mark.parametrize(("file", "index"), VOID)
def test_the_complaint_that_voids_a_ballot_is_upheld(file: VectorFile, index: int) -> None:
    data = file.data["ballots"][index]["complaint"]
    complaint = Complaint.decode(data, file.group)
    assert complaint.encode() == data
    assert complaint.ballot == file.bodies[index].digest
    assert complaint.box == file.boxes(index)[complaint.index - 1]
    e = file.group.decode(file.bodies[index].e)
    assert complaint.d == shared_by_trustee(file.group, file.secrets[complaint.index - 1], e)
    arguments = (data, file.manifest, file.standing.bodies, complaint.index)
    assert judge(*arguments, group=file.group).kind is VerdictKind.UPHELD
    assert judge(*arguments, group=file.group, late=True).kind is VerdictKind.LATE
    again = judge(*arguments, group=file.group, upheld={complaint.ballot})
    assert again.kind is VerdictKind.LATE
    barred = judge(*arguments, group=file.group, barred={complaint.ballot})
    assert barred.kind is VerdictKind.MALFORMED


@pytest.mark.parametrize("file", FILES)
def test_all_ballots_hold_in_one_batch(file: VectorFile) -> None:
    assert verify_ballots(file.bodies, file.manifest, file.group) == ()


@pytest.mark.parametrize("file", FILES)
def test_the_counted_set_and_its_hash_follow_from_the_ballots(file: VectorFile) -> None:
    listed = [
        (c["motion"], c["class"], c["line"], file.bodies[c["ballot"]].digest)
        for c in file.data["counted"]
    ]
    derived = [(c.motion, c.class_id, c.line, c.ballot) for c in file.counted]
    assert sorted(listed) == derived
    digest = counted_hash(file.manifest.digest, file.counted)
    assert b64u(digest) == file.data["counted_hash"]


def vector_of(data: dict[str, str]) -> TallyVector:
    return TallyVector(data["motion"], data["class"], Metric(data["metric"]))


@pytest.mark.parametrize("file", FILES)
def test_the_tally_has_every_vector_once(file: VectorFile) -> None:
    listed = sorted((vector_of(v) for v in file.data["tally"]), key=lambda v: v.order)
    assert tuple(listed) == tally_vectors(file.rolls)


@pytest.mark.parametrize(("file", "index"), each("tally"))
def test_a_result_follows_from_the_boxes_and_opens_its_vector(file: VectorFile, index: int) -> None:
    data, group, threshold = file.data["tally"][index], file.group, file.manifest.threshold
    vector = vector_of(data)
    counted = terms(vector, file.counted, file.amounts)
    commitments = commit_vector(group, threshold, counted, file.standing.bodies)
    sums = {}
    for j, shares in file.shares.items():
        sums[j] = sum_shares(counted, shares)
        check_sum(group, vector, commitments, j, sums[j])
    assert data["sums"] == [
        {"index": j, "f": write_scalar(s.f), "g": write_scalar(s.g)} for j, s in sums.items()
    ]
    for chosen in combinations(sums, threshold):
        opening = combine(threshold, {j: sums[j] for j in chosen})
        assert (write_scalar(opening.value), write_scalar(opening.blinding)) == (
            data["m"],
            data["r"],
        )
    result = check_opening(group, commitments.c, opening, cast_of(counted))
    written = (str(result.cast), str(result.for_), str(result.against))
    assert written == (data["cast"], data["for"], data["against"])


@pytest.mark.parametrize(("file", "index"), each("false_sums"))
def test_a_false_sum_names_its_trustee(file: VectorFile, index: int) -> None:
    data = file.data["false_sums"][index]
    vector = vector_of(file.data["tally"][data["vector"]])
    counted = terms(vector, file.counted, file.amounts)
    commitments = commit_vector(file.group, file.manifest.threshold, counted, file.standing.bodies)
    given = Share(read_scalar(data["f"]), read_scalar(data["g"]))
    with pytest.raises(SumFalse) as caught:
        check_sum(file.group, vector, commitments, data["index"], given)
    assert caught.value.facts["index"] == data["index"]
    # One half of it is the true one: so it is of this vector and of this trustee.
    true = sum_shares(counted, file.shares[data["index"]])
    assert (given.f == true.f) != (given.g == true.g)


@pytest.mark.parametrize(("file", "index"), each("disclosures"))
def test_a_disclosure_opens_the_answer_it_names(file: VectorFile, index: int) -> None:
    data = file.data["disclosures"][index]
    body = file.bodies[data["ballot"]]
    answer = body.answers[data["answer"]]
    assert (answer.line, answer.motion) == (data["line"], data["motion"])
    assert (answer.line, answer.motion, body.digest) in {
        (c.line, c.motion, c.ballot) for c in file.counted
    }
    shares = {s["index"]: Share(read_scalar(s["f"]), read_scalar(s["g"])) for s in data["shares"]}
    key = (body.digest, answer.line, answer.motion)
    assert shares == {j: file.shares[j][key] for j in shares}
    choice, opening = disclose(file.group, file.manifest.threshold, answer, shares)
    assert choice is Choice.of_word(data["choice"])
    assert (write_scalar(opening.value), write_scalar(opening.blinding)) == (
        data["v"],
        data["rho"],
    )
    assert check_disclosed(file.group, answer, opening) is choice


@pytest.mark.parametrize(("file", "index"), each("rejected"))
def test_a_rejected_ballot_is_refused_with_exactly_its_reason(file: VectorFile, index: int) -> None:
    data = file.data["rejected"][index]
    standing = file.standing if data.get("after") == "ballots" else Standing()
    boxes = [unb64u(box) for box in data["boxes"]]
    assert reason_of(data["body"], boxes, file.manifest, standing, file.group) == data["reason"]


@pytest.mark.parametrize(("file", "index"), each("rejected_text"))
def test_a_rejected_text_is_refused_as_encoding(file: VectorFile, index: int) -> None:
    data = file.data["rejected_text"][index]
    text = data["text"].encode("utf-8", "surrogatepass")
    assert data["what"] in ("body", "manifest")
    if data["what"] == "body":
        with pytest.raises(BallotRefused) as refused:
            Body.parse(text, file.manifest)
        assert refused.value.reason == "encoding"
    else:
        with pytest.raises((ManifestRefused, KeyRefused)):
            Manifest.parse(text)


@pytest.mark.parametrize(("file", "index"), each("complaints"))
def test_a_complaint_gets_exactly_its_verdict(file: VectorFile, index: int) -> None:
    data = file.data["complaints"][index]
    bodies = dict(file.standing.bodies)
    if "body" in data:
        body = Body.decode(data["body"], file.manifest, file.group)
        assert verify_ballots((body,), file.manifest, file.group) == ()
        bodies[body.digest] = body
    verdict = judge(
        data["complaint"], file.manifest, bodies, data["signer_index"], group=file.group
    )
    assert verdict.kind.value == data["verdict"], verdict.reason


@pytest.mark.parametrize(("file", "index"), each("weight_proofs"))
def test_a_weight_proof_holds_or_not_as_said(file: VectorFile, index: int) -> None:
    data, group = file.data["weight_proofs"][index], file.group
    proof = WeightProof.decode(data["proof"], group)
    assert proof.encode() == data["proof"]
    weight = read_point(group, data["W"])
    amount, sigma, tau = int(data["amount"]), read_scalar(data["sigma"]), read_scalar(data["tau"])
    [counted] = [c for c in file.counted if c.pair == (proof.line, proof.motion)]
    c = file.standing.bodies[counted.ballot].answer(counted.pair).c
    assert counted.weight == weight
    if not data["holds"]:
        with pytest.raises(WeightFalse):
            check_weight(group, file.manifest.digest, weight, c, proof)
        return
    check_weight(group, file.manifest.digest, weight, c, proof)
    assert commitment_bytes(group, amount, sigma) == weight
    again = weighted_commitment(group, c, amount, tau)
    assert same(group, group.decode(again), group.decode(proof.sum_point))
    if group.in_subgroup(group.decode(c)):
        assert again == proof.sum_point


@pytest.mark.parametrize("file", FILES)
def test_amount_results_follow_from_hidden_weights_too(file: VectorFile) -> None:
    listed = [w for w in file.data["weight_proofs"] if w["holds"]]
    proofs = {(w["proof"]["line"], w["proof"]["motion"]): w for w in listed}
    for data in file.data["tally"]:
        counted = terms(vector_of(data), file.counted, file.amounts)
        pairs = [(term.line, term.motion) for term in counted]
        if data["metric"] == "heads" or not all(pair in proofs for pair in pairs):
            continue
        chosen = [proofs[pair] for pair in pairs]
        taus = sum(read_scalar(w["tau"]) for w in chosen)
        sigmas = sum(read_scalar(w["sigma"]) for w in chosen)
        result = check_hidden_result(
            file.group,
            [WeightProof.decode(w["proof"], file.group) for w in chosen],
            [read_point(file.group, w["W"]) for w in chosen],
            Opening(read_scalar(data["m"]), (read_scalar(data["r"]) + taus) % ORDER),
            Opening(int(data["cast"]), sigmas % ORDER),
        )
        assert (str(result.for_), str(result.against)) == (data["for"], data["against"])
