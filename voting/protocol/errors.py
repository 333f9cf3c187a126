"""What the protocol refuses (protocol 1, 2, 6, 7).

A ballot's errors stand in the order in which they are looked for; the first that applies is the
one raised, and its `reason` is the word of the protocol and of the vectors.
"""

from __future__ import annotations

from typing import ClassVar

from ledger.log.errors import Category, Refused


class BallotRefused(Refused):
    """A ballot that is not accepted; nothing is recorded and what was counted stays."""

    slug = "ballot-refused"
    reason: ClassVar[str] = "refused"
    zh = "选票未被接受；此前已计入的选票不变"
    en = "The ballot was not accepted; what was counted before stays"


class BallotEncoding(BallotRefused):
    """Shape, manifest hash, number of answers, a pair named twice, E unusable or used. `what`."""

    slug = "ballot-encoding"
    reason = "encoding"
    category = Category.MALFORMED
    zh = "选票的编码不符合协议（{what}）；请重新载入投票页面后再投"
    en = "The ballot is not encoded as it must be ({what}); reload the voting page and vote again"


class BallotThreshold(BallotRefused):
    """An answer does not carry exactly t−1 sharing commitments. Facts: `expected`, `found`."""

    slug = "ballot-threshold"
    reason = "threshold"
    category = Category.MALFORMED
    zh = "选票每项应含{expected}个分享承诺，实为{found}个；请重新载入投票页面后再投"
    en = (
        "Each answer needs {expected} sharing commitments, this one has {found}; "
        "reload the voting page and vote again"
    )


class BallotSealed(BallotRefused):
    """Boxes or their hashes: wrong number, length or hash. Fact: `what`."""

    slug = "ballot-sealed"
    reason = "sealed"
    category = Category.MALFORMED
    zh = "封给计票受托人的密封件不符（{what}）；请重新投票"
    en = "The boxes sealed to the trustees do not fit the ballot ({what}); vote again"


class BallotProof(BallotRefused):
    """An equation of a validity proof or of the key proof does not hold."""

    slug = "ballot-proof"
    reason = "proof"
    category = Category.MALFORMED
    zh = "选票的有效性证明不成立；请重新载入投票页面后再投"
    en = "The ballot's proof of validity does not hold; reload the voting page and vote again"


class BallotClosed(BallotRefused):
    """Voting is not open at the time of the entry. Facts: `opens`, `closes`, `received`."""

    slug = "ballot-closed"
    reason = "closed"
    zh = "表决时间为{opens}至{closes}，本选票于{received}到达，未计入"
    en = "Voting runs from {opens} to {closes}; this ballot came at {received} and was not recorded"


class BallotNotEntitled(BallotRefused):
    """The signer's key is not entitled to the line. Facts: `signer`, `line`."""

    slug = "ballot-not-entitled"
    reason = "not-entitled"
    category = Category.FORBIDDEN
    zh = "{signer}无权代表表决单元{line}投票"
    en = "{signer} may not vote for line {line}"


class BallotNotOnRoll(BallotRefused):
    """The line is not on the motion's roll. Facts: `line`, `motion`."""

    slug = "ballot-not-on-roll"
    reason = "not-on-roll"
    zh = "表决单元{line}不在议案{motion}的表决名册上"
    en = "Line {line} is not on the roll of motion {motion}"


class BallotReplayed(BallotRefused):
    """`replaces` is not the last accepted answer for its pair. Facts: `line`, `motion`."""

    slug = "ballot-replayed"
    reason = "replayed"
    zh = "{line}对议案{motion}已有更新的选票；请查看最近一次投票后重新填写"
    en = "{line} has a later answer to motion {motion}; look at it, then make the ballot anew"


class BallotAnswered(BallotRefused):
    """The manifest allows no second answer. Facts: `line`, `motion`."""

    slug = "ballot-answered"
    reason = "answered"
    zh = "{line}已就议案{motion}投票，本次表决不允许改投"
    en = "{line} has answered motion {motion}; this vote allows no second answer"


class ManifestRefused(Refused):
    """A manifest is not encoded as section 2 says or breaks a bound. Fact: `what`."""

    slug = "manifest-encoding"
    reason: ClassVar[str] = "encoding"
    category = Category.MALFORMED
    zh = "表决清单不符合协议：{what}"
    en = "The manifest is not as the protocol says: {what}"


class KeyRefused(Refused):
    """A trustee's or recipient's key or its proof is false. Facts: `holder`, `what`."""

    slug = "key-refused"
    category = Category.MALFORMED
    zh = "{holder}的公钥未通过检验：{what}；请重新生成密钥"
    en = "The public key of {holder} does not pass: {what}; make a new key"


class RollRefused(Refused):
    """A roll breaks a rule of section 2 or a total does not open. Fact: `what`."""

    slug = "roll-refused"
    category = Category.MALFORMED
    zh = "表决名册不成立：{what}"
    en = "The roll does not hold: {what}"


class BoxUnopened(Refused):
    """A box does not open, or a share in it does not hold. Facts: `ballot`, `what`."""

    slug = "box-unopened"
    zh = "选票{ballot}的密封件不能使用：{what}；可提出异议"
    en = "The box of ballot {ballot} cannot be used: {what}; a complaint can be made"


class ComplaintUnfounded(Refused):
    """The box opens and every share holds: a complaint would only publish the share."""

    slug = "complaint-unfounded"
    zh = "选票{ballot}的密封件可以打开且份额成立，无须提出异议"
    en = "The box of ballot {ballot} opens and its shares hold; there is nothing to complain of"


class SumFalse(Refused):
    """A trustee's sum does not hold. Facts: `index`, `motion`, `class_id`, `metric`."""

    slug = "sum-false"
    category = Category.MALFORMED
    zh = "第{index}位计票受托人对{motion}/{class_id}/{metric}的合计不成立"
    en = "The sum of trustee {index} for {motion}/{class_id}/{metric} does not hold"


class SumsTooFew(Refused):
    """Fewer than t sums or shares of different trustees. Facts: `needed`, `given`."""

    slug = "sums-too-few"
    zh = "需要{needed}位不同计票受托人的合计，目前只有{given}份"
    en = "Sums of {needed} different trustees are needed, {given} are there"


class ResultFalse(Refused):
    """A result does not open its tally vector or breaks a bound. Fact: `what`."""

    slug = "result-false"
    category = Category.MALFORMED
    zh = "计票结果不成立：{what}"
    en = "The result does not hold: {what}"


class ShareFalse(Refused):
    """A disclosed share does not hold against the ballot. Fact: `index`."""

    slug = "share-false"
    category = Category.MALFORMED
    zh = "第{index}位计票受托人披露的份额与选票不符"
    en = "The share disclosed by trustee {index} does not fit the ballot"


class OpeningFalse(Refused):
    """What a challenged ballot reveals does not give the ballot shown. Fact: `what`."""

    slug = "opening-false"
    category = Category.MALFORMED
    zh = "被查验的选票与其公开的秘密值不符：{what}；请勿信任该页面"
    en = "The challenged ballot is not what its secrets give: {what}; do not trust that page"


class WeightFalse(Refused):
    """A hidden-weight proof does not hold. Facts: `line`, `motion`."""

    slug = "weight-false"
    category = Category.MALFORMED
    zh = "{line}在议案{motion}中的表决额证明不成立"
    en = "The weight proof of line {line} in motion {motion} does not hold"
