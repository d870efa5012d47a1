"""The tabular form of HSDS as CSV files with a datapackage.json beside them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.errors import InvalidInput
from geo.files.formulas import defused, restored
from geo.files.limits import STANDARD
from geo.hsds.shape import Entity, shape
from geo.hsds.tables import NOTHING, Row, Tables, tabular

DESCRIPTOR = "datapackage.json"


def write_package(tables: Tables) -> dict[str, str]:
    """File name -> text of a tabular data package; CSV after RFC 4180 in UTF-8.

    Cells that a spreadsheet could run as formulas get an apostrophe before them, which
    `read_package` takes off again.
    """
    rows = tabular(tables)
    files = {
        entity.file: _csv(entity, rows[entity.name])
        for entity in shape().values()
        if entity.name in rows
    }
    files[DESCRIPTOR] = json.dumps(
        {
            "name": "human_services_data",
            "profile": "tabular-data-package",
            "resources": [_resource(shape()[name]) for name in rows],
        },
        indent=2,
    )
    return files


def read_package(folder: Path) -> dict[str, list[Row]]:
    """The tabular document in a folder of CSV files named as HSDS names them.

    Texts of number fields become numbers where they are ones. Raises InvalidInput where the
    folder holds no such file, or one that is too large, not UTF-8 or not CSV.
    """
    found = {
        entity.name: folder / entity.file
        for entity in shape().values()
        if (folder / entity.file).is_file()
    }
    if not found:
        raise InvalidInput(
            f"{folder.name}: holds no file of HSDS.", hint="organizations.csv, services.csv, ..."
        )
    if sum(path.stat().st_size for path in found.values()) > STANDARD.file_bytes:
        raise InvalidInput(f"{folder.name}: larger than {STANDARD.file_bytes // 2**20} MB.")
    return {name: _read(shape()[name], path) for name, path in found.items()}


def _csv(entity: Entity, rows: list[Row]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(entity.plain)
    for row in rows:
        writer.writerow([defused(row.get(name, "")) for name in entity.plain])
    return out.getvalue()


def _read(entity: Entity, path: Path) -> list[Row]:
    # The largest cell the module takes is one number for the whole process.
    csv.field_size_limit(STANDARD.file_bytes)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            records = csv.DictReader(stream, restkey="", strict=True)
            return [_row(entity, record) for record in records]
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name}: is not UTF-8.", hint="HSDS asks for UTF-8.") from error
    except csv.Error as error:
        raise InvalidInput(f"{path.name}: is not CSV: {error}.") from error


def _row(entity: Entity, record: Mapping[str, Any]) -> Row:
    return {
        # What stands beyond the columns has no name; it is counted under the empty one.
        name: _value(entity, name, restored(text) if isinstance(text, str) else text)
        for name, text in record.items()
        if text not in NOTHING
    }


def _value(entity: Entity, name: str, text: Any) -> Any:
    field = entity.fields.get(name)
    if field is None or field.kind != "number" or not isinstance(text, str):
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number


def _resource(entity: Entity) -> dict[str, Any]:
    return {
        "name": entity.name,
        "path": entity.file,
        "profile": "tabular-data-resource",
        "schema": {
            "fields": [
                {
                    "name": name,
                    "type": "number" if entity.fields[name].kind == "number" else "string",
                    "constraints": {"required": name in (*entity.required, *entity.linked)},
                }
                for name in entity.plain
            ],
            "primaryKey": "id",
        },
    }
