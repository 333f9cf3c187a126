"""The README inside a bundle, Chinese and English."""

from __future__ import annotations

from typing import Final

from ledger.log.bundle import Profile

_PROFILES: Final = {
    Profile.COURT: ("法院版：含全部明文、金额和文件", "court: every value, amount and document"),
    Profile.PARTY: (
        "当事人版：含公开内容、各方之间可以查阅的内容、全部申报金额，以及持有人本人提交的内容",
        "party: what is public, what the parties may see of one another, all amounts, and what "
        "its holder submitted",
    ),
    Profile.PUBLIC: ("公开版：只含公开内容", "public: public values only"),
}

_TEXT: Final = """\
破产案件验证包 / Bankruptcy case, verification bundle
=====================================================

账本 / log       {origin}
条目数 / entries {size}
版本 / profile   {zh}
                 {en}

这是什么
--------
这个文件夹是一个破产案件在电子账本上的完整记录：每一次债权申报、核查、通知、表决、计票和结果，
按发生的顺序排列，带有作出人的签名。checkpoint 由账本签名，并由互相独立的见证方（法院、管理人、
债权人委员会、监管方）共同签名。表决票是加密的；计票结果附有证明，不公开任何人的选择。

怎样验证（不需要联网，也不需要信任制作本包的系统）
--------------------------------------------------
1. 准备 Python 3.11 或更新版本，在新的虚拟环境里安装：   pip install Concursus源代码的文件夹
   （源代码请从您信任的来源取得，不要用与本包同一来源的）
2. 运行：   concursus-verify 本文件夹的路径
3. 最后一行写明“通过”或“未通过”；每一项检查、失败的条目和文件都会列出。
   加 --json 得到机器可读的报告。
信任的起点是 policy 中的密钥：请与法院另行公布的密钥核对。本包里的内容都不能证明密钥属于谁。
任何一个文件被增加、删除或改动一个字节，验证都会指出是哪一个。

里面有什么
----------
bundle.json     文件清单          checkpoint    账本规模与根，及全部签名
policy          信任规则与公钥    tile/         账本条目与散列树（C2SP tlog-tiles）
tables/         表决名册等表格    packs/        适用的法律规则（数据）
openings.jsonl  摘要对应的明文    amounts.jsonl 金额承诺对应的金额
documents/      文件，以其 SHA-256 命名

本包可能含个人信息，请只用于本案，妥善保管。

What this is
------------
The complete record of one bankruptcy case on an electronic ledger: every claim, examination,
notice, vote, tally and result in order, signed by who made it. The checkpoint is signed by the log
and cosigned by independent witnesses (court, administrator, creditors' committee, regulator).
Ballots are sealed; results carry proofs and reveal nobody's choice.

How to verify it (offline, trusting nothing of the system that made it)
------------------------------------------------------------------------
1. With Python 3.11 or later, in a fresh virtual environment:   pip install FOLDER-OF-THE-SOURCE
   (of Concursus, from where you trust it: not from whoever gave you this folder)
2. Run:   concursus-verify PATH-OF-THIS-FOLDER
3. The last line says "verified" or "not verified"; every check, and each entry and file that
   fails, is listed. --json gives a report for machines.
Trust starts from the keys in policy: compare them with those the court publishes elsewhere.
Nothing in this folder proves whose they are. One byte changed, a file added or missing: the
verification names the file.

This bundle may hold personal data: use it for this case only, and keep it safe.
"""


def readme(profile: Profile, origin: str, size: int) -> str:
    """What the bundle is and how to verify it."""
    zh, en = _PROFILES[profile]
    return _TEXT.format(origin=origin, size=size, zh=zh, en=en)
