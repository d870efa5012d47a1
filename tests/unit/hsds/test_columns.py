"""What the reader gives is what the registers can import."""

from __future__ import annotations

from geo.fields.reading import load
from geo.hsds.columns import COLUMNS, DERIVED, TAKEN
from geo.hsds.labels import labels_of
from geo.hsds.shape import shape
from geo.hsds.terms import TAXONOMIES
from geo.profiles import profile


def test_every_column_is_a_field_of_its_register() -> None:
    for name, columns in COLUMNS.items():
        # Whether rows are synthetic is said by their source.
        assert set(columns) - {"synthetic"} <= set(load(name).fields), name


def test_read_and_derived_fields_exist_and_do_not_overlap() -> None:
    for fields in (TAKEN, DERIVED):
        for entity, names in fields.items():
            assert names <= set(shape()[entity].fields), entity
    for entity, names in DERIVED.items():
        assert not names & TAKEN[entity]


def test_codes_have_the_names_of_the_profile() -> None:
    labels = labels_of([profile.load("gr")], "el")
    assert set(labels) <= set(TAXONOMIES)
    assert labels["service_type"]["community_centre"] == "Κέντρο Κοινότητας"
