"""Greece, Poland, Romania and Bulgaria against what is known of them and against real files."""

import csv
import json
import unicodedata
from collections import Counter

import pytest

from geo.analysis.norms import evaluate
from geo.errors import NotFound
from geo.geocode.words.habits import compile_habits, plain
from geo.profiles.profile import countries, load
from tests.conftest import shared_data

ALL = ("bg", "gr", "pl", "ro")


def _properties(*parts):
    with shared_data(*parts).open(encoding="utf-8") as file:
        return [feature["properties"] for feature in json.load(file)["features"]]


def _rows(*parts):
    with shared_data(*parts).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_four_countries_are_shipped():
    assert countries() == ALL


def test_poland_has_16_voivodeships_and_greater_poland_is_30():
    poland = load("pl")
    assert len(poland.regions) == 16
    assert poland.region("30").names == {"pl": "wielkopolskie", "en": "Greater Poland"}
    assert poland.region("30").other_codes == {"nuts2": ("PL41",)}
    assert poland.region_of("3064011").code == "30"  # Poznań
    assert poland.code_at("unit", "3064011") == "3064"
    assert poland.region_of("306401").code == "30"
    assert poland.level_of("306401") is poland.level_of("3064011")


def test_romania_has_41_counties_and_bucharest():
    romania = load("ro")
    assert len(romania.regions) == 42
    assert romania.region("SM").names["ro"] == "Satu Mare"
    assert romania.region("CT").names["ro"] == "Constanța"
    assert romania.region("B").names == {"ro": "București", "en": "Bucharest"}


def test_in_romania_the_data_must_say_the_county():
    romania = load("ro")
    assert romania.region_of("136483", "SM").code == "SM"
    with pytest.raises(NotFound, match="the data must give it"):
        romania.region_of("136483")
    with pytest.raises(NotFound, match="no region 'XX'"):
        romania.region_of("136483", "XX")


def test_bulgaria_has_28_provinces_two_of_them_named_sofia():
    bulgaria = load("bg")
    assert len(bulgaria.regions) == 28
    assert bulgaria.region_of("BLG52").names["bg"] == "Благоевград"
    assert bulgaria.region_of("SOF46").names["en"] == "Sofia (capital)"
    assert bulgaria.region_of("SFO43").names["en"] == "Sofia Province"
    assert bulgaria.level_of("68134").code == "settlement"


def test_greece_has_13_regions():
    assert len(load("gr").regions) == 13


@pytest.mark.parametrize(
    ("country", "code"),
    [("pl", "30"), ("pl", "3064"), ("pl", "3164011"), ("bg", "BLG"), ("bg", "XXX01"), ("bg", "")],
)
def test_a_code_of_no_municipality_has_no_region(country, code):
    with pytest.raises(NotFound):
        load(country).region_of(code)


def test_every_polish_code_has_its_level_and_voivodeship():
    poland = load("pl")
    gminas = [row["terc"] for row in _properties("boundaries", "pl_gminy_2477_terc.geojson")]
    counties = [row["terc"] for row in _properties("boundaries", "pl_powiaty_380_terc.geojson")]
    names = {
        row["terc"]: row["name"].lower()
        for row in _properties("boundaries", "pl_wojewodztwa_16_terc.geojson")
    }
    assert {region.code: region.names["pl"] for region in poland.regions} == names
    assert {poland.level_of(code).code for code in gminas} == {"municipality"}
    assert {poland.level_of(code).code for code in counties} == {"unit"}
    assert {poland.code_at("unit", code) for code in gminas} == set(counties)
    found = Counter(poland.region_of(code).code for code in gminas)
    assert (len(gminas), len(found), found["30"]) == (2477, 16, 226)
    current = _rows("boundaries", "pl_gugik_gminy_2479_names_teryt.csv")
    assert len({poland.region_of(row["terc"]).code for row in current}) == 16


def test_every_bulgarian_code_has_its_level_and_province():
    bulgaria = load("bg")
    towns = _properties("boundaries", "bg_municipalities_names.geojson")
    assert len(towns) == 265
    for town in towns:
        assert bulgaria.level_of(town["nuts4"]).code == "municipality"
        assert bulgaria.region_of(town["nuts4"]).code == town["nuts3"]
    provinces = {row["nuts3"] for row in _properties("boundaries", "bg_provinces.geojson")}
    assert provinces == {region.code for region in bulgaria.regions}
    settlements = _properties("boundaries", "bg_settlements.geojson")
    assert {bulgaria.level_of(row["ekatte"]).code for row in settlements} == {"settlement"}


