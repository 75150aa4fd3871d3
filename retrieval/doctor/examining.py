"""One look at everything of a home. Nothing is changed, no lock is taken, and whoever answers or indexes goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.doctor.articles import look_at_database, look_at_earlier, look_at_index, look_at_rows, look_at_texts
from retrieval.doctor.files import IndexFiles
from retrieval.doctor.findings import Examination
from retrieval.doctor.machine import look_at_clock, look_at_disk
from retrieval.doctor.sources import look_at_sources
from retrieval.errors import RetrievalError
from retrieval.status import model_problem, told_of_a_beginning
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.home import Home
    from retrieval.models.model import Model

_LOOKS = 3
"""At most, where what is published is replaced while it is looked at."""


def examine(home: Home, model: Model, step: Callable[[], None]) -> Examination:
    """Compare everything of a home with what it must be; `step` is called again and again meanwhile."""
    folder = home.settings.home
    if not next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists()).is_dir():
        found = Examination()
        found.problem("home", told("{home} is no folder: name one in CITEBOT_HOME", home=folder))
        look_at_sources(home.settings, found)
        return found
    for _ in range(_LOOKS):
        before = _state(home)
        found = examine_index(home, model, step)
        if found.healthy or _state(home) == before:
            break
    look_at_clock(home, found, datetime.now(UTC))
    if home.settings.home.is_dir():
        look_at_disk(home.settings.home, found)
    look_at_sources(home.settings, found)
    return found


def _state(home: Home) -> object:
    """What changes when another index is published."""
    try:
        return home.generations.current()
    except RetrievalError:
        return None


def examine_index(home: Home, model: Model, step: Callable[[], None], *, alone: bool = False) -> Examination:
    """Look at what is stored and what is published; `alone` says that nobody writes meanwhile."""
    found = Examination()
    try:
        if look_at_database(home, found):
            _look_at_all(home, model, found, step, alone=alone)
    except RetrievalError as error:
        found.problem("database", told_by(error))
        found.damage.unsound = True
    _look_at_bounds(home, found)
    return found


def _look_at_all(home: Home, model: Model, found: Examination, step: Callable[[], None], *, alone: bool) -> None:
    look_at_rows(home, found)
    if not home.database.is_server:
        IndexFiles(home.settings.home, set(home.queries.generations()), found, alone=alone).look()
    published = _number(home)
    look_at_texts(home, found, published, step)
    if published is None or found.damage.needs_index:
        return
    if not found.damage.texts and published not in found.damage.generations:
        look_at_index(home, found, published)
        look_at_earlier(home, found, published)
    _look_at_model(home, model, found, published)


def _number(home: Home) -> int | None:
    try:
        current = home.generations.current()
    except RetrievalError:
        return None  # told where files are looked at
    return current.number if current else None


def _look_at_model(home: Home, model: Model, found: Examination, published: int) -> None:
    manifest = home.generations.manifest(published)
    if problem := model_problem(manifest, model):
        found.problem("model", problem)
    else:
        found.ok("model", told("the model is the one that the index was built with: {model}", model=model.name))
    if beginning := told_of_a_beginning(manifest):
        found.problem("index", beginning)


def _look_at_bounds(home: Home, found: Examination) -> None:
    try:
        home.calibration.read()
    except (OSError, ValueError) as error:
        found.problem(
            "bounds",
            told("{error}: run `citebot calibrate` again, or `citebot calibrate --reset`", error=told_by(error)),
        )
    except RetrievalError:
        pass  # a server that cannot be reached is told of already
