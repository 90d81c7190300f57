"""The storage of a workspace: making it, opening it, reading its snapshot, and changing it."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from vitrail.engine.source import Source
from vitrail.ledger import manifest, runs, settings
from vitrail.ledger.database import Ledger, Transaction, current_migration
from vitrail.ledger.inbox import inbox_of_machine
from vitrail.ledger.manifest import Version
from vitrail.ledger.shared import open_shared
from vitrail.ledger.upgrade import NEWEST, upgrade
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import refuse
from vitrail.warehouse import folder
from vitrail.warehouse.snapshot import open_source
from vitrail.warehouse.whereabouts import find_ledger, make_ledger
from vitrail.warehouse.without_pandas import hide_pandas
from vitrail.warehouse.writer import Alongside, Writer

Clock = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Store:
    """An open workspace storage: a ledger, a folder of files, and a clock.

    Any number of processes may have it open. Readers are never blocked; writers wait for each other.
    """

    def __init__(
        self, path: Path, ledger: Ledger, *, clock: Clock, alongside: Alongside | None = None
    ) -> None:
        hide_pandas()
        self.path = path
        self.ledger = ledger
        self._clock = clock
        self._alongside = alongside
        self._catalogue: tuple[int, Catalogue] = (-1, Catalogue())
        self._shared: Ledger | None = None
        self._opening = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the ledger."""
        if self._shared is not None:
            self._shared.close()
        self.ledger.close()

    def alongside(self, change: Alongside) -> Store:
        """The same storage, each of whose loads makes a change of the ledger in the step of its own commit.

        Both are kept or neither is, whatever happens to the program.
        """
        return Store(self.path, self.ledger, clock=self._clock, alongside=change)

    @property
    def catalogue(self) -> Catalogue:
        """What the workspace knows, in its newest version."""
        with self.ledger.reading() as connection:
            version = settings.catalogue_version(connection)
            if self._catalogue[0] != version:
                self._catalogue = (version, settings.current_catalogue(connection))
        return self._catalogue[1]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the workspace."""
        return ZoneInfo(self.catalogue.timezone)

    @property
    def version(self) -> Version:
        """The newest snapshot."""
        with self.ledger.reading() as connection:
            return manifest.newest_version(connection)

    def stamp(self) -> tuple[int, int]:
        """The versions of the catalogue and of the definitions: as long as they stay, so do both."""
        with self.ledger.reading() as connection:
            present = runs.current_version(connection)
            return settings.catalogue_version(connection), present

    def now_us(self) -> int:
        """The present instant, in microseconds."""
        return (self._clock() - _EPOCH) // timedelta(microseconds=1)

    def source(self) -> Source:
        """The newest snapshot, for an engine; it stays readable for at least an hour."""
        with self.ledger.reading() as connection:
            newest, catalogue = manifest.newest_snapshot(connection), settings.current_catalogue(connection)
        return open_source(newest, self.path, catalogue=catalogue)

    def touched_since(self, version: int) -> BitMap:
        """The profiles that loads committed after a snapshot created or changed."""
        with self.ledger.reading() as connection:
            files = manifest.files_added_after(connection, version, kind="touched")
        return BitMap.union(
            BitMap(), *(BitMap.deserialize((self.path / file.path).read_bytes()) for file in files)
        )

    @property
    def shared(self) -> Ledger:
        """What the programs that serve the workspace know together and may forget."""
        with self._opening:
            if self._shared is None:
                self._shared = open_shared(self.ledger, self.path)
            return self._shared

    @property
    def inbox(self) -> Path:
        """The folder of the inbox: the workspace's, or one of this machine where several share the ledger."""
        here = inbox_of_machine() if self.ledger.kind != "sqlite" else None
        return here or self.path

    @contextmanager
    def only_one(self, name: str) -> Iterator[None]:
        """Be the only one that does this in the workspace, on any machine; waits for its turn."""
        with folder.only_one(self.path / f"{name}.lock"), self.ledger.alone(name):
            yield

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Be the only writer until the end of the block; waits for its turn."""
        with self.only_one(folder.WRITER):
            with self.ledger.writing() as connection:  # not before a commit under way on another machine
                known = manifest.known_paths(connection) | runs.last_answers(connection)
            folder.sweep(self.path, known)
            try:
                yield Writer(self.path, self.ledger, now_us=self.now_us(), alongside=self._alongside)
            finally:
                folder.clear(self.path)


def create(
    path: str | Path,
    *,
    timezone: str,
    currency: str,
    languages: tuple[str, ...],
    clock: Clock | None = None,
) -> Store:
    """Make a workspace in a folder that is missing or empty, and open it."""
    root = Path(path).absolute()
    _check_zone(timezone)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise refuse(
            "workspace_not_empty",
            fr=f"« {root} » existe et n'est pas un dossier vide : rien n'a été créé. Donnez un autre nom.",
            en=f"“{root}” already exists and is not an empty folder: nothing was made. Choose another name.",
        )
    existed = root.exists()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)  # what is in it is nobody else's business
    for name in (*folder.FACTS, folder.STAGING):
        (root / name).mkdir()
    catalogue = Catalogue(timezone=timezone, currency=currency, languages=languages)
    try:
        make_ledger(root, partial(_begin, catalogue=catalogue))
    except BaseException:  # a database that does not answer, for instance: the folder is as before
        for name in (*folder.FACTS, folder.STAGING):
            shutil.rmtree(root / name)
        if not existed:
            root.rmdir()
        raise
    return open(root, clock=clock)


def open(path: str | Path, *, clock: Clock | None = None) -> Store:
    """Open a workspace that exists."""
    root = Path(path).absolute()
    ledger = find_ledger(root)
    if ledger is None:
        raise _not_a_workspace(root)
    store = Store(root, ledger, clock=clock or _system_clock)
    _check_migration(store)
    return store


def _begin(connection: Transaction, *, catalogue: Catalogue) -> None:
    settings.save_workspace_id(connection, secrets.token_hex(8))
    settings.save_catalogue(connection, catalogue, at_us=0)


def _check_migration(store: Store) -> None:
    root, present = store.path, current_migration(store.ledger)
    if present == NEWEST:
        return
    if present is None:
        raise _not_a_workspace(root)
    if present > NEWEST:
        raise refuse(
            "workspace_newer",
            fr=f"« {root} » a été écrit par une version plus récente de Vitrail : mettez Vitrail à jour.",
            en=f"“{root}” was written by a newer Vitrail: update Vitrail.",
        )
    with store.only_one(folder.WRITER), store.ledger.writing() as connection:
        upgrade(connection)


def _not_a_workspace(root: Path) -> Exception:
    if any(path.is_file() for name in folder.FACTS for path in (root / name).rglob("*.parquet")):
        return refuse(
            "ledger_missing",
            fr=f"« {root} » a les fichiers d'un espace de travail, sans son registre ({folder.LEDGER}) : "
            "remettez-le, ou restaurez la dernière sauvegarde (vitrail restore).",
            en=f"“{root}” has the files of a workspace without its ledger ({folder.LEDGER}): put it back, or "
            "restore the last backup (vitrail restore).",
        )
    return refuse(
        "not_a_workspace",
        fr=f"« {root} » n'est pas un espace de travail Vitrail. Pour en créer un : vitrail init.",
        en=f"“{root}” is not a Vitrail workspace. To make one: vitrail init.",
    )


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise refuse(
            "unknown_timezone",
            fr=f"Le fuseau horaire « {name} » n'existe pas. Exemple : Europe/Paris.",
            en=f"There is no time zone “{name}”. Example: Europe/Paris.",
        ) from error


def _system_clock() -> datetime:
    return datetime.now(UTC)
