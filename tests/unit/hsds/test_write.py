"""What the writer leaves out, and how it says the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
from hsds_frames import Frames

from geo.hsds.write import Written, write

AGENCY = {"id": "a", "external_id": "a", "name": "Agency", "legal_form": "ngo", "area_code": "1"}
SITE = {"id": "t", "agency_id": "a", "external_id": "t", "address": "Street 1", "sensitive": False}
SERVICE = {
    "id": "s", "agency_id": "a", "site_id": "t", "external_id": "s", "name": "Service",
    "service_type": "home_help", "active": True, "opening": [], "languages": [], "offers": [],
    "target_groups": [], "programme_codes": [], "capacity": 12,
}  # fmt: skip
PROGRAMME = {"id": "p", "external_id": "p", "code": "MIS 1", "name": "Programme", "fund": "ESF+",
             "target_groups": []}  # fmt: skip


def frames(**rows: list[dict[str, Any]]) -> Frames:
    given = {"agencies": [AGENCY], "sites": [SITE], "services": [SERVICE], "programmes": []} | rows
    return {name: pd.DataFrame(listed) for name, listed in given.items()}


def only(written: Written, entity: str) -> dict[str, Any]:
    (document,) = written.documents(entity)
    return document


def test_secret_sites_and_their_services_are_left_out_and_counted() -> None:
    secret = frames(sites=[{**SITE, "sensitive": True}])
    written = write(secret)
    assert written.left_out == {"sensitive_sites": 1, "sensitive_services": 1}
    assert not written.tables.of("location") and not written.tables.of("service")
    assert not written.tables.of("address")
    told = write(secret, sensitive=True)
    assert told.left_out == {} and told.documents("service")


def test_what_cannot_stand_alone_is_left_out_and_counted() -> None:
    lost = frames(services=[{**SERVICE, "site_id": "gone"}], programmes=[PROGRAMME])
    assert write(lost).left_out == {
        "services_without_agency_or_site": 1,
        "programmes_without_service": 1,
    }


def test_a_point_that_is_no_address_is_not_written_as_one() -> None:
    def point(location_class: str) -> list[Any]:
        site = {**SITE, "lat": 37.9, "lon": 23.7, "location_class": location_class}
        location = only(write(frames(sites=[site])), "organization")["locations"][0]
        return [location.get(name) for name in ("latitude", "longitude")]

    assert point("address") == point("street") == [37.9, 23.7]
    for coarse in ("postcode", "settlement", "municipality", "pending", "none"):
        assert point(coarse) == [None, None], coarse


def test_capacity_of_a_column_with_gaps_is_a_whole_number() -> None:
    rows = [SERVICE, {**SERVICE, "id": "s2", "external_id": "s2", "capacity": None}]
    first, second = write(frames(services=rows)).documents("service")
    said = {one["taxonomy_term"]["code"]: one.get("value") for one in first["attributes"]}
    assert said["capacity"] == "12"  # pandas holds 12.0 beside a missing one
    assert "capacity" not in {one["taxonomy_term"]["code"] for one in second["attributes"]}


def test_names_of_codes_are_those_given() -> None:
    labels = {"service_type": {"home_help": "Βοήθεια στο Σπίτι"}, "legal_form": {"ngo": "Σύλλογος"}}
    service = only(write(frames(), labels=labels), "service")
    assert service["organization"]["legal_status"] == "Σύλλογος"
    terms = {one["taxonomy_term"]["code"]: one["taxonomy_term"] for one in service["attributes"]}
    assert terms["home_help"]["name"] == "Βοήθεια στο Σπίτι"
    assert terms["home_help"]["taxonomy"] == "urn:needsmap:service_type"


def test_where_a_field_comes_from_is_metadata_without_persons() -> None:
    facts = {
        "capacity": {"source": "register", "date": "2026-01-05", "official": True, "by": "Ann"}
    }
    moment = datetime(2026, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
    service = only(
        write(frames(services=[{**SERVICE, "provenance": facts, "updated_at": moment}])), "service"
    )
    (said,) = service["metadata"]
    assert said.pop("id")
    assert said == {
        "last_action_date": "2026-01-05",
        "last_action_type": "update",
        "field_name": "capacity",
        "previous_value": "",
        "replacement_value": "12",
        "updated_by": "register",
    }
    assert "Ann" not in str(service)
    assert service["last_modified"] == "2026-02-03T04:05:06.789+00:00"


def test_funds_of_programmes_are_told_with_the_service() -> None:
    run = {**SERVICE, "programme_codes": ["MIS 1"]}
    service = only(write(frames(services=[run], programmes=[PROGRAMME])), "service")
    assert [one["source"] for one in service["funding"]] == ["ESF+: Programme"]
    assert service["program"]["name"] == "Programme"
