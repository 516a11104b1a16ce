import shutil
from pathlib import Path

import pytest

from tools import steps
from tools.system import Need, provide

# A Debian in small: `apt-get install` puts a file of the package's name beside it.
APT = """#!/bin/sh
for word; do last=$word; done
echo "$@" >> {folder}/asked
test "$last" = update || touch {folder}/has-$last
"""
SUDO = """#!/bin/sh
shift
exec "$@"
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all the machine has on its path, besides `env` and `touch`."""
    monkeypatch.setattr(steps, "STAMPS", tmp_path)
    monkeypatch.setattr(steps, "LOG", tmp_path / "log")
    for name in ("env", "touch", "true", "sh"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def browser(machine: Path) -> Need:
    return Need("Chromium", (machine / "has-chromium").exists, ("chromium",), "the browser tests")


def test_what_is_missing_is_installed_where_that_is_allowed(machine: Path) -> None:
    program(machine / "apt-get", APT.format(folder=machine))
    program(machine / "sudo", SUDO)

    assert provide([browser(machine)]) == []

    asked = (machine / "asked").read_text().splitlines()
    assert asked == ["-q -y update", "-q -y install --no-install-recommends chromium"]


def test_what_is_there_is_left_alone(machine: Path) -> None:
    program(machine / "apt-get", APT.format(folder=machine))
    (machine / "has-chromium").touch()

    assert provide([browser(machine)]) == []
    assert not (machine / "asked").exists()


def test_what_cannot_be_installed_is_told_in_one_sentence(
    machine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    need = browser(machine)

    assert provide([need]) == [need]
    assert capfd.readouterr().out.splitlines() == [
        "Chromium is missing, so it goes without the browser tests (apt install chromium)."
    ]


def test_a_debian_that_cannot_be_reached_stops_nothing(
    machine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program(machine / "apt-get", "#!/bin/sh\necho 'Temporary failure resolving'\nexit 100\n")
    program(machine / "sudo", SUDO)
    need = browser(machine)

    assert provide([need]) == [need]
    told = capfd.readouterr()
    assert "Temporary failure resolving" in told.err
    assert "Chromium is missing" in told.out
