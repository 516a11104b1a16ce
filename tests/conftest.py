"""What every test may ask for. The small city is in `city.py`, the browser in `browser.py`."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import settings as hypothesis

ROOT = Path(__file__).resolve().parents[1]
LONGEST_NAME = 40
FLOWS = ROOT / "tests" / "flows"

pytest_plugins = ["tests.browser"]

hypothesis.register_profile("ci", derandomize=True, deadline=None)
hypothesis.register_profile("search", max_examples=2_000, deadline=None)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the other database what speaks of it alone.

    A page looks the same on both databases, so on PostgreSQL the browser walks the flows only.
    """
    foreign = [item for item in items if _is_foreign(item)]
    if foreign:
        config.hook.pytest_deselected(items=foreign)
        items[:] = [item for item in items if item not in set(foreign)]


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name no test after bytes or long texts: an id or a time in one differs in each process."""
    if isinstance(val, bytes):
        return "bytes"
    return "text" if isinstance(val, str) and len(val) > LONGEST_NAME else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let nothing be left out where CI is set, but tests on data that is not ours."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    left_out = [report.nodeid for report in skipped if "YIGE_DATA" not in str(report.longrepr)]
    if left_out and os.environ.get("CI") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_foreign(item: pytest.Item) -> bool:
    if connection.vendor == "postgresql":
        return bool(item.get_closest_marker("browser")) and FLOWS not in item.path.parents
    return bool(item.get_closest_marker("postgres"))


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """Return the folder of data that is not ours, or skip."""
    folder = Path(os.environ.get("YIGE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("YIGE_DATA names no folder of outside data")
    return folder


@pytest.fixture
def own_programs(transactional_db: None) -> Mapping[str, str]:
    """Return the environment in which another program works on this test's database."""
    held = connection.settings_dict
    address = f"sqlite:///{held['NAME']}"
    if connection.vendor == "postgresql":
        address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**held)
    return {**os.environ, "YIGE_DATABASE": address, "PYTHONPATH": str(ROOT)}
