"""Persons over HTTP: every look noted, doubles decided by people, erased for good."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from api.routes.people import LISTERS, LOG_READERS
from tests.integration.registers.conftest import AGENCY_A, ATHENS, Client, Office

PERSON = {"consent_basis": "law", "retain_until": "2031-12-31", "address": "Secret Street 7"}


def person(staff: Client, **changes: Any) -> dict[str, Any]:
    return staff.made("/registers/people", **(PERSON | changes))


def looks(office: Office, key: str) -> list[dict[str, Any]]:
    return office.rows(
        "SELECT actor_id, role, territory, action, subject, purpose FROM account.audit_event"
        " WHERE person_id = CAST(:key AS uuid) ORDER BY id",
        key=key,
    )


def need_of(staff: Client, key: str, **changes: Any) -> dict[str, Any]:
    body = {"person_id": key, "service_type": "home_help", "since": "2026-01-10"} | changes
    return staff.made("/registers/needs", **body)


def test_every_look_at_a_person_is_noted_with_its_purpose(office: Office) -> None:
    staff = office.client("centre_staff")
    one, two = person(staff), person(staff)
    key = one["id"]
    path = f"/registers/people/{key}"
    assert staff.get(path).json()["errors"][0]["path"] == "purpose"
    assert staff.get(path, purpose="curiosity").status_code == 422
    before = len(looks(office, key))
    read = staff.get(path, purpose="case_work")
    assert read.status_code == 200, read.text
    page = staff.get("/registers/people", purpose="check", limit=200).json()
    assert {one["id"], two["id"]} <= {item["id"] for item in page["items"]}
    # A list says no more than it takes to choose a record.
    assert set(page["items"][0]) == {
        *("id", "version", "updated_at", "synthetic", "pseudonym", "area_code", "target_group")
    }
    assert staff.user is not None
    noted = looks(office, key)[before:]
    assert [(n["action"], n["purpose"]) for n in noted] == [
        ("read", "case_work"),
        ("read", "check"),
    ]
    assert {n["subject"] for n in noted} == {f"registry.person {key}"}
    assert {(n["actor_id"], n["role"], n["territory"]) for n in noted} == {
        (staff.user.id, "centre_staff", ATHENS)
    }
    # A look at what is not yours leaves no trace that it is there.
    foreign = office.client("piraeus_staff")
    assert foreign.get(path, purpose="check").status_code == 404
    assert len(looks(office, key)) == before + 2


def test_needs_contacts_and_referrals_are_looks_at_their_person(office: Office) -> None:
    staff = office.client("centre_staff")
    key = person(staff)["id"]
    need = need_of(staff, key)
    contact = staff.made(
        "/registers/contacts",
        person_id=key,
        channel="hotline",
        at="2026-10-01T09:30:00+03:00",
        topic="Asks",
    )
    referral = staff.made(
        "/registers/referrals", need_id=need["id"], to_service_id=_service(office)["id"]
    )
    before = len(looks(office, key))
    for name, row in (("needs", need), ("contacts", contact), ("referrals", referral)):
        assert staff.get(f"/registers/{name}/{row['id']}", purpose="check").status_code == 200
        assert staff.get(f"/registers/{name}/{row['id']}").status_code == 422
    subjects = [note["subject"].split()[0] for note in looks(office, key)[before:]]
    assert subjects == ["registry.need", "registry.contact", "registry.referral"]


def _service(office: Office) -> dict[str, Any]:
    planner = office.client("municipal_planner")
    site = planner.made("/registers/sites", agency_id=str(AGENCY_A), address="Street 1")
    return planner.made(
        "/registers/services",
        agency_id=str(AGENCY_A),
        site_id=site["id"],
        service_type="home_help",
        name="Help",
    )


def test_the_name_is_not_kept_and_finds_the_person(office: Office) -> None:
    staff = office.client("centre_staff")
    name = f"Μαρία Παπαδοπούλου {uuid.uuid4().hex[:6].translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    made = person(staff, name=name, birth_date="1950-05-01")
    assert "name" not in made and "match_key" not in made
    found = staff.post("/people/match", name=name.upper(), birth_date="1950-05-01", purpose="check")
    assert [item["id"] for item in found.json()["items"]] == [made["id"]]
    assert found.json()["items"][0].keys() == {
        *("id", "pseudonym", "area_code", "target_group", "updated_at")
    }
    assert looks(office, made["id"])[-1]["action"] == "match"
    for other in (
        office.client("piraeus_staff").post(
            "/people/match", name=name, birth_date="1950-05-01", purpose="check"
        ),
        staff.post("/people/match", name=name, birth_date="1950-05-02", purpose="check"),
    ):
        assert other.json() == {"items": []}
    assert office.client("agency").post("/people/match", name=name).status_code == 403
    kept = office.scalar("SELECT string_agg(p::text, ' ') FROM registry.person p")
    kept += office.scalar("SELECT string_agg(c::text, ' ') FROM registry.change c")
    kept += office.scalar("SELECT string_agg(e::text, ' ') FROM account.audit_event e")
    assert "Παπαδοπ" not in kept and "ΠΑΠΑΔΟΠ" not in kept and "1950-05-01" not in kept
    half = staff.post("/registers/people", **PERSON, name=name)
    assert half.json()["errors"][0]["path"] == "birth_date"


def test_doubles_are_flagged_decided_brought_together_and_parted(office: Office) -> None:
    staff, lead = office.client("centre_staff"), office.client("team_lead")
    who = {"name": f"Same Person {uuid.uuid4().hex}", "birth_date": "1961-02-03"}
    one, two = person(staff, **who), person(staff, **who)
    pairs = lead.get("/duplicates", purpose="check", person_id=one["id"]).json()["items"]
    assert len(pairs) == 1
    pair = pairs[0]
    assert {pair["person_a"], pair["person_b"]} == {one["id"], two["id"]}
    assert (pair["state"], pair["score"]) == ("open", 1.0)
    needs = [need_of(staff, key)["id"] for key in (one["id"], two["id"], two["id"])]
    path = f"/duplicates/{pair['id']}"
    assert staff.post(f"{path}/merge", keep="a").status_code == 409
    assert lead.post(f"{path}/decision", state="same").json()["state"] == "same"
    owner = {row["id"]: row["person_id"] for row in _needs(office, needs)}
    assert [str(owner[uuid.UUID(key)]) for key in needs] == [one["id"], two["id"], two["id"]]
    keep = "a" if pair["person_a"] == one["id"] else "b"
    assert lead.post(f"{path}/merge", keep=keep).status_code == 403
    merged = staff.post(f"{path}/merge", keep=keep)
    assert merged.json()["moved"] == {"needs": 2, "contacts": 0}, merged.text
    assert {str(row["person_id"]) for row in _needs(office, needs)} == {one["id"]}
    # Both records stand, each under its own identifier.
    for key in (one["id"], two["id"]):
        assert staff.get(f"/registers/people/{key}", purpose="check").status_code == 200
        assert "merge" in [note["action"] for note in looks(office, key)]
    assert lead.post(f"{path}/decision", state="different").status_code == 409
    back = staff.post(f"{path}/take-back")
    assert back.json() == {"moved": {"needs": 2, "contacts": 0}}
    owner = {row["id"]: row["person_id"] for row in _needs(office, needs)}
    assert [str(owner[uuid.UUID(key)]) for key in needs] == [one["id"], two["id"], two["id"]]
    assert staff.post(f"{path}/take-back").status_code == 409
    assert lead.post(f"{path}/decision", state="different").status_code == 200
    assert office.client("piraeus_staff").post(f"{path}/decision", state="same").status_code == 404


def _needs(office: Office, keys: list[str]) -> list[dict[str, Any]]:
    return office.rows(
        "SELECT id, person_id FROM registry.need WHERE id = ANY(CAST(:keys AS uuid[]))", keys=keys
    )


def test_a_street_worker_sees_who_is_given_to_them(office: Office) -> None:
    staff, lead = office.client("centre_staff"), office.client("team_lead")
    worker = office.client("street_worker")
    key = person(staff)["id"]
    path = f"/registers/people/{key}"
    assert worker.get(path, purpose="case_work").status_code == 404
    assert worker.user is not None
    given = lead.made("/assignments", person_id=key, user_id=str(worker.user.id))
    assert given["area_code"] == ATHENS
    assert worker.get(path, purpose="case_work").status_code == 200
    mine = worker.get("/assignments", purpose="case_work", open=True).json()["items"]
    assert [one["id"] for one in mine] == [given["id"]]
    assert worker.patch(path, 1, sex="f").status_code == 403
    need = worker.post(
        "/registers/needs", person_id=key, service_type="home_help", since="2026-01-10"
    )
    assert need.status_code == 201, need.text
    assert lead.post(f"/assignments/{given['id']}/end", ended_on="2999-01-01").status_code == 422
    ended = lead.post(f"/assignments/{given['id']}/end", ended_on=given["assigned_on"])
    assert ended.status_code == 200, ended.text
    assert worker.get(path, purpose="case_work").status_code == 404
    assert staff.post("/assignments", person_id=key, user_id=key).status_code == 403
    unknown = lead.post("/assignments", person_id=str(uuid.uuid4()), user_id=key)
    assert unknown.json()["errors"][0]["path"] == "person_id"


def test_an_agency_works_with_whom_is_referred_to_it_until_it_refuses(office: Office) -> None:
    staff, agency = office.client("centre_staff"), office.client("agency")
    key = person(staff)["id"]
    need = need_of(staff, key)
    service = _service(office)
    path = f"/registers/people/{key}"
    assert agency.get(path, purpose="referral").status_code == 404
    sent = staff.made("/registers/referrals", need_id=need["id"], to_service_id=service["id"])
    assert (sent["outcome"], sent["to_agency_id"]) == (None, str(AGENCY_A))
    url = f"/registers/referrals/{sent['id']}"
    assert agency.get(path, purpose="referral").status_code == 200
    assert office.client("other_agency").get(url, purpose="referral").status_code == 404
    assert agency.patch(url, 1, outcome="refused").json()["errors"][0]["path"] == "reason"
    assert agency.patch(url, 1, sent_at="2026-01-01T00:00:00Z").status_code == 403
    refused = agency.patch(url, 1, outcome="refused", reason="no_place")
    assert refused.status_code == 200, refused.text
    assert refused.json()["answered_at"] is not None
    assert agency.get(path, purpose="referral").status_code == 404
    again = staff.made("/registers/referrals", need_id=need["id"], to_service_id=service["id"])
    accepted = agency.patch(f"/registers/referrals/{again['id']}", 1, outcome="accepted")
    assert accepted.json()["outcome"] == "accepted"
    done = agency.patch(f"/registers/referrals/{again['id']}", 2, outcome="done")
    assert (done.status_code, done.json()["version"]) == (200, 3)


def test_a_need_through_its_stages(office: Office) -> None:
    staff = office.client("centre_staff")
    need = need_of(staff, person(staff)["id"])
    path = f"/registers/needs/{need['id']}"
    assert (need["stage"], need["area_code"]) == ("identification", ATHENS)
    assert staff.patch(path, 1, stage="evaluation").json()["errors"][0]["path"] == "evaluated_on"
    moved = staff.patch(path, 1, stage="evaluation", evaluated_on="2026-02-01")
    assert moved.status_code == 200, moved.text
    back = {"stage": "identification", "evaluated_on": None}
    assert staff.patch(path, 2, **back).json()["errors"][0]["path"] == "stage_reason"
    told = staff.patch(path, 2, **back, stage_reason="new_information").json()
    assert told["provenance"]["stage"]["reason"] == "new_information"
    group = staff.post(
        "/registers/needs", group_name="Camp", service_type="home_help", since="2026-01-10"
    )
    assert (group.status_code, group.json()["area_code"]) == (201, ATHENS)
    both = staff.post(
        "/registers/needs",
        group_name="Camp",
        person_id=need["person_id"],
        service_type="home_help",
        since="2026-01-10",
    )
    assert both.json()["errors"][0]["path"] == "group_name"


def test_who_moves_is_placed_anew(office: Office) -> None:
    staff = office.client("centre_staff")
    key = person(staff)["id"]
    with office.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE registry.person SET location_class = 'address', radius_m = 20,"
            f" geom = ST_SetSRID(ST_MakePoint(23.7, 37.9), 4326) WHERE id = '{key}'"
        )
    answer = office.client("team_lead").patch(f"/registers/people/{key}", 2, address="Else 1")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["location_class"], answer.json()["radius_m"]) == ("pending", None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_persons_leave_the_house_by_the_lead_only(office: Office, kind: str) -> None:
    staff, lead = office.client("centre_staff"), office.client("team_lead")
    key = person(staff, pseudonym="=cmd|' /C calc'!A0")["id"]
    path = f"/registers/people.{kind}"
    assert staff.get(path, purpose="check").status_code == 403
    assert lead.get(path).status_code == 422
    answer = lead.get(path, purpose="check")
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    noted = looks(office, key)[-1]
    assert (noted["action"], noted["purpose"]) == ("export", "check")
    if kind == "csv":
        line = next(one for one in answer.text.splitlines() if key in one)
        assert "'=cmd|" in line
        assert "match_key" not in answer.text


def test_a_persons_own_list_of_looks(office: Office) -> None:
    staff = office.client("centre_staff")
    key = person(staff)["id"]
    staff.get(f"/registers/people/{key}", purpose="referral")
    path = f"/people/{key}/access-list"
    readers = [office.client(name) for name in sorted(LISTERS & LOG_READERS)]
    assert readers
    for reader in readers:
        answer = reader.get(path)
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        assert ("read", "referral") in {(one["action"], one["purpose"]) for one in items}
        assert {one["territory"] for one in items if one["role"] != "auditor"} == {ATHENS}
        unknown = reader.get(f"/people/{uuid.uuid4()}/access-list")
        # The auditor sees no records: nobody's list is as empty as that of somebody never looked at.
        if reader.user is not None and reader.user.role == "auditor":
            assert (unknown.status_code, unknown.json()["items"]) == (200, [])
        else:
            assert unknown.status_code == 404
    auditor = office.client("auditor")
    for lang, words in (("en", "Community centre staff"), ("el", "Προσωπικό Κέντρου Κοινότητας")):
        page = auditor.get(path, format="html", lang=lang)
        assert page.headers["content-type"].startswith("text/html")
        assert f'<html lang="{lang}">' in page.text
        assert words in page.text
        assert "Secret Street" not in page.text
    assert looks(office, key)[-1]["action"] == "access list"
    assert office.client("piraeus_staff").get(path).status_code in (403, 404)
    assert office.client("agency").get(path).status_code == 403


def test_erased_for_good(office: Office) -> None:
    staff, auditor = office.client("centre_staff"), office.client("auditor")
    key = person(staff)["id"]
    need = need_of(staff, key)
    assert staff.post(f"/people/{key}/erasure", reason="request").status_code == 403
    assert auditor.post(f"/people/{key}/erasure", reason="whim").status_code == 422
    assert auditor.post(f"/people/{key}/erasure", reason="request").status_code == 204
    assert staff.get(f"/registers/people/{key}", purpose="check").status_code == 404
    assert staff.get(f"/registers/needs/{need['id']}", purpose="check").status_code == 404
    gone = auditor.post(f"/people/{key}/erasure", reason="request")
    never = auditor.post(f"/people/{uuid.uuid4()}/erasure", reason="request")
    assert gone.status_code == never.status_code == 404
    assert gone.json()["detail"] == never.json()["detail"]
    assert office.scalar("SELECT count(*) FROM registry.change WHERE row_id = CAST(:k AS uuid)", k=key) == 0  # fmt: skip
