"""Files of separated values (CSV): how they are written, and their rows as texts."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import IO

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from vitrail.collect.files import dialect as writing
from vitrail.collect.files.asking import Answers, Choice, Question, Unanswered, chosen
from vitrail.collect.files.dialect import REASONS, Dialect, is_returned
from vitrail.collect.files.encodings import CANDIDATES, NAMES, Search, Verdict
from vitrail.collect.files.formulas import original, originals
from vitrail.collect.files.limits import Limits
from vitrail.collect.files.rows import Broken, Look, Part
from vitrail.collect.files.unpacking import Content
from vitrail.model.errors import Message, Problem, UserError, refuse

BLOCK = 4 << 20
SAMPLE = 1 << 20
END_OF_FILE = b"\x1a"
BAD_CELL = r"[\x{10FF80}-\x{10FFFF}]"
LAST_ROWS = 5
"""So many rows at the end of a file may be totals."""


class Separated(msgspec.Struct, frozen=True):
    """A file of separated values whose writing habits are known; its rows can be read several times."""

    content: Content
    limits: Limits
    look: Look
    dialect: Dialect
    verdict: Verdict
    ends_with_mark: bool = False

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Everything is text."""
        return (pa.string(),) * len(self.look.names)

    def parts(self) -> Iterator[Part]:
        """The rows, in order; lines without any content are no rows."""
        broken: list[Broken] = []
        place, given = self.dialect.skipped + 1, 0
        last = ""
        for read, more in _one_ahead(self._batches(broken)):
            columns = tuple(map(originals, read)) if is_returned(self.look.names) else read
            numbers = _numbers(place, len(columns[0]), broken=broken)
            place = int(numbers[-1]) + 1 if len(numbers) else place
            last = (columns[-1][-1].as_py() or "") if len(numbers) else last
            part = self._without_faults(_without_blanks(columns, numbers), at_end=not more)
            yield msgspec.structs.replace(part, broken=(*broken[given:], *part.broken))
            # What is noted of the lines to come is needed to number them.
            broken[:] = [each for each in broken if each.line >= place]
            given = len(broken)
        self._check_quotes(last, place - 1)
        if broken[given:]:
            empty = tuple(pa.array([], pa.string()) for _ in self.look.names)
            yield Part(empty, np.array([], dtype=np.int64), tuple(broken[given:]))

    def _without_faults(self, part: Part, *, at_end: bool) -> Part:
        found = [*_headers(part, self.look.names)]
        if self.verdict.damaged:
            found += _bad_bytes(part)
        if at_end:
            found += _totals(part, after=len(REASONS) if is_returned(self.look.names) else 0)
        if not found:
            return part
        taken = {each.line: each for each in reversed(found)}
        stays = ~np.isin(part.lines, np.array(list(taken), dtype=np.int64))
        columns = tuple(column.filter(pa.array(stays)) for column in part.columns)
        return Part(columns, part.lines[stays], tuple(taken.values()))

    def _check_quotes(self, last: str, line: int) -> None:
        """A last cell of several lines that no quote ends has swallowed the end of the file."""
        if not re.search(r"[\r\n]", last):
            return
        end = b""
        with self.open() as file:
            while block := file.read(BLOCK):
                end = (end + block)[-64:]
        if (
            end.decode("utf-8", "replace")
            .rstrip()
            .rstrip(self.dialect.separator)
            .endswith(self.dialect.quote)
        ):
            return
        raise open_quote(self.content.path.name, line=line, cell=last)

    def open(self) -> IO[bytes]:
        """The bytes of the file, as UTF-8."""
        stream = self.content.open(self.limits)
        if self.verdict.encoding == "utf-8" and not self.verdict.damaged and not self.ends_with_mark:
            return stream
        return Transcoded(stream, self.verdict.encoding)  # type: ignore[return-value]

    def _batches(self, broken: list[Broken]) -> Iterator[tuple[pa.Array, ...]]:
        def note(row: pacsv.InvalidRow) -> str:
            cells = tuple(next(writing.records([row.text or ""], self.dialect), ([], 0))[0])
            found, expected = str(row.actual_columns), str(row.expected_columns)
            broken.append(Broken(row.number or 0, "cells", found, expected, cells))
            return "skip"

        columns = [str(number) for number in range(len(self.look.names))]
        reading = pacsv.ReadOptions(
            use_threads=False, block_size=BLOCK, column_names=columns, skip_rows=self.dialect.skipped
        )
        parsing = pacsv.ParseOptions(
            delimiter=self.dialect.separator,
            quote_char=self.dialect.quote,
            escape_char=self.dialect.escape or False,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=note,
        )
        with self.open() as file:
            try:
                reader = pacsv.open_csv(
                    file, read_options=reading, parse_options=parsing, convert_options=_all_texts(columns)
                )
                for batch in reader:
                    yield tuple(batch.columns)
            except pa.ArrowInvalid as error:
                if "Empty CSV" not in str(error):
                    raise self._unreadable(error) from error

    def _unreadable(self, error: pa.ArrowInvalid) -> UserError:
        if "straddling" in str(error):
            return refuse(
                "cell_too_large",
                fr=f"« {self.content.path.name} » : une cellule dépasse {BLOCK >> 20} Mo, ou un guillemet "
                "ouvert n’est jamais fermé. Rien n’a été chargé.",
                en=f"“{self.content.path.name}”: a cell is larger than {BLOCK >> 20} MB, or a quote is "
                "opened and never closed. Nothing was loaded.",
            )
        return refuse(
            "unreadable_file",
            fr=f"« {self.content.path.name} » ne se lit pas jusqu’au bout ({error}). Rien n’a été chargé.",
            en=f"“{self.content.path.name}” cannot be read to its end ({error}). Nothing was loaded.",
        )


