"""Where things lie in this checkout."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = ROOT / ".stamps"
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "yige" / "web" / "static" / "built"
LOCALE = ROOT / "yige" / "locale"
RESULTS = ROOT / "test-results"


def site_packages() -> Path:
    """Return the folder of .venv that holds the installed packages."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = sorted((VENV / "lib").glob("python3.*/site-packages"))
    return found[0] if found else VENV / "lib" / version / "site-packages"
