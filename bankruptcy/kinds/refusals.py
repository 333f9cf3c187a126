"""Refusals that more than one kind raises."""

from __future__ import annotations

from ledger.log.errors import Category, Refused


class NotOpened(Refused):
    """The opening of a digest, a commitment or a file is not at hand (party or public profile)."""

    slug = "not-opened"
    category = Category.MALFORMED
    zh = "缺少打开摘要或承诺所需的数据：{what}"
    en = "The data that opens a digest or commitment is missing: {what}"


class NoTable(Refused):
    """The table that the act names by its root is not at hand. Fact: `root`."""

    slug = "no-table"
    category = Category.CONFLICT
    zh = "缺少所指的表（根 {root}）；先上传表，再提交陈述"
    en = "The table named (root {root}) is not at hand; send the table before the statement"


class UnknownKind(Refused):
    """No module declares this kind and version. Fact: `kind`."""

    slug = "unknown-kind"
    category = Category.MALFORMED
    zh = "没有这种行为：{kind}"
    en = "There is no such kind of act: {kind}"


class WrongCase(Refused):
    """The statement names another case or another log."""

    slug = "wrong-case"
    category = Category.MALFORMED
    zh = "这份陈述属于另一案件或另一账本"
    en = "This statement belongs to another case or another log"


class KeyNotGood(Refused):
    """The signing key is not enrolled, revoked, expired, or somebody else's. Fact: `key`."""

    slug = "key-not-good"
    category = Category.FORBIDDEN
    zh = "这把钥匙没有登记、已失效，或不属于签名人（{key}）"
    en = "This key is not enrolled, no longer good, or not the signer's ({key})"


class BadSignature(Refused):
    """The signature does not verify under the key named."""

    slug = "bad-signature"
    category = Category.FORBIDDEN
    zh = "签名与内容不符，没有记录任何内容"
    en = "The signature does not match the content; nothing was recorded"


class RoleNotHeld(Refused):
    """The signer does not hold, now, the role in which he speaks. Facts: `by`, `role`."""

    slug = "role-not-held"
    category = Category.FORBIDDEN
    zh = "{by} 此刻没有“{role}”身份"
    en = "{by} does not hold the role “{role}” now"


class RoleMayNot(Refused):
    """This kind of act is not for this role. Facts: `kind`, `role`."""

    slug = "role-may-not"
    category = Category.FORBIDDEN
    zh = "“{role}”不能作出这种行为（{kind}）"
    en = "The role “{role}” may not do this ({kind})"


class NoAuthority(Refused):
    """He acts for another without an authority on record. Facts: `by`, `principal`."""

    slug = "no-authority"
    category = Category.FORBIDDEN
    zh = "{by} 没有代理 {principal} 的授权；联系委托人补充授权委托书"
    en = "{by} has no authority to act for {principal}; ask the principal for a power of attorney"


class AuthorityLacks(Refused):
    """The power of attorney does not cover this act. Facts: `item_zh`, `item_en`."""

    slug = "authority-lacks"
    category = Category.FORBIDDEN
    zh = "委托书不含{item_zh}，联系委托人补充"
    en = "The power of attorney does not cover {item_en}; ask your principal"


class AgentConflict(Refused):
    """Court and administrator stand above the parties: neither acts for a creditor. `agent`."""

    slug = "agent-conflict"
    category = Category.FORBIDDEN
    zh = "{agent} 是本案的法院或管理人，不能担任债权人的代理人"
    en = "{agent} is of the court or the administrator in this case and cannot act for a creditor"


class NotFound(Refused):
    """What the act names is not there. Facts: `what`, `id`."""

    slug = "not-found"
    category = Category.NOT_FOUND
    zh = "没有找到{what}：{id}"
    en = "There is no such {what}: {id}"


class AlreadyThere(Refused):
    """What the act would bring is there already. Facts: `what`, `id`."""

    slug = "already-there"
    category = Category.CONFLICT
    zh = "{what}已经有了：{id}"
    en = "The {what} is there already: {id}"


class TooFewTrustees(Refused):
    """Fewer trustees would remain than can open the tally. Facts: `left`, `needed`."""

    slug = "too-few-trustees"
    category = Category.CONFLICT
    zh = "不再等待这些监票人后只剩 {left} 名，打开合计需要 {needed} 名"
    en = "Without them {left} tally trustee(s) would remain, and {needed} are needed for the totals"


class NotNow(Refused):
    """The case is not at the stage at which this can be done. Fact: `what`."""

    slug = "not-now"
    category = Category.CONFLICT
    zh = "现在不能办理：{what}"
    en = "This cannot be done now: {what}"


class Disagrees(Refused):
    """What is stated does not follow from the record. Facts: `what`, `stated`, `follows`."""

    slug = "disagrees"
    category = Category.CONFLICT
    zh = "{what}与记录不符：写明的是 {stated}，应为 {follows}"
    en = "{what} does not follow from the record: stated {stated}, follows {follows}"
