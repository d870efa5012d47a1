"""What offices really publish is read as a person would read it, title rows, totals and all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import pytest

from geo.fields import reading
from geo.files.refused import FileRefused
from geo.files.sandbox import read_file
from geo.imports.check import Checker
from geo.imports.prepare import open_sheet, prepare
from tests.conftest import shared_data

HOMES = "social_services/pl_dps_official_xls/"


@dataclass(frozen=True)
class Real:
    """A file, the register it goes to, and what must come of it."""

    path: str
    total: int
    accepted: int
    skipped: int = 0
    header: tuple[int, ...] = (1,)
    fields: tuple[str, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    country: str = "pl"
    register: str = "services"


AREA_AND_PERSONS = ("area_code", "persons")
REAL = (
    Real("social_services/pl_malopolska_social_facilities_315.csv", 315, 314,
         fields=("external_id", "name", "service_type", "address", "municipality", "postcode",
                 "district", "region", "lat", "lon", "capacity", "fee")),
    Real("social_services/pl_malopolska_ops_cus_pcpr_195.csv", 195, 195,
         fields=("external_id", "service_type", "address", "area_code", "lat", "lon")),
    Real("social_services/pl_slaskie_ops_167_addresses.csv", 167, 167,
         fields=("service_type", "name", "address", "municipality")),
    Real(HOMES + "data_wykaz_sds_malopolska_2026.xlsx", 99, 92, 6, header=(3,),
         fields=("name", "agency_name", "capacity_funded", "service_type")),
    Real(HOMES + "kujawsko-pomorskie_dps_wolne_miejsca_2026-08-05.xls", 66, 47, 16, header=(2, 3),
         fields=("district", "name", "capacity", "service_type")),
    Real(HOMES + "lodzkie_wolne_miejsca_2026-07-12.xls", 58, 57, 1, header=(2,),
         fields=("district", "name", "service_type")),
    Real(HOMES + "malopolskie_senior_plus_2026-06-02.xlsx", 107, 107,
         fields=("service_type", "capacity", "agency_name", "address", "postcode", "municipality")),
    Real(HOMES + "malopolskie_wolne_miejsca_dps_2026-08-08.xlsx", 140, 88, header=(2, 3, 4, 5),
         fields=("district", "name", "capacity", "capacity_waiting", "service_type")),
    Real("population/gr_census2021_provisional_dimoi.csv", 333, 332, register="population",
         country="gr", constants={"reference_date": "2021-10-22"}, fields=AREA_AND_PERSONS),
    Real("population/gr_census2021_provisional_dimoi_code_fixed_derived.csv", 333, 333,
         register="population", country="gr", constants={"reference_date": "2021-10-22"},
         fields=AREA_AND_PERSONS),
    Real("population/bg_municipality_population_dec2013_derived.csv", 265, 265,
         register="population", country="bg", constants={"reference_date": "2013-12-31"},
         fields=AREA_AND_PERSONS),
    Real("population/pl_gus_gminy_2024_tidy_derived.csv", 2477, 2477, register="population",
         fields=(*AREA_AND_PERSONS, "reference_date")),
    Real("population/pl_gus_tabl_IV_gminy_2024.xls", 3916, 2477, header=(4, 5, 6),
         register="population", constants={"reference_date": "2024-12-31"},
         fields=AREA_AND_PERSONS),
    Real("population/ro_uat_population_roem_joined_siruta_derived.csv", 3178, 3176,
         register="population", country="ro", fields=(*AREA_AND_PERSONS, "reference_date")),
)  # fmt: skip


def checked(real: Real) -> tuple[Checker, list[int], Counter[str]]:
    register = reading.load(real.register)
    path = shared_data(*real.path.split("/"))
    sheet = open_sheet(read_file(path), register, ())
    prepared = prepare(sheet, register, None, {"file": path.stem})
    assert prepared.country is not None and prepared.country.code == real.country
    assert sheet.layout.header_rows == real.header
    mapping = replace(prepared.mapping, constants={**prepared.mapping.constants, **real.constants})
    assert set(real.fields) <= mapping.fields()
    checker = Checker(
        register, mapping, sheet.layout.names, prepared.manner, prepared.country,
        exact_width=sheet.opened.delimiter,
    )  # fmt: skip
    persons: list[int] = []
    for rows in sheet.rows:
        persons += checker.check(rows).accepted.columns.get("persons", [])
    return checker, persons, Counter(f.wrong.code for f in checker.findings.kept)


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.path.rpartition("/")[2][:40])
def test_what_comes_of_a_real_file(real: Real) -> None:
    tally = checked(real)[0].tally
    assert (tally.total, tally.accepted, tally.skipped) == (
        real.total, real.accepted, real.skipped,
    )  # fmt: skip
    assert tally.accepted + tally.rejected + tally.skipped == tally.total


def test_the_municipalities_add_up_to_the_printed_total() -> None:
    by_name = {real.path: real for real in REAL}
    assert sum(checked(by_name["population/pl_gus_tabl_IV_gminy_2024.xls"])[1]) == 37_489_087
    bulgaria = by_name["population/bg_municipality_population_dec2013_derived.csv"]
    assert sum(checked(bulgaria)[1]) == 7_253_828
    greece = by_name["population/gr_census2021_provisional_dimoi_code_fixed_derived.csv"]
    assert sum(checked(greece)[1]) == 10_432_481


def test_the_double_code_of_the_greek_census_is_named() -> None:
    greece = next(r for r in REAL if r.path.endswith("provisional_dimoi.csv"))
    found = [f for f in checked(greece)[0].findings.kept if f.wrong.code == "twice"]
    assert [(f.field, f.value) for f in found] == [("area_code", "7101")]


@pytest.mark.parametrize(
    "name",
    [
        "gr_census2021_provisional_regions.csv",
        "bg_settlements_population_dec2013.csv",
        "eurostat_nuts_population_by_age_2021grid_derived.csv",
        "geonames_cities500_gr_ro_pl_bg.csv",
        "pl_gus_area_teryt_2024.xlsx",
        "pl_malopolska_powiat_age_groups_gus_bdl.csv",
        "ro_county_unemployment_monthly_roem.csv",
        "ro_county_yearly_pop_wage_gdp_unemployment_roem.csv",
        "ro_uat_population_vaccination_roem_latest.csv",
    ],
)
def test_tables_that_are_no_population_of_municipalities_are_refused_whole(name: str) -> None:
    register = reading.load("population")
    sheet = open_sheet(read_file(shared_data("population", name)), register, ())
    prepared = prepare(sheet, register, None, {"file": name})
    checker = Checker(
        register, prepared.mapping, sheet.layout.names, prepared.manner, prepared.country
    )
    for rows in sheet.rows:
        assert not checker.check(rows).accepted
    reasons = {code for (level, _, code) in checker.findings.reasons if level == "rejected"}
    assert reasons & {"missing_field", "not_an_area"}


def test_a_form_without_rows_is_told() -> None:
    with pytest.raises(FileRefused) as caught:
        list(read_file(shared_data("population", "eu_pop_grid_2018_5km.parquet")))
    assert caught.value.values == {"found": "Parquet"}
