"""Lists, records, edits and files of the registers, over HTTP and in the database's own judgement."""

from __future__ import annotations

from typing import Any

from tests.integration.registers.conftest import AGENCY_A, ATHENS, PIRAEUS, Office

AGENCY = {"name": "Municipality", "legal_form": "municipality", "area_code": ATHENS}


def test_what_there_is_and_what_the_reader_may_do(office: Office) -> None:
    answer = office.client("centre_staff").get("/registers")
    assert answer.status_code == 200, answer.text
    found = {one["name"]: one for one in answer.json()["items"]}
    assert len(found) == 14
    assert found["people"]["may"]["insert"] == ["municipality"]
    assert found["agencies"]["may"] == {"select": ["all"]}
    assert found["staff"]["may"] == {}
    stage = next(one for one in found["needs"]["fields"] if one["name"] == "stage")
    assert [word["code"] for word in stage["words"]] == [
        "identification",
        "evaluation",
        "resolution",
    ]
    assert stage["names"]["el"]


def test_made_read_listed(office: Office) -> None:
    planner = office.client("municipal_planner")
    answer = planner.post("/registers/agencies", **AGENCY, email="a@example.org")
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert answer.headers["etag"] == '"v1"'
    assert answer.headers["location"] == f"/api/v1/registers/agencies/{row['id']}"
    assert row["external_id"] == row["id"]
    assert (row["source_id"], row["synthetic"]) == ("office", False)
    read = planner.get(f"/registers/agencies/{row['id']}")
    assert read.json() == row
    same = planner.http.get(
        f"/api/v1/registers/agencies/{row['id']}", headers={"If-None-Match": '"v1"'}
    )
    assert same.status_code == 304
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = planner.get("/registers/agencies", limit=1, **cursor).json()
        items += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert row["id"] in [item["id"] for item in items]
    assert len({item["id"] for item in items}) == len(items) >= 3
    narrowed = planner.get("/registers/agencies", area_code=PIRAEUS).json()["items"]
    assert {item["area_code"] for item in narrowed} == {PIRAEUS}
    found = planner.get("/registers/agencies", q="agency a").json()["items"]
    assert [item["id"] for item in found] == [str(AGENCY_A)]
    assert planner.get("/registers/agencies", q="%%").json()["items"] == []
    later = {"updated_since": "2099-01-01T00:00:00Z"}
    assert planner.get("/registers/agencies", **later).json()["items"] == []
    assert planner.get("/registers/agencies", shoe_size=1).status_code == 422


def test_a_bad_record_names_each_field(office: Office) -> None:
    planner = office.client("municipal_planner")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "name"),
        ({"legal_form": "guild"}, "legal_form"),
        ({"area_code": "0000"}, "area_code"),
        ({"email": "nobody"}, "email"),
        ({"legal_form": "municipal_other"}, "parent_area_code"),
        ({"role": "admin"}, "role"),
        ({"source_id": "elstat"}, "source_id"),
        ({"version": 7}, "version"),
        ({"provenance": {}}, "provenance"),
        ({"import_id": None}, "import_id"),
        ({"synthetic": True}, "synthetic"),
        ({"name": "a\x00b"}, "name"),
    ]
    for changes, field in cases:
        answer = planner.post("/registers/agencies", **(AGENCY | changes))
        assert answer.status_code == 422, (changes, answer.text)
        assert [one["path"] for one in answer.json()["errors"]] == [field], changes
        assert "guild" not in answer.text and "nobody" not in answer.text


def test_an_edit_needs_its_version_and_keeps_what_was(office: Office) -> None:
    planner = office.client("municipal_planner")
    row = planner.made("/registers/agencies", **AGENCY)
    path = f"/registers/agencies/{row['id']}"
    assert planner.patch(path, None, name="B").status_code == 428
    assert planner.patch(path, 9, name="B").status_code == 409
    answer = planner.patch(path, 1, name="B", website="https://example.org")
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert (after["name"], after["version"], answer.headers["etag"]) == ("B", 2, '"v2"')
    told = after["provenance"]["name"]
    assert planner.user is not None
    assert (told["source"], told["by"], told["official"]) == (
        "office",
        str(planner.user.id),
        True,
    )
    changes = planner.get(f"{path}/changes").json()["items"]
    assert [change["version"] for change in changes] == [2, 1]
    assert changes[0]["before"] == {"name": "Municipality", "website": None}
    assert changes[0]["after"] == {"name": "B", "website": "https://example.org"}
    assert changes[1]["before"] is None
    # The same edit again, as a device sends it: nothing happens.
    again = planner.patch(path, 1, name="B", website="https://example.org")
    assert (again.status_code, again.json()["version"]) == (200, 2)


