"""The commands about accounts, as whoever runs the server types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from geo.db.cluster import Cluster
from geo.errors import NeedsmapError
from tests.integration.house import PASSWORD, SESSION, House, log_in, who

OTHER = "copper-violin-monday-fjord"


@pytest.fixture
def run(cluster: Cluster, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A command on the test's own database; its JSON, or the error it ends with."""
    monkeypatch.setenv("NEEDSMAP_DATABASE_URL", cluster.url(database))
    monkeypatch.setenv("NEEDSMAP_SECRET_FILE", str(tmp_path / "secret"))

    def command(*words: str, given: str = "", fails: str = "") -> Any:
        result = CliRunner().invoke(app, ["user", *words, "--json"], input=given)
        if fails:
            assert isinstance(result.exception, NeedsmapError), result.output
            assert fails in result.exception.message
            return None
        assert result.exit_code == 0, (result.output, result.exception)
        return json.loads(result.stdout.strip().splitlines()[-1])

    return command


def test_an_account_from_its_making_to_its_end(run: Any, house: House) -> None:
    twice = f"{PASSWORD}\n{PASSWORD}\n"
    run("add", "maria", "--role", "national", "--name", "Maria", given=twice)
    run("add", "maria", "--role", "admin", given=twice, fails="already")
    client = house.client()
    log_in(client, "maria")
    assert who(client)["user"]["display_name"] == "Maria"
    run("change", "maria", "--role", "committee")
    assert who(client)["user"] is None
    listed = run("list")
    assert [(one["username"], one["role"], one["disabled"]) for one in listed] == [
        ("maria", "committee", False)
    ]
    run("password", "maria", "--password-stdin", given=f"{OTHER}\n")
    assert log_in(house.client(), "maria").status_code == 401
    assert log_in(client, "maria", OTHER).status_code == 200
    run("disable", "maria")
    assert who(client)["user"] is None
    assert log_in(client, "maria", OTHER).status_code == 401
    run("enable", "maria")
    assert log_in(client, "maria", OTHER).status_code == 200
    assert house.sql("SELECT bool_and(role = 'command line') FROM account.audit_event"
                     " WHERE subject LIKE 'account.app_user%'")  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "x1", "--role", "planner"), "no role"),
        (("add", "x1", "--role", "team_lead"), "works in one municipality"),
        (("add", "x1", "--role", "team_lead", "--territory", "4501"), "no municipality"),
        (("add", "x1", "--role", "national", "--territory", "4501"), "no country"),
        (("add", "x1", "--role", "admin", "--territory", "4501"), "for no territory"),
        (("add", "x1", "--role", "agency"), "needs the agency"),
        (("add", "X 1", "--role", "admin"), "cannot be used"),
        (("disable", "nobody"), "no user"),
        (("reset-second-factor", "nobody"), "no user"),
        (("key", "list", "nobody"), "no user"),
        (("link", "nobody", "--issuer", "https://idp.example"), "--subject"),
    ],
)
def test_what_cannot_be_is_said(run: Any, words: tuple[str, ...], told: str) -> None:
    run(*words, given=f"{PASSWORD}\n{PASSWORD}\n", fails=told)


def test_a_weak_password_makes_no_account(run: Any) -> None:
    run("add", "maria", "--role", "admin", given="password1234\npassword1234\n", fails="guess")
    assert run("list") == []


def test_a_password_is_never_on_the_command_line(run: Any) -> None:
    result = CliRunner().invoke(app, ["user", "add", "m1", "--role", "admin", "--password", "x"])
    assert result.exit_code == 2
    assert "No such option" in result.output


def test_a_linked_account_has_no_password(run: Any, house: House) -> None:
    run("add", "maria", "--role", "national", "--no-password")
    run("link", "maria", "--issuer", "https://idp.example", "--subject", "7")
    assert house.sql("SELECT oidc_subject FROM account.app_user") == "7"
    assert house.sql("SELECT password_hash FROM account.app_user") is None
    run("link", "maria")
    assert house.sql("SELECT oidc_subject FROM account.app_user") is None


def test_keys_and_the_second_factor(run: Any, house: House) -> None:
    run("add", "maria", "--role", "national", given=f"{PASSWORD}\n{PASSWORD}\n")
    made = run("key", "add", "maria", "--name", "nightly", "--days", "3")
    client = house.client()
    client.headers = {"Authorization": f"Bearer {made['key']}"}
    assert who(client)["user"]["username"] == "maria"
    assert [one["state"] for one in run("key", "list", "maria")] == ["valid"]
    run("key", "revoke", "maria", made["id"])
    assert client.get(SESSION).status_code == 401
    run("key", "add", "maria", "--name", "long", "--days", "999", fails="1 to 365")
    house.sql("UPDATE account.app_user SET totp_secret = 'x', totp_confirmed_at = now()")
    assert run("list")[0]["second factor"] == "yes"
    run("reset-second-factor", "maria")
    assert run("list")[0]["second factor"] == "no"
