"""A geocoder of one's own: asked on the private network only, believed no further than it proves."""

from __future__ import annotations

import json
import logging
import logging.config
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from geo.errors import SettingsError
from geo.geocode.location import Location, MatchClass, Reason
from geo.geocode.outside import private_http, providers
from geo.geocode.outside.private_http import AskFailed, PrivateAdapter, is_private
from geo.geocode.outside.providers import Provider, completed, provider_of
from geo.geocode.words.habits import Habits, compile_habits
from geo.profiles.profile import load

ADDRESS = "Ερμού 15, Αθήνα"
NOWHERE = Location("none", None, None, None, None, None, Reason("Nothing.", "Τίποτα."))
LOOPBACK = ["127.0.0.1"]

NOMINATIM_HOUSE = {
    "osm_type": "way",
    "osm_id": 1,
    "lat": "37.9760000",
    "lon": "23.7300000",
    "class": "building",
    "type": "yes",
    "place_rank": 30,
    "display_name": "15, Ερμού, Αθήνα",
    "address": {"house_number": "15", "road": "Ερμού", "country_code": "gr"},
    "boundingbox": ["37.9759", "37.9761", "23.7299", "23.7301"],
}
NOMINATIM_STREET = {
    **NOMINATIM_HOUSE,
    "class": "highway",
    "type": "pedestrian",
    "place_rank": 26,
    "address": {"road": "Ερμού", "country_code": "gr"},
    "boundingbox": ["37.9750", "37.9770", "23.7300", "23.7300"],
}
PHOTON_HOUSE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [23.73, 37.976]},
    "properties": {
        "osm_type": "N",
        "osm_key": "place",
        "osm_value": "house",
        "type": "house",
        "housenumber": "15",
        "street": "Ερμού",
        "city": "Αθήνα",
        "countrycode": "GR",
    },
}


@pytest.fixture(scope="module")
def habits() -> Habits:
    return compile_habits(load("gr").addresses)


def of_photon(**properties: object) -> dict[str, Any]:
    found = {**PHOTON_HOUSE, "properties": {**PHOTON_HOUSE["properties"], **properties}}  # type: ignore[dict-item]
    return {"type": "FeatureCollection", "features": [found]}