def test_both_values_of_a_field_are_kept_until_somebody_decides(office: Office) -> None:
    one, two = office.client("municipal_planner"), office.client("second_planner")
    row = one.made("/registers/agencies", **AGENCY)
    path = f"/registers/agencies/{row['id']}"
    assert one.patch(path, 1, name="Ours").status_code == 200
    answer = two.patch(path, 1, name="Theirs", email="t@example.org")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["conflicts"] == [{"field": "name", "kept": "Ours", "other": "Theirs"}]
    stands = two.get(path).json()
    assert (stands["name"], stands["email"], stands["version"]) == ("Ours", "t@example.org", 3)
    two.patch(path, 1, name="Theirs", email="t@example.org")
    conflicts = one.get(f"{path}/conflicts").json()["items"]
    assert [(c["field"], c["kept"], c["other"]) for c in conflicts] == [("name", "Ours", "Theirs")]
    url = f"{path}/conflicts/{conflicts[0]['id']}/resolve"
    assert one.post(url, take="mine").status_code == 422
    decided = one.post(url, take="other")
    assert decided.status_code == 200, decided.text
    assert one.get(path).json()["name"] == "Theirs"
    assert one.get(f"{path}/conflicts").json()["items"] == []
    assert one.post(url, take="other").status_code == 404


def test_what_is_not_yours_and_what_is_not_there_are_the_same(office: Office) -> None:
    piraeus, athens = office.client("piraeus_staff"), office.client("centre_staff")
    person = piraeus.made("/registers/people", consent_basis="law")
    for key in (person["id"], "00000000-0000-4000-8000-000000000099"):
        path = f"/registers/people/{key}"
        for answer in (
            athens.get(path, purpose="check"),
            athens.patch(path, 1, sex="f"),
            athens.get(f"{path}/conflicts", purpose="check"),
            athens.get(f"{path}/changes", purpose="check"),
        ):
            assert answer.status_code == 404
            assert {**answer.json(), "instance": ""} == {
                **athens.get("/registers/people/" + AGENCY_A.hex, purpose="check").json(),
                "instance": "",
            }
        need = athens.post(
            "/registers/needs", person_id=key, service_type="home_help", since="2026-01-01"
        )
        assert need.status_code == 422
        assert need.json()["errors"] == [{"path": "person_id", "message": "there is no such row."}]


def test_who_may_read_and_not_write_is_told_so(office: Office) -> None:
    piraeus, athens = office.client("piraeus_planner"), office.client("municipal_planner")
    row = piraeus.made("/registers/agencies", **(AGENCY | {"area_code": PIRAEUS}))
    assert athens.get(f"/registers/agencies/{row['id']}").status_code == 200
    assert athens.patch(f"/registers/agencies/{row['id']}", 1, name="X").status_code == 403
    refused = athens.post("/registers/agencies", **(AGENCY | {"area_code": PIRAEUS}))
    assert refused.status_code == 403
    assert office.client("centre_staff").post("/registers/agencies", **AGENCY).status_code == 403
    assert office.client(None).get("/registers/agencies").status_code == 401
    assert office.client("committee").get("/registers/agencies").status_code == 403
    # What others say of an agency is not its own to write.
    agency = office.client("agency")
    path = f"/registers/agencies/{AGENCY_A}"
    version = agency.get(path).json()["version"]
    assert agency.patch(path, version, accreditation="A").status_code == 403
    assert agency.patch(path, version, website="https://a.example").status_code == 200


