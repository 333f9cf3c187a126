"""What the law refuses to compute or to allow."""

from __future__ import annotations

from ledger.log.errors import Category, Refused


class AmountNeeded(Refused):
    """A step needs an amount of which only the commitment is known. Fact: `what`."""

    slug = "amount-needed"
    category = Category.FORBIDDEN
    zh = "此处需要知道数额，而公开记录只有其承诺：{what}"
    en = "This needs an amount of which the public record holds only the commitment: {what}"


class UnknownRule(Refused):
    """The rule pack has no such rule, matter, period or ground. Facts: `what`, `pack`."""

    slug = "unknown-rule"
    category = Category.NOT_FOUND
    zh = "规则包{pack}中没有{what}"
    en = "Rule pack {pack} has no {what}"


class BadSwitch(Refused):
    """The pack does not offer this switch or value. Facts: `switch`, `value`."""

    slug = "bad-switch"
    category = Category.MALFORMED
    zh = "开关{switch}没有取值{value}；请选用规则包列出的取值"
    en = "Switch {switch} has no value {value}; choose one that the rule pack lists"


class NotOnRoll(Refused):
    """A voting unit has no line of this class on the roll. Facts: `unit`, `cls`, `article`."""

    slug = "not-on-roll"
    category = Category.FORBIDDEN
    zh = "{unit}在本事项的{cls}表决组中没有表决权（{article}）；未作任何记录"
    en = "{unit} has no vote in class {cls} on this motion ({article}); nothing was recorded"


class NoAuthority(Refused):
    """An agent votes without a power of attorney that covers it. Facts: `unit`, `article`."""

    slug = "no-authority"
    category = Category.FORBIDDEN
    zh = "代理人未就{unit}提交有效的授权委托书（{article}）；未作任何记录，选票仍保存在您的设备上"
    en = (
        "No power of attorney for {unit} has been handed in ({article}); "
        "nothing was recorded and the ballot stays on your device"
    )


class PeriodOutOfBounds(Refused):
    """A period set by the court is shorter or longer than the law allows.

    Facts: `end`, `earliest`, `latest`, `article`.
    """

    slug = "period-out-of-bounds"
    category = Category.CONFLICT
    zh = "期限届满日{end}不在{earliest}至{latest}之间（{article}）；请另定日期"
    en = (
        "The period ends on {end}, which is not within {earliest} to {latest} ({article}); "
        "set another day"
    )


class StepNotOpen(Refused):
    """The law does not open this step in the present state. Facts: `step`, `state`, `article`."""

    slug = "step-not-open"
    category = Category.CONFLICT
    zh = "当前状态（{state}）下不能进行“{step}”（{article}）"
    en = "In state {state} the step {step} is not open ({article})"
