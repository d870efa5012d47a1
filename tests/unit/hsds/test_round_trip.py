"""Frames to HSDS and back are the same frames, in every form that HSDS has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hsds_frames import Frames, directories, rows_of, with_ids
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.hsds.package import read_package, write_package
from geo.hsds.read import looks_like_hsds, read
from geo.hsds.tables import tabular
from geo.hsds.write import page, write

FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def through_json(document: Any) -> Any:
    return json.loads(json.dumps(document, ensure_ascii=False, allow_nan=False))


def assert_read_back(document: Any, frames: Frames) -> None:
    assert looks_like_hsds(document)
    reading = read(document)
    assert rows_of(reading.frames) == rows_of(frames)
    assert {one.reason for one in reading.untaken} <= {"derived"}
    assert reading.sources == {"somewhere"}


@given(directories())
@FEW
def test_organizations_hold_everything(frames: Frames) -> None:
    documents = write(with_ids(frames), sensitive=True).documents("organization")
    whole = page(documents, len(documents), 1, len(documents))
    assert_read_back(through_json(whole), frames)


@given(directories())
@FEW
def test_the_tabular_form_holds_everything(frames: Frames) -> None:
    assert_read_back(through_json(tabular(write(with_ids(frames), sensitive=True).tables)), frames)


@given(frames=directories())
@FEW
def test_csv_files_hold_everything(frames: Frames, tmp_path: Path) -> None:
    for name, text in write_package(write(with_ids(frames), sensitive=True).tables).items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        for line in text.replace('"', "").splitlines():
            assert not any(cell.startswith(("=", "@")) for cell in line.split(","))
    assert_read_back(read_package(tmp_path), frames)
    for path in tmp_path.iterdir():
        path.unlink()


@given(directories(), st.sampled_from(["service", "service_at_location"]))
@FEW
def test_services_hold_themselves_and_where_they_are(frames: Frames, entity: str) -> None:
    documents = write(with_ids(frames), sensitive=True).documents(entity)
    found, expected = rows_of(read(through_json(documents)).frames), rows_of(frames)
    # An agency that runs a site for others is in the organizations only.
    named = {row["agency_external_id"] for row in expected["services"]}
    there = [row for row in expected["agencies"] if row["external_id"] in named]
    assert found["agencies"] == there
    assert found["services"] == expected["services"]
    used = {row["site_external_id"] for row in expected["services"]}
    kept = [row for row in expected["sites"] if row["external_id"] in used]
    for one, other in zip(found["sites"], kept, strict=True):
        assert one | {"agency_external_id": None} == other | {"agency_external_id": None}


@given(directories())
@FEW
def test_reading_again_meets_the_same_ids(frames: Frames) -> None:
    first = write(with_ids(frames), sensitive=True).documents("organization")
    again = write(with_ids(read(first).frames), sensitive=True).documents("organization")
    assert {one["id"]: one["name"] for one in again} == {one["id"]: one["name"] for one in first}
    assert sorted(json.dumps(one, sort_keys=True) for one in again) == sorted(
        json.dumps(one, sort_keys=True) for one in first
    )
