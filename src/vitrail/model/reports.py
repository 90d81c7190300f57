"""What a load answers: how many rows were taken, which were refused and why."""

from __future__ import annotations

import msgspec

from vitrail.model.errors import Message, Problem


class Reject(msgspec.Struct, frozen=True):
    """One refused cell: where it stands, what was found there, what was expected.

    `line` is the number of the row as a spreadsheet shows it for files with a header (the header is
    line 1), and the number of the row, from 1, for tables. `column` is the name in the input.
    """

    line: int
    column: str
    found: str
    expected: str
    message: Message
    code: str = ""


class RefusalGroup(msgspec.Struct, frozen=True):
    """Refused rows that one repair would save: what is wrong with them, what to do, where they are.

    `answer` is a question whose answer makes them right (`day-month:born`), when one does.
    """

    code: str
    column: str
    rows: int
    message: Message
    repair: Message
    samples: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    answer: str = ""


class LoadReport(msgspec.Struct, frozen=True):
    """The account of one load: `accepted + rejected` is the number of rows of the input.

    `accepted` is `created + updated + unchanged`. `rejects` holds the first refused cells;
    `rejects_path` names the file (Parquet) that holds them all, and is empty when there are none.
    `version` is the snapshot from which on the load is seen; `new_profiles` counts the profiles the
    load made known. `groups` are the refused rows by the repair they need.
    """

    load: int
    kind: str
    name: str
    accepted: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    new_profiles: int = 0
    warnings: tuple[Problem, ...] = ()
    rejects: tuple[Reject, ...] = ()
    groups: tuple[RefusalGroup, ...] = ()
    rejects_path: str = ""
    version: int = 0
    seconds: float = 0.0

    def __repr__(self) -> str:
        """The report as a notebook shows it: the account, the warnings, the first refusals."""
        return self.text("en")

    def text(self, language: str = "en") -> str:
        """The report for a person: the account, the warnings, the first refusals and where the others are."""
        lines = [self._account().in_language(language)]
        lines += [warning.text(language) for warning in self.warnings]
        lines += [_refused(reject).in_language(language) for reject in self.rejects[:SHOWN]]
        if len(self.rejects) > SHOWN:
            lines.append(f"… {self.rejects_path}")
        return "\n".join(lines)

    def _account(self) -> Message:
        what = f"{self.kind} {self.name}".strip()
        return Message(
            fr=f"{what} : lignes acceptées : {self.accepted} (nouvelles : {self.created}, "
            f"modifiées : {self.updated}, déjà là : {self.unchanged}), refusées : {self.rejected}",
            en=f"{what}: {self.accepted} accepted (new: {self.created}, changed: {self.updated}, already "
            f"there: {self.unchanged}), {self.rejected} refused",
        )


SHOWN = 3


def _refused(reject: Reject) -> Message:
    return Message(
        fr=f"ligne {reject.line} : {reject.message.fr}", en=f"line {reject.line}: {reject.message.en}"
    )
