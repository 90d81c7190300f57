"""Mistakes that show in the spelling alone, each with what to write instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec

from vitrail.language.words import WORDS
from vitrail.model.errors import Message, Problem

_TOKEN = re.compile(
    r"""
      (?P<text>"(?:[^"\\]|\\.)*(?:"|\Z))
    | (?P<name>`(?:[^`]|``)*(?:`|\Z))
    | (?P<quoted>'[^'\n]*'|[“„][^”“"\n]*[”“]|«[^»\n]*»|‘[^’\n]*’)
    | (?P<iso>\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?(?!\d))
    | (?P<date>\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)\d{4}(?!\d)|\d{4}/\d{1,2}/\d{1,2}(?!\d)
              |\d{4}-\d{1,2}-\d{1,2}(?!\d))
    | (?P<number>\d[\d.]*)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>===?|!==?|=!|<>|=<|=>|<=|>=|&&?|\|\|?|[≠≤≥×÷−–!])
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_SIGNS = {
    **dict.fromkeys(("<>", "!==", "=!", "≠"), "!="),
    **dict.fromkeys(("=<", "≤"), "<="),
    **dict.fromkeys(("=>", "≥"), ">="),
    **dict.fromkeys(("−", "–"), "-"),
    **dict.fromkeys(("&", "&&"), "and"),
    **dict.fromkeys(("|", "||"), "or"),
    **dict.fromkeys(("==", "==="), "="),
    "×": "*",
    "÷": "/",
    "!": "not",
}

DATE_LIKE = re.compile(r"\d[./-]\d{1,2}[./-]\d{4}|\d{4}/\d|\d{4}-\d-\d|\d{4}-\d\d-\d(?!\d)")
"""What makes it worth looking for dates written another way, which would read as divisions."""


class Piece(msgspec.Struct, frozen=True):
    """One word, text, number or sign of a rule, with the place it starts at."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)


class Mistake(msgspec.Struct, frozen=True):
    """One problem of spelling, and the text that would mend it."""

    problem: Problem
    mended: str


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a rule, white space left out; any text at all has some."""
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        if kind != "space":
            yield Piece(kind, found.group(0), found.start())


def find_mistakes(text: str) -> list[Mistake]:
    """The mistakes of spelling of a rule that cannot be read, in order."""
    found = []
    before, in_list = "", False
    for piece in pieces(text):
        if piece.text == "(":
            in_list = before in ("in", "has", "of")
        mistake = _mistake(piece, wants_text=before in _BEFORE_TEXT or in_list)
        if mistake:
            found.append(mistake)
        in_list = in_list and piece.text != ")"
        before = piece.text
    return found


def _mistake(piece: Piece, *, wants_text: bool) -> Mistake | None:
    match piece.kind:
        case "text":
            return _text(piece)
        case "name" if len(piece.text) < 2 or not piece.text.endswith("`"):
            return _wrong(
                piece,
                "unclosed_name",
                mended="`_`",
                fr="Il manque l’accent grave qui ferme ce nom.",
                en="The backtick that closes this name is missing.",
            )
        case "quoted":
            return _quotes(piece)
        case "date":
            return _date(piece)
        case "word":
            return _word(piece, wants_text=wants_text)
        case "sign" if piece.text in _SIGNS:
            return _sign(piece)
        case _:
            return None


def _wrong(piece: Piece, code: str, *, mended: str, fr: str, en: str) -> Mistake:
    span = (piece.start, piece.end)
    return Mistake(Problem(code=code, path="", message=Message(fr=fr, en=en), span=span), mended)


def _text(piece: Piece) -> Mistake | None:
    try:
        json.loads(piece.text)
    except ValueError:
        pass
    else:
        return None
    if len(piece.text) < 2 or not re.fullmatch(r'"(?:[^"\\]|\\.)*"', piece.text, re.DOTALL):
        return _wrong(
            piece,
            "unclosed_text",
            mended='""',
            fr='Il manque le guillemet " qui ferme ce texte.',
            en='The double quote " that closes this text is missing.',
        )
    mended = re.sub(r"\\(?!u[0-9a-fA-F]{4}).", _escaped, piece.text, flags=re.DOTALL)
    mended = re.sub(r"[\x00-\x1f]", lambda control: json.dumps(control.group(0))[1:-1], mended)
    if re.search(r"[\x00-\x1f]", piece.text):
        return _wrong(
            piece,
            "control_character",
            mended=mended,
            fr="Un texte tient sur une ligne : écrivez \\n pour un saut de ligne, \\t pour une tabulation.",
            en="A text stands on one line: write \\n for a line break, \\t for a tabulation.",
        )
    return _wrong(
        piece,
        "backslash",
        mended=mended,
        fr='Dans un texte, la barre oblique inversée s’écrit deux fois : "\\\\d+".',
        en='In a text, a backslash is written twice: "\\\\d+".',
    )


def _escaped(pair: re.Match[str]) -> str:
    return pair.group(0) if pair.group(0)[1] in '"\\/bfnrt' else f"\\{pair.group(0)}"


def _quotes(piece: Piece) -> Mistake:
    mended = json.dumps(piece.text[1:-1].strip(), ensure_ascii=False)
    return _wrong(
        piece,
        "quotes",
        mended=mended,
        fr=f"Un texte s’écrit entre guillemets droits doubles : {_brief(mended)}.",
        en=f"A text is written between straight double quotes: {_brief(mended)}.",
    )


def _date(piece: Piece) -> Mistake:
    numbers = [int(each) for each in re.split(r"[./-]", piece.text)]
    year, month, day = numbers if numbers[0] > 999 else reversed(numbers)
    if month > 12 >= day:
        month, day = day, month
    mended = f"{year:04}-{month:02}-{day:02}"
    return _wrong(
        piece,
        "date_format",
        mended=mended,
        fr=f"Une date s’écrit année-mois-jour : {mended} au lieu de « {piece.text} ».",
        en=f'A date is written year-month-day: {mended} instead of "{piece.text}".',
    )


def _sign(piece: Piece) -> Mistake:
    good = _SIGNS[piece.text]
    if good == "=":
        french, english = "Écrivez un seul « = ».", 'Write a single "=".'
    else:
        french = f"Écrivez « {good} » au lieu de « {piece.text} »."
        english = f'Write "{good}" instead of "{piece.text}".'
    return _wrong(piece, "sign", mended=f" {good} ", fr=french, en=english)


def _word(piece: Piece, *, wants_text: bool) -> Mistake | None:
    if re.fullmatch(r"[a-z_][a-z0-9_]*", piece.text):
        return None
    lower, shown = piece.text.lower(), _brief(piece.text)
    if lower in WORDS:
        return _wrong(
            piece,
            "capital_letters",
            mended=lower,
            fr=f"Les mots du langage s’écrivent en minuscules : « {lower} ».",
            en=f'The words of the language are written in lower case: "{lower}".',
        )
    if wants_text:
        quoted = json.dumps(piece.text, ensure_ascii=False)
        return _wrong(
            piece,
            "missing_quotes",
            mended=quoted,
            fr=f"Un texte s’écrit entre guillemets : {_brief(quoted)}.",
            en=f"A text is written between double quotes: {_brief(quoted)}.",
        )
    return _wrong(
        piece,
        "name_needs_backticks",
        mended=f"`{piece.text}`",
        fr=f"Un nom avec des majuscules ou des accents s’écrit entre accents graves : `{shown}`.",
        en=f"A name with capitals or accents is written between backticks: `{shown}`.",
    )


_BEFORE_TEXT = frozenset({"=", "!=", "==", "<>", "contains", "with", "matches", "has", "of"})


def _brief(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
