"""A profile that does not agree with itself is refused, with file and key."""

from pathlib import Path

import pytest

import geo.profiles.profile
from geo.errors import NeedsmapError
from geo.profiles.reading import read_profile

GREECE = Path(geo.profiles.profile.__file__).with_name("gr.toml").read_text(encoding="utf-8")


def _refused(tmp_path: Path, old: str, new: str) -> str:
    assert old in GREECE
    path = tmp_path / "gr.toml"
    path.write_text(GREECE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NeedsmapError) as failure:
        read_profile(path)
    return failure.value.message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('country = "gr"', 'country = "pl"', "gr.toml: key 'country' says 'pl'"),
        ("minimum_population = 10000", "", "minimum_population' is missing"),
        ("minimum_population = 10000", "minimum_population = true", "must be a whole number"),
        ("up_to = 40000", "up_to = 400000", "community_centre_staff.bands' must rise"),
        ("  { required = 4 },\n", "", "must end with an open band"),
        ("minimum_population = 10000", "minimum_population = 40001", "all below 'minimum_pop"),
        ("ambiguous_at = [40000]", "ambiguous_at = [4000]", "ambiguous_at' names 4000, where no"),
        ('population_base = "registered"', 'population_base = "all"', "population_base' must be"),
        ('head_specialty = "social_worker"', 'head_specialty = "poet"', "head_specialty' must be"),
        ("valid_from = 2016-03-30", "valid_from = 2016-03-30\nvalid_untill = 1", "valid_untill"),
        ("valid_from = 2016-03-30", "valid_from = 2016-03-30\nvalid_until = 2015-01-01", "before"),
        ('"74"]', '"74", "01"]', "put unit '01' into EL51 and EL43"),
        ('74 = { en = "Chania", el = "Χανιά" }\n', "", "no names for unit '74' of EL43"),
        ('el = "Χανιά" }', 'fr = "La Canée" }', "units.74.el' is missing"),
        ('el = "Χανιά" }', 'el = "Χανιά", fr = "La Canée" }', "units.74.fr' is not known here"),
        ('target_groups = ["older"]', 'target_groups = ["old"]', "no target group"),
        ('unless_service = "social_grocery"', 'unless_service = "shop"', "unless_service' must be"),
        ("postcode_pattern = '", "postcode_pattern = '(", "not a regular expression"),
        ('"Οδ.", "Οδ"', '"Οδ.", "Οδ."', "holds a word twice"),
        ("[units]", "[units", "cannot be read"),
    ],
)
def test_errors_name_file_and_key(tmp_path, old, new, message):
    assert message in _refused(tmp_path, old, new)