class _Answers(BaseHTTPRequestHandler):
    """Speaks as the other house does; remembers what it was asked."""

    body: ClassVar[bytes] = b"[]"
    status: ClassVar[int] = 200
    location: ClassVar[str] = ""
    pause: ClassVar[float] = 0.0
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        try:
            self.send_response(self.status)
            if self.location:
                self.send_header("Location", self.location)
            self.send_header("Content-Length", str(len(self.body)))
            self.end_headers()
            piece = 1 if self.pause else 1 << 16
            for start in range(0, len(self.body), piece):
                self.wfile.write(self.body[start : start + piece])
                time.sleep(self.pause)
        except OSError:  # the other side has hung up, as some tests want
            return

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def house(**what: Any) -> Iterator[tuple[str, list[str]]]:
    """A server on this machine with these answers: its address, and the paths it was asked."""
    if "body" in what and not isinstance(what["body"], bytes):
        what["body"] = json.dumps(what["body"]).encode()
    handler = type("Answers", (_Answers,), {**what, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler.asked  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def asked(
    url: str,
    habits: Habits,
    *,
    kind: str = "nominatim",
    text: str = ADDRESS,
    own: Location = NOWHERE,
    area_at: Callable[[float, float], str | None] = lambda *_: "4501",
) -> Location:
    provider = provider_of(kind, url)
    return completed(own, text, habits, provider, country="gr", area_at=area_at)


@pytest.mark.parametrize(
    ("kind", "body"), [("nominatim", [NOMINATIM_HOUSE]), ("photon", of_photon())]
)
def test_a_house_is_an_address(kind: str, body: object, habits: Habits) -> None:
    with house(body=body) as (url, paths):
        found = asked(url, habits, kind=kind)
    assert (found.class_, found.lat, found.lon, found.area_code) == (
        "address", 37.976, 23.73, "4501",
    )  # fmt: skip
    assert found.radius_m == 50
    assert "By the own-hosted geocoder" in found.reason.en and "υπηρεσίας" in found.reason.el
    question = parse_qs(urlsplit(paths[0]).query)
    assert len(paths) == 1 and question["q"] == [ADDRESS]


def test_the_country_is_asked_for_where_the_service_can_be_told(habits: Habits) -> None:
    with house(body=[NOMINATIM_HOUSE]) as (url, paths):
        asked(url, habits)
    assert parse_qs(urlsplit(paths[0]).query)["countrycodes"] == ["gr"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("nominatim", [{**NOMINATIM_HOUSE, "class": "place", "type": "house"}]),
        ("nominatim", [{**NOMINATIM_HOUSE, "address": {"house_number": "17"}}]),
        ("nominatim", [{**NOMINATIM_HOUSE, "class": "amenity", "type": "cafe"}]),
        ("photon", of_photon(osm_type="W")),
        ("photon", of_photon(housenumber="151")),
    ],
    ids=["interpolated", "other number", "a café", "interpolated photon", "other number photon"],
)
def test_what_is_not_the_house_itself_is_no_address(
    kind: str, body: object, habits: Habits
) -> None:
    with house(body=body) as (url, _):
        found = asked(url, habits, kind=kind)
    assert found.class_ == "street" and found.radius_m is not None and found.radius_m >= 250


def test_the_radius_reaches_the_corners_of_the_box(habits: Habits) -> None:
    """0.002 degrees of latitude around 37.976 are 221.98 m (GRS80 meridian); the half is 111 m."""
    long = {**NOMINATIM_STREET, "boundingbox": ["37.966", "37.986", "23.73", "23.73"]}
    with house(body=[NOMINATIM_STREET]) as (url, _):
        short_radius = asked(url, habits).radius_m
    with house(body=[long]) as (url, _):
        long_radius = asked(url, habits).radius_m
    assert short_radius == 250 and long_radius == pytest.approx(1110, abs=1)


@pytest.mark.parametrize(
    "body",
    [
        [],
        [{**NOMINATIM_HOUSE, "address": {"house_number": "15", "country_code": "tr"}}],
        [{**NOMINATIM_STREET, "place_rank": 8, "class": "boundary"}],
    ],
    ids=["nothing", "another country", "a region"],
)
def test_where_it_knows_nothing_finer_the_own_answer_stays(body: object, habits: Habits) -> None:
    with house(body=body) as (url, _):
        found = asked(url, habits)
    assert found.class_ == "none" and "knows nothing finer" in found.reason.en


def test_an_answer_in_another_municipality_is_not_taken(habits: Habits) -> None:
    own = Location("municipality", 38.0, 23.7, 5000.0, "5101", "Piraeus", Reason("a", "β"))
    with house(body=[NOMINATIM_HOUSE]) as (url, _):
        found = asked(url, habits, own=own)
        outside = asked(url, habits, area_at=lambda *_: None)
    assert (found.class_, found.area_code, found.lat) == ("municipality", "5101", 38.0)
    assert "does not fit" in found.reason.en and outside.class_ == "none"


@pytest.mark.parametrize("class_", ["address", "street", "postcode", "settlement"])
def test_it_is_not_asked_where_the_own_gazetteer_knows(class_: MatchClass, habits: Habits) -> None:
    own = Location(class_, 38.0, 23.7, 50.0, "4501", "x", Reason("a", "β"))
    with house(body=[NOMINATIM_HOUSE]) as (url, paths):
        assert asked(url, habits, own=own) == own
    assert paths == []


def test_off_by_default(habits: Habits) -> None:
    assert provider_of("", "") is None
    found = completed(NOWHERE, ADDRESS, habits, None, country="gr", area_at=lambda *_: "4501")
    assert found is NOWHERE


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("google", "http://127.0.0.1"),
        ("nominatim", ""),
        ("nominatim", "ftp://127.0.0.1"),
        ("nominatim", "http://me:secret@127.0.0.1"),
        ("nominatim", "http://127.0.0.1/?key=1"),
        ("nominatim", "http://127.0.0.1:abc"),
        ("nominatim", "http://127.0.0.1:99999"),
        ("nominatim", "http://127.0.0.1:0"),
        ("photon", "http://[::1"),
        ("photon", "http://127.0.0.1/#f"),
        ("", "http://127.0.0.1"),
    ],
)
def test_a_provider_that_cannot_be_is_refused(kind: str, url: str) -> None:
    with pytest.raises(SettingsError):
        provider_of(kind, url)


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True),
        ("127.255.255.254", True),
        ("10.0.0.1", True),
        ("172.16.0.1", True),
        ("172.31.255.255", True),
        ("172.32.0.1", False),
        ("192.168.7.7", True),
        ("::1", True),
        ("fc00::1", True),
        ("fdff::1", True),
        ("::ffff:10.0.0.1", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("0.0.0.0", False),
        ("::", False),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("100.64.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2001:db8::1", False),
        ("192.0.2.1", False),
        ("localhost", False),
        ("0177.0.0.1", False),
        ("", False),
    ],
)
def test_what_is_private(address: str, private: bool) -> None:
    assert is_private(address) is private


@pytest.mark.parametrize(
    "addresses",
    [["8.8.8.8"], ["127.0.0.1", "8.8.8.8"], ["::ffff:8.8.8.8"], ["169.254.169.254"], []],
    ids=["public", "one of two public", "public in IPv6", "link-local", "none"],
)
def test_a_host_elsewhere_is_refused_before_anything_is_sent(addresses: list[str]) -> None:
    with pytest.raises(SettingsError, match="cannot be used"):
        provider_of("nominatim", "http://geocoder.example", resolver=lambda *_: addresses)


def rebinding(provider: Provider, answers: Iterator[list[str]]) -> None:
    """From now on the provider's host has other addresses."""
    provider.geocoder.adapter._resolver = lambda *_: next(answers)


