"""Which formats the reading library may open: those that sources come in, none that fetch others."""

from __future__ import annotations

from functools import cache

import pyogrio
from pyogrio._ogr import _register_drivers

ALLOWED = frozenset({"ESRI Shapefile", "GPKG", "GeoJSON", "MEM", "SQLite"})
"""GDAL's names. It tells formats by content, whatever a file is called, and some of the others
(OGR_VRT first) name further files or addresses, which it then reads."""

NO_ADDRESS = "/vsicurl/none"
"""The only address that may be fetched; there is no such one."""


@cache
def allow_only_ours() -> None:
    """Take every other driver, and the network, from GDAL for the rest of this process.

    Call before anything is opened. pyogrio has no list of allowed drivers for one call, so what
    GDAL is told to skip counts when its drivers are registered anew.
    """
    others = sorted(pyogrio.list_drivers().keys() - ALLOWED)
    pyogrio.set_gdal_config_options(
        {"OGR_SKIP": ",".join(others), "CPL_VSIL_CURL_ALLOWED_FILENAME": NO_ADDRESS}
    )
    _register_drivers()
