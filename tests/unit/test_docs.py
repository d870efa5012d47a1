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

from api.auth.user import PERSON_ROLES, USER_ROLES, new_user
from api.errors import STATUS
from geo import errors
from geo.db import access
from geo.indicators import indicators
from geo.registers.records import catalogue
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
    word = "[a-z]+(?:-[a-z]+)*"
    said = re.findall(rf"\bneedsmap ({word})(?: ({word}))?(?: ({word}))?", text)
    return {
        " ".join(parts).strip()
        for parts in said
        if not any(" ".join(parts[:length]) in known for length in (1, 2, 3))
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
    assert unknown_commands("needsmap source eat 1, needsmap up x", known) == {"source eat"}


REGISTERS = "/api/v1/registers/"
OF_ONE_REGISTER = re.compile(rf"{REGISTERS}({'|'.join(catalogue.ORDER)})(?=[/.]|$)")


@pytest.fixture(scope="module")
def offered(generator: ModuleType) -> set[tuple[str, str]]:
    """Every route as method and path."""
    paths = generator.described()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


def test_every_route_is_named_and_no_other(offered: set[tuple[str, str]]) -> None:
    # What each register has is said once; the next test says which has what.
    routes = {
        f"{method} {OF_ONE_REGISTER.sub(REGISTERS + '{register}', path)}"
        for method, path in offered
    }
    named = re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)`", words("docs/api.md"), re.M)
    assert len(named) == len(set(named))
    assert set(named) == routes


def test_what_each_register_offers_is_told(offered: set[tuple[str, str]]) -> None:
    row = r"^\| `(\w+)` \| ([A-Z, ]+) \| ([^|]+) \| ([^|]*) ?\| (yes|no) \|$"
    told = {name: rest for name, *rest in re.findall(row, words("docs/api.md"), re.M)}
    assert tuple(told) == catalogue.ORDER
    for name, (also, narrowed, searched, purpose) in told.items():
        register = catalogue.load(name)
        everyone, one = f"{REGISTERS}{name}", f"{REGISTERS}{name}/{{key}}"
        assert {("GET", everyone), ("GET", one)} <= offered
        writes = (("POST", everyone), ("PATCH", one), ("DELETE", one))
        assert also == ", ".join(method for method, path in writes if (method, path) in offered)
        assert narrowed == ", ".join(f"`{column}`" for column in register.filters)
        assert searched.strip() == (f"`{register.searched}`" if register.searched else "")
        assert purpose == ("yes" if register.personal else "no")


def test_every_role_is_explained_with_its_tier() -> None:
    text = words("docs/privacy.md")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \|$", text, re.M)
    assert {role: tier for role, tier, _ in rows} == {
        role: new_user("x1", "x", role).tier for role in USER_ROLES
    }
    sees = {role for role, _, what in rows if not what.startswith("nobody")}
    assert sees == set(PERSON_ROLES)
    assert access.matrix()["registry.person"].roles.keys() == set(PERSON_ROLES)


def test_every_document_is_linked_from_the_readme() -> None:
    text = words("README.md")
    linked = {target.partition("#")[0] for target in LINK.findall(text)}
    own = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")}
    assert own - linked == set()


def test_every_room_is_on_the_code_map() -> None:
    text = words("docs/code-map.md")
    rooms = {
        str(path.relative_to(ROOT))
        for pattern in ("geo/*", "geo/registers/*", "layers/*", "api/*", "api/routes/*/", "web/*/")
        for path in ROOT.glob(pattern)
        if (path / "__init__.py").exists() or (path / "index.html").exists()
        if path.name not in NOT_OURS
    }
    assert {room for room in rooms if f"`{room}`" not in text and f"`{room}/" not in text} == set()


def test_every_decision_is_listed() -> None:
    listed = set(LINK.findall(words("docs/decisions/README.md")))
    kept = {path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")}
    assert listed == kept


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
