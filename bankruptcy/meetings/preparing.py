"""M/prepare: trustees and times of a vote, and the rolls that follow from the register.

The server drafts voting.prepared from the record; the administrator's browser checks the rolls'
roots and totals again before it signs, and the rules judge every line once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited, titled
from bankruptcy.delivery.figures import BEIJING
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.kinds.electorate import roll_lines, roll_of_motion, settings_of
from bankruptcy.kinds.refusals import NotFound, NotNow
from bankruptcy.kinds.schema import Hash, Id
from bankruptcy.kinds.vote import leaf_of, may_prepare
from bankruptcy.kinds.voting_prepared import SingleTrustee, check_meeting_rules
from bankruptcy.law.meeting_rules import may_name, may_replace
from bankruptcy.law.roll import Exclusion
from bankruptcy.meetings.warnings import sentence
from bankruptcy.people.access import Access
from bankruptcy.people.bodies import answer, read_json
from ledger import openings
from ledger.log import jcs
from ledger.log.encoding import b64u, parse_amount, parse_time
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json
from ledger.log.statement import Role
from voting.protocol.group import read_scalar, scalar_bytes
from voting.protocol.inference import RollLine, inferences
from voting.protocol.keys import RECIPIENT_KEY, KeyProof, prove_key, public_key
from voting.protocol.manifest import Disclosure, KeyHolder, Manifest, Motion, check_rules
from voting.protocol.pedersen import Opening
from voting.protocol.randomness import SystemRandomness
from voting.protocol.roll import Roll, sum_openings

FIELDS = (
    "trustees",
    "threshold",
    "opens",
    "closes",
    "complaints_close",
    "replacement",
    "disclosure",
)

_RANDOM = SystemRandomness()


class TimesWrong(Refused):
    """Opening, close and end of complaints are not in order."""

    slug = "voting-times-wrong"
    category = Category.MALFORMED
    zh = "时间先后不对：开始应早于截止，核对选票的期限不早于截止"
    en = "The times are out of order: opening before close, and complaints end no earlier than it"


class TrusteesWrong(Refused):
    """The number of trustees that is needed does not fit those chosen."""

    slug = "trustees-wrong"
    category = Category.MALFORMED
    zh = "打开合计所需的监票人数应在1与已公布钥匙的监票人数之间"
    en = "Trustees needed: between 1 and those who have published a key"


class NobodyVotes(Refused):
    """The roll of a motion has no line. Fact: `motion`."""

    slug = "roll-empty"
    category = Category.CONFLICT
    zh = "事项“{motion}”的表决权名单没有人；先审查债权"
    en = "Nobody is on the roll of “{motion}”; review claims first"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the administrator chose."""

    trustees: tuple[str, ...]
    threshold: int
    opens: datetime
    closes: datetime
    complaints_close: datetime
    replacement: bool
    disclosure: Disclosure