def test_every_romanian_code_has_its_level_and_the_files_county_is_ours():
    romania = load("ro")
    uats = _properties("boundaries", "ro_uat_3186_siruta.geojson")
    assert {romania.level_of(row["siruta"]).code for row in uats} == {"municipality"}
    found = Counter(romania.region_of(row["siruta"], row["cc"]).code for row in uats)
    assert (len(uats), len(found), found["SM"], found["CT"], found["B"]) == (3186, 42, 65, 70, 6)
    assert {(r.code, r.names["ro"]) for r in romania.regions} == {
        (row["cc"], row["cn"]) for row in uats
    }


def test_every_greek_code_has_its_level_and_region():
    greece = load("gr")
    codes = [row["ID"] for row in _properties("boundaries", "gr_dimoi_333_elstat_codes.geojson")]
    assert len(codes) == 333
    assert {greece.level_of(code).code for code in codes} == {"municipality"}
    assert {greece.region_of(code).code for code in codes} == {r.code for r in greece.regions}


def test_nuts_codes_are_eurostats_and_each_stands_once():
    rows = _rows("population", "eurostat_nuts_population_by_age_2021grid_derived.csv")
    known = {row["GEO"] for row in rows}
    for country, system, length in (("pl", "nuts2", 4), ("ro", "nuts3", 5), ("bg", "nuts3", 5)):
        ours = [nuts for r in load(country).regions for nuts in r.other_codes[system]]
        theirs = {
            code for code in known if code.startswith(country.upper()) and len(code) == length
        }
        assert sorted(ours) == sorted(theirs), country


@pytest.mark.parametrize("country", ALL)
def test_every_name_is_in_every_language_once_composed_and_romanian_has_commas(country):
    for text in _texts(load(country)):
        assert text == unicodedata.normalize("NFC", text) == text.strip(), text
        assert not set(text) & set("şţŞŢ"), text


def _texts(thing):
    if isinstance(thing, str):
        yield thing
    elif hasattr(thing, "__dataclass_fields__"):
        for field in thing.__dataclass_fields__:
            yield from _texts(getattr(thing, field))
    elif hasattr(thing, "items"):
        for value in thing.values():
            yield from _texts(value)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from _texts(value)


def test_bulgarian_is_written_in_cyrillic_and_greek_in_greek():
    for country, script in (("bg", "CYRILLIC"), ("gr", "GREEK")):
        profile = load(country)
        language = profile.languages[0]
        for region in profile.regions:
            letters = [letter for letter in region.names[language] if letter.isalpha()]
            assert all(unicodedata.name(letter).startswith(script) for letter in letters), region


def test_closed_lists_are_the_same_in_every_country():
    for name in ("sectors", "interventions", "activities", "channels"):
        english = [
            {code: names["en"] for code, names in getattr(load(c), name).items()} for c in ALL
        ]
        assert english == [english[0]] * len(ALL), name


def test_the_ten_specialties_of_community_centres_are_known_everywhere():
    for country in ALL:
        assert set(load("gr").specialties) <= set(load(country).specialties)


def test_observation_categories_are_the_same_everywhere():
    assert len({tuple(load(c).observation_categories) for c in ALL}) == 1


def test_only_bodies_of_a_municipality_need_a_parent():
    needing = {
        (country, form.code)
        for country in ALL
        for form in load(country).legal_forms.values()
        if form.needs_parent_municipality
    }
    assert needing == {
        ("gr", "municipal_legal_entity"),
        ("gr", "municipal_benefit_company"),
        ("gr", "municipal_other"),
        ("pl", "municipal_unit"),
        ("ro", "municipal_unit"),
        ("bg", "municipal_enterprise"),
    }


def test_polish_kinds_of_service_are_recognised_as_the_files_write_them():
    poland = load("pl")
    files = {
        ("pl_malopolska_social_facilities_315.csv", "typ"): {
            "sds", "dps", "senior_club", "senior_day_home",
        },
        ("pl_malopolska_social_facilities_315.csv", "typ_krotki"): {
            "sds", "dps", "senior_club", "senior_day_home",
        },
        ("pl_malopolska_ops_cus_pcpr_195.csv", "typ"): {"ops", "pcpr", "cus", "mopr"},
    }  # fmt: skip
    for (name, column), expected in files.items():
        words = {row[column] for row in _rows("social_services", name)}
        assert {poland.service_type_called(word).code for word in words} == expected
    with pytest.raises(NotFound):
        poland.service_type_called("DPSX")


