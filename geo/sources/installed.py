"""Where the set-up has put the packages that hold open data: those of npm, and those of Python."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from geo.errors import NotFound
from geo.settings import read_settings


def npm_file(package: str, name: str) -> Path:
    """A file of an installed data package; raises NotFound where the set-up has not been run."""
    return _there(read_settings().packages / package / name, package)


def python_file(package: str, name: str) -> Path:
    """A data file of an installed Python package, which itself is not imported."""
    try:
        found = metadata.distribution(package).locate_file(name)
    except metadata.PackageNotFoundError:
        found = Path(name)
    return _there(Path(str(found)), package)


def _there(path: Path, package: str) -> Path:
    if path.is_file():
        return path
    raise NotFound(
        f"The package {package} is not installed ({path} is missing).",
        hint="Run `make demo` or the set-up once; it installs the pinned packages.",
    )
