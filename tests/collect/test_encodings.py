from pathlib import Path

import pytest

from vitrail.collect.files.asking import Unanswered
from vitrail.collect.files.encodings import BAD_BYTE, CANDIDATES, encoding_called, find_encoding
from vitrail.collect.files.limits import LIMITS
from vitrail.collect.files.looking import look_at

SENTENCES = (
    "Hélène Lefèvre;12 rue de l'Église;Orléans\nJérôme Bénard;3 allée des Chênes;Nîmes\n",
    "François;à Besançon\nZoé;près du théâtre\nMaël;côté forêt\nAnaïs;Évry\n",
    "prénom;créé le;décédé\nThéo;2024;né à Saint-Étienne\n",
    "Société Générale d'Électricité;siège à Châteauroux;été\n",
    "GÉRARD;ÉVRY\nANDRÉ;ORLÉANS\nHÉLÈNE;CRÉTEIL\nBARTHÉLÉMY;SAINT-ÉTIENNE\n",
)


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("text", SENTENCES)
def test_french_letters_tell_the_encoding(text: str, encoding: str):
    found = find_encoding([text.encode(encoding)])
    assert (found.encoding, found.rivals) == (encoding, ())


@pytest.mark.parametrize("text", SENTENCES)
def test_encodings_that_read_alike_are_one(text: str):
    content = text.encode("iso-8859-15")
    assert content.decode(find_encoding([content]).encoding) == text


def test_the_sign_of_the_euro_tells_latin9():
    assert find_encoding(["prix : 12 \u20ac, 3 \u20ac\n".encode("iso-8859-15")]).encoding == "iso-8859-15"


def test_utf8_wins_wherever_it_is_cut():
    content = "été à Évry".encode()
    for place in range(len(content)):
        assert find_encoding([content[:place], content[place:]]).encoding == "utf-8"


def test_a_byte_that_is_no_letter_stands_for_itself():
    assert b"N\xeemes".decode("utf-8", "vitrail.bytes") == f"N{chr(BAD_BYTE + 0xEE)}mes"


@pytest.mark.parametrize("name", [*CANDIDATES, "utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_that_is_found_has_a_name_for_people(name: str):
    assert name not in (encoding_called(name).fr, encoding_called(name).en)


def test_each_way_to_read_is_shown_with_its_words_and_its_name(tmp_path: Path):
    path = tmp_path / "prices.csv"
    path.write_bytes("price\n10 €\n".encode("iso-8859-15"))
    with pytest.raises(Unanswered) as asked:
        look_at(path, {}, limits=LIMITS)
    assert [each.label.en for each in asked.value.questions[0].choices] == [
        "“10 €” – ISO 8859-15 (Western European)",
        "“10 §” – Mac OS Roman (older Macs)",
        "“10 ñ” – code page 850 (DOS)",
    ]
