"""The same story twice: what is linked, what is cited of it, and what is said of the others."""

import random
import time
from datetime import datetime, timedelta

import numpy as np
import pytest
from hashing_model import BRIDGE, HARVEST, cited, hashing_library, settings_for

from bot.rendering.retold import retold
from bot.texts import catalogue
from retrieval.stories.reprints import days_of, signature_of, stories_among
from retrieval.types import ArticleCounts, Citation, Version

KINDS_OF_HOMES = ("folder", "server")
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "o", "u")]
WORDS = [one + two + three for one in SYLLABLES[:16] for two in SYLLABLES[:16] for three in SYLLABLES[:16]]


def story(seed, count=200):
    """A text of made-up words in sentences of ten."""
    words = random.Random(seed).choices(WORDS, k=count)
    return ". ".join(" ".join(words[start : start + 10]).capitalize() for start in range(0, count, 10)) + "."


def record(article_id, text, source=None, date=None, title=None):
    return {"id": article_id, "title": title or f"About {article_id}", "text": text, "source": source, "date": date}


def among(signatures, dates=None):
    """The stories of articles, given by number with their signatures and dates."""
    hashes = np.array(list(signatures.values()), dtype=np.uint32).reshape(len(signatures), 128)
    moments = [days_of((dates or {}).get(number)) for number in signatures]
    return stories_among(np.array(list(signatures), dtype=np.int64), hashes, np.array(moments))


def stories_in(library):
    """The stories of the published generation, as ids of articles."""
    generation = library.home.generations.published().number
    passages = [text.id for text in library.home.queries.passage_texts(generation)]
    found = set(library.home.stories.stories_of(generation, passages).values())
    versions = library.home.stories.versions(generation, found).values()
    return sorted(tuple(version.article_id for version in of_story) for of_story in versions)


# What is one story


