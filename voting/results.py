"""A declared result as pages show it: both tests with exact fractions, articles, next step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.kinds import records
from bankruptcy.kinds.correcting import bounds
from bankruptcy.kinds.deciding import decided, figures
from bankruptcy.kinds.electorate import switches_of
from bankruptcy.kinds.refusals import NotOpened
from bankruptcy.kinds.sensitivity import sheets
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import ballot_of, manifest_of, rolls_of
from bankruptcy.law.model import Title
from bankruptcy.law.outcome import ClassOutcome, Fraction
from bankruptcy.law.share import Share
from ledger.log.encoding import b64u
from ledger.log.jcs import Json
from voting import unsettled
from voting.protocol.ballot import fingerprint


def words_of(view: CaseView, vote: records.Vote, motion: str, reader: Reader) -> dict[str, Json]:
    """Title, matter and rule of a motion, with their articles."""
    found = view.get(records.MOTIONS, vote.meeting, motion)
    if found is None:
        return {"title": motion, "matter": {}, "rule": {}}
    matter, rule = view.pack.matter(found.matter), view.pack.rule(found.rule)
    return {
        "title": reader.opened(found.title) or motion,
        "round": found.round,
        "matter": _titled(matter.title, matter.articles),
        "rule": _titled(rule.title, rule.articles),
    }


def _titled(title: Title, articles: str) -> dict[str, Json]:
    return {"zh": title.zh, "en": title.en, "articles": _cited(articles)}


def _cited(articles: str) -> dict[str, Json]:
    """Articles as papers cite them, by language."""
    return {language: cited(articles, language) for language in ("zh", "en")}


def declared(
    view: CaseView, vote: records.Vote, result: records.Result, *, amounts: bool = False
) -> dict[str, Json]:
    """The result: of each motion whether it passed, each class' tests, and what follows.

    Amounts are the declared totals, which stand on the ledger for everybody. A class of one
    weighted line has its answer opened instead: `opened`, with C for who checks it. `law` names
    the pack and the switches by which a visitor's browser judges once more. `amounts`: may the
    visitor see the register, and so the bounds of readings that weigh ballots otherwise?
    """
    outcomes = decided(view, vote, result.vectors, result.opened)
    wholes = {
        case.motion.motion: case for case in figures(view, vote, result.vectors, result.opened)
    }
    found_sheets = {
        judged.motion.motion: unsettled.sheet_json(view.pack, judged, amounts=amounts)
        for judged in sheets(view, vote, result.vectors, result.opened)
    }
    counts = {(v.motion, v.class_, v.metric): v for v in result.vectors}
    singles = _singles(view, vote)
    motions: list[Json] = []
    for motion, found in outcomes:
        rule = view.pack.rule(motion.rule)
        classes: list[Json] = []
        for name, row in found.classes.items():
            single = (motion.motion, name) in singles
            classes.append(
                {
                    "class": name,
                    "present": row.present,
                    "single": single,
                    "members": wholes[motion.motion].totals[name].heads,
                    "attended": wholes[motion.motion].tallies[name].attended,
                    "total": None if single else str(wholes[motion.motion].totals[name].amount),
                    "heads": _test(
                        rule.heads,
                        row.heads,
                        row.heads_ok,
                        counts.get((motion.motion, name, "heads")),
                    ),
                    "amount": _amount(
                        rule.amount, row, single, counts.get((motion.motion, name, "amount"))
                    ),
                }
            )
        step = found.step
        motions.append(
            {
                "motion": motion.motion,
                "rule": motion.rule,
                "matter": motion.matter,
                "round": motion.round,
                "passed": found.passed,
                "sheet": found_sheets[motion.motion],
                "contested": found.contested,
                "classes": classes,
                "next": None
                if step is None
                else {**_next(view, step.next), "articles": _cited(step.articles)},
            }
        )
    return {
        "declared": result.declared.isoformat(),
        "verified": result.verified is not None,
        "motions": motions,
        "opened": [_opened(view, vote, opened) for opened in result.opened],
        "law": _law(view),
    }


def _law(view: CaseView) -> Json:
    """The rule pack's hash, and the open points as the case decides them."""
    file = records.case_file(view)
    switches = {} if file is None else switches_of(file)
    return {
        "pack": view.pack.sha256,
        "switches": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in sorted(switches.items())
        },
    }


def _amount(
    share: Share | None, row: ClassOutcome, single: bool, count: records.DeclaredVector | None
) -> Json:
    if share is None:
        return None
    if single:
        # The weight stays sealed: only the answer decides, and it is opened.
        return {"ok": row.amount_ok, "op": share.op.value, "num": share.num, "den": share.den}
    return _test(share, row.amount, row.amount_ok, count)


def _test(
    share: Share | None,
    fraction: Fraction | None,
    ok: bool | None,
    count: records.DeclaredVector | None,
) -> Json:
    if share is None or fraction is None:
        return None
    return {
        "part": str(fraction.part),
        "whole": str(fraction.whole),
        "of": share.of.value,
        "op": share.op.value,
        "num": share.num,
        "den": share.den,
        "ok": ok,
        "for": "0" if count is None else str(count.for_),
        "against": "0" if count is None else str(count.against),
        "cast": "0" if count is None else str(count.cast),
    }


