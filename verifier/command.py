"""`concursus-verify`: the command of the court, and of anybody who has a bundle."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ledger.log.errors import Refused
from ledger.log.policy import Policy
from verifier.bundle import Bundle
from verifier.challenge import MAX_CHALLENGE, check_tested, render_tested
from verifier.directory import NotADirectoryLog, compare, read_directory
from verifier.receipts import Found, Grade, Recorded, check_under_policy
from verifier.replay import verify
from verifier.report import render

VERIFIED, FAILED, UNUSABLE = 0, 1, 2
MAX_RECEIPT = 1_000_000

WORDS = {
    "files": ("读取文件", "reading files"),
    "replay": ("重放法律规则", "replaying the rules"),
}
GRADES = {
    Grade.ACKNOWLEDGED: ("已收到，并已入账", "acknowledged, and recorded"),
    Grade.RECORDED: ("已入账（尚无足够见证）", "recorded (not yet cosigned by a quorum)"),
    Grade.WITNESSED: ("已入账，并由见证方共签", "recorded, and cosigned by a quorum of witnesses"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. 0: verified; 1: not verified; 2: the input is not usable."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Chinese gets escapes, not an end of the program.
            stream.reconfigure(errors="backslashreplace")
    try:
        if given[:1] == ["receipt"]:
            return _receipt(_receipt_arguments().parse_args(given[1:]))
        if given[:1] == ["challenge"]:
            return _challenge(_challenge_arguments().parse_args(given[1:]))
        if given[:1] == ["directory"]:
            return _directory(_directory_arguments().parse_args(given[1:]))
        return _bundle(_bundle_arguments().parse_args(given))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNUSABLE
    except KeyboardInterrupt:
        return UNUSABLE
    except Exception as error:
        # Nobody foresaw this input. Whoever verifies needs a verdict, not a traceback.
        print(f"无法核验 / cannot be verified: {type(error).__name__}", file=sys.stderr)
        return UNUSABLE


def _bundle_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="concursus-verify",
        description="Verify a bundle of a creditors' meeting offline. "
        "核验债权人会议的档案，不需要网络。",
        epilog="concursus-verify receipt FILE --policy FILE | --bundle DIR: check a receipt. "
        "concursus-verify challenge FILE --fingerprint TEXT: check a tested ballot.",
    )
    parser.add_argument("bundle", metavar="BUNDLE", type=Path, help="the folder of the bundle")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--policy", type=Path, help="the policy of the log, from a source you trust"
    )
    parser.add_argument(
        "--follows", type=Path, metavar="OLD", help="a bundle of the closed log that it follows"
    )
    _language(parser)
    return parser


def _receipt_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="concursus-verify receipt")
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+")
    under = parser.add_mutually_exclusive_group()
    under.add_argument("--policy", type=Path, help="the policy of the log, from a source you trust")
    under.add_argument("--bundle", type=Path, help="a bundle of the same log")
    _language(parser)
    return parser


def _challenge_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="concursus-verify challenge",
        description="Check a ballot that was opened to test it. 核验一张抽查时拆开的票。",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the .challenge.json file")
    parser.add_argument("--fingerprint", help="noted before the ballot was opened")
    parser.add_argument("--bundle", type=Path, help="a bundle: was the ballot cast all the same?")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    _language(parser)
    return parser


def _directory_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="concursus-verify directory")
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="checkpoint, policy and tile/ as they are served"
    )
    parser.add_argument(
        "--policy", type=Path, help="the policy of the directory, from a source you trust"
    )
    parser.add_argument("--bundle", type=Path, help="a bundle whose log must stand in it")
    _language(parser)
    return parser


def _language(parser: argparse.ArgumentParser) -> None:
    chosen = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    default = "zh" if chosen.startswith("zh") else "en"
    parser.add_argument("--lang", choices=("zh", "en"), default=default)


def _bundle(options: argparse.Namespace) -> int:
    try:
        bundle = Bundle.open(options.bundle)
        policy = None if options.policy is None else options.policy.read_text("utf-8")
        old = None if options.follows is None else Bundle.open(options.follows)
        report = verify(bundle, _Progress(options.lang), policy=policy, old=old)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{options.policy}: {type(error).__name__}", file=sys.stderr)
        return UNUSABLE
    except Refused as error:
        return _unusable(error, options.lang)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        print(render(report, options.lang), end="")
    return VERIFIED if report.verified else FAILED


def _receipt(options: argparse.Namespace) -> int:
    zh = options.lang == "zh"
    if options.policy is None and options.bundle is None:
        print(
            "请用 --policy 或 --bundle 指明凭什么核对：单凭回执什么也证明不了"
            if zh
            else "Name --policy or --bundle: a receipt alone proves nothing",
            file=sys.stderr,
        )
        return UNUSABLE
    try:
        check = _receipt_check(options)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{options.policy}: {type(error).__name__}", file=sys.stderr)
        return UNUSABLE
    except Refused as error:
        return _unusable(error, options.lang)
    outcomes = [_one_receipt(path, check, options) for path in options.files]
    return max(outcomes)


def _receipt_check(options: argparse.Namespace) -> Callable[[bytes], Found]:
    if options.bundle is not None:
        return _Bundled(options.bundle).check
    policy = Policy.parse(options.policy.read_text("utf-8"))
    return lambda data: check_under_policy(data, policy)


class _Bundled:
    """A bundle opened when named, and read once, when the first receipt is there."""

    def __init__(self, folder: Path) -> None:
        self._bundle = Bundle.open(folder)
        self._recorded: Recorded | None = None

    def check(self, data: bytes) -> Found:
        if self._recorded is None:
            self._recorded = Recorded(self._bundle)
        return self._recorded.check(data)


def _one_receipt(path: Path, check: Callable[[bytes], Found], options: argparse.Namespace) -> int:
    name = f"{path.name}: " if len(options.files) > 1 else ""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_RECEIPT)
    except OSError as error:
        print(f"{path}: {type(error).__name__}", file=sys.stderr)
        return UNUSABLE
    try:
        print(f"{name}{_shown(check(data), options.lang)}")
    except Refused as error:
        print(f"{name}✗ {error.sentence(options.lang)}")
        return FAILED
    return VERIFIED


def _challenge(options: argparse.Namespace) -> int:
    try:
        with options.file.open("rb") as file:
            data = file.read(MAX_CHALLENGE)
        bundle = None if options.bundle is None else Bundle.open(options.bundle)
        tested = check_tested(data, options.fingerprint, bundle)
    except OSError as error:
        print(f"{options.file}: {type(error).__name__}", file=sys.stderr)
        return UNUSABLE
    except Refused as error:
        return _unusable(error, options.lang)
    if options.json:
        print(json.dumps(tested.to_json(), ensure_ascii=False, indent=1))
    else:
        print(render_tested(tested, options.lang), end="")
    return VERIFIED if tested.verified else FAILED


def _directory(options: argparse.Namespace) -> int:
    zh = options.lang == "zh"
    try:
        policy = None if options.policy is None else options.policy.read_text("utf-8")
        bundle = None if options.bundle is None else Bundle.open(options.bundle)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{options.policy}: {type(error).__name__}", file=sys.stderr)
        return UNUSABLE
    except Refused as error:
        return _unusable(error, options.lang)
    try:
        found = read_directory(options.folder, policy)
        compared = None if bundle is None else compare(found, bundle)
    except NotADirectoryLog as error:
        return _unusable(error, options.lang)
    except Refused as error:
        print(f"✗ {error.sentence(options.lang)}")
        return FAILED
    names = ", ".join(found.cosigned) or "-"
    print(
        f"✓ 目录共 {found.checkpoint.size} 条，见证方：{names}"
        if zh
        else f"✓ the directory has {found.checkpoint.size} entries; witnesses: {names}"
    )
    for origin, listed in sorted(found.directory.logs.items()):
        size = "-" if listed.head is None else listed.head.size
        print(f"  {origin} {size}")
    if compared is not None:
        print(
            f"✓ {compared.listed.origin}：钥匙、信任规则、首条和 {compared.heads} 个根都相符"
            if zh
            else f"✓ {compared.listed.origin}: key, policy, genesis and {compared.heads} published"
            " roots agree"
        )
    return VERIFIED


def _shown(found: Found, language: str) -> str:
    words = GRADES[found.grade][0 if language == "zh" else 1]
    return f"✓ {words}: #{found.index} {found.kind} {found.received}"


def _unusable(error: Refused, language: str) -> int:
    print(error.sentence(language), file=sys.stderr)
    return UNUSABLE


class _Progress:
    """Progress on a terminal; silent where the output is not one."""

    def __init__(self, language: str) -> None:
        self._index = 0 if language == "zh" else 1
        self._shows = sys.stderr.isatty()

    def __call__(self, what: str, done: int, of: int) -> None:
        if self._shows:
            end = "\n" if done >= of else ""
            print(f"\r{WORDS[what][self._index]} {done}/{of}", end=end, file=sys.stderr)
