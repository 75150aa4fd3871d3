"""What a hit says beyond its story, and what a citation tells of its other versions, from values made by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from retrieval.store.database import Database
from retrieval.store.queries import StoreQueries
from retrieval.store.stories import StoryStore
from retrieval.store.writer import NewRevision, StoreWriter
from retrieval.stories.linking import copies_of, is_outdated, once_a_story, record, signatures_of, with_reprints
from retrieval.stories.reprints import SIGNATURE, days_of, stories_among
from retrieval.types import (
    Answer,
    Article,
    ArticleHeader,
    Certainty,
    Citation,
    Copy,
    Passage,
    PassageSpan,
    SearchHit,
    Span,
    Version,
)

STORY = 7
# Ten words of ten stems.
TEN = "Aaa bbb ccc ddd eee fff ggg hhh iii jjj"


def at(day):
    """A moment of September 2024; None for no day."""
    return datetime(2024, 8, 31, 12) + timedelta(days=day) if day else None  # noqa: DTZ001 - as articles have it


def passage(number, article_id, *sentences_told, source="a.ru", day=None, start=0):
    """A passage of these sentences that begins at `start` of its article."""
    text, sentences = " ".join(sentences_told), []
    for told in sentences_told:
        begin = sentences[-1].end + 1 if sentences else start
        sentences.append(Span(begin, begin + len(told)))
    header = ArticleHeader(article_id, article_id.title(), at(day), source, None, "en")
    return Passage(number, header, start, start + len(text), text, tuple(sentences))


def kept(*passages, alone=()):
    """Ids of the passages that stay of hits in this order; those not `alone` are of one story."""
    hits = [SearchHit(each.id, 0.5, (1.0,)) for each in passages]
    stories = {each.id: STORY for each in passages if each.id not in alone}
    return [hit.passage_id for hit in once_a_story(hits, {each.id: each for each in passages}, stories)]


# Once a story


def test_of_two_articles_that_say_the_same_the_first_found_stays():
    assert kept(passage(1, "one", f"{TEN}."), passage(2, "two", f"{TEN}.")) == [1]
    assert kept(passage(2, "two", f"{TEN}."), passage(1, "one", f"{TEN}.")) == [2]


def test_an_article_without_a_story_stays_whatever_it_says():
    one, two = passage(1, "one", f"{TEN}."), passage(2, "two", f"{TEN}.")
    assert kept(one, two, alone={2}) == [1, 2]
    assert kept(one, two, alone={1}) == [1, 2]


def test_articles_of_different_stories_stay_whatever_they_say():
    one, two = passage(1, "one", f"{TEN}."), passage(2, "two", f"{TEN}.")
    hits = [SearchHit(1, 0.5, (1.0,)), SearchHit(2, 0.5, (1.0,))]
    assert once_a_story(hits, {1: one, 2: two}, {1: 7, 2: 8}) == hits


def test_every_passage_of_the_first_article_stays_even_where_it_repeats_itself():
    assert kept(passage(1, "one", f"{TEN}."), passage(2, "one", f"{TEN}.", start=100)) == [1, 2]


def test_what_any_passage_of_the_first_article_says_is_said_even_one_found_later():
    first, late = "Aaa bbb ccc ddd.", "Eee fff ggg hhh."
    assert kept(passage(1, "one", first), passage(2, "two", late, first), passage(3, "one", late, start=50)) == [1, 3]


def test_what_another_reprint_says_is_not_said_by_the_first_article():
    # Four new terms of four: both stay, though the second of them says nothing beyond the first of them.
    new = "Kkk lll mmm nnn."
    assert kept(passage(1, "one", f"{TEN}."), passage(2, "two", new), passage(3, "three", new)) == [1, 2, 3]


def test_sentences_are_the_same_whatever_their_capitals_punctuation_order_and_place():
    first = passage(1, "one", "Ёлку привезли в город.", "Её нарядили.")
    assert kept(first, passage(2, "two", "Ее нарядили!", "Елку — привезли, в город...", start=300)) == [1]


# Corrections: another sentence of an article that is not outdated stays, however little of it is new.


def test_a_version_that_may_correct_the_first_stays_for_a_single_word():
    assert kept(passage(1, "one", "Sands was named.", day=5), passage(2, "two", "Sands was not named.", day=7)) == [
        1,
        2,
    ]
    assert kept(passage(1, "one", f"{TEN}."), passage(2, "two", f"{TEN} bbb.")) == [1, 2]
    # The same stem, and another ending: the words count as they stand.
    assert kept(passage(1, "one", "Sands opened it."), passage(2, "two", "Sands opens it.")) == [1, 2]


def test_an_outdated_version_stays_only_where_more_than_15_percent_of_its_terms_are_new():
    newer = passage(1, "one", f"{TEN}.", day=7)

    def older(words):
        return passage(2, "two", f"{words}.", day=5)

    assert kept(newer, older(f"{TEN} bbb")) == [1]  # another sentence, but no other term
    assert kept(newer, older(f"{TEN} kkk")) == [1]  # 1 of 11 terms
    assert kept(newer, older(f"{TEN} kkk lll")) == [1, 2]  # 2 of 12 terms
    seventeen = f"{TEN} {TEN.replace(' ', 'x ')}".rsplit(maxsplit=3)[0]  # 17 terms, those of the newer one again
    assert kept(passage(1, "one", f"{seventeen}.", day=7), older(f"{seventeen} kkk lll lll")) == [1]  # 2 of 19
    exactly = passage(1, "one", f"{seventeen}.", day=7)
    assert kept(exactly, older(f"{seventeen} kkk lll mmm")) == [1]  # 3 of 20 terms are 15 percent
    assert kept(exactly, older(f"{seventeen.removesuffix(' gggx')} kkk lll mmm")) == [1, 2]  # 3 of 19


def test_terms_are_counted_once_and_by_their_stems():
    newer = passage(1, "one", "Мосты открыли вчера.", day=7)
    assert kept(newer, passage(2, "two", "Мостами открыли вчера мост, мост.", day=5)) == [1]


def test_a_number_is_news_even_in_an_outdated_version():
    newer = passage(1, "one", f"{TEN} {TEN.replace(' ', 'x ')} 100.", day=7)
    assert kept(newer, passage(2, "two", f"{TEN} {TEN.replace(' ', 'x ')} 90.", day=5)) == [1, 2]
    assert kept(newer, passage(2, "two", f"{TEN} {TEN.replace(' ', 'x ')}.", day=5)) == [1]


def test_a_number_that_the_first_article_says_elsewhere_is_no_news():
    newer = passage(1, "one", f"{TEN}.", "90 aaa.", day=7)
    assert kept(newer, passage(2, "two", f"{TEN} 90.", day=5)) == [1]


# Outdated versions


@pytest.mark.parametrize(
    ("article", "other", "outdated"),
    [
        (("a.ru", 5), ("a.ru", 7), True),
        (("a.ru", 7), ("a.ru", 5), False),
        (("a.ru", 5), ("a.ru", 5), False),
        (("a.ru", 5), ("b.ru", 7), False),
        ((None, 5), ("b.ru", 7), True),
        (("a.ru", 5), (None, 7), True),
        ((None, 5), (None, 7), True),
        (("", 5), ("b.ru", 7), True),
        (("a.ru", None), ("a.ru", 7), False),
        (("a.ru", 5), ("a.ru", None), False),
        (("a.ru", None), ("a.ru", None), False),
    ],
)
def test_an_earlier_article_of_the_same_outlet_or_of_any_is_outdated(article, other, outdated):
    article, other = (passage(1, "one", "Aaa.", source=source, day=day).article for source, day in (article, other))
    assert is_outdated(article, other) is outdated


# The versions of a citation


def version(article_id, source=None, day=None):
    return Version(article_id, article_id.title(), source, at(day), None)


def citation(article_id="cited", source="a.ru", day=9):
    return Citation(1, article_id, "Cited", source, None, at(day), "x", 0, 1, (0, 1), 1.0)


def linked(*versions, cited=None):
    """The only citation of an answer, with the versions of its story, the earliest first."""
    cited = cited or citation()
    answer = Answer("?", Certainty.SURE, 0.9, None, (cited,), (), 1.0)
    [found] = with_reprints(answer, {cited.article_id: STORY}, {STORY: versions}).citations
    return found


OWN = version("cited", "a.ru", 9)


def test_the_other_versions_are_named_in_their_order_and_the_cited_one_is_not():
    first, last = version("first", "b.ru", 8), version("last", "c.ru", 10)
    found = linked(first, OWN, last)
    assert found.reprints == (first, last)
    assert (found.earliest, found.other_outlets) == ("first", 2)


def test_the_cited_article_may_be_the_earliest_itself():
    assert linked(OWN, version("last", "b.ru", 10)).earliest == "cited"


def test_without_dates_none_is_the_earliest():
    assert linked(version("b", "b.ru"), version("cited", "a.ru")).earliest is None


def test_twenty_reprints_are_named_and_the_outlets_of_all_are_counted():
    others = tuple(version(f"v{number:02}", f"{number}.ru", 10) for number in range(25))
    found = linked(OWN, *others)
    assert found.reprints == others[:20]
    assert found.other_outlets == 25


def test_an_outlet_counts_once_and_neither_the_cited_one_nor_an_unknown_one_counts():
    versions = (version("b", "b.ru", 1), version("c", "b.ru", 2), version("d", "a.ru", 3), version("e", None, 4))
    found = linked(*versions, OWN)
    assert len(found.reprints) == 4
    assert found.other_outlets == 1
    assert linked(*versions, OWN, cited=citation(source=None)).other_outlets == 2


def test_a_citation_that_stands_alone_stays_as_it_is():
    assert linked(OWN) == citation()
    other = citation("alone")
    answer = Answer("?", Certainty.SURE, 0.9, None, (other, citation()), (), 1.0)
    found = with_reprints(answer, {"cited": STORY}, {STORY: (OWN, version("b", "b.ru", 10))})
    assert found.citations[0] == other
    assert found.citations[1].other_outlets == 1
    assert replace(found, citations=answer.citations) == answer


# Recording them


@pytest.fixture
def database(tmp_path):
    database = Database.in_file(tmp_path / "citebot.sqlite")
    database.migrate()
    return database


def test_the_stories_of_a_generation_are_recorded_with_the_copies_of_their_articles(database):
    reprinted = " ".join(f"word{number}" for number in range(60)) + "."
    articles = [
        Article("later", "Later", reprinted, at(2), "a.ru"),
        Article("alone", "Alone", "Something else altogether.", at(1)),
        Article("first", "First", "Said today. " + reprinted, at(1), "b.ru"),
        Article("long after", "Long after", reprinted, at(20), "c.ru"),
        Article("copied", "Copied", "One of which there is a copy.", at(3)),
    ]
    whole = [(Span(0, len(each.text)),) for each in articles]
    numbers = StoreWriter(database).add(
        [
            NewRevision(each, each.id, (PassageSpan(0, len(each.text), sentences),), ((each.id.encode(),),))
            for each, sentences in zip(articles, whole, strict=True)
        ]
    )
    of = dict(zip((each.id for each in articles), numbers, strict=True))
    generation = StoreWriter(database).add_generation("model", dict.fromkeys(numbers, "/"), after=0, kept=[])
    copies = [
        Copy("copy", "Copied", "c.ru", None, at(4), "copied"),
        Copy("gone", "Gone", None, None, None, "empty"),
    ]
    store = StoryStore(database)

    signatures = signatures_of(store, numbers)
    found = stories_among(
        np.array(numbers),
        np.stack([signatures[number] for number in numbers]),
        np.array([days_of(each.published_at) for each in articles]),
    )
    record(store, generation, found, StoreQueries(database).revisions_of(generation), copies)

    stories = store.versions(generation, of.values())
    assert {story: [version.article_id for version in told] for story, told in stories.items()} == {
        of["later"]: ["first", "later"],
        of["copied"]: ["copied", "copy"],
    }
    assert store.copies(generation) == {copies[0]}
    assert list(store.unsigned(numbers, SIGNATURE)) == []


# Copies


def test_a_copy_of_an_article_that_is_not_there_is_left_out():
    there, gone = (Copy(f"copy of {name}", "Title", None, None, None, name) for name in ("there", "gone"))
    assert copies_of({"there": None}, [gone, there]) == [there]
