"""The help page, and the story page that shows every component in every state.

The stories are for screenshots and accessibility checks: figures and people there are invented.
They exist only with ``CONCURSUS_STORIES=1`` or in a developer's debug mode.
"""

import os
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bankruptcy.delivery.templatetags.ui import lang

_NOW = datetime(2026, 3, 29, 2, 0, tzinfo=UTC)
_FINGERPRINT = "K7QM3FZAXW2D6LPETR5CHN6V4JYBU3GS"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """What the words mean and what a proof does not show; needs no log-in."""
    return render(request, "help.html")


@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """Every component in every state; `?screen=` shows one of the sketched screens alone."""
    if not (settings.DEBUG or os.environ.get("CONCURSUS_STORIES") == "1"):
        raise Http404
    screen = request.GET.get("screen", "")
    template = {"staff": "stories_staff.html", "room": "stories_room.html"}.get(
        screen, "stories.html"
    )
    return render(request, template, {"only": screen, **_sample(lang() == "zh")})


def _sample(zh: bool) -> dict[str, Any]:
    def say(chinese: str, english: str) -> str:
        return chinese if zh else english

    return {
        "now": _NOW,
        "case_name": say("海川公司破产案", "Bankruptcy of Haichuan Ltd"),
        "role_line": say("债权人 · 王秀兰", "Creditor · Wang Xiulan"),
        "safety": say("安全词 青竹", "Safety word: bamboo"),
        "tasks": [
            {
                "state": "todo",
                "urgent": True,
                "url": "#t1",
                "title": say("补充材料：借款合同", "Complete your claim: loan contract"),
                "last": "2026-04-01",
                "more": say(
                    "不补：按现有材料审查", "If not: it is reviewed on the papers that are there"
                ),
            },
            {
                "state": "doing",
                "url": "#t2",
                "title": say("会前试投：检查这部手机", "Practice ballot: check this phone"),
                "last": "2026-04-16T01:00:00Z",
                "more": say("两分钟，用练习票走一遍", "Two minutes, with a practice ballot"),
            },
            {
                "state": "later",
                "title": say("参加第一次债权人会议", "Attend the first creditors’ meeting"),
                "when": say(
                    "4月16日（周四）9:30开会，11:00起投票",
                    "Thursday 16 April, 9:30; voting from 11:00",
                ),
            },
            {
                "state": "done",
                "url": "#t4",
                "title": say("申报债权", "File your claim"),
                "more": say(
                    "3月2日已收到 · 第0231号 · 回执可核验",
                    "Received 2 March · No. 0231 · receipt can be verified",
                ),
            },
            {
                "state": "overdue",
                "url": "#t5",
                "title": say("对债权表提出异议", "Object to the register"),
                "last": "2026-03-27",
                "more": say(
                    "还可以向法院起诉，期限见裁定",
                    "You can still go to court; the ruling gives the period",
                ),
            },
        ],
        "errors": [
            {
                "field": "amount",
                "message": say("输入申报金额，如1234.56", "Enter the amount claimed, like 1234.56"),
            },
            {
                "field": "choice-wrong",
                "message": say("第3项还没有选择", "Motion 3 has no choice yet"),
            },
        ],
        "files": [
            {
                "name": say("借款合同.pdf", "Loan contract.pdf"),
                "size": "12 MB",
                "state": "hashing",
                "percent": 40,
            },
            {
                "name": say("银行流水.pdf", "Bank statement.pdf"),
                "size": "48 MB",
                "state": "sending",
                "percent": 62,
            },
            {
                "name": say("对账单.jpg", "Statement.jpg"),
                "size": "3.1 MB",
                "state": "paused",
                "percent": 62,
            },
            {
                "name": say("抵押登记.pdf", "Mortgage.pdf"),
                "size": "1.2 MB",
                "state": "stored",
                "sha256": _SHA256,
            },
            {
                "name": say("合同.exe.pdf", "Contract.exe.pdf"),
                "size": "0.4 MB",
                "state": "refused",
                "why": say(
                    "内容不是PDF，后缀可能改过",
                    "Not really a PDF; its ending may have been changed",
                ),
            },
        ],
        "rows": [
            {
                "number": "0231",
                "name": say("海川贸易有限公司", "Haichuan Trading Ltd"),
                "kind": say("普通债权", "Ordinary"),
                "claimed": 109_863_013,
                "admitted": 109_041_095,
                "state": say("部分确认", "Admitted in part"),
                "state_kind": "done",
                "was": 109_863_013,
                "reason": say("利率按合同", "Interest at the contract’s rate"),
                "url": "#r1",
            },
            {
                "number": "0232",
                "name": say("张**", "Z***"),
                "kind": say("职工债权", "Employee"),
                "claimed": 4_200_000,
                "admitted": 4_200_000,
                "state": say("确认", "Admitted"),
                "state_kind": "done",
            },
            {
                "number": "0417",
                "name": say(
                    "内蒙古自治区呼和浩特市海川国际贸易（集团）股份有限公司",
                    "Inner Mongolia Hohhot Haichuan International Trading (Group) Company Limited",
                ),
                "kind": say("有财产担保", "Secured"),
                "claimed": 10_000_000_000_000,
                "admitted": None,
                "state": say("待审查", "Under review"),
                "state_kind": "todo",
                "points": 2,
                "url": "#r3",
            },
        ],
        "total_claimed": 10_000_114_063_013,
        "total_admitted": 113_241_095,
        "events": [
            {
                "when": "2026-03-02T02:41:00Z",
                "what": say("申报债权", "Claim filed"),
                "who": say("王秀兰", "Wang Xiulan"),
                "entry": 231,
            },
            {
                "when": "2026-03-09T08:12:00Z",
                "what": say("对证据3提出质证意见", "Evidence 3 questioned"),
                "who": say("海川贸易", "Haichuan Trading"),
                "entry": 302,
            },
            {
                "when": "2026-03-20T03:00:00Z",
                "what": say("管理人确认1,090,410.95元", "Administrator admitted 1,090,410.95 yuan"),
                "who": say("管理人 李工", "Administrator Li"),
                "entry": 411,
                "phase": "now",
            },
            {
                "when": "2026-04-15",
                "last": True,
                "what": say("可以对债权表提出异议", "You may object to the register"),
                "phase": "future",
            },
        ],
        "options": [
            {"value": "accepted", "label": say("认可", "Accepted")},
            {"value": "contested", "label": say("不认可", "Contested")},
            {"value": "unclear", "label": say("不清楚", "Unclear")},
        ],
        "fingerprint": _FINGERPRINT,
        "numbers": ["22113", "01894", "60021", "47755", "00312", "39180"],
        "steps": [
            {"title": say("谁申报", "Who"), "url": "#s1"},
            {"title": say("代理人", "Agent"), "url": "#s2"},
            {"title": say("各项金额", "Lines"), "url": "#s3"},
            {"title": say("证据", "Evidence"), "url": "#s4"},
            {"title": say("检查", "Check"), "url": "#s5"},
            {"title": say("签名", "Sign"), "url": "#s6"},
        ],
        "logins": [
            {
                "value": "judge",
                "icon": "court",
                "role": say("法院", "Court"),
                "name": say("周法官", "Judge Zhou"),
                "more": say("裁定、复核、下载核验包", "Rules, recounts, downloads the bundle"),
            },
            {
                "value": "administrator",
                "icon": "desk",
                "role": say("管理人", "Administrator"),
                "name": say("李工", "Li"),
                "more": say("审查债权、召集会议", "Reviews claims, convenes meetings"),
            },
            {
                "value": "creditor-1",
                "icon": "person",
                "role": say("债权人", "Creditor"),
                "name": say("王秀兰", "Wang Xiulan"),
                "more": say("普通债权 1,090,410.95元", "Ordinary claim, 1,090,410.95 yuan"),
            },
            {
                "value": "trustee-1",
                "icon": "key",
                "role": say("监票人", "Tally trustee"),
                "name": say("市律师协会", "City Bar Association"),
                "more": say("保管三把钥匙之一", "Holds one of three keys"),
            },
        ],
        "closes": "2026-04-16T09:00:00Z",
    }
