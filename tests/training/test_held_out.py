"""What is set apart stays apart: passages, pages, questions and languages."""

from training.held_out import HELD_OUT, HELD_QUESTIONS, WATCHED_BAGS, split_held_out
from training.pages_to_questions import is_kept_from_the_reader
from training.reader_pairs import Pair, shuffled_passages
from training.reader_plans import BAGS


def pair(number, **others):
    return Pair("ru", f"Вопрос {number}?", f"Пассаж {number}.", **{"answerable": True, **others})


def test_passages_that_ranking_is_fitted_on_are_held():
    pairs = [pair(number) for number in range(2100)]
    rest, held = split_held_out("sberquad-val", pairs)
    order = shuffled_passages([one.passage for one in pairs])
    assert {one.passage for one in held} == {
        passage for start, end in HELD_OUT["sberquad-val"] for passage in order[start:end]
    }
    assert len(held) + len(rest) == len(pairs)


def test_whole_pages_are_held():
    pairs = [pair(number, title=f"Страница {number // 3}") for number in range(300)]
    rest, held = split_held_out("rubq-en-ru", pairs)
    assert [is_kept_from_the_reader(one.title) for one in [*rest, *held]] == [False] * len(rest) + [True] * len(held)
    assert 20 < len(held) < 150


def test_questions_of_judged_sentences_are_held_with_all_that_share_a_sentence():
    count = HELD_QUESTIONS["wikiqa-en"] + 200
    shared = "A sentence of more than forty characters that stands twice."
    pairs = [pair(number) for number in range(count)]
    first = next(one for one in split_held_out("wikiqa-en", pairs)[1] if one.question != pairs[0].question)
    _rest, held = split_held_out("wikiqa-en", pairs)
    assert len(held) == HELD_QUESTIONS["wikiqa-en"]
    assert first in held
    pairs += [Pair("en", one.question, shared, answerable=False) for one in pairs]
    rest, held = split_held_out("wikiqa-en", pairs)
    assert (rest, len(held)) == ([], len(pairs))


def test_what_shares_a_sentence_with_a_held_question_is_held_however_many_stand_between():
    """Each shares a sentence with the next one only."""
    links = [f"A sentence of more than forty characters, number {number}." for number in range(301)]
    pairs = [
        Pair("en", f"Question {number}?", links[number + side], answerable=False)
        for number in range(300)
        for side in (0, 1)
    ]
    rest, held = split_held_out("wikiqa-en", pairs)
    assert (rest, held) == ([], pairs)


def test_some_languages_of_bags_only_measure():
    pairs = [Pair(language, "?", "", answerable=True, bag=0) for language in ("de", "fi", "bn", "id", "ko", "fr")]
    rest, held = split_held_out(BAGS, pairs)
    assert [one.language for one in rest] == ["de", "fr"]
    assert tuple(one.language for one in held) == WATCHED_BAGS


def test_of_other_sets_nothing_is_held():
    pairs = [pair(number) for number in range(10)]
    assert split_held_out("muserc-ru", pairs) == (pairs, [])