class Transcoded(io.RawIOBase):
    """A text in any encoding, given as UTF-8; a byte that is no character stands for itself (BAD_BYTE).

    The mark that old systems put at the end (Ctrl-Z) is left out, and so is the one in front.
    """

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="vitrail.bytes")
        self._ready = b""
        self._held = b""
        self._done = False

    def readable(self) -> bool:
        """It is read."""
        return True

    def readinto(self, room: object, /) -> int:
        """Fill some room."""
        view = memoryview(room)  # type: ignore[arg-type]
        while not self._ready and not self._done:
            self._advance()
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _advance(self) -> None:
        block = self._stream.read(1 << 18)
        self._done = not block
        text = self._held + self._decoder.decode(block, final=not block).encode("utf-8")
        if self._done:
            self._ready = re.sub(rb"\x1a[\x1a\s]*\Z", b"", text)
        else:
            kept = re.search(rb"[\x1a\s]*\Z", text)
            cut = kept.start() if kept else len(text)
            self._held, self._ready = text[cut:], text[:cut]

    def close(self) -> None:
        """Close what is under it too."""
        self._stream.close()
        super().close()


def look_at_separated(content: Content, answers: Answers, *, limits: Limits) -> Separated:
    """Find out how a file is written; asks what it does not tell."""
    search = Search()
    end = head = b""
    with content.open(limits) as file:
        while block := file.read(SAMPLE):
            search.feed(block)
            head = head or block
            end = (end + block)[-8:]
    verdict = _verdict(search.verdict(), answers, head=head)
    marked = end.rstrip().endswith(END_OF_FILE)
    draft = Separated(content, limits, Look("text", ()), Dialect(",", (), 0), verdict, marked)
    with draft.open() as file:
        sample = _sample(file)
    found = writing.find_dialect(sample, answers)
    if len(found.names) > limits.columns:
        raise too_wide(content.path.name, len(found.names))
    returned = is_returned(found.names)
    names, notes = writing.named(tuple(map(original, found.names)) if returned else found.names)
    if not names:
        raise refuse(
            "empty_input",
            fr=f"« {content.path.name} » est vide. Rien n’a été chargé.",
            en=f"“{content.path.name}” is empty. Nothing was loaded.",
        )
    notes += _notes(found, verdict)
    look = Look("text", names, facts=_facts(found, verdict), notes=tuple(notes))
    return msgspec.structs.replace(draft, look=look, dialect=found)


def _sample(file: IO[bytes]) -> str:
    """The first lines as text; the last one, if it is cut, is left out."""
    content = b""
    while len(content) < SAMPLE and (block := file.read(SAMPLE - len(content))):
        content += block
    text = content.decode("utf-8", "ignore").removeprefix("\ufeff")
    if len(content) < SAMPLE:
        return text
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def _verdict(verdict: Verdict, answers: Answers, *, head: bytes) -> Verdict:
    """The encoding found, or the one that was chosen among those that fit as well."""
    if not verdict.rivals:
        return verdict
    sample = _accented(head)
    choices = tuple(
        Choice(each, Message(fr=f"« {shown} » – {NAMES[each].fr}", en=f"“{shown}” – {NAMES[each].en}"))
        for each in (verdict.encoding, *(name for name in CANDIDATES if name in verdict.rivals))
        if (shown := sample.decode(each, "replace").strip())
    )
    text = Message(
        fr="Les lettres accentuées se lisent de plusieurs façons : laquelle est juste ?",
        en="The accented letters can be read in several ways: which one is right?",
    )
    question = Question("encoding", text, choices)
    said = chosen(answers, question)
    if said is None:
        raise Unanswered((question,))
    return Verdict(said)


def _accented(head: bytes) -> bytes:
    """Some words of the file with letters beyond ASCII."""
    words = re.findall(rb"(?:[0-9]+ )?[^\s;,|\"]*[\x80-\xff][^\s;,|\"]*", head)
    return b" ".join(dict.fromkeys(words[:200]))[:60]


def _facts(found: Dialect, verdict: Verdict) -> dict[str, str]:
    return {
        "encoding": verdict.encoding,
        "separator": "" if found.separator == writing.NONE else found.separator,
        "quote": found.quote,
    }


