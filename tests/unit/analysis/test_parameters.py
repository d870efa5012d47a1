"""Every parameter has a value, a source and a name in both languages."""

from pathlib import Path

import pytest

import geo.analysis.parameters
from geo.analysis.parameters import load, read_parameters
from geo.errors import NeedsmapError

FILE = Path(geo.analysis.parameters.__file__).with_name("parameters.toml")


def test_values_reach_the_sums():
    parameters = load()
    assert 1.2 <= parameters.detour_factor <= 1.5
    assert parameters.speed_kmh == parameters.values()[f"{parameters.mode}_kmh"]
    assert (parameters.decay, parameters.method) == ("gaussian", "balanced")
    assert parameters.permutations(66) == 9_999


def test_every_parameter_says_who_chose_it():
    for code, note in load().notes.items():
        assert set(note.names) == set(note.source) == {"en", "el"}, code
        assert note.own_choice == note.source["en"].startswith("Own choice"), code
        assert note.own_choice == note.source["el"].startswith("Ίδια επιλογή"), code


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value = 1.4", "value = 0.4", "detour_factor must be 1 or more"),
        ("value = 1.4", "value = -1", "detour_factor' must be positive"),
        ("value = 1.4", 'value = "far"', "detour_factor.value' must be a number"),
        ('value = "gaussian"', 'value = "steep"', "decay.value' must be one of"),
        ("[seed]", "[sead]", "key 'seed' is missing"),
        ("[seed]", "[extra]\nvalue = 1\n[seed]", "'extra' is not known here"),
    ],
)
def test_errors_name_file_and_key(tmp_path, old, new, message):
    path = tmp_path / "parameters.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NeedsmapError) as failure:
        read_parameters(path)
    assert message in failure.value.message
