"""The invented registers: reproducible, marked, plausible, and with pockets to be found."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.sources.batch import Batch
from geo.sources.gr_attica_synthetic.addresses import (
    in_latin,
    mistyped,
    spoken,
    texts,
    without_accents,
)
from geo.sources.gr_attica_synthetic.generate import Inputs, generate
from geo.sources.source import load

SOURCE = load("gr_attica_synthetic")


@pytest.fixture(scope="module")
def inputs(attica: SimpleNamespace) -> Inputs:
    return Inputs(
        areas=attica.batch.frames["areas"],
        cells=attica.batch.frames["cells"],
        streets=attica.inputs.streets,
        settlements=attica.inputs.settlements,
        area_names=attica.inputs.area_names,
        population=attica.inputs.population,
    )


@pytest.fixture(scope="module")
def registers(inputs: Inputs) -> Batch:
    return generate(inputs, SOURCE)


@pytest.fixture(scope="module")
def residents(inputs: Inputs) -> pd.Series:
    people = inputs.population
    return people[people["sex"] == "total"].set_index("code")["persons"]


def digest(frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    return {
        name: hashlib.sha256(frame.to_json(date_format="iso").encode()).hexdigest()
        for name, frame in frames.items()
    }


def centres(registers: Batch) -> pd.DataFrame:
    services, sites = registers.frames["services"], registers.frames["sites"]
    area_of = sites.set_index("external_id")["area_code"]
    chosen = services[services["service_type"] == "community_centre"]
    return chosen.assign(area_code=chosen["site_external_id"].map(area_of))


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    inputs: Inputs, registers: Batch
) -> None:
    again = digest(generate(inputs, SOURCE).frames)
    assert again == digest(registers.frames)
    other = digest(generate(inputs, SOURCE, seed=1).frames)
    drawn = again.keys() - {"programmes"}  # they are listed, not drawn
    assert all(other[name] != again[name] for name in drawn)


def test_every_row_says_that_it_is_synthetic(registers: Batch) -> None:
    assert set(registers.frames) == {
        "agencies", "sites", "services", "people", "needs", "rounds", "observations", "residents",
        "programmes", "agreements", "referrals", "contacts",
    }  # fmt: skip
    for frame in registers.frames.values():
        assert frame["synthetic"].all()
        assert frame["external_id"].is_unique


@pytest.mark.parametrize(
    ("child", "column", "parent"),
    [
        ("sites", "agency_external_id", "agencies"),
        ("services", "agency_external_id", "agencies"),
        ("services", "site_external_id", "sites"),
        ("needs", "person_external_id", "people"),
        ("observations", "round_external_id", "rounds"),
        ("agreements", "agency_external_id", "agencies"),
        ("referrals", "need_external_id", "needs"),
        ("referrals", "to_service_external_id", "services"),
        ("contacts", "person_external_id", "people"),
        ("residents", "service_external_id", "services"),
    ],
)
def test_every_reference_leads_somewhere(
    registers: Batch, child: str, column: str, parent: str
) -> None:
    referred = registers.frames[child][column].dropna()
    assert referred.isin(registers.frames[parent]["external_id"]).all()


def test_income_support_is_about_five_for_a_thousand(
    registers: Batch, residents: pd.Series
) -> None:
    people = registers.frames["people"]
    assert 18_000 < len(people) < 22_500
    rate = people["receives_income_support"].sum() / residents.sum() * 1000
    assert rate == pytest.approx(SOURCE.parameters["people"]["support_per_1000"], rel=0.05)
    assert people["pseudonym"].is_unique


def test_two_western_groups_of_neighbours_are_clearly_higher(
    attica: SimpleNamespace, inputs: Inputs, residents: pd.Series
) -> None:
    from geo.sources.gr_attica_synthetic.people import expected_supported

    expected = pd.Series(expected_supported(residents.to_dict(), SOURCE.parameters["people"]))
    rate = expected / residents * 1000
    assert expected.sum() / residents.sum() * 1000 == pytest.approx(4.8)
    factor = pd.Series(SOURCE.parameters["people"]["factor"])
    shapes = inputs.areas.set_index("code").to_crs(3035).geometry
    high = factor.index[factor >= 1.8]
    assert (rate[high] > 1.5 * rate.median()).all()
    together = shapely.union_all(shapes[high].buffer(50).to_numpy())
    groups = [part for part in shapely.get_parts(together) if part.area > 10e6]
    assert 1 <= len(groups) <= 3, "the high municipalities must be neighbours"


def test_vari_voula_vouliagmeni_has_three_staff_and_a_social_worker_as_head(
    registers: Batch,
) -> None:
    rows = centres(registers)
    (staff,) = rows[rows["area_code"] == "4902"]["staff"]
    assert len(staff) == 3
    assert [post["specialty"] for post in staff if post["head"]] == ["social_worker"]
    assert all(
        post["contract_end"] is None or post["contract_end"] > SOURCE.reference_date
        for post in staff
    )


def test_centres_are_short_headless_or_missing_where_it_says_so(
    registers: Batch, residents: pd.Series
) -> None:
    settings = SOURCE.parameters["community_centres"]
    rows = centres(registers).drop_duplicates("area_code").set_index("area_code")
    asked = {
        code: next(n for least, n in settings["bands"] if count >= least)
        for code, count in residents.items()
    }
    assert not set(settings["none"]) & set(rows.index)
    larger = set(residents.index[residents >= 10_000]) - set(settings["none"])
    assert larger <= set(rows.index)
    for code, staff in rows["staff"].items():
        heads = [post["specialty"] for post in staff if post["head"]]
        assert len(heads) == 1
        assert (heads[0] == "social_worker") == (code not in settings["no_social_worker_head"])
        short = len(staff) < asked[code]
        assert short == (code in settings["one_short"])
        expired = any(
            p["contract_end"] and p["contract_end"] < SOURCE.reference_date for p in staff
        )
        assert expired == (code in settings["one_contract_expired"])


def test_people_live_on_real_streets_of_their_municipality(
    inputs: Inputs, registers: Batch
) -> None:
    sites = registers.frames["sites"]
    known = set(zip(inputs.streets["postcode"], inputs.streets["area_code"], strict=True))
    placed = sites[sites["postcode"].notna()]
    assert len(placed) > 0.8 * len(sites)
    assert set(zip(placed["postcode"], placed["area_code"], strict=True)) <= known
    people = registers.frames["people"]
    assert people["postcode"].dropna().isin(inputs.streets["postcode"]).all()


def test_addresses_are_typed_in_many_ways(registers: Batch) -> None:
    people = registers.frames["people"].drop_duplicates("household_external_id")
    address = people["address"]
    share = {
        "latin": address.str.contains("[a-z]").mean(),
        "capitals": (address == address.str.upper()).mean(),
        "accented": address.str.contains("[άέήίόύώ]").mean(),
        "number": address.str.contains(r"\d").mean(),
        "no postcode": people["postcode"].isna().mean(),
        "unlocatable": address.isin(texts()["address"]["unlocatable_texts"]).mean(),
        "no municipality": (people["municipality_text"] == "").mean(),
    }
    assert 0.08 < share["latin"] < 0.2
    assert 0.15 < share["capitals"] < 0.35
    assert 0.25 < share["accented"] < 0.5
    assert 0.7 < share["number"] < 0.97
    assert 0.3 < share["no postcode"] < 0.65
    assert 0.02 < share["unlocatable"] < 0.04
    assert 0.03 < share["no municipality"] < 0.07


def test_household_members_share_an_address(registers: Batch) -> None:
    people = registers.frames["people"]
    by_household = people.groupby("household_external_id")
    assert (by_household["address"].nunique() == 1).all()
    assert (by_household["receives_income_support"].nunique() == 1).all()
    assert by_household.size().max() == 5


def test_reports_lie_in_attica_and_in_the_time_of_their_round(
    inputs: Inputs, registers: Batch
) -> None:
    seen, rounds = registers.frames["observations"], registers.frames["rounds"]
    assert str(seen["observed_at"].dtype).endswith("UTC]")
    joined = seen.merge(rounds, left_on="round_external_id", right_on="external_id")
    assert (
        (joined["observed_at"] >= joined["started_at"])
        & (joined["observed_at"] <= joined["ended_at"])
    ).all()
    assert (
        (rounds["ended_at"] - rounds["started_at"]).dt.total_seconds() == 60 * rounds["minutes"]
    ).all()
    shapes = inputs.areas.set_index("code").geometry
    inside = shapely.contains_xy(
        shapes[joined["area_code"]].to_numpy(), joined["lon"], joined["lat"]
    )
    assert inside.mean() > 0.97
    assert (seen["round_external_id"].isna() == (seen["channel"] == "hotline")).all()
    # Some rounds find nothing, and most municipalities are not looked at: both must be shown.
    assert rounds["external_id"].isin(joined["round_external_id"]).mean() < 0.9
    assert rounds["area_code"].nunique() < 30


def test_institutions_are_not_overfull(registers: Batch) -> None:
    services = registers.frames["services"].set_index("external_id")
    lived = registers.frames["residents"].groupby("service_external_id").size()
    assert (lived <= services.loc[lived.index, "capacity"].astype(int)).all()
    assert services.loc[lived.index, "service_type"].str.startswith("institution_").all()


def test_typing_habits_by_hand() -> None:
    rng = np.random.default_rng(3)
    assert spoken("Βουλιαγμένης Λεωφ.") == "Λεωφ. Βουλιαγμένης"
    assert spoken("Δημοσθένους (Κολωνός)") == "Δημοσθένους"
    assert without_accents("Αϊδινίου Άνω") == "Αιδινιου Ανω"
    assert in_latin(rng, "12") == "12"
    assert all(ord(letter) < 128 for letter in in_latin(rng, "Ψαρών Ξάνθης Θέμιδος"))
    for _ in range(50):
        assert 0 <= abs(len(mistyped(rng, "Αχαρνών 45")) - len("Αχαρνών 45")) <= 1
    assert mistyped(rng, "4") == "4"
