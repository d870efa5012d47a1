"""Lists that are read page by page: each row once, in order, and an end."""

from __future__ import annotations

from typing import Any

from tests.integration.locating.conftest import Places, wait_for


def walked(places: Places, path: str, name: str = "centre_staff") -> list[list[str]]:
    """The ids on each page of two rows, until there is no next one."""
    client = places.client(name)
    pages: list[list[str]] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = client.get(path, limit=2, **cursor)
        assert answer.status_code == 200, answer.text
        pages.append([one["id"] for one in answer.json()["items"]])
        if answer.json()["next"] is None:
            return pages
        assert len(pages) < 10, "the list does not end"
        cursor = {"cursor": answer.json()["next"]}


def test_pages_of_spots(places: Places) -> None:
    worker = places.client("street_worker")
    made = [
        worker.made("/spots", name=f"Spot {number}", lat=37.977, lon=23.73)["id"]
        for number in range(5)
    ]
    pages = walked(places, "/spots")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == sorted(made)


def test_pages_of_decisions_the_newest_first(places: Places) -> None:
    made = []
    for number in range(3):
        text = f"Άγνωστη {number}"
        places.person(text)
        places.locate()
        answer = places.decide(key=places.item(text)["key"], refuse=True)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    pages = walked(places, "/locations/decisions")
    assert [len(page) for page in pages] == [2, 1]
    assert [one for page in pages for one in page] == made[::-1]


def test_pages_of_runs_the_newest_first(places: Places) -> None:
    staff = places.client("centre_staff")
    made = []
    for _ in range(3):
        key = staff.post("/locations/jobs", register="people", country="gr").json()["id"]
        wait_for(staff, key)
        made.append(key)
    pages = walked(places, "/locations/jobs")
    assert [len(page) for page in pages] == [2, 1]
    assert [one for page in pages for one in page] == made[::-1]
