"""All that is wrong with a text that is not a condition, as far as one reading can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from vitrail.language.mistakes import Mistake, Piece, find_mistakes, pieces
from vitrail.model.errors import Problem

Read = Callable[[str], Problem | None]
"""Reads a text and gives its first problem, or None when it is a condition."""

MOST = 20


def diagnose(text: str, read: Read) -> tuple[Problem, ...]:
    """Mistakes of spelling first found, then, these being mended, what each clause stumbles on."""
    mistakes = find_mistakes(text)[:MOST]
    mended = _Mended(text, mistakes)
    found = [mistake.problem for mistake in mistakes]
    for problem in _in_clauses(mended.text, read):
        placed = mended.placed(problem)
        if not any(_overlap(placed, other) for other in found):
            found.append(placed)
    if not found:
        first = read(text)
        found = [first] if first else []
    return tuple(sorted(found, key=_start)[:MOST])


def _in_clauses(text: str, read: Read) -> list[Problem]:
    """The first problem of the whole, and the first of every clause between `and` and `or`."""
    whole = read(text)
    if whole is None:
        return []
    found: list[Problem] = []
    for start, clause in _clauses(text):
        problem = read(clause) if len(found) < MOST else None
        if problem is not None:
            found.append(_moved(problem, start))
    if any(_overlap(whole, each) for each in found):
        return found
    return [whole, *found]


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    """The clauses of a rule with the places they start at; none when brackets do not match."""
    found: list[tuple[int, str]] = []
    start = end = level = 0
    expects_and = False
    for piece in pieces(text):
        level += _bracket(piece)
        if level < 0:
            return
        if piece.text == "between":
            expects_and = True
        elif level == 0 and piece.text in ("and", "or"):
            if not (expects_and and piece.text == "and"):
                found.append((start, text[start : piece.start]))
                start = piece.end
            expects_and = False
        end = piece.end
    if level == 0 and found:
        found.append((start, text[start:end]))
        yield from ((place, clause) for place, clause in found if clause.strip())


def _bracket(piece: Piece) -> int:
    return {"(": 1, ")": -1}.get(piece.text, 0)


class _Mended:
    """A text with its mistakes mended, and the way back to the places of the original."""

    def __init__(self, text: str, mistakes: list[Mistake]) -> None:
        self.edits: list[tuple[int, int, tuple[int, int]]] = []
        parts, done, length = [], 0, 0
        for mistake in mistakes:
            start, end = mistake.problem.span or (done, done)
            parts += [text[done:start], mistake.mended]
            length += start - done
            self.edits.append((length, length + len(mistake.mended), (start, end)))
            length += len(mistake.mended)
            done = end
        self.text = "".join([*parts, text[done:]])

    def placed(self, problem: Problem) -> Problem:
        """The problem with its span in the original text."""
        if problem.span is None:
            return problem
        start, end = problem.span
        span = (self._back(start)[0], self._back(max(end - 1, start))[1])
        if end == start:
            span = (span[0], span[0])
        return msgspec.structs.replace(problem, span=span)

    def _back(self, place: int) -> tuple[int, int]:
        """The original start and end of the character at a place."""
        shift = 0
        for start, end, span in self.edits:
            if place < start:
                break
            if place < end:
                return span
            shift = span[1] - end
        return place + shift, place + shift + 1


def _moved(problem: Problem, by: int) -> Problem:
    if problem.span is None:
        return problem
    return msgspec.structs.replace(problem, span=(problem.span[0] + by, problem.span[1] + by))


def _overlap(one: Problem, other: Problem) -> bool:
    if one.span is None or other.span is None:
        return one == other
    return one.span[0] <= other.span[1] + 1 and other.span[0] <= one.span[1] + 1


def _start(problem: Problem) -> int:
    return problem.span[0] if problem.span else 0