def test_sites_services_staff(office: Office) -> None:
    planner, agency = office.client("municipal_planner"), office.client("agency")
    site = planner.made(
        "/registers/sites",
        agency_id=str(AGENCY_A),
        address="Street 1",
        area_code=ATHENS,
        premises={"lift": True},
    )
    square = [[23.7, 37.9], [23.8, 37.9], [23.8, 38.0], [23.7, 37.9]]
    service = planner.made(
        "/registers/services",
        agency_id=str(AGENCY_A),
        site_id=site["id"],
        service_type="home_help",
        name="Help",
        opening=[{"rrule": "FREQ=WEEKLY;BYDAY=MO", "opens": "09:00", "closes": "14:00"}],
        eligibility={"min_age": 65},
        service_area={"type": "Polygon", "coordinates": [square]},
        target_groups=["older"],
    )
    assert (service["area_code"], service["active"]) == (ATHENS, True)
    assert service["service_area"] == {"type": "MultiPolygon", "coordinates": [[square]]}
    item = next(
        one
        for one in planner.get("/registers/services").json()["items"]
        if one["id"] == service["id"]
    )
    assert "service_area" not in item
    path = f"/registers/services/{service['id']}"
    same = planner.patch(path, 1, service_area={"type": "Polygon", "coordinates": [square]})
    assert same.json()["version"] == 1
    bad: list[tuple[dict[str, Any], str]] = [
        ({"opening": [{"rrule": "FREQ=NEVER", "opens": "09:00", "closes": "10:00"}]}, "opening"),
        ({"eligibility": {"min_age": 70, "max_age": 60}}, "eligibility"),
        ({"target_groups": ["aliens"]}, "target_groups"),
        ({"target_groups": ["older", "older"]}, "target_groups"),
        ({"service_area": {"type": "Polygon", "coordinates": [[[0, 0]]]}}, "service_area"),
        ({"service_area": {"type": "Polygon", "coordinates": [[[0, 99], [1, 1], [2, 2], [0, 99]]]}}, "service_area"),
        ({"capacity": -1}, "capacity"),
        ({"service_type": "alchemy"}, "service_type"),
        ({"active": None}, "active"),
        ({"site_id": str(AGENCY_A)}, "site_id"),
    ]  # fmt: skip
    for changes, field in bad:
        answer = planner.patch(path, 1, **changes)
        assert answer.status_code == 422, (changes, answer.text)
        assert answer.json()["errors"][0]["path"].startswith(field), answer.text
    answer = planner.patch(f"/registers/sites/{site['id']}", 1, premises={"pool": True})
    assert answer.status_code == 422
    staff = agency.made(
        "/registers/staff", service_id=service["id"], specialty="social_worker", fte=0.5
    )
    assert (staff["agency_id"], staff["head"]) == (str(AGENCY_A), False)
    assert office.client("other_agency").get("/registers/staff").json()["items"] == []
    # What others refer to stays.
    assert planner.delete(f"/registers/sites/{site['id']}", 1).status_code == 409
    assert agency.delete(f"/registers/staff/{staff['id']}").status_code == 428
    assert agency.delete(f"/registers/staff/{staff['id']}", 1).status_code == 204
    assert agency.get(f"/registers/staff/{staff['id']}").status_code == 404


def test_a_refuge_is_known_to_its_agency_and_municipality_only(office: Office) -> None:
    agency = office.client("agency")
    site = agency.made(
        "/registers/sites",
        agency_id=str(AGENCY_A),
        address="Hidden 1",
        area_code=ATHENS,
        sensitive=True,
    )
    seen = {
        name: office.client(name).get(f"/registers/sites/{site['id']}").status_code
        for name in ("agency", "centre_staff", "other_agency", "piraeus_staff", "national")
    }
    assert seen == {
        "agency": 200,
        "centre_staff": 200,
        "other_agency": 404,
        "piraeus_staff": 404,
        "national": 404,
    }


def test_agreements_with_their_parties(office: Office) -> None:
    from tests.integration.registers.conftest import AGENCY_B

    planner = office.client("municipal_planner")
    row = planner.made(
        "/registers/agreements",
        title="Together",
        kind="referral",
        agency_id=str(AGENCY_A),
        parties=[str(AGENCY_B)],
    )
    assert (row["parties"], row["area_code"]) == ([str(AGENCY_B)], ATHENS)
    path = f"/registers/agreements/{row['id']}"
    assert office.client("other_agency").get(path).status_code == 200
    changed = planner.patch(path, 1, parties=[])
    assert (changed.json()["parties"], changed.json()["version"]) == ([], 2)
    assert planner.get(f"{path}/changes").json()["items"][0]["before"] == {
        "parties": [str(AGENCY_B)]
    }
    assert office.client("other_agency").get(path).status_code == 404
    answer = planner.patch(path, 2, valid_from="2026-02-01", valid_to="2026-01-01")
    assert answer.json()["errors"][0]["path"] == "valid_to"
    assert planner.delete(path, 2).status_code == 204
