"""The table of all rules with the test that breaks each: docs/broken-rules.md.

`python -m tests.rules.broken_table` runs the tests of the rules and writes it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

from tests.rules.broken import NOT_IN_A_BUNDLE, ROOT, SEEN, Broken

PAGE: Final = ROOT / "docs" / "broken-rules.md"
_CALLED_AT: Final = re.compile(r"(?<=\w) \d+$")
"""The line of a call, which the table leaves out."""
_HEAD: Final = """# Every rule, broken

For each place in the rules that refuses there is a test that breaks exactly that rule. What is
refused at intake is also put into a bundle in which everything else is true: chained, signed,
cosigned and indexed anew with the real keys. The verifier must name the entry, the rule in the
same words, and the article (`tests/rules/broken.py`). Written by
`python -m tests.rules.broken_table`; `tests/rules/test_every_rule.py` holds that no rule is
missing here.

| kind | rule: module, function, refusal | refused as | article | test in `tests/rules` |
|---|---|---|---|---|
"""
_UNREACHED: Final = """
Rules that no statement of a bundle can be the first to break:

| rule | why, and where it is held instead |
|---|---|
"""
_MATHEMATICS: Final = """
Checks of the mathematics and of the log, each with a bundle, a ballot or a proof in which that
one thing is false:

| what is false | test |
|---|---|
"""
FALSE: Final = {
    "a ballot's proof of validity": "rules/test_forged_bundles.py"
    "::test_a_ballot_with_a_false_proof",
    "a ballot of two votes, or of a negative one": "core/voting/test_attacks.py"
    "::test_a_ballot_of_two_votes_or_of_a_negative_one_cannot_be_proven",
    "a ballot's key used before, or of small order": "core/voting/test_attacks.py"
    "::test_a_key_of_small_order_or_used_before_in_any_disguise_is_refused",
    "a ballot dropped": "rules/test_forged_bundles.py::test_a_ballot_dropped",
    "a ballot after the close": "rules/test_forged_bundles.py::test_a_ballot_moved_after_the_close",
    "a signature": "rules/test_forged_bundles.py::test_a_signature_that_is_false",
    "a trustee's sum": "rules/test_forged_bundles.py::test_a_trustees_sum_that_is_false",
    "a second sum, under other weights": "rules/test_extensions.py"
    "::test_sums_over_a_corrected_roll_are_refused_in_a_bundle",
    "a trustee's share of a single answer": "rules/test_forged_bundles.py"
    "::test_a_disclosed_share_that_is_false",
    "the counted set": "rules/test_forged_bundles.py::test_a_counted_set_that_is_false",
    "a complaint after the counted set": "rules/test_every_rule.py"
    "::test_a_complaint_after_the_counted_set_is_refused_in_a_bundle",
    "a line of a roll": "rules/test_every_rule.py::test_a_line_of_a_roll_altered",
    "a roll's total": "rules/test_forged_bundles.py::test_a_roll_total_that_is_false",
    "a row of the register": "rules/test_forged_bundles.py::test_a_row_of_the_register_altered",
    "a register's version, lower than the last": "rules/test_every_rule.py"
    "::test_a_register_with_a_lower_version",
    "an entry's number, lower than the last": "rules/test_every_rule.py"
    "::test_an_entry_with_a_lower_number",
    "a figure of the result, or more than was cast": "rules/test_forged_bundles.py"
    "::test_a_result_in_which_one_figure_is_false",
    "a weight proof, or that of another line": "rules/test_weights.py"
    "::test_a_bundle_with_forged_weights_is_refused_for_everybody",
    "an amount declared, in the public's eyes": "rules/test_weights.py"
    "::test_an_amount_declared_falsely_passes_no_profile_once_weights_are_published",
    "an opened amount": "rules/test_forged_bundles.py::test_an_amount_opened_falsely",
    "a tested ballot's choice": "rules/test_tested_ballots.py"
    "::test_another_choice_than_the_one_revealed_is_caught",
    "a tested ballot's sharing": "rules/test_tested_ballots.py"
    "::test_sharing_commitments_swapped_after_the_fingerprint_are_caught",
    "a passkey's assertion": "core/ledger/test_passkeys.py",
    "time, running backward": "rules/test_forged_bundles.py::test_time_running_backward",
    "the number of witnesses": "rules/test_forged_bundles.py::test_too_few_witnesses",
    "a checkpoint over other entries": "rules/test_hostile_bundles.py"
    "::test_a_checkpoint_over_more_or_other_entries",
    "any byte of any file": "rules/test_hostile_bundles.py"
    "::test_any_bytes_changed_in_any_file_get_a_verdict_that_is_not_verified",
}
"""What a test makes false that is no rule of one statement, and the test, below `tests/`."""


def table(found: Iterable[Broken]) -> str:
    """docs/broken-rules.md."""
    lines = [_HEAD]
    for row in sorted(found, key=lambda row: row.rule):
        test = row.test.removeprefix("tests/rules/")
        rule = _CALLED_AT.sub("", row.rule)
        lines.append(f"| `{row.kind}` | `{rule}` | {row.slug} | {row.article} | `{test}` |\n")
    lines.append(_UNREACHED)
    lines += [f"| `{rule}` | {why} |\n" for rule, why in sorted(NOT_IN_A_BUNDLE.items())]
    lines.append(_MATHEMATICS)
    lines += [f"| {what} | `{test}` |\n" for what, test in FALSE.items()]
    return "".join(lines)


class _Collect:
    """Gathers what each test refuses."""

    def pytest_sessionfinish(self) -> None:
        PAGE.write_text(table(SEEN.values()), "utf-8")


def main() -> int:
    """Run the tests of the rules in this process and write the page."""
    return int(pytest.main(["-q", "-p", "no:xdist", str(Path(__file__).parent)], [_Collect()]))


if __name__ == "__main__":
    sys.exit(main())
