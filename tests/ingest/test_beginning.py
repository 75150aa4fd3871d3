"""A first run may publish the newest articles first, so that they can be asked about while the others are embedded."""

import pytest

from retrieval.errors import NothingToRollBackError, StoppedError
from retrieval.progress import Progress
from retrieval.types import ArticleCounts

KINDS_OF_HOMES = ("folder", "server")
NAMES = ("amber", "birch", "cedar", "dusky", "ember")
"""Article n tells of the n-th name and is of the n-th of May, but the last has no date."""


@pytest.fixture
def five_articles(corpus):
    for day, name in enumerate(NAMES, start=1):
        path = corpus.write(name, f"The {name} ferry left the harbour.")
        if name != NAMES[-1]:
            title, _, text = path.read_text("utf-8").partition("\n\n")
            path.write_text(f"{title}\n\n{day} May 2024\n\n{text}", encoding="utf-8")
    return corpus


class Watching(Progress):
    """Looks at the library when the beginning is published; may end the run there."""

    def __init__(self, look=None):
        self.told = []
        self._look = look or (lambda: None)

    def begun(self, articles, total):
        self.told.append((articles, total))
        self._look()


def listed(library):
    return {header.id for header in library.listed()}


def test_the_newest_articles_are_published_first_and_all_in_the_end(library, five_articles):
    seen = []
    progress = Watching(lambda: seen.append((listed(library), library.status())))
    report = library.beside(progress).index(begin_with=2)

    assert progress.told == [(2, 5)]
    [(first, status)] = seen
    assert first == {"cedar", "dusky"}
    assert (status.healthy, status.problems) == (
        False,
        ("only the newest 2 articles can be asked about yet: run `citebot index` for the others",),
    )
    assert (report.articles, report.embedded, report.generation) == (ArticleCounts(added=5), 5, "000002")
    assert listed(library) == set(NAMES)
    assert library.status().healthy


def test_nobody_goes_back_to_a_beginning(library, five_articles):
    library.beside(Progress()).index(begin_with=2)
    with pytest.raises(NothingToRollBackError):
        library.rollback()


def test_a_run_that_ends_after_the_beginning_is_taken_up_by_the_next(library, five_articles, embedder):
    def stop():
        raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        library.beside(Watching(stop)).index(begin_with=2)
    assert listed(library) == {"cedar", "dusky"}
    embedder.embedded.clear()

    again = Watching()
    report = library.beside(again).index(begin_with=2)
    assert (report.articles, report.embedded) == (ArticleCounts(added=3, unchanged=2), 3)
    assert again.told == []
    assert listed(library) == set(NAMES)
    assert library.index().generation == report.generation == "000002"


def test_so_few_articles_are_published_all_at_once(library, five_articles):
    progress = Watching()
    assert library.beside(progress).index(begin_with=3).generation == "000001"
    assert progress.told == []


def test_a_library_that_was_opened_on_the_beginning_answers_from_all_articles_afterwards(library, five_articles):
    found = []
    question = "Which ferry left, amber?"
    progress = Watching(lambda: found.append(library.ask(question, limit=1).citations[0].article_id))
    library.beside(progress).index(begin_with=2)
    assert found[0] != "amber"
    assert library.ask(question, limit=1).citations[0].article_id == "amber"
