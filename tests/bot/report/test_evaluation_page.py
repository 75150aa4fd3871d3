"""The page of an evaluation: whole, self-contained, safe from what articles and questions hold, worst misses first."""

import xml.etree.ElementTree as ET

import pytest
from evaluation_model import article_of, citation, evaluate, known, trial_of
from html_pages import Page, check_page

from bot.report.evaluation_page import figure_rows, kind_rows, render_evaluation, threshold_rows
from bot.report.misses import Evidence, Fault, find_misses, worst_misses
from bot.report.plots import colours_of, plot_latency, plot_ranks, plot_roc, rank_counts
from bot.texts import LANGUAGES, page_catalogue

ENGLISH = page_catalogue("en")
NASTY = "<script>alert('x')</script> & \"quotes\" {{ 7 * 7 }} $x$"
RIGHT = citation(1, "a", "Длина моста 840 метров.")
WRONG = citation(1, "b", "О другом.")
SILENT = citation(1, "a", "Мост длинный.")


def result_of(name="citebot", threshold=0.5):
    """Ten questions: three right, three wrong answers, two false answers, two wrong refusals."""
    fields = {"article_ids": ["a"], "answers": ["840"]}
    questions = [
        known("right", **fields, kind="how_many"),
        known("second", **fields, kind="how_many"),
        known("silent", **fields, kind="how_many"),
        known("lost", **fields, kind="who"),
        known("surer", **fields, kind="who"),
        known("timid", **fields, kind="who"),
        known("very_timid", **fields, kind="who"),
        known("false", kind="absent"),
        known("very_false", kind="absent"),
        known("silence", kind="absent"),
    ]
    told = {
        "right": (0.9, ["a"], [RIGHT]),
        "second": (0.8, ["b", "a"], [WRONG, citation(2, "a", "Мост: 840 метров.")]),
        "silent": (0.95, ["a"], [SILENT]),
        "lost": (0.6, ["b"], [WRONG]),
        "surer": (0.7, ["b"], [WRONG]),
        "timid": (0.4, ["a"], [RIGHT]),
        "very_timid": (0.1, ["b", "c", "a"], [WRONG]),
        "false": (0.6, [], [WRONG]),
        "very_false": (0.99, [], [WRONG]),
        "silence": (0.2, [], [WRONG]),
    }
    return evaluate(questions, told, threshold=threshold, name=name)


@pytest.fixture(scope="module")
def trial():
    return trial_of(result_of(), result_of("BM25 alone", None), result_of("dense passages alone", None))


@pytest.fixture(scope="module")
def page(trial):
    return Page(render_evaluation(trial))


# Misses


def test_misses_are_told_apart_and_ordered():
    """Wrong answers by the rank of the right article, then the surest; false answers the surest; refusals too."""
    found = find_misses(result_of().outcomes, 0.5)
    assert {fault: [miss.outcome.question.id for miss in misses] for fault, misses in found.items()} == {
        Fault.WRONG_ANSWER: ["surer", "lost", "silent"],
        Fault.FALSE_ANSWER: ["very_false", "false"],
        Fault.WRONG_REFUSAL: ["very_timid", "timid"],
    }
    assert [(miss.rank, miss.evidence, miss.excerpt) for miss in found[Fault.WRONG_ANSWER]] == [
        (0, None, 0),
        (0, None, 0),
        (1, Evidence.NO_EXCERPT, 0),
    ]
    assert [(miss.rank, miss.evidence, miss.excerpt) for miss in found[Fault.WRONG_REFUSAL]] == [
        (3, Evidence.NO_EXCERPT, 0),
        (1, Evidence.EXCERPT, 1),
    ]


def test_the_worst_of_each_fault_come_in_turn():
    found = find_misses(result_of().outcomes, 0.5)
    expected = ["surer", "very_false", "very_timid", "lost", "false", "timid", "silent"]
    assert [miss.outcome.question.id for miss in worst_misses(found, 20)] == expected
    assert [miss.outcome.question.id for miss in worst_misses(found, 2)] == expected[:2]


def test_misses_depend_on_the_threshold():
    found = find_misses(result_of().outcomes, 0.0)
    assert [len(found[fault]) for fault in Fault] == [4, 3, 0]
    found = find_misses(result_of().outcomes, 1.0)
    assert [len(found[fault]) for fault in Fault] == [0, 0, 7]


def test_without_answers_a_cited_article_is_enough():
    questions = [known("cited", article_ids=["b"]), known("missed", article_ids=["a"])]
    told = {"cited": (0.9, ["b"], [WRONG]), "missed": (0.9, ["b", "a"], [WRONG])}
    found = find_misses(evaluate(questions, told).outcomes, 0.5)
    assert [miss.outcome.question.id for miss in found[Fault.WRONG_ANSWER]] == ["missed"]


# Tables and plots


def test_the_table_holds_every_figure_of_every_system(trial):
    sections = figure_rows(trial)
    assert list(sections) == ["articles", "evidence", "abstention", "certainty", "speed"]
    rows = {row.name: row.values for rows in sections.values() for row in rows}
    assert rows["recall_at_1"] == (3 / 7,) * 3
    assert rows["excerpt_at_3"] == (3 / 7,) * 3
    assert rows["excerpt_at_3_lemmas"] == (3 / 7,) * 3
    assert rows["false_answers"] == (2 / 3, None, None)
    assert rows["wrong_refusals"] == (2 / 7, None, None)


