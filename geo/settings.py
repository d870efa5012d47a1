"""The only reader of the environment: every setting once, with its default and its help."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


def _setting(name: str, default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"name": name, "help": help_text})


@dataclass(frozen=True)
class Settings:
    """All settings, read once and frozen after."""

    var: Path = _setting(
        "NEEDSMAP_VAR", ROOT / "var", "Folder for the private database, packages and rejects."
    )
    database_url: str = _setting(
        "NEEDSMAP_DATABASE_URL",
        "",
        "A PostgreSQL server to use instead of the private one (postgresql://user@host/db).",
    )
    database_name: str = _setting(
        "NEEDSMAP_DATABASE_NAME", "needsmap", "Name of the database in the private cluster."
    )
    shared_data: Path = _setting(
        "NEEDSMAP_SHARED_DATA",
        ROOT.parent / "shared" / "data",
        "Folder with real open data for tests and benchmarks; absent: those tests skip.",
    )
    boundaries: Path = _setting(
        "NEEDSMAP_BOUNDARIES",
        ROOT.parent / "shared" / "data" / "boundaries",
        "Folder with open files of boundaries: imports check points against them where no areas of"
        " the country are loaded; absent: such points are not checked, which is said.",
    )
    host: str = _setting("NEEDSMAP_HOST", "127.0.0.1", "Address the service listens on.")
    port: int = _setting("NEEDSMAP_PORT", 8000, "Port the service listens on.")
    allowed_hosts: str = _setting(
        "NEEDSMAP_ALLOWED_HOSTS",
        "127.0.0.1,localhost",
        "Names under which the service may be asked for, with commas between; others are refused.",
    )
    web_dist: Path = _setting(
        "NEEDSMAP_WEB_DIST", ROOT / "web" / "dist", "Folder with the built web client."
    )
    secret_file: Path = _setting(
        "NEEDSMAP_SECRET_FILE",
        ROOT / "var" / "secret",
        "File with the installation's secret, made when first needed; keep a copy, show it nobody.",
    )
    trusted_proxy: str = _setting(
        "NEEDSMAP_TRUSTED_PROXY",
        "",
        "Address of the reverse proxy whose X-Forwarded-For is believed; unset: nobody's is.",
    )
    oidc_issuer: str = _setting(
        "NEEDSMAP_OIDC_ISSUER",
        "",
        "Address of an OpenID Connect provider whose users may log in; unset: passwords only.",
    )
    oidc_client_id: str = _setting(
        "NEEDSMAP_OIDC_CLIENT_ID", "", "Name under which the provider knows this service."
    )
    oidc_client_secret_file: str = _setting(
        "NEEDSMAP_OIDC_CLIENT_SECRET_FILE",
        "",
        "File with the password under which the provider knows this service, if it has one.",
    )
    oidc_redirect_url: str = _setting(
        "NEEDSMAP_OIDC_REDIRECT_URL",
        "",
        "Where the provider sends people back to: https://<host>/api/v1/session/oidc/return.",
    )
    session_idle_minutes: int = _setting(
        "NEEDSMAP_SESSION_IDLE_MINUTES", 30, "Minutes without a request after which a login ends."
    )
    session_hours: int = _setting(
        "NEEDSMAP_SESSION_HOURS", 12, "Hours after which a login ends in any case."
    )
    geocoder_kind: str = _setting(
        "NEEDSMAP_GEOCODER_KIND",
        "",
        "nominatim or photon: what NEEDSMAP_GEOCODER_URL is; unset: the own gazetteer only.",
    )
    geocoder_url: str = _setting(
        "NEEDSMAP_GEOCODER_URL",
        "",
        "Address of a Nominatim or Photon of one's own on the private network, asked where the own"
        " gazetteer knows no street; any other host is refused.",
    )
    pool_size: int = _setting("NEEDSMAP_POOL_SIZE", 10, "Database connections the service keeps.")

    @property
    def packages(self) -> Path:
        """Where the set-up installs the registry packages that hold open data."""
        return self.var / "packages" / "node_modules"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; a value that cannot be read names its variable."""
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for entry in fields(Settings):
        text = source.get(entry.metadata["name"], "")
        if not text:
            continue
        if isinstance(entry.default, Path):
            values[entry.name] = Path(text).expanduser().resolve()
        elif isinstance(entry.default, int):
            values[entry.name] = _whole_number(entry.metadata["name"], text)
        else:
            values[entry.name] = text
    if "var" in values:
        values.setdefault("secret_file", values["var"] / "secret")
    settings = Settings(**values)
    _check(settings)
    return settings


RANGES = {
    "port": (1, 65535),
    "pool_size": (1, 200),
    "session_idle_minutes": (1, 24 * 60),
    "session_hours": (1, 24 * 31),
}


GEOCODERS = ("nominatim", "photon")

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _check(settings: Settings) -> None:
    """Refuse what would only fail later, or silently do nothing."""
    names = {entry.name: entry.metadata["name"] for entry in fields(Settings)}
    for field_name, (least, most) in RANGES.items():
        value = getattr(settings, field_name)
        if not least <= value <= most:
            raise SettingsError(
                f"{names[field_name]} must be from {least} to {most}, not {value}.",
                hint=f"Unset {names[field_name]} or correct it.",
            )
    if not any(host.strip() for host in settings.allowed_hosts.split(",")):
        raise SettingsError(
            f"{names['allowed_hosts']} names no host.", hint="Unset it or name at least one."
        )
    if settings.oidc_issuer:
        _check_oidc(settings, names)
    if settings.geocoder_kind or settings.geocoder_url:
        _check_geocoder(settings, names)
    if settings.database_url and not settings.database_url.startswith(
        ("postgresql://", "postgres://", "postgresql+psycopg://")
    ):
        raise SettingsError(
            f"{names['database_url']} is no PostgreSQL address.",
            hint="It looks like postgresql://user@host/database.",
        )


def _check_oidc(settings: Settings, names: Mapping[str, str]) -> None:
    for field_name in ("oidc_issuer", "oidc_redirect_url"):
        parts = urlsplit(getattr(settings, field_name))
        # In the clear only where nothing leaves the machine.
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not safe or not parts.hostname or parts.query or parts.fragment:
            raise SettingsError(
                f"{names[field_name]} must be an address that begins with https://.",
                hint=f"Correct it, or unset {names['oidc_issuer']} to have passwords only.",
            )
    if not settings.oidc_client_id:
        raise SettingsError(
            f"{names['oidc_client_id']} is missing.",
            hint="Take the name from the provider's registration of this service.",
        )


def _check_geocoder(settings: Settings, names: Mapping[str, str]) -> None:
    """Whether its host is on the private network is asked when it is used: names change hands."""
    if settings.geocoder_kind not in GEOCODERS:
        raise SettingsError(
            f"{names['geocoder_kind']} must be one of {', '.join(GEOCODERS)}.",
            hint=f"Correct it, or unset it and {names['geocoder_url']}.",
        )
    try:
        parts = urlsplit(settings.geocoder_url)
        extra = parts.username or parts.password or parts.query or parts.fragment
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # the port is no number, or a bracket is not closed
        extra, usable = "", False
    if extra or not usable:
        raise SettingsError(
            f"{names['geocoder_url']} must be an address like http://127.0.0.1:8080.",
            hint="Without a password, a question mark or a hash in it.",
        )


def _whole_number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise SettingsError(
            f"{name} must be a whole number, not {text!r}.", hint=f"Unset {name} or correct it."
        ) from None
