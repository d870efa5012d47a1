"""Documents held to the code: what they name exists, and what exists is named."""

from __future__ import annotations

import importlib.util
import inspect
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from api.errors import STATUS
from geo import errors
from geo.indicators import indicators
from geo.settings import ROOT, Settings
from geo.sources.source import all_sources

PARTS = ("geo", "layers", "api", "web", "tests", "docs", "notebooks", "setup")
NOT_OURS = {".venv", "node_modules", "var", "dist", ".git"}
MADE_BY_SETUP = {"web/dist"}
"""Named in documents and absent from a fresh checkout."""

# In back-ticks, beginning with one of our folders; what a placeholder stands for may be anything.
NAMED_PATH = re.compile(rf"`((?:{'|'.join(PARTS)})(?:/[\w.*{{}}<>-]+)+/?)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    return sorted(
        path
        for path in ROOT.rglob("*.md")
        if not NOT_OURS & set(path.relative_to(ROOT).parts)
        and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    )


def words(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def absent_paths(text: str) -> Iterator[str]:
    """Paths of our folders that a text names and that are not there."""
    for found in NAMED_PATH.findall(text):
        path = found.rstrip("/")
        pattern = re.sub(r"<[^>]*>|\{[^}]*\}", "*", path)
        if path not in MADE_BY_SETUP and not any(ROOT.glob(pattern)):
            yield found


def broken_links(document: Path, text: str) -> Iterator[str]:
    """Links between files that lead nowhere; addresses of other sites are not followed."""
    for target in LINK.findall(text):
        path = target.partition("#")[0]
        if path and "://" not in path and not (document.parent / path).exists():
            yield target


def test_there_are_documents() -> None:
    names = {str(path.relative_to(ROOT)) for path in documents()}
    assert {"README.md", "CHANGELOG.md", "docs/code-map.md", "docs/decisions/README.md"} <= names


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_named_paths_exist_and_links_resolve(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert list(absent_paths(text)) == []
    assert list(broken_links(document, text)) == []


def test_an_absent_path_and_a_broken_link_are_seen() -> None:
    text = "`geo/nowhere.py` `geo/sources/*/source.toml` `geo/<stage>/store.py` [a](gone.md)"
    assert list(absent_paths(text)) == ["geo/nowhere.py"]
    assert list(broken_links(ROOT / "README.md", text)) == ["gone.md"]


def test_generated_documents_are_current(generator: ModuleType) -> None:
    assert generator.stale() == [], "run `make docs`"


def test_every_setting_is_explained_to_operators() -> None:
    text = words("docs/operations.md")
    names = {one.metadata["name"] for one in fields(Settings)}
    assert {name for name in names if f"`{name}`" not in text} == set()
    assert set(re.findall(r"NEEDSMAP_[A-Z_]+", text)) <= names


def code(text: str) -> str:
    """What a document says in code blocks and back-ticks, one piece a line."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text)])


def unknown_commands(text: str, known: set[str]) -> set[str]:
    """Commands that a text tells people to run and that there are not."""
    said = re.findall(r"\bneedsmap ([a-z]+)(?: ([a-z]+))?", text)
    return {
        f"{first} {second}".strip()
        for first, second in said
        if first not in known and f"{first} {second}" not in known
    }


def test_every_command_is_named_and_no_other(generator: ModuleType) -> None:
    known = {" ".join(path) for path, _ in generator.walk(generator.typer_command(), ())}
    commands = words("docs/commands.md")
    assert {name for name in known if f"## `needsmap {name}" not in commands} == set()
    texts = [code(path.read_text("utf-8")) for path in documents()]
    # Hints of the code and of the pages send people to commands too.
    hints = [path for part in ("geo", "layers", "api") for path in (ROOT / part).rglob("*.py")]
    texts += [code(path.read_text("utf-8")) for path in hints]
    texts += [path.read_text("utf-8") for path in (ROOT / "web/shared/locales").glob("*.json")]
    assert set().union(*(unknown_commands(text, known) for text in texts)) == set()
    assert unknown_commands("needsmap source eat x, needsmap up", known) == {"source eat"}


def test_every_route_is_named_and_no_other(generator: ModuleType) -> None:
    offered = {
        f"{method.upper()} {path}"
        for path, methods in generator.described()["paths"].items()
        for method in methods
    }
    named = set(
        re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)`", words("docs/api.md"), re.M)
    )
    assert named == offered


def test_every_error_is_named_with_its_status() -> None:
    kinds = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.NeedsmapError)
    }
    known = {kind.__name__: int(STATUS.get(kind, 500)) for kind in kinds}
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", words("docs/api.md"), re.M)
    assert {name: int(status) for name, status in rows} == known


def test_every_figure_and_every_choice_is_explained() -> None:
    text = words("docs/methods.md")
    chosen = tomllib.loads(words("geo/analysis/parameters.toml"))
    assert {code for code in (*indicators(), *chosen) if f"`{code}`" not in text} == set()


def test_every_source_is_named_with_its_exact_counts() -> None:
    text = words("docs/data.md")
    for name in all_sources():
        row = re.search(rf"^\| `{name}` \|.*$", text, re.M)
        assert row, name
        facts = tomllib.loads(words(f"geo/sources/{name}/source.toml"))
        counts = (bounds.get("exact") for bounds in facts["expected"].values())
        assert [n for n in counts if n is not None and f"{n:,}" not in row[0]] == [], name


def test_the_readme_names_its_two_commands_and_they_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", words("Makefile"), re.M))
    for command in ("demo", "test"):
        assert f"\nmake {command} " in words("README.md")
        assert command in targets
    said = {
        match
        for document in documents()
        for match in re.findall(r"^make ([a-z]+)", code(document.read_text("utf-8")), re.M)
    }
    assert said <= targets


def test_the_picture_of_the_readme_is_small_enough() -> None:
    assert (ROOT / "docs/images/map.png").stat().st_size <= 250_000


def test_nothing_names_an_absolute_path_of_a_machine() -> None:
    for document in documents():
        assert re.findall(r"/(?:home|root|work|Users|tmp)/\S+", document.read_text("utf-8")) == []
