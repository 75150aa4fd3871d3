"""Abbreviations and what they stand for: known everywhere, set by the operator, and met in an index."""

import numpy as np
import pytest
from corpus_words import passages_of
from hashing_model import cited, hashing_library
from small_generation import words_in as lexical_of

from retrieval.errors import SettingsError
from retrieval.settings import RetrievalSettings
from retrieval.text.abbreviations import Abbreviations
from retrieval.text.terms import question_terms, terms_of
from retrieval.text.vocabulary import ABBREVIATIONS

METRO = (("НТМ", "Новотальский метрополитен"),)


def others(question, pairs=()):
    """Of each term of a question the other ways to write that of which it is a part."""
    found = Abbreviations.of(pairs).others(terms_of(question))
    return [{" ".join(sorted(way)) for way in ways} for ways in found]


@pytest.mark.parametrize(
    ("question", "ways"),
    [
        ("ставка ЦБ", [set(), {"центробанк", "банк центральн", "банк росс"}]),
        ("центрального банка", [{"цб", "центробанк", "банк росс"}] * 2),
        ("ставка банка", [set(), set()]),  # any bank
        ("центральный парк", [set(), set()]),
        ("млн рублей", [{"миллион"}, {"руб"}]),
        ("миллион", [{"млн"}]),
        ("prime minister", [{"pm"}, {"pm"}]),
        ("Минфин", [{"министерств финанс"}]),
        ("мост", [set()]),
        ("", []),
    ],
)
def test_what_a_question_holds_whole_has_other_ways_to_be_written(question, ways):
    assert others(question) == ways


def test_a_way_that_the_question_holds_as_well_is_no_other_one():
    assert others("РФ Россия") == [{"российск федерац"}] * 2


def test_the_operators_own_are_known_beside_the_others():
    assert others("НТМ") == [set()]
    assert others("НТМ", METRO) == [{"метрополит новотальск"}]
    assert others("Новотальский метрополитен", METRO) == [{"нтм"}] * 2
    assert others("метрополитен млн", METRO) == [set(), {"миллион"}]


def test_no_line_of_the_list_repeats_a_way_to_write_something():
    for line in ABBREVIATIONS.strip().splitlines():
        ways = [frozenset(terms_of(way)) for way in line.split("=")]
        assert len(set(ways)) == len(ways) >= 2
        assert all(ways), line


# In an index

PASSAGES = passages_of("Ставка ЦБ выросла.", "Центральный банк снизил ставку.", "Банк закрыл парк.", "Снег.")


@pytest.mark.parametrize("question", ["ЦБ", "центральный банк", "Центробанк"])
def test_both_forms_meet_in_passages_sentences_and_scores(question):
    index = lexical_of(PASSAGES)
    terms = question_terms(question)
    query = index.query(terms, Abbreviations.of().others([term.term for term in terms]))

    held = index.in_passages(query, np.arange(4))
    assert np.flatnonzero(held.all(axis=1)).tolist() == [0, 1]
    assert (index.in_sentences(query, np.arange(4)) == held).all()
    scores = index.scores(query)
    assert (scores[:2] > 0).all()
    assert scores[:2].min() > scores[2]
    assert scores[3] == 0
    assert query.known.all()


def test_without_other_ways_only_the_words_themselves_are_met():
    index = lexical_of(PASSAGES)

    assert np.flatnonzero(index.scores(index.query(question_terms("ЦБ")))).tolist() == [0]


def test_what_the_operator_sets_is_met_by_the_library(library, three_articles):
    three_articles.write("metro", "Новотальский метрополитен закрыли утром.")
    library.index()
    settings = library.home.settings.model_copy(update={"abbreviations": METRO})

    assert cited(hashing_library(settings).ask("НТМ", limit=1)) == ["metro"]


# The setting


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def load(value):
        monkeypatch.setenv("CITEBOT_ABBREVIATIONS", value)
        return RetrievalSettings.load().abbreviations

    return load


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        ("", ()),
        ("ГД=Госдума", (("ГД", "Госдума"),)),
        (" ГД = Госдума ,, НТМ=Новотальский  метрополитен,", (("ГД", "Госдума"), *METRO)),
        ("a=b=c", (("a", "b=c"),)),
    ],
)
def test_pairs_are_read(load, value, pairs):
    assert load(value) == pairs


@pytest.mark.parametrize(("value", "pair"), [("ГД", "ГД"), ("ГД=", "ГД="), ("НТМ=метро,=б", "=б"), ("ГД=…", "ГД=…")])
def test_what_is_no_pair_is_named(load, value, pair):
    with pytest.raises(SettingsError) as caught:
        load(value)

    told = f"{pair!r} is no pair; expected pairs such as ГД=Госдума, with commas between them"
    assert str(caught.value) == f"CITEBOT_ABBREVIATIONS={value!r}: {told}"