def test_a_name_that_moves_away_gets_nothing(habits: Habits, monkeypatch: Any) -> None:
    """It was private when the settings were read, and is public when somebody is looked for."""
    provider = provider_of("nominatim", "http://geocoder.example:80", resolver=lambda *_: LOOPBACK)
    assert provider is not None
    rebinding(provider, iter([["93.184.216.34"]]))

    def never(*_: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(private_http.socket, "create_connection", never)
    found = completed(NOWHERE, ADDRESS, habits, provider, country="gr", area_at=lambda *_: "4501")
    assert found.class_ == "none" and "not on the private network" in found.reason.en


def test_the_connection_goes_to_the_address_that_was_checked(habits: Habits) -> None:
    """The name has no address outside this test, so a second look-up would fail."""
    with house(body=[NOMINATIM_HOUSE]) as (url, paths):
        port = urlsplit(url).port
        lookups: list[str] = []

        def resolver(host: str, _: int) -> list[str]:
            lookups.append(host)
            return LOOPBACK

        provider = provider_of("nominatim", f"http://geocoder.invalid:{port}", resolver=resolver)
        found = completed(
            NOWHERE, ADDRESS, habits, provider, country="gr", area_at=lambda *_: "4501"
        )
    assert found.class_ == "address" and len(paths) == 1
    assert lookups == ["geocoder.invalid"] * 2  # when the settings were read, and once to ask


def test_a_redirect_is_not_followed(habits: Habits) -> None:
    with (
        house(body=[NOMINATIM_HOUSE]) as (elsewhere, never),
        house(status=302, location=elsewhere) as (url, paths),
    ):
        found = asked(url, habits)
    assert (found.class_, len(paths), never) == ("none", 1, [])
    assert "another address" in found.reason.en


def test_a_proxy_of_the_system_is_left_aside(habits: Habits, monkeypatch: Any) -> None:
    with house() as (proxy, never), house(body=[NOMINATIM_HOUSE]) as (url, paths):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        found = asked(url, habits)
    assert (found.class_, len(paths), never) == ("address", 1, [])


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"status": 500}, "it refused"),
        ({"body": b"<html>"}, "not JSON"),
        ({"body": b"[" * 200_000}, "not JSON"),
        ({"body": b" " * (private_http.MOST_BYTES + 1)}, "too large"),
        ({"body": b"[{}]"}, "could not be read"),
        ({"body": b"[1]"}, "could not be read"),
        ({"body": b"null"}, "knows nothing finer"),
        ({"body": b'{"error": "no"}'}, "could not be read"),
        ({"body": [{**NOMINATIM_HOUSE, "lat": "NaN"}]}, "could not be read"),
        ({"body": [{**NOMINATIM_HOUSE, "lat": "91"}]}, "could not be read"),
        ({"body": [{**NOMINATIM_HOUSE, "boundingbox": ["1"]}]}, "could not be read"),
        ({"body": [{**NOMINATIM_HOUSE, "address": "Ερμού"}]}, "could not be read"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Latitude normalization")
def test_nonsense_leaves_the_own_answer(what: Any, told: str, habits: Habits) -> None:
    with house(**what) as (url, _):
        found = asked(url, habits)
    assert found.class_ == "none" and told in found.reason.en and "υπηρεσίας" in found.reason.el


@pytest.mark.parametrize("body", [b"{}", b'{"features": [{}]}', b'{"features": 7}', b"[]"])
def test_nonsense_of_photon_too(body: bytes, habits: Habits) -> None:
    with house(body=body) as (url, _):
        found = asked(url, habits, kind="photon")
    assert found.class_ == "none" and "could not be read" in found.reason.en


def test_a_slow_answer_is_cut_off(habits: Habits) -> None:
    """A byte every 50 ms would keep any single wait short and last for minutes."""
    with house(body=[NOMINATIM_HOUSE], pause=0.05) as (url, _):
        adapter = PrivateAdapter(proxies=None, ssl_context=None, seconds=0.4)
        began = time.monotonic()
        with pytest.raises(AskFailed):
            adapter.get_json(url + "/search?q=x", timeout=1, headers={})
    assert time.monotonic() - began < 3


def test_a_house_that_is_away(habits: Habits) -> None:
    with house() as (url, _):
        pass
    assert "did not answer" in asked(url, habits).reason.en


def test_one_that_fails_is_left_alone_for_a_while(habits: Habits, monkeypatch: Any) -> None:
    def ask() -> str:
        told = completed(NOWHERE, ADDRESS, habits, provider, area_at=lambda *_: "4501")
        return told.reason.en

    with house(status=503) as (url, paths):
        provider = provider_of("nominatim", url)
        reasons = [ask() for _ in range(5)]
        assert len(paths) == providers.FAILURES == 3
        assert "it refused" in reasons[2] and "not asked for a minute" in reasons[3]
        later = time.monotonic() + providers.REST_SECONDS
        monkeypatch.setattr(providers.time, "monotonic", lambda: later)
        assert "it refused" in ask() and len(paths) == 4


def test_no_log_holds_the_address(habits: Habits, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    # As the server does when it starts: loggers that were switched off are on again after it.
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
    for what in ({"body": [NOMINATIM_HOUSE]}, {"status": 500}, {"body": b"x"}):
        with house(**what) as (url, _):
            asked(url, habits)
    assert "%CE" not in caplog.text and "Ερμού" not in caplog.text
