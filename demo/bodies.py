"""The bodies of the demonstration's statements, as they read before they are sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bankruptcy.law.parts import partition
from demo import paper
from demo.figures import Creditor
from demo.person import Person
from demo.script import Mandate, Motion
from demo.sealing import Amount, Secret
from ledger.log.encoding import b64u, format_time
from ledger.log.statement import Role

Body = dict[str, Any]


def case_opened(debtor: str) -> Body:
    """A reorganisation with totals alone published (P14)."""
    return {
        "court_name": Secret("广东省珠海市中级人民法院"),
        "case_number": Secret("（2014）珠中法破（演示）字第1号"),
        "debtor": Secret(debtor),
        "procedure": "reorganisation",
        "accepted": "2014-08-27",
        "announced": "2014-09-01",
        "filing_ends": "2014-10-15",
        "switches": [{"switch": "P14", "value": "aggregate"}],
    }


def role_appointed(person: str, name: str, role: Role, decision: str | None) -> Body:
    """Somebody gets a role."""
    return {
        "person": person,
        "role": role.value,
        "name": Secret(name),
        "decision": None if decision is None else Secret(decision),
    }


def key_enrolled(case: str, origin: str, person: Person) -> Body:
    """One of the people's own devices, which the attesting office saw itself."""
    return {
        "holder": person.id,
        "suite": "es256",
        "public_key": b64u(person.key.key.public_key),
        "possession": b64u(person.possession(case, origin)),
        "level": "attested",
        "until": None,
    }


def claim_filed(creditor: Creditor, evidence: Sequence[Body]) -> Body:
    """A claim of one line."""
    number = int(creditor.claim[1:])
    return {
        "claim": creditor.claim,
        "name": Secret(creditor.name),
        "identity": Secret(f"统一社会信用代码（演示）91440400{number:010d}"),
        "contact": Secret(f"演示联系人，电话 0756-000{number:04d}"),
        "account": Secret(f"演示账户 6200 0000 0000 {number:04d}"),
        "related": False,
        "joint": None,
        "lines": [
            {
                "line": "l1",
                "nature": creditor.nature.value,
                "cause": Secret(creditor.cause),
                "amount": Amount(creditor.filed),
                "security": None,
            }
        ],
        "evidence": list(evidence),
    }


def exhibit(creditor: Creditor, number: int, file: Mapping[str, Any], purpose: str) -> Body:
    """A piece of evidence whose file is uploaded. file: as the upload answered."""
    return {
        "evidence": f"e-{creditor.claim}-{number}",
        "file": Secret(dict(file)),
        "title": Secret(str(file["name"]).partition(".")[0]),
        "purpose": Secret(purpose),
    }


def papers(creditor: Creditor, debtor: str) -> list[tuple[str, str, bytes, str]]:
    """(name, media type, content, purpose) of the evidence that comes with a claim."""
    yuan = f"{creditor.filed // 100:,}.{creditor.filed % 100:02d}"
    lines = (
        "演示文件，内容为虚构。",
        f"债权人：{creditor.name}",
        f"债务人：{debtor}",
        f"事由：{creditor.cause}",
        f"截至破产受理前一日的金额：人民币 {yuan} 元",
    )
    found = [("证据一：合同.pdf", paper.PDF, paper.pdf("合同（演示）", lines), "证明债权成立")]
    if int(creditor.claim[1:]) <= 6:
        found.append(("证据二：对账单.txt", paper.TEXT, paper.text(lines), "证明债权金额"))
    return found


def authority_granted(authority: str, agent: str, name: str, mandate: Mandate) -> Body:
    """A power of attorney until it is ended, for what the mandate lists."""
    return {
        "authority": authority,
        "agent": agent,
        "name": Secret(name),
        "licence": Secret("演示执业证号 14404200000000001"),
        "items": [item.value for item in mandate.items],
        "matters": None if mandate.matters is None else list(mandate.matters),
        "motions": None,
        "until": None,
        "document": None,
    }


def evidence_questioned(question: str, claim: str, evidence: str) -> Body:
    """Authenticity contested, probative force unclear, the other two accepted."""
    return {
        "question": question,
        "claim": claim,
        "evidence": evidence,
        "points": [
            _point("authenticity", "contested", "复印件没有原件核对，签章日期晚于合同日期。"),
            _point("lawfulness", "accepted", None),
            _point("relevance", "accepted", None),
            _point("probative_force", "unclear", "没有付款凭证，不清楚款项是否实际发生。"),
        ],
    }


def evidence_answered(question: str, *, refuse: bool) -> Body:
    """Both open points; the second may be refused, with the reason on record."""
    answer, refusal = "已补充银行回单，金额与合同一致。", "银行流水涉及第三人，另行提交法院查阅。"
    return {
        "question": question,
        "answers": [
            {
                "point": "authenticity",
                "answer": Secret("原件已交管理人核对；盖章日期为补签日期，附说明。"),
                "refusal": None,
            },
            {
                "point": "probative_force",
                "answer": None if refuse else Secret(answer),
                "refusal": Secret(refusal) if refuse else None,
            },
        ],
    }


def claim_reviewed(creditor: Creditor) -> Body:
    """What is admitted, in the parts that the law makes of it."""
    whole = creditor.reason is None
    parts = [
        {
            "part": f"{creditor.claim}.l1.{part.id}",
            "nature": part.nature.value,
            "amount": Amount(part.amount or 0),
        }
        for part in partition(creditor.admitted, creditor.nature)
    ]
    line = {
        "line": "l1",
        "nature": creditor.nature.value,
        "status": "admitted" if whole else "partly",
        "admitted": Amount(creditor.admitted),
        "security": None,
        "parts": parts,
        "reasons": [] if whole else [creditor.reason],
        "reason": None if whole else Secret("按合同约定和付款凭证核减，差额不予确认。"),
    }
    return {"claim": creditor.claim, "lines": [line]}


def meeting_convened(meeting: str, number: int, starts: datetime, title: str, agenda: str) -> Body:
    """A meeting with its notice."""
    return {
        "meeting": meeting,
        "number": number,
        "starts": format_time(starts),
        "form": "video",
        "resolved": None,
        "form_reason": None,
        "title": Secret(title),
        "agenda": Secret(agenda),
    }


def motion_put(meeting: str, motion: Motion, file: Mapping[str, Any]) -> Body:
    """A motion whose text is uploaded. file: as the upload answered."""
    plan: Body = {"untouched_classes": [], "untouched": [], "passed_groups": []}
    return {
        "meeting": meeting,
        "motion": motion.id,
        "matter": motion.matter,
        "rule": motion.rule,
        "round": 1,
        "title": Secret(motion.title),
        "text": Secret(dict(file)),
        "text_sha256": file["sha256"],
        "plan": plan if motion.matter == "PLAN-6" else None,
    }


def result_verified(manifest_hash: bytes, declared: bytes, size: int, root: bytes) -> Body:
    """The court has replayed the log up to `size`."""
    return {
        "manifest_hash": b64u(manifest_hash),
        "declared": b64u(declared),
        "size": size,
        "root": b64u(root),
        "verdict": "verified",
        "note": Secret("已自行重放全部账本并逐条核对，结果成立。"),
    }


def _point(point: str, stance: str, reason: str | None) -> Body:
    return {
        "point": point,
        "stance": stance,
        "reason": None if reason is None else Secret(reason),
    }