def test_a_reprint_is_found_and_a_different_story_is_not():
    text = story(1)
    texts = [
        text,
        story(2),
        text[: len(text) * 2 // 3],
        story(3, 40) + " " + text,
        text.replace("dabo", "dubo"),
        story(4),
    ]

    assert among(dict(enumerate(map(signature_of, texts)))) == [(0, 2, 3, 4)]


def test_stories_do_not_depend_on_the_order_or_the_numbers_of_the_articles():
    texts = [story(seed)[: 900 + 100 * cut] for seed in range(30) for cut in range(seed % 4)]
    signatures = [signature_of(text) for text in texts]

    def found(order):
        numbered = {place: signatures[index] for place, index in enumerate(order)}
        return {frozenset(order[place] for place in group) for group in among(numbered)}

    expected = found(list(range(len(texts))))
    assert len(expected) == 14
    for seed in range(5):
        order = random.Random(seed).sample(range(len(texts)), len(texts))
        assert found(order) == expected


def test_a_signature_never_changes():
    assert signature_of("The comet passed Saturn late on Monday, and astronomers filmed it.")[:4].tolist() == [
        746556449,
        488678490,
        257867302,
        1285124254,
    ]
    assert (signature_of("ёлка и мёд") == signature_of("Елка, и мед!")).all()
    assert signature_of("").shape == (128,)


def test_texts_that_are_all_the_same_are_one_story():
    same = signature_of(story(1))

    assert among(dict.fromkeys(range(2000), same)) == [tuple(range(2000))]
    assert among({}) == among({1: same}) == []
    assert same.dtype == np.uint32


def test_reports_from_one_template_are_one_story_only_within_three_days():
    same, template = signature_of(story(1)), story(3, 60)
    dates = {number: at(day) for number, day in enumerate([1, 3, 4, 5, 8, 9])}

    assert among(dict.fromkeys(range(6), same), dates=dates) == [(0, 1, 2), (3, 4)]
    assert among(dict.fromkeys(range(6), same), dates={0: at(1), 5: None, 1: at(9)}) == [(0, 2, 3, 4, 5)]
    daily = {day: signature_of(f"{template} The rate is {day}.") for day in range(4000)}
    started = time.process_time()
    found = among(daily, dates={day: at(day + 1) for day in daily})
    assert time.process_time() - started < 10
    assert {len(story) for story in found} == {4}


def test_a_story_is_what_is_like_its_earliest_article_and_not_a_chain():
    words = story(1, 400).split()
    texts = [" ".join(words[start : start + 200]) for start in (0, 60, 120, 180)]
    signatures = dict(enumerate(map(signature_of, texts)))

    assert among(signatures, dates={number: at(number + 1) for number in signatures}) == [(0, 1), (2, 3)]


# What is kept of it


def test_stories_of_an_incremental_index_are_those_of_a_rebuilt_one(library, corpus, home, tmp_path):
    rng = random.Random(5)
    records = {}
    for step in range(8):
        for _ in range(4):
            seed = rng.randrange(6)
            name = f"{seed}-{rng.randrange(5)}"
            records[name] = record(name, story(seed)[: 1000 + 60 * rng.randrange(5)], f"{name}.ru", "2024-09-09")
        for name in rng.sample(sorted(records), k=min(2, len(records) - 1)):
            del records[name]
        corpus.write_lines("feed.jsonl", records.values())
        library.index()
        fresh = hashing_library(settings_for(tmp_path / f"fresh-{step}", corpus.folder))
        fresh.index()

        assert stories_in(library) == stories_in(fresh)
    assert stories_in(library) != []


def test_signatures_are_made_once(library, corpus, monkeypatch):
    corpus.write_lines("feed.jsonl", [record("a", story(1)), record("b", story(2))])
    library.index()
    corpus.write_lines("feed.jsonl", [record("a", story(1)), record("b", story(2)), record("c", story(3))])
    made = []
    monkeypatch.setattr("retrieval.stories.reprints.signature_of", lambda text: made.append(text) or signature_of(text))

    library.index()

    assert made == [story(3)]


# What is cited of it


def test_an_answer_cites_a_story_once_and_names_its_reprints_the_earliest_first(library, corpus):
    text = story(1, 120)
    records = [
        record("late", text, "late.ru", "2024-09-11"),
        record("first", story(9, 20) + " " + text, "iz.ru", "2024-09-09"),
        record("cut", text[: len(text) * 3 // 4], "cut.ru", None),
        record("copy", text, "copy.ru", "2024-09-10", title="About late"),
        record("other", story(2), "other.ru", "2024-09-01"),
    ]
    corpus.write_lines("feed.jsonl", records)

    assert library.index().articles == ArticleCounts(added=4, duplicates=1)

    answer = library.ask(text[:60], limit=3)
    assert len({article for article in cited(answer) if article != "other"}) == 1
    first = answer.citations[0]
    story_ids = ["first", "copy", "late", "cut"]
    assert [version.article_id for version in first.reprints] == [one for one in story_ids if one != first.article_id]
    assert first.earliest == "first"
    sources = ["iz.ru", "copy.ru", "late.ru", "cut.ru"]
    assert [each.source for each in first.reprints] == [source for source in sources if source != first.source]
    alone = library.ask(story(2)[:60], limit=1).citations[0]
    assert (alone.article_id, alone.reprints, alone.earliest) == ("other", (), None)


def test_a_version_that_differs_in_a_number_is_still_cited(library, corpus):
    text = story(1, 60)
    corpus.write_lines(
        "feed.jsonl",
        [record("old", text + " There were 100 of them."), record("new", text + " There were 230 of them.")],
    )
    library.index()

    assert stories_in(library) == [("new", "old")]
    assert cited(library.ask("There were 230 of them", limit=1)) == ["new"]
    assert cited(library.ask("There were 100 of them", limit=1)) == ["old"]


FIRE = "The fire was started by Peter Sands"


@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("outlet", ["a.ru", None])
def test_a_correction_takes_the_place_of_what_it_corrects(library, corpus, outlet, limit):
    text = story(1, 60)
    old, new = f"{text} {FIRE}.", f"{text} {FIRE.replace('was', 'was not')}."
    corpus.write_lines(
        "feed.jsonl", [record("old", old, "a.ru", "2024-03-05"), record("new", new, outlet, "2024-03-07")]
    )
    library.index()

    assert stories_in(library) == [("old", "new")]
    answer = library.ask(FIRE, limit=limit)
    assert "was not started" in answer.citations[0].excerpt
    assert not any("was started" in citation.excerpt for citation in answer.citations)
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))


@pytest.mark.parametrize(
    ("source", "day"), [("b.ru", "2024-03-07"), ("a.ru", "2024-03-05"), ("b.ru", "2024-03-05"), ("a.ru", None)]
)
def test_a_version_that_differs_in_a_word_is_not_hidden_where_it_may_be_a_correction(library, corpus, source, day):
    text = story(1, 60)
    corpus.write_lines(
        "feed.jsonl",
        [
            record("old", f"{text} {FIRE}.", "a.ru", "2024-03-05"),
            record("new", f"{text} {FIRE.replace('was', 'was not')}.", source, day),
            record("same", f"{text} {FIRE} !", "c.ru", "2024-03-06"),
        ],
    )
    library.index()

    found = set(cited(library.ask(FIRE, limit=3)))
    assert "new" in found
    assert len(found) == 2


def test_a_copy_that_comes_or_goes_is_known_at_once(library, corpus):
    corpus.write("bridge", *BRIDGE)
    corpus.write("harvest", *HARVEST)
    library.index()
    corpus.write("twin", *BRIDGE, title="Bridge")

    report = library.index()

    assert (report.articles, report.generation) == (ArticleCounts(unchanged=2, duplicates=1), "000002")
    assert [version.article_id for version in library.ask(BRIDGE[0], limit=1).citations[0].reprints] == ["twin"]
    assert library.index().generation == "000002"
    corpus.remove("twin")
    assert library.index().generation == "000003"
    assert library.ask(BRIDGE[0], limit=1).citations[0].reprints == ()


def test_a_forgotten_version_is_no_longer_named(library, corpus):
    text = story(1)
    records = [record("a", text, "a.ru"), record("b", text[:-100], "b.ru"), record("c", text[:-200], "c.ru")]
    corpus.write_lines("feed.jsonl", records)
    library.index()

    library.forget(["b"])

    (citation, *_) = library.ask(text[:60], limit=1).citations
    assert {citation.article_id, *(version.article_id for version in citation.reprints)} == {"a", "c"}


def test_forgetting_a_copy_by_its_own_id_forgets_the_text(library, corpus):
    corpus.write("bridge", *BRIDGE)
    corpus.write("harvest", *HARVEST)
    corpus.write("twin", *BRIDGE, title="Bridge")
    library.index()

    library.forget(["twin"])

    assert "bridge" not in cited(library.ask(BRIDGE[0], limit=9))
    assert library.index().articles == ArticleCounts(unchanged=1, forgotten=2)


def test_an_answer_names_twenty_reprints_and_counts_all_their_outlets(library, corpus):
    text = story(1)
    corpus.write_lines("feed.jsonl", [record(str(n), text, f"{n}.ru", "2024-09-09", title="One") for n in range(40)])
    library.index()

    (first, *_) = library.ask(text[:60], limit=1).citations

    assert (len(first.reprints), first.other_outlets) == (20, 39)
    assert retold(first, catalogue("en")).startswith("+39 outlets")


# What is said of it


def at(day):
    """A moment of September 2024 as articles have it; None for no day."""
    return datetime.fromisoformat("2024-08-31") + timedelta(days=day) if day else None


def version(article_id, source, day=None, title="Title"):
    return Version(article_id, title, source, at(day), None)


def citation(*reprints, source="a.ru", day=9, earliest=None):
    date = at(day)
    outlets = len({version.source for version in reprints if version.source} - {source})
    return Citation(
        *(1, "a", "Title", source, None, date, "x", 0, 1, (0, 1), 1.0),
        reprints=reprints,
        earliest=earliest,
        other_outlets=outlets,
    )


@pytest.mark.parametrize(
    ("cited_one", "english", "russian"),
    [
        (citation(), "", ""),
        (
            citation(version("b", "iz.ru", 8), version("c", "c.ru", 10), version("d", "c.ru"), earliest="b"),
            "+2 outlets, first: iz.ru, 8 September 2024",
            "+2 издания, первое — iz.ru, 8 сентября 2024",
        ),
        (
            citation(*(version(str(number), f"{number}.ru", 10) for number in range(5)), earliest="a"),
            "+5 outlets, first: a.ru, 9 September 2024",
            "+5 изданий, первое — a.ru, 9 сентября 2024",
        ),
        (citation(version("b", "b.ru"), day=None), "+1 outlet", "+1 издание"),
        (
            citation(version("b", None, 8), version("c", "c.ru", 9), earliest="b"),
            "+1 outlet, first: 8 September 2024",
            "+1 издание, впервые 8 сентября 2024",
        ),
        (
            citation(version("b", "a.ru", 8), version("c", None, 9), earliest="b"),
            "+1 version, first: 8 September 2024",
            "+1 версия, первая — 8 сентября 2024",
        ),
        (citation(version("b", "a.ru", title="Update"), day=None), "+1 version", "+1 версия"),
        (citation(version("b", "a.ru", 9), earliest="a"), "", ""),
    ],
)
def test_one_line_says_who_else_tells_the_story(cited_one, english, russian):
    assert retold(cited_one, catalogue("en")) == english
    assert retold(cited_one, catalogue("ru")) == russian
