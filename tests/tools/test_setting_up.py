import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import stamps, steps
from tools.demo import claim, port_named
from tools.node import version_of
from tools.suite import SUMMARY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the tools take for the checkout."""
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / ".stamps")
    monkeypatch.setattr(steps, "STAMPS", tmp_path / ".stamps")
    monkeypatch.setattr(steps, "LOG", tmp_path / ".stamps" / "setup.log")
    return tmp_path


def test_a_step_is_done_again_when_a_source_changes_and_only_then(checkout: Path) -> None:
    source = checkout / "src" / "map.ts"
    source.parent.mkdir()
    source.write_text("one")
    stamps.keep("build.stamp", stamps.fingerprint([checkout / "src"]))

    unchanged = stamps.is_current("build.stamp", stamps.fingerprint([checkout / "src"]))
    source.write_text("two")

    assert unchanged
    assert not stamps.is_current("build.stamp", stamps.fingerprint([checkout / "src"]))


def test_a_source_that_is_renamed_counts_as_changed(checkout: Path) -> None:
    (checkout / "a").write_text("same")
    before = stamps.fingerprint([checkout])

    (checkout / "a").rename(checkout / "b")

    assert stamps.fingerprint([checkout]) != before


def test_installed_packages_are_no_sources(checkout: Path) -> None:
    before = stamps.fingerprint([checkout])

    (checkout / "node_modules").mkdir()
    (checkout / "node_modules" / "x.js").write_text("1")

    assert stamps.fingerprint([checkout]) == before


def test_a_step_that_fails_shows_its_last_lines_and_what_to_do(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "print('网断了'); raise SystemExit(3)"]

    with pytest.raises(steps.Stopped):
        steps.step("Fetching", command, where=checkout, advice="Ask again later.")

    told = capfd.readouterr().err
    assert "网断了" in told
    assert "Fetching failed" in told
    assert "Ask again later." in told


def test_a_program_that_is_not_there_stops_the_step(checkout: Path) -> None:
    with pytest.raises(steps.Stopped):
        steps.step("Fetching", [checkout / "nowhere"], where=checkout)


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "８０００", "8000; ls"])
def test_what_is_no_port_is_refused_in_a_sentence(
    text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(steps.Stopped):
        port_named(text)

    assert "is no port" in capfd.readouterr().err


def test_a_port_that_is_taken_is_refused_with_a_way_out(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(steps.Stopped):
            claim(port)

    told = capfd.readouterr().err
    assert f"Port {port} is taken" in told
    assert "make demo PORT=" in told


def test_a_free_port_is_taken_as_it_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]

    claim(port)

    with socket.create_server(("127.0.0.1", port)) as still_free:
        assert still_free.getsockname()[1] == port


def test_an_old_python_is_passed_over_and_told_about(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    answer = subprocess.run(
        [str(shutil.which("sh")), str(ROOT / "tools" / "find-python")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert "Yige needs Python 3.11" in answer.stderr


def test_a_python_that_can_carry_yige_is_found() -> None:
    answer = subprocess.run(
        ["sh", str(ROOT / "tools" / "find-python")],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )

    version = [answer.stdout.strip(), "-c", "import sys; print(sys.version_info >= (3, 11))"]
    assert subprocess.run(version, capture_output=True, check=True).stdout.strip() == b"True"


@pytest.mark.parametrize(
    ("said", "version"), [("v20.19.3", (20, 19, 3)), ("v24.0.0-nightly", (24, 0, 0))]
)
def test_the_version_of_a_node_is_read(
    said: str, version: tuple[int, ...], tmp_path: Path
) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {said}\n")
    node.chmod(0o755)

    assert version_of(str(node)) == version


def test_a_node_that_does_not_run_is_of_no_version(tmp_path: Path) -> None:
    assert version_of(str(tmp_path / "node")) == (0,)


@pytest.mark.parametrize(
    "line",
    [
        "=========== 812 passed, 3 skipped in 120.41s (0:02:00) ===========",
        "======= 1 failed, 811 passed in 9.10s =======",
        "===== no tests ran in 0.01s =====",
    ],
)
def test_the_summary_line_of_the_suite_is_known(line: str) -> None:
    assert SUMMARY.match(line)


def test_a_heading_is_no_summary() -> None:
    assert not SUMMARY.match("================ short test summary info ================")
