"""A tested ballot, opened by its voter before it was cast (protocol 8, ledger 9.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ledger.log.encoding import sha256
from ledger.log.errors import Malformed, Refused
from ledger.log.jcs import Json, dumps, loads
from verifier.bundle import Bundle
from verifier.log import read_log
from verifier.report import Report, Status
from voting.protocol.ballot import body_hash, fingerprint
from voting.protocol.opening import FORMAT, check_challenged, read_challenge
from voting.protocol.validity import Choice

MAX_CHALLENGE: Final = 4_000_000
"""Bytes: a ballot of 20 answers for nine trustees takes less than a tenth."""
CAST: Final = "ballot.cast@1"
PREPARED: Final = "voting.prepared@1"

CHOICES: Final = {
    Choice.FOR: ("同意", "for"),
    Choice.AGAINST: ("不同意", "against"),
    Choice.ABSTAIN: ("弃权", "abstain"),
}


class NotAChallenge(Refused):
    """The file is not one of a tested ballot."""

    slug = "not-a-challenge"
    zh = "这不是抽查文件（.challenge.json）"
    en = "This is not the file of a tested ballot (.challenge.json)"


class NotAFingerprint(Refused):
    """What was noted is not 32 letters and digits of base32."""

    slug = "not-a-fingerprint"
    zh = "指纹应为 8 组、每组 4 个字符（A–Z、2–7）"
    en = "A fingerprint is eight groups of four characters (A–Z, 2–7)"


class FingerprintDiffers(Refused):
    """Another ballot was opened than the one shown before. Facts: `found`, `noted`."""

    slug = "fingerprint-differs"
    zh = "拆开的不是先前显示指纹的那张票：指纹是 {found}，先记下的是 {noted}"
    en = "The ballot opened is not the one whose fingerprint was shown: {found}, noted was {noted}"


class OpenedAndCast(Refused):
    """An opened ballot is void; this one was sent in all the same. Fact: `index`."""

    slug = "opened-and-cast"
    zh = "这张票拆开过，却又被投出：它是账本第 {index} 条"
    en = "This ballot was cast although it was opened: it is entry {index} of the ledger"


class OtherVote(Refused):
    """The ballot is for a manifest that the ledger does not hold."""

    slug = "other-vote"
    zh = "这张票所属的表决清单不在这个账本上"
    en = "The ballot is for a vote that this ledger does not hold"


class BundleFalse(Refused):
    """The bundle's own log does not hold together. Fact: `what`."""

    slug = "bundle-false"
    zh = "档案本身核验不通过：{what}"
    en = "The bundle itself does not verify: {what}"


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test shows. fingerprint, ballot (hash of the body): None where it does not decode;
    answers: (line, motion, choice), none where the opening does not give the ballot."""

    fingerprint: str | None
    ballot: bytes | None
    answers: tuple[tuple[str, str, Choice], ...]
    noted: str | None
    faults: tuple[Refused, ...]

    @property
    def verified(self) -> bool:
        """Whether the ballot is what its opening says, and the one whose fingerprint was noted."""
        return not self.faults

    def to_json(self) -> Json:
        """What `--json` prints."""
        return {
            "verified": self.verified,
            "fingerprint": self.fingerprint,
            "noted": self.noted,
            "ballot": None if self.ballot is None else self.ballot.hex(),
            "answers": [
                {"line": line, "motion": motion, "choice": choice.value}
                for line, motion, choice in self.answers
            ],
            "faults": [
                {"name": fault.slug, "zh": fault.sentence("zh"), "en": fault.sentence("en")}
                for fault in self.faults
            ],
        }


def check_tested(data: bytes, noted: str | None = None, bundle: Bundle | None = None) -> Tested:
    """Recompute a tested ballot; compare it with what was noted, and look for it in a bundle.

    Raises NotAChallenge, NotAFingerprint: the input is not usable. What is wrong with the ballot
    stands in `faults`.
    """
    wanted = None if noted is None else read_fingerprint(noted)
    if not _is_challenge(data):
        raise NotAChallenge()
    try:
        manifest, challenged = read_challenge(data)
    except Refused as error:
        return Tested(None, None, (), wanted, (error,))
    body = challenged.body
    faults: list[Refused] = []
    answers: tuple[tuple[str, str, Choice], ...] = ()
    try:
        answers = check_challenged(manifest, challenged).answers
    except Refused as error:
        faults.append(error)
    found = fingerprint(body)
    if wanted is not None and wanted != found:
        faults.append(FingerprintDiffers(found=found, noted=wanted))
    if bundle is not None:
        faults += _in_bundle(body_hash(body), manifest.digest, bundle)
    return Tested(found, body_hash(body), answers, wanted, tuple(faults))


def read_fingerprint(text: str) -> str:
    """Eight groups of four, from whatever case and spacing. Raises NotAFingerprint."""
    letters = "".join(text.split()).upper()
    if not re.fullmatch("[A-Z2-7]{32}", letters):
        raise NotAFingerprint()
    return " ".join(letters[i : i + 4] for i in range(0, 32, 4))


def render_tested(tested: Tested, language: str) -> str:
    """What the command prints."""
    zh = language == "zh"
    index = 0 if zh else 1
    lines = [f"✗ {fault.sentence(language)}" for fault in tested.faults]
    if tested.verified:
        lines.append("✓ 这张票封的就是：" if zh else "✓ The ballot seals exactly this:")
    for line, motion, choice in tested.answers:
        lines.append(f"  {motion} · {line}: {CHOICES[choice][index]}")
    if tested.fingerprint is not None:
        lines.append(("指纹 " if zh else "Fingerprint ") + tested.fingerprint)
        if tested.noted is None:
            lines.append(
                "没有给出先记下的指纹（--fingerprint）；请自己比对"
                if zh
                else "No fingerprint noted before was given (--fingerprint); compare it yourself"
            )
    lines.append(
        (
            "与您选的一样吗？一样：另封一张再投。不一样：停，留好文件，联系法院。"
            if zh
            else "Is it what you chose? Yes: seal another and cast that. No: stop, keep the file "
            "and tell the court."
        )
        if tested.verified
        else ("停，留好文件，联系法院。" if zh else "Stop, keep the file and tell the court.")
    )
    return "\n".join(lines) + "\n"


def _is_challenge(data: bytes) -> bool:
    try:
        value = loads(data)
    except Malformed:
        return False
    return isinstance(value, dict) and value.get("format") == FORMAT


def _in_bundle(ballot: bytes, manifest_hash: bytes, bundle: Bundle) -> list[Refused]:
    report = Report(log=bundle.index.log)
    log = read_log(bundle, report)
    if log is None or not report.verified:
        failed = next(c.en for c in report.checks() if c.status is Status.FAILED)
        return [BundleFalse(what=failed)]
    faults: list[Refused] = []
    known = False
    for n, entry in enumerate(log.entries):
        if entry is None:
            continue
        body = entry.statement.body
        if entry.kind == CAST and sha256(dumps(body)) == ballot:
            faults.append(OpenedAndCast(index=n))
        elif entry.kind == PREPARED and isinstance(body, dict):
            known = known or sha256(dumps(body.get("manifest"))) == manifest_hash
    return faults if known else [*faults, OtherVote()]
