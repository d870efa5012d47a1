"""A country nobody wrote code for: a file in a folder is enough, and a wrong one is refused."""

from pathlib import Path

import pytest

from geo.analysis.norms import evaluate, required_posts
from geo.errors import InvalidInput, NeedsmapError, NotFound
from geo.geocode.words.habits import compile_habits
from geo.profiles.profile import countries, load_from

TOYLAND = (Path(__file__).parents[2] / "toyland" / "ty.toml").read_text(encoding="utf-8")


@pytest.fixture
def toyland(tmp_path):
    (tmp_path / "ty.toml").write_text(TOYLAND, encoding="utf-8")
    return load_from(tmp_path, "ty")


def test_a_file_in_a_folder_makes_a_country(tmp_path, toyland):
    assert countries(tmp_path) == ("ty",)
    assert toyland.names == {"fr": "Pays des jouets", "en": "Toyland"}
    assert toyland.region_of("T207").names["fr"] == "Étagère du bas"
    assert toyland.level_of("T207").code == "municipality"
    assert toyland.service_type_called("atelier  de Réparation").code == "repair"
    assert toyland.service_type("repair").duty.unless_services == ("library",)
    assert toyland.legal_form("box").needs_parent_municipality
    assert toyland.plan_templates[0].parts[0].sections["floor"]["fr"] == "Plancher"
    assert compile_habits(toyland.addresses).ordinary_kind == ""


def test_a_norm_without_a_head_holds_numbers_only(toyland):
    norm = toyland.norm("seamsters")
    facts = {"staff": 1, "head": None}
    assert [required_posts(norm, n) for n in (9, 10, 20, 21)] == [None, 1, 1, 2]
    result = evaluate(norm, 21, facts)
    assert (result.state, result.shortfall, result.flags) == ("short", 1, ())
    assert evaluate(norm, 20, facts).state == "met"


def test_a_norm_without_numbers_is_never_met(toyland):
    norm = toyland.norm("librarians")
    for facts in (None, {"staff": 0, "head": None}, {"staff": 1000, "head": "seamster"}):
        for population in (None, 0, 10_000_000):
            result = evaluate(norm, population, facts)
            assert result.state == "not_assessable"
            assert (result.required, result.actual, result.shortfall) == (None, None, None)
            assert result.reason["fr"] == "Personne n'a trouvé la page."
            # Greek is a language of ours that this country does not speak: English then.
            assert result.reason["el"] == result.reason["en"] == "Nobody has found the page."
    with pytest.raises(InvalidInput, match="no numbers"):
        required_posts(norm, 5)


def test_unknown_country_of_an_empty_folder(tmp_path):
    with pytest.raises(NotFound) as failure:
        load_from(tmp_path, "ty")
    assert "no country" in failure.value.hint


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("code_pattern = 'ty'", "code_pattern = 'xx'", "'country' 'ty' has the form of no level"),
        ('code = "T2"', 'code = "T1"', "regions[2].code' 'T1' stands twice"),
        ('code = "T2"', 'code = "T201"', "has the form of level 'municipality', not of 'region'"),
        ("leading = 2", "leading = 0", "levels[2].leading' must be 1 or more"),
        ("leading = 2\n", "", "'region_from' is 'prefix', but level 'region' has no 'leading'"),
        ('region_from = "prefix"', 'region_from = "unit"', "there are no units"),
        ('region_from = "prefix"', 'region_from = "guess"', "must be one of prefix, unit, parent"),
        ('code = "municipality"', 'code = "region"', "'levels' holds a code twice"),
        ('code = "municipality"', 'code = "box"', "'levels' must hold a level 'municipality'"),
        ('older = { en = "Older people", fr = "Personnes âgées" }\n', "", "sectors.older' is miss"),
        ("[channels]\n", '[channels]\nfax = { en = "a", fr = "b" }\n', "channels.fax' is not one"),
        ('sectors = ["older"]', 'sectors = ["bears"]', "sectors' names 'bears'"),
        ('code = "library"', 'code = "repair"', "'repair' stands twice"),
        ('code = "library"', 'code = "Toy Library"', "must be a code like"),
        ('unless_services = ["library"]', 'unless_services = ["shop"]', "'shop', which is no ser"),
        ('level = "municipality"\nstatus', 'level = "village"\nstatus', "duty.level' must be one"),
        ('ownership = "public"', 'ownership = "nobody"', "legal_forms.box.ownership' must be one"),
        ('service_types = ["repair"]', 'service_types = ["spa"]', "'spa', which is no service"),
        ('service_types = ["repair"]', "service_types = []", "must name one at least"),
        ('specialties = ["seamster"]', 'specialties = ["poet"]', "'poet', which is no specialty"),
        ("discretionary_for = []", 'discretionary_for = ["cat"]', "'cat', which is no target"),
        ("valid_until = 2030-12-31", "valid_until = 2019-12-31", "is before valid_from"),
        (', fr = "Personne n\'a trouvé la page."', "", "librarians.unobtained.fr' is missing"),
        ("unobtained = {", "bands = []\nunobtained = {", "librarians.bands' is not known here"),
        ('level = "region"\nsource', 'level = "attic"\nsource', "plan_templates[1].level' must be"),
        ("binding = false", "binding = true", "official_sources.rule' is missing"),
        ("'(\\d)(\\d)'", "'(\\d\\d)'", "postcode_pattern' must have 2 groups, not 1"),
        ('names = { en = "Toyland"', 'names = { en = " "', "names.en' must not be empty"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(tmp_path, old, new, message):
    assert old in TOYLAND
    (tmp_path / "ty.toml").write_text(TOYLAND.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NeedsmapError) as failure:
        load_from(tmp_path, "ty")
    assert failure.value.message.startswith("ty.toml: key '")
    assert message in failure.value.message
    assert failure.value.hint.startswith("Mend '")


def test_a_checklist_without_a_mandatory_item_is_refused(tmp_path):
    checklist = """
[checklists.repair]
source = { en = "a", fr = "b" }
items = [{ code = "sew", status = "optional", names = { en = "a", fr = "b" } }]
"""
    (tmp_path / "ty.toml").write_text(TOYLAND + checklist, encoding="utf-8")
    with pytest.raises(NeedsmapError, match="must hold one that is mandatory"):
        load_from(tmp_path, "ty")