def test_every_polish_municipality_has_a_centre_of_one_kind_or_another():
    duty = load("pl").service_type("ops").duty
    assert (duty.level, duty.status) == ("municipality", "conditional")
    assert duty.unless_services == ("cus", "mopr")
    assert load("pl").service_type("rops").duty.level == "region"


def test_the_ten_groups_of_the_bulgarian_act_stand_first():
    assert [service.code for service in load("bg").service_types[:10]] == [
        "information_consulting",
        "advocacy_mediation",
        "community_work",
        "therapy_rehabilitation",
        "skills_training",
        "employment_support",
        "day_care",
        "residential_care",
        "shelter",
        "assistant_support",
    ]


def test_a_local_di_plan_has_a_diagnostic_and_a_programme_part():
    plan = load("pl").plan_templates[0]
    assert [(part.code, list(part.sections)) for part in plan.parts] == [
        ("diagnostic", ["characteristics", "resource_analysis", "needs_diagnosis"]),
        ("programme", ["di_plan", "cost_analysis", "available_resources", "monitoring"]),
    ]


def test_only_bulgaria_binds_indicators_to_official_sources():
    assert [c for c in ALL if load(c).official_sources.binding] == ["bg"]
    kinds = [source.kind for source in load("bg").official_sources.listed]
    assert kinds == ["statistics", "law", "municipal_study"]


def test_the_social_assistance_agency_has_a_hierarchy_of_its_own():
    (asa,) = load("bg").agency_hierarchies
    assert [(level.code, level.follows) for level in asa.levels] == [
        ("regional_directorate", "region"),
        ("directorate", None),
    ]
    assert load("gr").agency_hierarchies == ()


def test_norms_whose_numbers_nobody_read_are_never_met():
    empty = [(c, n) for c in ALL for n in load(c).norms.values() if n.unobtained is not None]
    assert {(country, norm.code) for country, norm in empty} == {
        ("bg", "planning_criteria"),
        ("pl", "ops_social_workers"),
        ("pl", "dps_staff"),
        ("ro", "public_service_staff"),
    }
    for country, norm in empty:
        assert norm.bands == ()
        result = evaluate(norm, 50_000, {"staff": 500, "head": "social_worker"})
        assert result.state == "not_assessable"
        for language in (*load(country).languages, "en"):
            assert result.reason[language] == norm.unobtained[language]


@pytest.mark.parametrize(
    ("country", "text", "postcode"),
    [
        ("pl", "ul. Żywiecka 15, 43-300 Bielsko-Biała", "43300"),
        ("pl", "nr 12-14, tel. 61-123-45-67", None),
        ("ro", "Str. Unirii nr. 104, 900532 Constanța", "900532"),
        ("bg", "п.к. 2700 Благоевград", "2700"),
        ("bg", "ул. 27-ми април 12", None),
    ],
)
def test_postcodes_are_found(country, text, postcode):
    found = compile_habits(load(country).addresses).postcode.search(plain(text))
    assert (None if found is None else "".join(found.groups())) == postcode


@pytest.mark.parametrize(
    ("country", "text", "groups"),
    [
        ("pl", "ul. Żywiecka 15A/3", ("15", "a", None)),
        ("pl", "Piłsudskiego 12-14", ("12", None, "14")),
        ("ro", "Str. Unirii nr. 104", ("104", None, None)),
        ("bg", "ул. Раковски 12Б", ("12", "б", None)),
    ],
)
def test_house_numbers_are_found(country, text, groups):
    found = compile_habits(load(country).addresses).house_number.search(plain(text))
    assert found.groups() == groups


@pytest.mark.parametrize(
    ("country", "text"),
    [("pl", "al. "), ("ro", "bd. "), ("ro", "șos. "), ("bg", "бул. "), ("bg", "ул. ")],
)
def test_street_types_are_recognised(country, text):
    habits = compile_habits(load(country).addresses)
    assert habits.leading_kind.match(plain(text + "X"))
