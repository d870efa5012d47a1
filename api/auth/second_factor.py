"""The second factor: a code of six figures that changes every half minute (TOTP, RFC 6238)."""

from __future__ import annotations

import hmac
import io
import secrets
import time
from dataclasses import dataclass
from uuid import UUID

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.engine import Connection, Engine

from api.auth import limits, sessions
from api.auth.limits import Limit
from api.auth.sessions import Opened, Session
from api.auth.store import note_account, note_login
from api.auth.user import User
from geo.db.engine import transaction
from geo.db.named_sql import load_queries
from geo.errors import Conflict, NotAllowed, NotLoggedIn, SettingsError
from geo.secret import derived_key
from geo.settings import Settings

QUERIES = load_queries(__file__)
ISSUER = "needsmap"
STEP = 30
WINDOW = 1
"""Steps that a clock may be off, before and after."""

NONCE = 12
OF_SESSION = Limit("codes of one login", 5, 24 * 60)
OF_ACCOUNT = Limit("codes of one account", 10, 15)
"""Wrong codes end the login; who knows the password may not try on in the next one for ever."""


@dataclass(frozen=True)
class Setup:
    """What an authenticator needs, once: the secret as text, as address and as picture."""

    secret: str
    uri: str
    qr_svg: str


def set_up(engine: Engine, settings: Settings, user: User) -> Setup:
    """A new secret for an account without a second factor; it counts once a code confirms it."""
    secret = pyotp.random_base32()
    sealed = seal(settings, user.id, secret)
    with transaction(engine, "auth") as connection:
        kept = connection.scalar(QUERIES["set_totp"], {"id": user.id, "sealed": sealed})
    if kept is None:
        raise Conflict(
            "This account has a second factor already; it stays as it is.",
            hint="For another device ask your administrator to reset it.",
        )
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)
    picture = io.BytesIO()
    segno.make(uri, error="m").save(picture, kind="svg", scale=5, xmldecl=False, svgclass=None)
    return Setup(secret, uri, picture.getvalue().decode())


def give_code(engine: Engine, settings: Settings, session: Session, code: str) -> Opened:
    """The login anew, now open, for the right code; the first right one confirms a set-up.

    Raises NotAllowed for a wrong code, NotLoggedIn with the fifth one: that ends the login.
    """
    who = session.token_hash.hex()
    # Counted before it is looked at: many at once must not slip through.
    with transaction(engine, "auth") as connection:
        limits.take(connection, OF_SESSION, who)
        tries = limits.taken_ever(connection, OF_SESSION, who)
        taken = limits.take(connection, OF_ACCOUNT, session.user.username)
    if tries > OF_SESSION.most:
        _end(engine, session)
    limits.refuse_beyond(OF_ACCOUNT, taken)
    with transaction(engine, "auth") as connection:
        if _takes(connection, settings, session.user.id, code):
            limits.forget(connection, OF_SESSION, who)
            limits.give_back(connection, OF_ACCOUNT, session.user.username)
            sessions.end(connection, session.token_hash)
            return sessions.open_session(connection, settings, session.user, "passed")
    if tries >= OF_SESSION.most:
        _end(engine, session)
    raise NotAllowed(
        "The code is wrong, or was used before.",
        hint="Wait for the next code of your authenticator, at most 30 seconds. If no code is"
        " right, set the clock of the device.",
    )


def reset(connection: Connection, user_id: UUID, actor: UUID | None) -> None:
    """Take the second factor away: the next login sets up a new one where the role needs one."""
    connection.execute(QUERIES["reset_totp"], {"id": user_id})
    connection.execute(QUERIES["end_all_sessions"], {"user_id": user_id})
    connection.execute(QUERIES["revoke_keys"], {"user_id": user_id})
    note_account(connection, actor, "reset second factor", user_id)


def seal(settings: Settings, user_id: UUID, secret: str) -> bytes:
    """The secret as it is kept: AES-256-GCM, bound to its account (nonce, then ciphertext)."""
    nonce = secrets.token_bytes(NONCE)
    key = AESGCM(derived_key(settings, "second factor"))
    return nonce + key.encrypt(nonce, secret.encode(), user_id.bytes)


def unseal(settings: Settings, user_id: UUID, sealed: bytes) -> str:
    """The secret of a kept one; raises SettingsError when this installation did not seal it."""
    key = AESGCM(derived_key(settings, "second factor"))
    try:
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], user_id.bytes).decode()
    except InvalidTag:
        raise SettingsError(
            "The second factor of this account cannot be read: the installation's secret is not"
            " the one it was kept with.",
            hint="Nothing was changed. The administrator restores the secret's file, or resets"
            " the second factor.",
        ) from None


def _takes(connection: Connection, settings: Settings, user_id: UUID, code: str) -> bool:
    """Whether the code is right and new; it counts once, whoever else gives it at this moment."""
    row = connection.execute(QUERIES["totp"], {"id": user_id}).one()
    if row.totp_secret is None:
        raise Conflict("There is no second factor yet to give a code of.", hint="Set it up first.")
    step = _step_of(unseal(settings, user_id, row.totp_secret), code)
    if step is None:
        return False
    if connection.scalar(QUERIES["use_code"], {"id": user_id, "step": step}) is None:
        return False
    if row.totp_confirmed_at is None:
        # Who came in before with the password alone comes in anew.
        connection.execute(QUERIES["end_all_sessions"], {"user_id": user_id})
    return True


def _step_of(secret: str, code: str) -> int | None:
    """The half minute whose code this is, among those near now."""
    totp = pyotp.TOTP(secret)
    now = int(time.time()) // STEP
    # All are compared, so that the time taken does not tell which one it was.
    found = [
        step
        for step in range(now - WINDOW, now + WINDOW + 1)
        if hmac.compare_digest(totp.at(step * STEP), code)
    ]
    return found[0] if found else None


def _end(engine: Engine, session: Session) -> None:
    with transaction(engine, "auth") as connection:
        sessions.end(connection, session.token_hash)
        note_login(connection, session.user, "too many wrong codes")
    raise NotLoggedIn(
        f"This login has ended after {OF_SESSION.most} wrong codes.",
        hint="Log in anew with your password. If the device is lost, your administrator can reset"
        " the second factor.",
    )
