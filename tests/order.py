"""How a run of several processes shares out the tests: what takes long begins first.

A file is one unit, since its tests share a database; so is the folder of tests/demonstration, whose
tests share a demonstration. A process that is free takes the next unit, and in the end only short
ones are left, so that none waits long for the other.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

_DEMONSTRATION: Final = "tests/demonstration"
_SECONDS: Final = {
    "tests/demonstration": 130,
    "tests/journeys/test_main_job.py": 80,
    "tests/apps/hard/test_whole_server.py": 45,
    "tests/apps/hard/test_schemathesis.py": 45,
    "tests/apps/demo/test_bundle.py": 30,
    "tests/apps/permissions/test_pages.py": 22,
    "tests/apps/witness/test_cosign.py": 22,
    "tests/journeys/test_ballot_pages.py": 20,
    "tests/journeys/test_tested_ballots.py": 20,
    "tests/apps/live/test_board.py": 20,
    "tests/apps/voting/test_trustees_fail.py": 20,
    "tests/apps/voting/test_trustee_page.py": 15,
    "tests/apps/voting/test_trustee_command.py": 15,
    "tests/apps/demo/test_scenario.py": 15,
    "tests/apps/hard/test_bad_ballots.py": 15,
    "tests/apps/desk/test_browser.py": 15,
    "tests/journeys/test_agents.py": 15,
    "tests/journeys/test_uploads.py": 15,
    "tests/apps/live/test_law_page.py": 12,
    "tests/apps/hard/test_every_address.py": 12,
    "tests/apps/voting/test_verify_page.py": 11,
    "tests/journeys/test_principals.py": 11,
    "tests/journeys/test_claim_pages.py": 10,
    "tests/apps/people/test_second_step.py": 10,
}
"""What takes ten seconds or more, about, on a quiet machine of two cores; all else less."""


def _unit(nodeid: str) -> str:
    return _DEMONSTRATION if nodeid.startswith(_DEMONSTRATION) else nodeid.partition("::")[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: -_SECONDS.get(_unit(item.nodeid), 0))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For `--dist loadfile`: these units, in this order rather than by number of tests."""
    from xdist.scheduler import LoadFileScheduling

    if config.getoption("dist") != "loadfile":
        return None

    class Units(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _unit(nodeid)

    config.option.loadscopereorder = False
    return Units(config, log)
