"""A small street gazetteer to geocode against: nine municipalities, real names, made-up points."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from geo.geocode.location import Location

AREAS = [
    ("4501", "Αθηναίων", "Athens"),
    ("4505", "Ζωγράφου", "Zografou"),
    ("4612", "Χαλανδρίου", "Chalandri"),
    ("4601", "Αμαρουσίου", "Amarousio"),
    ("4807", "Νέας Σμύρνης", "Nea Smyrni"),
    ("5101", "Πειραιώς", "Piraeus"),
    ("5104", "Νίκαιας - Αγίου Ιωάννη Ρέντη", "Nikaia-Agios Ioannis Rentis"),
    ("4906", "Μαραθώνος", "Marathonas"),
    ("5205", "Κυθήρων", "Kythira"),
]
# postcode, municipality, latitude, longitude, name of the quarter or None
POSTCODES = [
    ("10563", "4501", 37.976, 23.730, None),
    ("10564", "4501", 37.980, 23.735, None),
    ("10671", "4501", 37.978, 23.742, "Συνοικία Κολωνακίου"),
    ("11526", "4501", 37.990, 23.760, None),
    ("15771", "4505", 37.977, 23.769, None),
    ("15772", "4505", 37.972, 23.775, None),
    ("15231", "4612", 38.015, 23.793, None),
    ("15232", "4612", 38.020, 23.800, None),
    ("15234", "4612", 38.026, 23.806, None),
    ("15122", "4601", 38.055, 23.800, None),
    ("15123", "4601", 38.045, 23.795, None),
    ("17121", "4807", 37.945, 23.714, None),
    ("17123", "4807", 37.942, 23.720, None),
    ("18531", "5101", 37.943, 23.646, None),
    ("18535", "5101", 37.938, 23.640, None),
    ("18451", "5104", 37.968, 23.638, None),
    ("19007", "4906", 38.153, 23.962, None),
]
# name, postcode, odd from-to, even from-to (None: no range known; a last of None: to the end)
STREETS: list[tuple[str, str, tuple[int | None, ...]]] = [
    ("Ερμού", "10563", (1, 59, 2, 48)),
    ("Ερμού", "10564", (61, None, 50, None)),
    ("Ερμού", "15231", ()),
    ("Ερμού", "18531", ()),
    ("Κηφισίας Λεωφ.", "11526", (1, None, 2, None)),
    ("Κηφισίας Λεωφ.", "15123", ()),
    ("Κηφισίας Λεωφ.", "15231", ()),
    ("Κολοκοτρώνη Θεοδώρου", "10563", ()),
    ("Κολοκοτρώνη Θεοδώρου", "15234", ()),
    ("Κολοκοτρώνη Θεοδώρου", "18531", (1, 99, 2, 98)),
    ("Κολοκοτρώνη Θεοδώρου", "18535", (101, None, 100, None)),
    ("Πλατεία Κολοκοτρώνη Θεοδώρου", "18535", ()),
    ("Πλατεία Κάνιγγος", "10564", ()),
    ("Πλατεία 25ης Μαρτίου", "15122", ()),
    ("28ης Οκτωβρίου", "10564", ()),
    ("28ης Οκτωβρίου", "15232", ()),
    ("3ης Σεπτεμβρίου", "10564", ()),
    ("Αγίας Παρασκευής", "15232", (1, 49, None, None)),
    ("Αγίας Παρασκευής", "15234", (51, None, 2, None)),
    ("Αγίου Κωνσταντίνου", "10564", ()),
    ("Αγίου Κωνσταντίνου", "15122", ()),
    ("Αγίων Αναργύρων", "15771", ()),
    ("Βενιζέλου Ελευθερίου", "17121", ()),
    ("Βενιζέλου Σοφοκλή", "17123", ()),
    ("Βενιζέλου Ελευθερίου", "15231", ()),
    ("Παλαιολόγου Κωνσταντίνου", "15232", ()),
    ("Κωνσταντινουπόλεως", "17121", ()),
    ("Εθνικής Αντιστάσεως", "15231", ()),
    ("Εθνικής Αντιστάσεως", "17123", ()),
    ("Πανεπιστημίου", "10671", ()),
    ("Σολωμού Διονυσίου", "10564", ()),
    ("Σολωμού Διονυσίου", "15232", ()),
    ("Σκουφά Νικολάου", "10671", ()),
    ("Ξάνθου", "15771", ()),
    ("Θησέως", "15772", ()),
    ("Χρήστου Λαδά", "10563", ()),
    ("Μπουμπουλίνας Λασκαρίνας", "18535", ()),
    ("Μπότσαρη Μάρκου", "15772", ()),
    ("Ακτή Μιαούλη Ανδρέα", "18535", ()),
    ("Καραολή & Δημητρίου (Κέντρο)", "18531", ()),
    ("Στρατηγού Μακρυγιάννη Ιωάννη", "18451", ()),
    ("Ηρώων Πολυτεχνείου", "18535", ()),
    ("Γούναρη Δημητρίου Λεωφ.", "18531", ()),
    ("Μαραθώνος Λεωφ.", "19007", ()),
    ("Νικηταρά", "15122", ()),
    ("Ευαγγελιστρίας", "18531", ()),
    ("Γκύζη Νικολάου", "18451", ()),
    ("Φιλίππου Β", "15123", ()),
]
# name, other names, population, municipality, latitude, longitude
SETTLEMENTS = [
    ("Maroúsi", ["Amarousion", "Μαρούσι", "Αμαρούσιον"], 72333, "4601", 38.050, 23.806),
    ("Chalándri", ["Χαλάνδρι", "Halandri"], 74192, "4612", 38.021, 23.798),
    ("Marathon", ["Μαραθώνας"], 0, None, 38.155, 23.963),
    ("Athens", ["Αθήνα", "Atene"], 664046, "4501", 37.984, 23.728),
]


def streets_frame() -> pd.DataFrame:
    where = {code: (area, lat, lon) for code, area, lat, lon, _ in POSTCODES}
    rows = [
        (name, code, where[code][0], *(numbers or (None,) * 4), *where[code][1:])
        for name, code, numbers in STREETS
    ]
    sides = ["odd_from", "odd_to", "even_from", "even_to"]
    frame = pd.DataFrame(rows, columns=["name", "postcode", "area_code", *sides, "lat", "lon"])
    return frame.astype(dict.fromkeys(sides, "Int64"))


def frames() -> dict[str, pd.DataFrame]:
    postcodes = gpd.GeoDataFrame(
        [(code, area, quarter) for code, area, _, _, quarter in POSTCODES],
        columns=["postcode", "area_code", "name"],
        geometry=[Point(lon, lat) for _, _, lat, lon, _ in POSTCODES],
        crs=4326,
    )
    settlements = gpd.GeoDataFrame(
        [(str(i), *row[:4]) for i, row in enumerate(SETTLEMENTS)],
        columns=["external_id", "name", "alternate_names", "population", "area_code"],
        geometry=[Point(row[5], row[4]) for row in SETTLEMENTS],
        crs=4326,
    )
    areas = pd.DataFrame(AREAS, columns=["code", "name_el", "name_en"])
    areas["level"] = "municipality"
    return {
        "streets": streets_frame(),
        "postcodes": postcodes,
        "settlements": settlements,
        "areas": areas,
    }


def assert_sound(found: Location) -> None:
    """What holds for every answer: place and radius together or not at all, and words for why."""
    assert found.class_ != "address"
    assert found.reason.en and found.reason.el
    assert found.centroid_fallback == (found.class_ == "municipality")
    if found.class_ == "none":
        assert (found.lat, found.lon, found.radius_m, found.matched) == (None,) * 4
    else:
        assert found.lat is not None and found.lon is not None and found.radius_m is not None
        assert 34 < found.lat < 42 and 19 < found.lon < 30
        assert 100 <= found.radius_m < 50_000
        assert found.matched
