"""Debian's Chromium on the built client, served over a clone of the demo."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy.engine import Engine

from api.app import create_app
from api.auth import store as auth
from geo.db.cluster import Cluster
from geo.db.engine import APP_USER, make_engine
from geo.settings import Settings
from tests.conftest import clone

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Debian's own first; the others are what Ubuntu and others offer."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PASSWORD = "quiet-river-green-lamp"
USERS: tuple[tuple[str, auth.UserRole, str | None], ...] = (
    ("planner", "regional_planner", "EL30"),
    ("committee", "committee", None),
    ("admin", "admin", None),
    ("auditor", "auditor", None),
    ("street", "street_worker", "4501"),
    ("centre", "centre_staff", "4501"),
    ("municipal", "municipal_planner", "4501"),
)


@dataclass(frozen=True)
class Site:
    """The served client, the owner's view of its database, and the secrets of devices by user."""

    url: str
    owner: Engine
    secrets: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all browser tests; they skip where it is not installed."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("Chromium is not installed; `make setup` installs it on Debian.")
    # Two workers share the cores with a database and a browser each: slow is not wrong.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def site_database(cluster: Cluster, demo_template: str) -> Iterator[str]:
    """Name of a clone of the demo of its own: devices are set up here, not shared with others."""
    yield from clone(cluster, demo_template)


@pytest.fixture(scope="session")
def site(
    cluster: Cluster,
    settings: Settings,
    site_database: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The service on a free port of 127.0.0.1."""
    if not (settings.web_dist / "index.html").exists():
        pytest.skip("The web client is not built; run `make setup`.")
    owner = make_engine(cluster.url(site_database))
    for name, role, territory in USERS:
        auth.put_user(owner, auth.new_user(name, name.title(), role, territory), PASSWORD)
    engine = make_engine(cluster.url(site_database, APP_USER), pool_size=10)
    own = replace(settings, secret_file=tmp_path_factory.mktemp("secret") / "secret")
    server = uvicorn.Server(
        uvicorn.Config(create_app(own, engine), host="127.0.0.1", port=0, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.started
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Site(f"http://127.0.0.1:{port}", owner)
    server.should_exit = True
    thread.join(10)
    engine.dispose()
    owner.dispose()
