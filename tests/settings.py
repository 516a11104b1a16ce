"""The settings of the tests: an installation whose home is a folder that goes with the run.

Every test process has a home of its own; the programs that it starts share it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = {"YIGE_DATABASE", "YIGE_DATA"}
MINE = os.environ.get("PYTEST_XDIST_WORKER", "main")

if os.environ.get("YIGE_TESTS_HOME_OF") != MINE:
    for _name in [name for name in os.environ if name.startswith("YIGE_") and name not in KEPT]:
        del os.environ[_name]
    os.environ["YIGE_TESTS_HOME_OF"] = MINE
    os.environ["YIGE_HOME"] = tempfile.mkdtemp(prefix="yige-tests-")
    atexit.register(shutil.rmtree, Path(os.environ["YIGE_HOME"]), ignore_errors=True)

from yige.config.settings import *  # noqa: E402, F403
from yige.config.settings import DATABASES  # noqa: E402

# What is slow by design is not what the tests are about.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "yige.base.passwords.GivenPasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
for _options in (each.get("OPTIONS", {}) for each in DATABASES.values()):
    if "init_command" in _options:
        _options["init_command"] = _options["init_command"].replace("=FULL", "=OFF")