def _next(view: CaseView, step: str) -> dict[str, Json]:
    title = view.pack.next[step]
    return {"id": step, "zh": title.zh, "en": title.en}


def _singles(view: CaseView, vote: records.Vote) -> set[tuple[str, str]]:
    return {
        (motion, name)
        for motion, roll in rolls_of(view, vote).items()
        for name in roll.classes()
        if roll.single(name) is not None
    }


def _opened(view: CaseView, vote: records.Vote, opened: records.DeclaredOpening) -> Json:
    line = view.get(records.ROLL_LINES, vote.manifest_hash, opened.motion, opened.line)
    cast = view.get(records.BALLOTS, opened.ballot)
    body = cast.body if cast is not None else None
    answers = body["answers"] if isinstance(body, dict) else []
    commitment = next(
        (a["c"] for a in answers if (a["line"], a["motion"]) == (opened.line, opened.motion)), None
    )
    return {
        "line": opened.line,
        "class": "" if line is None else line.class_,
        "motion": opened.motion,
        "c": commitment,
        "v": b64u(opened.v),
        "rho": b64u(opened.rho),
    }


def shown(seen: Mapping[str, Any], english: bool) -> list[dict[str, Any]]:
    """The motions of a board's summary that has a result, as `voting/result_parts.html` needs."""
    words = {motion["motion"]: motion for motion in seen["motions"]}
    language = "en" if english else "zh"
    found = []
    for motion in seen["result"]["motions"]:
        listed, step = words[motion["motion"]], motion["next"]
        state = "passed" if motion["passed"] else "not_passed"
        found.append(
            {
                "id": motion["motion"],
                "title": listed["title"],
                "state": "contested" if motion["contested"] else state,
                "sheet": unsettled.shown(motion["sheet"], english),
                "rule": listed["rule"][language],
                "articles": listed["rule"]["articles"][language],
                "matter": listed["matter"][language],
                "matter_articles": listed["matter"]["articles"][language],
                "next": "" if step is None else step[language],
                "next_articles": "" if step is None else step["articles"][language],
                "classes": [_shown_class(row, motion["contested"]) for row in motion["classes"]],
            }
        )
    return found


def _shown_class(row: Mapping[str, Any], contested: bool) -> dict[str, Any]:
    amount = None if row["single"] else row["amount"]
    return {
        "name": class_name(row["class"]),
        "heads": _bar(row["heads"], contested),
        "amount": _bar(amount, contested),
        "single": row["single"] and row["amount"] is not None,
        "single_ok": row["single"] and row["amount"] is not None and row["amount"]["ok"],
    }


def _bar(test: Mapping[str, Any] | None, contested: bool) -> dict[str, Any] | None:
    """What the two-test bar draws; consent by silence is not among those who answered."""
    if test is None:
        return None
    counts = {name: int(test[name]) for name in ("part", "whole", "for", "against", "cast")}
    return {
        **test,
        **counts,
        "abstain": counts["cast"] - counts["for"] - counts["against"],
        "state": "contested" if contested else "",
        "whole_label": denominator(test["of"]),
    }


def left_out(view: CaseView, vote: records.Vote) -> list[str]:
    """Fingerprints, as voters know them, of the ballots of which a box stayed missing."""
    manifest = manifest_of(view, vote)
    found = [view.get(records.BALLOTS, ballot) for ballot in vote.left_out]
    return [
        fingerprint(ballot_of(view, cast.statement, cast.body, manifest))
        for cast in found
        if cast is not None
    ]


def bounds_shown(
    view: CaseView, vote: records.Vote, result: records.Result, reader: Reader
) -> list[dict[str, Any]]:
    """Motions whose roll the court corrected: whether they pass as declared and at both bounds.

    Only that: an amount of nobody is shown. known: False where an amount was erased since.
    """
    titles = {
        motion.motion: reader.opened(motion.title) or motion.motion
        for motion in view.find(records.MOTIONS, meeting=vote.meeting)
    }
    corrections = view.find(records.CORRECTIONS, manifest_hash=vote.manifest_hash)
    if not corrections:
        return []
    try:
        found = bounds(view, vote, result)
    except NotOpened:
        return [
            {"title": titles.get(motion, motion), "known": False}
            for motion in sorted({row.motion for row in corrections})
        ]
    return [
        {
            "title": titles.get(one.motion.motion, one.motion.motion),
            "known": True,
            "robust": one.robust,
            "rows": [
                (_("As declared"), one.declared.passed),
                (_("Corrected lines all for"), one.all_for.passed),
                (_("Corrected lines all against"), one.all_against.passed),
            ],
        }
        for one in found
    ]


def class_name(name: str) -> str:
    """A class as people call it."""
    return {
        "all": _("Class of all creditors"),
        "ordinary": _("Group of ordinary claims"),
        "secured": _("Group of secured claims"),
        "tax": _("Group of tax claims"),
        "employee": _("Group of employee claims"),
        "social": _("Group of social insurance claims"),
        "equity": _("Group of shareholders"),
        "small": _("Group of small claims"),
    }.get(name, name)


def denominator(of: str) -> str:
    """What a share is taken of."""
    return {
        "present": _("Present"),
        "voted": _("Voted"),
        "total_unsecured": _("All unsecured claims"),
        "group_total": _("All claims of the group"),
    }.get(of, "")