def _notes(found: Dialect, verdict: Verdict) -> list[Problem]:
    notes: list[Problem] = []
    if found.above:
        notes.append(writing.lines_above(found.above))
    if verdict.damaged:
        notes.append(
            note(
                "damaged_text",
                fr="Le fichier est en UTF-8, sauf quelques lignes : celles-là sont refusées.",
                en="The file is in UTF-8 but for a few lines: those are refused.",
            )
        )
    return notes


def note(code: str, *, fr: str, en: str, path: str = "") -> Problem:
    """Something the person should know although nothing is refused."""
    return Problem(code=code, path=path, message=Message(fr=fr, en=en), severity="warning")


def open_quote(name: str, *, line: int, cell: str) -> UserError:
    """The refusal of a file in which a quote is never closed."""
    start = cell[:40].replace("\n", " ").replace("\r", " ")
    return refuse(
        "quote_not_closed",
        fr=f"« {name} » : un guillemet ouvert à la ligne {line} n’est jamais fermé, près de « {start} ». "
        "Rien n’a été chargé.",
        en=f"“{name}”: a quote opened on line {line} is never closed, near “{start}”. Nothing was loaded.",
    )


def too_wide(name: str, columns: int) -> UserError:
    """The refusal of a file with more columns than any table has."""
    return refuse(
        "too_many_columns",
        fr=f"« {name} » a {columns} colonnes : c’est trop pour un fichier de clients. Rien n’a été chargé.",
        en=f"“{name}” has {columns} columns: too many for a file of customers. Nothing was loaded.",
    )


def _one_ahead(
    batches: Iterator[tuple[pa.Array, ...]],
) -> Iterator[tuple[tuple[pa.Array, ...], bool]]:
    """Each batch, and whether another one follows."""
    held = next(batches, None)
    while held is not None:
        following = next(batches, None)
        yield held, following is not None
        held = following


def _numbers(first: int, count: int, *, broken: list[Broken]) -> NDArray[np.int64]:
    """The numbers of the next lines that are rows."""
    taken = np.array([entry.line for entry in broken if entry.line >= first], dtype=np.int64)
    if not len(taken):
        return np.arange(first, first + count, dtype=np.int64)
    candidates = np.arange(first, first + count + len(taken), dtype=np.int64)
    return candidates[~np.isin(candidates, taken)][:count]


def _without_blanks(columns: tuple[pa.Array, ...], numbers: NDArray[np.int64]) -> Part:
    """The rows that have at least one cell that is not empty."""
    filled = np.zeros(len(numbers), dtype=np.bool_)
    for column in columns:
        if not column.null_count:
            return Part(columns, numbers)
        filled |= pc.is_valid(column).to_numpy(zero_copy_only=False)
        if filled.all():
            return Part(columns, numbers)
    mask = pa.array(filled)
    return Part(tuple(column.filter(mask) for column in columns), numbers[filled])


def _headers(part: Part, names: tuple[str, ...]) -> Iterator[Broken]:
    """The header, where it comes once more, as it does when files are joined end to end."""
    lead = part.columns[0]
    same = pc.or_(pc.equal(lead, names[0]), pc.equal(lead, "\ufeff" + names[0]))
    if not pc.any(same, min_count=0).as_py():
        return
    for place in np.flatnonzero(pc.fill_null(same, False).to_numpy(zero_copy_only=False)):
        cells = _cells(part, int(place))
        if tuple(cell.strip("\ufeff ") for cell in cells) == names:
            yield Broken(int(part.lines[place]), "header", cells[0], "", cells)


def _bad_bytes(part: Part) -> Iterator[Broken]:
    for column in part.columns:
        bad = pc.fill_null(pc.match_substring_regex(column, BAD_CELL), False)
        for place in np.flatnonzero(bad.to_numpy(zero_copy_only=False)):
            cells = _cells(part, int(place))
            yield Broken(int(part.lines[place]), "bytes", column[int(place)].as_py(), "", cells)


def _totals(part: Part, *, after: int) -> Iterator[Broken]:
    """Totals at the end: the first cell with content says so, and some other cell is empty."""
    first = max(0, len(part.lines) - LAST_ROWS)
    for place in range(first, len(part.lines)):
        cells = _cells(part, place)
        if is_total(cells[after:]):
            lead = next(filter(None, cells[after:]))
            yield Broken(int(part.lines[place]), "total", lead, "", cells)


def is_total(cells: tuple[str, ...]) -> bool:
    """Whether a row is a total: its first cell with content says so, and some other cell is empty."""
    lead = next(filter(None, cells), "")
    return _TOTAL.match(lead.strip()) is not None and "" in cells


def _cells(part: Part, place: int) -> tuple[str, ...]:
    return tuple(column[place].as_py() or "" for column in part.columns)


def _all_texts(columns: list[str]) -> pacsv.ConvertOptions:
    return pacsv.ConvertOptions(
        column_types={name: pa.string() for name in columns},
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        check_utf8=False,
    )


_TOTAL = re.compile(r"(?i)^(sous[- ]|grand |sub)?tota(l|ux)( général| general|e)?( ?:)?$|^somme$|^sum$")