@require_GET
@desk_view(Role.ADMINISTRATOR)
def prepare(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """The form; the script asks for the draft, checks it and signs."""
    convened = access.view.get(records.MEETINGS, meeting)
    if convened is None:
        raise Http404
    view, reader = access.view, Reader(access.view)
    names = reader.names()
    opens = max(convened.starts, access.now + timedelta(minutes=10))
    opens -= timedelta(
        minutes=opens.minute % 5, seconds=opens.second, microseconds=opens.microsecond
    )
    if opens <= access.now or opens < convened.starts:
        opens += timedelta(minutes=5)
    proposed = {
        "opens": opens,
        "closes": opens + timedelta(hours=8),
        "complaints_close": opens + timedelta(hours=9),
    }
    pack, single = view.pack, view.get(records.SINGLE_TRUSTEES, meeting)
    rules = settings_of(view)
    content = {
        "meeting": convened,
        "meeting_title": reader.opened(convened.title) or "",
        "motions": [
            {
                "id": motion.motion,
                "title": reader.opened(motion.title) or motion.motion,
                "matter": titled(pack.matter(motion.matter).title),
                "articles": cited(pack.rule(motion.rule).articles),
            }
            for motion in view.find(records.MOTIONS, meeting=Id(meeting))
        ],
        "trustees": [
            {"id": key.trustee, "name": names.get(key.person, key.person)}
            for key in view.find(records.TRUSTEE_KEYS, meeting=Id(meeting))
            if not key.spent
        ],
        "times": {
            name: at.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M") for name, at in proposed.items()
        },
        "done": not may_prepare(view, convened),
        "may_replace": may_replace(rules),
        "may_name": may_name(rules),
        "ground": cited(pack.article("voting.prepared")),
        "single_reason": None if single is None else single.reason,
        "draft": {
            "meeting": meeting,
            "url": f"/c/{access.case}/m/{meeting}/prepare/draft",
            "single": single is not None,
        },
    }
    return desk_page(request, access, "meetings/prepare.html", content)


@require_POST
@desk_view(Role.ADMINISTRATOR)
def draft(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """{manifest, rolls} for voting.prepared, and every line of every roll with its reasons."""
    convened = access.view.get(records.MEETINGS, meeting)
    if convened is None:
        raise Http404
    if not may_prepare(access.view, convened):
        raise NotNow(what="voting.prepared")
    return answer(Drafting(access, convened.meeting, _wanted(read_json(request))).draft())


def _wanted(value: Json) -> Wanted:
    found = jcs.members(value, "draft", *FIELDS)
    trustees, threshold = found["trustees"], found["threshold"]
    if not isinstance(trustees, list) or type(threshold) is not int:
        raise Malformed(what="trustees")
    if type(found["replacement"]) is not bool:
        raise Malformed(what="replacement")
    if found["disclosure"] not in (Disclosure.AGGREGATE.value, Disclosure.NAMED.value):
        raise Malformed(what="disclosure")
    return Wanted(
        trustees=tuple(str(trustee) for trustee in trustees),
        threshold=threshold,
        opens=parse_time(found["opens"]),
        closes=parse_time(found["closes"]),
        complaints_close=parse_time(found["complaints_close"]),
        replacement=found["replacement"],
        disclosure=Disclosure(found["disclosure"]),
    )


class Drafting:
    """Computes one draft from the record as it stands now."""

    def __init__(self, access: Access, meeting: Id, wanted: Wanted) -> None:
        self._access, self._view = access, access.view
        self._meeting, self._wanted = meeting, wanted
        self._reader = Reader(access.view)
        self._names: Mapping[str, str] = self._reader.names()
        self._rolls: list[tuple[str, list[RollLine]]] = []
        self._voters: dict[str, str] = {}

    def draft(self) -> dict[str, Json]:
        """Raises TimesWrong, TrusteesWrong, NobodyVotes, NotFound, NotOpened."""
        motions = self._view.find(records.MOTIONS, meeting=self._meeting)
        if not motions:
            raise NotFound(what="motion", id=self._meeting)
        manifest = self._manifest(motions)
        named, heads, shown = [], [], []
        for motion, entry in zip(motions, manifest.motions, strict=True):
            found = roll_of_motion(self._view, motion, manifest, self._access.now)
            lines = roll_lines(self._view, Hash(bytes(32)), motion.motion, found)
            if not lines:
                raise NobodyVotes(motion=self._reader.opened(motion.title) or motion.motion)
            roll = Roll.of(map(leaf_of, lines))
            named.append(replace(entry, roll_root=roll.root()))
            head, described = self._described(motion, roll, lines, found.excluded)
            heads.append(head)
            shown.append(described)
        self._warn(motions, shown)
        value: Json = replace(manifest, motions=tuple(named)).encode()
        heads.sort(key=lambda head: str(head["motion"]))
        rolls: list[Json] = [*heads]
        return {"manifest": value, "rolls": rolls, "motions": [*shown]}

    def _warn(self, motions: Sequence[records.Motion], shown: list[dict[str, Json]]) -> None:
        """Beside each roll, what its totals give away, of themselves and by subtraction."""
        titles = {m.motion: self._reader.opened(m.title) or m.motion for m in motions}
        found = inferences(self._rolls, self._earlier())
        for one in shown:
            one["warnings"] = [
                sentence(
                    given,
                    lambda line: self._voters.get(line, line),
                    lambda motion: titles.get(Id(motion), motion),
                )
                for given in found
                if given.motion == one["motion"]
            ]

    def _earlier(self) -> list[tuple[str, list[RollLine]]]:
        """The rolls of the case whose totals are public already."""
        rolls: dict[tuple[bytes, str], list[RollLine]] = {}
        for vote in self._view.find(records.VOTES):
            for x in self._view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
                line = RollLine(x.line, x.class_, x.weight, None)
                rolls.setdefault((vote.manifest_hash, x.motion), []).append(line)
        return [(motion, lines) for (_vote, motion), lines in rolls.items()]

    def _manifest(self, motions: Sequence[records.Motion]) -> Manifest:
        wanted = self._wanted
        if not wanted.opens < wanted.closes <= wanted.complaints_close:
            raise TimesWrong()
        manifest = Manifest(
            case=self._access.case,
            meeting=self._meeting,
            motions=tuple(Motion(m.motion, m.text_sha256, m.rule, bytes(32)) for m in motions),
            trustees=tuple(self._holder(trustee) for trustee in wanted.trustees),
            threshold=wanted.threshold,
            opens=wanted.opens,
            closes=wanted.closes,
            complaints_close=wanted.complaints_close,
            disclosure=wanted.disclosure,
            recipients=self._recipients(),
            replacement=wanted.replacement,
            single_trustee_reason=self._single_reason(),
        )
        check_meeting_rules(self._view, manifest)
        try:
            check_rules(manifest)
        except Malformed as error:
            raise TrusteesWrong() from error
        return manifest

    def _single_reason(self) -> str | None:
        """The court's, where one trustee alone opens totals only. Raises SingleTrustee."""
        if self._wanted.threshold != 1 or self._wanted.disclosure is Disclosure.NAMED:
            return None
        allowed = self._view.get(records.SINGLE_TRUSTEES, self._meeting)
        if allowed is None:
            raise SingleTrustee()
        return allowed.reason

    def _recipients(self) -> tuple[KeyHolder, ...]:
        """The manifest names keys of who sees the answers; what is given is sealed by digests
        instead, so nobody keeps the secrets of these."""
        group, case, found = self._view.group, self._access.case, []
        for name in sorted(self._wanted.disclosure.recipients):
            secret = _RANDOM.scalar()
            proof = prove_key(group, _RANDOM, secret, RECIPIENT_KEY, case, self._meeting, name)
            found.append(KeyHolder(name, public_key(group, secret), proof))
        return tuple(found)

    def _holder(self, trustee: str) -> KeyHolder:
        for key in self._view.find(records.TRUSTEE_KEYS, meeting=self._meeting):
            if key.trustee == trustee and not key.spent:
                proof = KeyProof.decode(key.proof, self._view.group)
                return KeyHolder(trustee, key.public_key, proof)
        raise NotFound(what="trustee", id=trustee)

    def _described(
        self,
        motion: records.Motion,
        roll: Roll,
        lines: Sequence[records.RollLine],
        excluded: Sequence[Exclusion],
    ) -> tuple[dict[str, Json], dict[str, Json]]:
        """The roll's head as it is signed, and the roll as the page shows it."""
        weights = {line.line: self._weight(line) for line in lines if line.weight is not None}
        classes: list[Json] = []
        for name in roll.classes():
            total = None
            if roll.has_amount(name):
                total = sum_openings(weights[Id(leaf.line)] for leaf in roll.weighted(name))
            classes.append(
                {
                    "class": name,
                    "heads": sum(leaf.heads for leaf in roll.of_class(name)),
                    "total": None if total is None else str(total.value),
                    "sigma": None if total is None else b64u(scalar_bytes(total.blinding)),
                }
            )
        head: dict[str, Json] = {
            "motion": motion.motion,
            "root": b64u(roll.root()),
            "lines": len(roll.leaves),
            "classes": classes,
        }
        amounts = {str(line): weight.value for line, weight in weights.items()}
        ordered = sorted(lines, key=lambda line: line.line.encode())
        seen = [RollLine(x.line, x.class_, x.weight, amounts.get(x.line)) for x in ordered]
        self._rolls.append((motion.motion, seen))
        self._voters |= {x.line: self._who(x.members) for x in ordered}
        shown: dict[str, Json] = {
            "motion": motion.motion,
            "title": self._reader.opened(motion.title) or motion.motion,
            "lines": [self._line(line, amounts.get(line.line)) for line in ordered],
            "excluded": [*self._excluded(excluded)],
        }
        return head, shown

    def _line(self, line: records.RollLine, amount: int | None) -> Json:
        weight = None if line.weight is None else b64u(line.weight)
        grounds: list[Json] = [*dict.fromkeys(self._article(ground) for ground in line.grounds)]
        return {
            "leaf": {
                "line": line.line,
                "class": line.class_,
                "heads": line.heads,
                "weight": weight,
            },
            "who": self._who(line.members),
            "amount": None if amount is None else str(amount),
            "grounds": grounds,
        }

    def _excluded(self, excluded: Sequence[Exclusion]) -> Iterator[Json]:
        for one in excluded:
            who = self._who(tuple(Id(c) for c in one.creditors)) or self._names.get(
                one.unit, one.unit
            )
            yield {"who": who, "ground": self._article(one.ground)}

    def _who(self, members: Sequence[str]) -> str:
        return "、".join(self._names.get(member, member) for member in members)

    def _article(self, ground: str) -> str:
        return f"{_ground_words().get(ground, ground)}（{cited(self._view.pack.article(ground))}）"

    def _weight(self, line: records.RollLine) -> Opening:
        return sum_openings(_opening(part.amount.commitment) for part in line.parts)


def _opening(commitment: bytes) -> Opening:
    row = openings.store().amount_row(commitment)
    if not isinstance(row, dict):
        raise NotFound(what="amount", id=b64u(commitment)[:12])
    return Opening(parse_amount(row["amount"]), read_scalar(row["sigma"]))


def _ground_words() -> Mapping[str, str]:
    """What a ground says, for pages; the article stands beside it."""
    return {
        "vote.member": _("Creditor who has filed"),
        "vote.waived": _("Secured, priority waived"),
        "vote.deficiency": _("Part that the security does not cover"),
        "vote.secured-head": _("Secured: a head, no amount"),
        "vote.secured-barred": _("Secured: no vote on this matter"),
        "vote.employee": _("Employee"),
        "vote.shareholder": _("Shareholder"),
        "vote.no-amount": _("No amount admitted or set by the court"),
        "vote.provisional": _("Amount set by the court"),
        "vote.after-record": _("Admitted after the record time"),
        "claim.not-filed": _("Not filed"),
        "claim.withdrawn": _("Withdrawn"),
        "related.excluded": _("Related party, excluded by the court"),
        "plan.unaffected": _("Not touched by the plan"),
        "plan.passed-earlier": _("The group passed in the first vote"),
    }
