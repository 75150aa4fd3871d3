"""What a home holds, as one value that is handed round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from retrieval.calibrated import CalibrationFile
from retrieval.errors import DatabaseError
from retrieval.index.generation import GenerationFolder
from retrieval.index.writing import FolderLock
from retrieval.store.database import Database
from retrieval.store.linked import LinkStore
from retrieval.store.locked import Locked
from retrieval.store.queries import StoreQueries
from retrieval.store.received import ReceivedStore
from retrieval.store.retractions import RetractionStore
from retrieval.store.stories import StoryStore
from retrieval.told import told

if TYPE_CHECKING:
    from retrieval.calibrated import KeptBounds
    from retrieval.index.engines import Generations
    from retrieval.index.writing import WritersLock
    from retrieval.settings import RetrievalSettings

    _Published = tuple[Generations, WritersLock, WritersLock, KeptBounds]


@dataclass(frozen=True, slots=True)
class Home:
    """A home folder and its database, or a home on a server; safe to share between threads."""

    settings: RetrievalSettings
    database: Database
    queries: StoreQueries
    retractions: RetractionStore
    stories: StoryStore
    received: ReceivedStore
    links: LinkStore
    generations: Generations
    lock: WritersLock
    fetching: WritersLock
    """Held while the web is asked, when the other one is not."""
    calibration: KeptBounds

    @classmethod
    def of(cls, settings: RetrievalSettings) -> Self:
        """The home that the settings name; nothing is opened or written yet.

        Raises:
            DatabaseError: the database's URL cannot be read or its driver is not installed.

        """
        database = (
            Database.at(settings.database_url)
            if settings.database_url
            else Database.in_file(settings.home / "citebot.sqlite")
        )
        return cls._with(settings, database, database)

    @classmethod
    def to_read(cls, settings: RetrievalSettings) -> Self:
        """The same, where what is published is searched in the copy of the database that the settings name, if any.

        A copy may be behind: texts, and with them what was forgotten, are those of the database itself.

        Raises:
            DatabaseError: a URL cannot be read, its driver is not installed, or only a server can have a copy.

        """
        home = cls.of(settings)
        if settings.database_read_url is None:
            return home
        reading = Database.at(settings.database_read_url, "CITEBOT_DATABASE_READ_URL")
        if not (home.database.is_server and reading.is_server):
            raise DatabaseError(
                told(
                    "CITEBOT_DATABASE_READ_URL: only a PostgreSQL has copies that follow it: set CITEBOT_DATABASE_URL "
                    "and this one to postgresql+psycopg://…, or leave this one out"
                )
            )
        return cls._with(settings, home.database, reading)

    @classmethod
    def _with(cls, settings: RetrievalSettings, database: Database, reading: Database) -> Self:
        make = _on_server if database.is_server else _in_folder
        generations, lock, fetching, calibration = make(settings, database, reading)
        return cls(
            settings=settings,
            database=database,
            queries=StoreQueries(database),
            retractions=RetractionStore(database),
            stories=StoryStore(database),
            received=ReceivedStore(database),
            links=LinkStore(database),
            generations=generations,
            lock=lock,
            fetching=fetching,
            calibration=calibration,
        )


def _in_folder(settings: RetrievalSettings, _database: Database, _reading: Database) -> _Published:
    home = settings.home
    return GenerationFolder(home), FolderLock(home), FolderLock(home, Locked.FETCHING), CalibrationFile(home)


def _on_server(_settings: RetrievalSettings, database: Database, reading: Database) -> _Published:
    from retrieval.calibrated import SharedCalibration
    from retrieval.index.server.generations import ServerGenerations
    from retrieval.store.server.bounds import BoundsStore
    from retrieval.store.server.lock import ServerLock
    from retrieval.store.server.published import PublishedStore

    generations = ServerGenerations(reading, PublishedStore(reading), StoreQueries(reading))
    lock, fetching = ServerLock(database), ServerLock(database, Locked.FETCHING)
    return generations, lock, fetching, SharedCalibration(BoundsStore(database))
