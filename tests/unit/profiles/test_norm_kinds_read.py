"""A ratio, a maximum and a step table are read from a profile, and wrong ones refused."""

from fractions import Fraction
from pathlib import Path

import pytest

from geo.errors import NeedsmapError
from geo.profiles.profile import load_from

TOYLAND = (Path(__file__).parents[2] / "toyland" / "ty.toml").read_text(encoding="utf-8")
COMMON = """
service_types = ["repair"]
names = { en = "a", fr = "b", it = "c" }
valid_from = 2020-01-01
source = { en = "Toy law", fr = "Loi" }
"""
KINDS = f"""
[norms.beds]
kind = "ratio"
unit = "places"
per_thousand = "2.5"
minimum_population = 0
population_base = "residents"
base_alternatives = []
counted = {{ en = "teddy bears", fr = "ours" }}
{COMMON}
[norms.crowd]
kind = "maximum"
maximum = 30
{COMMON}
"""


def _read(folder, text):
    (folder / "ty.toml").write_text(TOYLAND + text, encoding="utf-8")
    return load_from(folder, "ty")


def test_a_ratio_and_a_maximum_are_read(tmp_path):
    profile = _read(tmp_path, KINDS)
    beds, crowd = profile.norm("beds"), profile.norm("crowd")
    assert (beds.kind, beds.unit, beds.per_thousand) == ("ratio", "places", Fraction(5, 2))
    assert beds.counted == {"en": "teddy bears", "fr": "ours"}
    assert beds.names["it"] == "c"
    assert (crowd.kind, crowd.unit, crowd.maximum) == ("maximum", "users", 30)
    assert profile.norm("seamsters").unit == "posts"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"2.5"', '"two"', "per_thousand' must be a number above 0"),
        ('"2.5"', '"0.0"', "per_thousand' must be a number above 0"),
        ('"2.5"', "2.5", "per_thousand' must be a text"),
        ("maximum = 30", "maximum = 0", "maximum' must be 1 or more"),
        ('kind = "ratio"', 'kind = "mood"', "kind' must be one of bands, ratio, maximum"),
        ('unit = "places"', 'unit = "hats"', "unit' must be one of posts, places, users"),
        ('it = "c"', 'xx = "c"', "names.xx' is not known here"),
    ],
)
def test_a_wrong_kind_is_refused_by_its_key(tmp_path, old, new, message):
    with pytest.raises(NeedsmapError) as failure:
        _read(tmp_path, KINDS.replace(old, new, 1))
    assert message in failure.value.message
