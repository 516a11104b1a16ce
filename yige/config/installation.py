"""Where an installation keeps its things, and what its own file says.

Settings come from the environment (`YIGE_…`), then from `yige.toml` in the home folder, which
`yige init` writes, then from defaults that suit one machine.
"""

import os
import secrets
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def home() -> Path:
    """Return the folder of everything an installation owns: database, keys, files, map."""
    return Path(os.environ.get("YIGE_HOME") or ROOT / "var").expanduser().resolve()


def said(name: str, default: Any = None) -> Any:
    """Read one setting: `said("mail_host")` is YIGE_MAIL_HOST, or `mail_host` of yige.toml."""
    from_environment = os.environ.get(f"YIGE_{name.upper()}")
    if from_environment is not None:
        return from_environment
    return _file().get(name, default)


def is_on(name: str, *, default: bool = False) -> bool:
    """Read a yes-or-no setting."""
    value = said(name, default)
    return value if isinstance(value, bool) else str(value).lower() in {"1", "true", "yes", "on"}


def _file() -> dict[str, Any]:
    path = home() / "yige.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def secret(name: str) -> str:
    """Read a secret of the key store, making it at first use (readable by the owner alone)."""
    path = home() / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text("utf-8").strip()


def _write_once(path: Path, text: str) -> None:
    """Write a file whole or not at all; the first of two writers wins."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, "utf-8")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