def test_kinds_are_broken_down(trial):
    by_kind = {row.kind: row for row in kind_rows(trial.systems[0], 0.5)}
    assert list(by_kind) == ["who", "how_many", "absent"]
    many, absent = by_kind["how_many"], by_kind["absent"]
    assert (many.questions, many.recall_at_1, many.answered) == (3, 2 / 3, 1.0)
    assert (many.evidence_at_1, many.evidence_at_3) == (1 / 3, 2 / 3)
    assert (absent.answerable, absent.questions, absent.answered) == (False, 3, 2 / 3)
    assert (absent.recall_at_1, absent.evidence_at_1, absent.evidence_at_3) == (None, None, None)


def test_thresholds_hold_the_one_in_force(trial):
    rows = threshold_rows(trial.systems[0], 0.55)
    assert [row.threshold for row in rows] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9]
    assert (rows[5].false_answers, rows[5].wrong_refusals) == (2 / 3, 2 / 7)


def test_ranks_are_counted(trial):
    assert rank_counts(trial.systems[0]) == [3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_plots_are_the_same_each_time_and_say_what_they_show(trial):
    svg = plot_roc(trial, ENGLISH)
    assert plot_roc(trial, ENGLISH) == svg
    ET.fromstring(svg)  # noqa: S314 - made here
    assert "at threshold 0.5: 66.7% false answers," in svg
    for text in ("rank of the right article", "BM25 alone", ">10<", "or none"):
        assert text in plot_ranks(trial, ENGLISH)


# The page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_needs_nothing_else(trial, language):
    check_page(Page(render_evaluation(trial, language)), language)


def test_the_page_is_in_the_language_that_is_wanted(trial):
    text = Page(render_evaluation(trial, "ru")).text
    for told in (
        "Citebot на folder",
        "12 статей, отрывков — 34, предложений — 1\xa0560",
        "R@1 первая найденная верна 0,429 0,429 0,429",
        "при пороге 0.5: ложных ответов 66,7\xa0%,",
        "0.5 66,7\xa0% 28,6\xa0%",
        "3 × неверный ответ, 2 × ложный ответ, 2 × ложный отказ. Показаны все",
        "нужная статья — номер 3 из найденных; ответа нет ни в одной выдержке",
    ):
        assert told.replace("\xa0", " ") in text.replace("\xa0", " ")


def test_the_page_tells_all_that_was_found(page):
    for text in (
        "Citebot on folder",
        "12 articles, 34 passages, 1,560 sentences",
        "10 questions, 7 answerable, 3 not",
        "2.0 s to index, 6.0 articles, 780 sentences a second",
        "× embedding it alone, 10.0 ms",
        "512 MiB of memory at most, while indexing and answering",
        "0.5 confidence from which",
        "R@1 the first one is right 0.429 0.429 0.429",
        "false answers unanswerable questions that are answered for sure 0.667 – –",
        "0.5 66.7% 28.6%",
        "how_many answerable 3 0.667 0.333 0.667 100.0%",
        "absent unanswerable 3 – – – 66.7%",
        "3 × wrong answer, 2 × false answer, 2 × wrong refusal. Shown are all",
        "Knowing what it does not know",
    ):
        assert text in page.text


def test_a_miss_shows_what_was_expected_and_what_was_cited(page):
    start = page.text.index("7 wrong answer")
    assert page.text[start:].startswith(
        "7 wrong answer confidence 0.950 a right article is number 1 of those found; no excerpt holds an answer "
        "question silent, how_many silent? expected article a expected answer 840 "
        "[1] A · a · right article Мост длинный."
    )
    assert "Refused; it would have cited: [1] A · a · right article Длина моста 840 метров." in page.text


def test_only_the_highlight_is_marked():
    cited = citation(1, "b", "До. Само. После.", (4, 9))
    result = evaluate([known("q")], {"q": (0.9, [], [cited])})
    assert "<blockquote>До. <mark>Само.</mark> После.</blockquote>" in render_evaluation(trial_of(result))


def test_nothing_that_is_written_by_others_becomes_markup():
    question = known(NASTY, article_ids=[NASTY], answers=[NASTY + "!"], evidence=NASTY, kind=NASTY)
    cited = citation(1, NASTY, NASTY + "\ud800")
    told = {NASTY: (0.9, [], [cited]), "x": (0.9, [], [cited])}
    result = evaluate([question, known("x")], told, articles=[article_of(NASTY, "Текст.")])
    page = Page(render_evaluation(trial_of(result, folder=NASTY)))
    assert "script" not in page.tags
    assert page.text.count("<script>alert('x')</script>") > 8
    assert "{{ 7 * 7 }}" in page.text


@pytest.mark.parametrize("count", [1, 4, 9])
def test_any_number_of_systems_stand_beside_each_other_each_in_its_colour(count):
    trial = trial_of(*(result_of(f"system {place}", None if place else 0.5) for place in range(count)))
    colours = colours_of(trial.systems)
    page, plots = (
        render_evaluation(trial),
        [plot_ranks(trial, ENGLISH), plot_latency(trial, ENGLISH), plot_roc(trial, ENGLISH)],
    )
    assert len(set(colours)) == count
    for place, colour in enumerate(colours):
        assert f'<span class="dot" style="background: {colour}"></span>system {place}</th>' in page
        for plot in plots:
            assert colour in plot
            assert f"system {place}" in plot


def test_a_trial_without_unanswerable_questions_has_no_roc():
    result = evaluate([known("q", article_ids=["a"])], {"q": (0.9, ["a"], [RIGHT])})
    text = Page(render_evaluation(trial_of(result))).text
    assert "No ROC curve: it takes both answerable and unanswerable questions." in text
    assert "None: every answerable question is answered with what answers it" in text


def test_a_trial_without_answerable_questions_has_no_ranks():
    result = evaluate([known("q")], {"q": (0.9, [], [WRONG])})
    text = Page(render_evaluation(trial_of(result))).text
    assert "Rank of the right article" not in text
    assert "Right article" not in text
