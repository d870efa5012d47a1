"""The shape of the code: how large a file may grow, what lies at the top, who says what it is."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path

from geo.settings import ROOT

PACKAGES = ("geo", "layers", "api")
CODE = (*PACKAGES, "tests", "docs", "setup", "web")
SUFFIXES = {".py", ".ts", ".svelte", ".sql", ".sh", ".css"}
NOT_OURS = {"node_modules", "dist", "__pycache__"}

MOST_LINES, MANY_LINES = 500, 400
LONGEST_FUNCTION, LONG_FUNCTION = 80, 50
SHARE_LOOKED_AT_TWICE = 0.05
MOST_TARGETS = 15

ALLOWED_FILES = {
    "geo/db/migrations/versions/0001_the_first_schema.py": "history: written once, never edited",
    "geo/db/migrations/versions/0002_the_registers_whole.py": "history: written once, never edited",
}
ALLOWED_FUNCTIONS = {
    "geo/db/migrations/versions/0001_the_first_schema.py:upgrade": "history: one step from nothing",
    "geo/db/migrations/versions/0002_the_registers_whole.py:upgrade": "history: one step, whole",
}

AT_THE_TOP = {
    "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.lock",
    ".ci", ".git", ".gitignore",
    "geo", "layers", "api", "web", "notebooks", "docs", "tests", "setup",
}  # fmt: skip


def code_files() -> list[Path]:
    return sorted(
        path
        for part in CODE
        for path in (ROOT / part).rglob("*")
        if path.suffix in SUFFIXES and path.is_file() and not NOT_OURS & set(path.parts)
    )


def lines_of(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def functions() -> Iterator[tuple[str, int]]:
    """Every function of the Python code as file:name, with its lines."""
    for path in code_files():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT)}:{node.name}"
                yield name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_too_long_without_a_reason() -> None:
    found = {str(path.relative_to(ROOT)): lines_of(path) for path in code_files()}
    assert {name for name, lines in found.items() if lines > MOST_LINES} == set(ALLOWED_FILES)
    many = [name for name, lines in found.items() if lines > MANY_LINES]
    assert len(many) <= SHARE_LOOKED_AT_TWICE * len(found), many


def test_no_function_is_too_long_without_a_reason() -> None:
    found = list(functions())
    too_long = {name for name, lines in found if lines > LONGEST_FUNCTION}
    assert too_long == set(ALLOWED_FUNCTIONS)
    long = [name for name, lines in found if lines > LONG_FUNCTION]
    assert len(long) <= SHARE_LOOKED_AT_TWICE * len(found), long


def test_the_makefile_stays_small() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-zA-Z][\w-]*):(?!=)", text, re.M)
    assert len(targets) == len(set(targets)) <= MOST_TARGETS
    explained = re.findall(r"^([a-z]+):.*## \S", text, re.M)
    assert explained == targets, "every target says what it does"


def test_every_package_says_what_it_is() -> None:
    folders = {
        path.parent
        for part in PACKAGES
        for path in (ROOT / part).rglob("*.py")
        if "versions" not in path.parts
    }
    silent = {
        str(folder.relative_to(ROOT))
        for folder in folders
        if not (folder / "__init__.py").exists()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    }
    assert silent == set()


def test_the_top_holds_only_the_agreed_names() -> None:
    ignored = [
        line.strip().rstrip("/")
        for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    strange = {
        path.name
        for path in ROOT.iterdir()
        if path.name not in AT_THE_TOP
        and not any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored)
    }
    assert strange == set()
    assert {name for name in AT_THE_TOP - {".git"} if not (ROOT / name).exists()} == set()


def test_notebooks_are_numbered() -> None:
    names = [path.name for path in (ROOT / "notebooks").iterdir() if not path.name.startswith(".")]
    assert [name for name in names if not re.fullmatch(r"\d\d-[a-z-]+\.ipynb", name)] == []
