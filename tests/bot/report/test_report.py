"""The page of an evaluation: whole, self-contained, safe from what articles and questions hold, worst misses first."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from evaluation_model import article_of, citation, evaluate, known, trial_of

from bot.report.misses import Fault, find_misses, worst_misses
from bot.report.page import check_report_place, figure_rows, kind_rows, render_report, threshold_rows, write_report
from bot.report.plots import colours_of, plot_latency, plot_ranks, plot_roc, rank_counts
from retrieval.errors import ReportError

NASTY = "<script>alert('x')</script> & \"quotes\" {{ 7 * 7 }} $x$"
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """Checks that tags close in order; collects tags, addresses and visible text."""

    def __init__(self, page):
        super().__init__()
        self.open_tags, self.tags, self.addresses, self.words = [], set(), [], []
        self.feed(page)
        self.close()
        assert self.open_tags == []
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href", "xlink:href", "action"}]
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open_tags.pop()

    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open_tags:
            self.words.append(data)


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
    return Page(render_report(trial))


# Misses


def test_misses_are_told_apart_and_ordered():
    """Wrong answers by the rank of the right article, then the surest; false answers the surest; refusals too."""
    found = find_misses(result_of().outcomes, 0.5)
    assert {fault: [miss.outcome.question.id for miss in misses] for fault, misses in found.items()} == {
        Fault.WRONG_ANSWER: ["surer", "lost", "silent"],
        Fault.FALSE_ANSWER: ["very_false", "false"],
        Fault.WRONG_REFUSAL: ["very_timid", "timid"],
    }
    assert [miss.reason for miss in found[Fault.WRONG_ANSWER]] == [
        "no right article among the 50 best passages",
        "no right article among the 50 best passages",
        "a right article is number 1 of those found, no excerpt holds an answer",
    ]
    assert [miss.reason for miss in found[Fault.WRONG_REFUSAL]] == [
        "a right article is number 3 of those found; no excerpt holds an answer",
        "a right article is number 1 of those found; excerpt 1 holds an answer",
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
    sections = dict(figure_rows(trial))
    assert list(sections) == ["Right article", "Evidence", "Abstention", "Certainty", "Milliseconds a question"]
    rows = {row.name: row.values for rows in sections.values() for row in rows}
    assert rows["R@1"] == (3 / 7,) * 3
    assert rows["evidence@3"] == (3 / 7,) * 3
    assert rows["evidence@3, lemmas"] == (3 / 7,) * 3
    assert rows["false answers"] == (2 / 3, None, None)
    assert rows["wrong refusals"] == (2 / 7, None, None)


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
    svg = plot_roc(trial)
    assert plot_roc(trial) == svg
    ET.fromstring(svg)  # noqa: S314 - made here
    assert "at threshold 0.5: 66.7% false answers," in svg
    for text in ("rank of the right article", "BM25 alone", ">10<", "or none"):
        assert text in plot_ranks(trial)


# The page


def test_the_page_needs_nothing_else(page):
    assert {"script", "link", "img", "iframe", "object"}.isdisjoint(page.tags)
    assert all(address.startswith("#") for address in page.addresses)


def test_the_page_fetches_nothing_by_its_styles(trial):
    html = render_report(trial)
    assert set(re.findall(r"url\((.)", html)) <= {"#"}
    assert "@import" not in html


def test_the_page_tells_all_that_was_found(page):
    for text in (
        "Citebot on folder",
        "12 articles 34 passages, 1 560 sentences",
        "10 questions 7 answerable, 3 not",
        "2.0 s to index 6.0 articles, 780 sentences a second",
        "× embedding it alone, 10.0 ms",
        "512 MiB of memory at most",
        "0.5 confidence from which",
        "R@1 the first one is right 0.429 0.429 0.429",
        "false answers unanswerable questions that are answered for sure 0.667 – –",
        "0.5 66.7 % 28.6 %",
        "how_many answerable 3 0.667 0.333 0.667 100.0 %",
        "absent unanswerable 3 – – – 66.7 %",
        "3 × wrong answer, 2 × false answer, 2 × wrong refusal. Shown are all",
        "Knowing what it does not know",
    ):
        assert text in page.text


def test_a_miss_shows_what_was_expected_and_what_was_cited(page):
    start = page.text.index("7 wrong answer")
    assert page.text[start:].startswith(
        "7 wrong answer confidence 0.950 a right article is number 1 of those found, no excerpt holds an answer "
        "question silent, how_many silent? expected article a expected answer 840 "
        "[1] A · a · right article Мост длинный."
    )
    assert "Refused; it would have cited: [1] A · a · right article Длина моста 840 метров." in page.text


def test_only_the_highlight_is_marked():
    cited = citation(1, "b", "До. Само. После.", (4, 9))
    result = evaluate([known("q")], {"q": (0.9, [], [cited])})
    assert "<blockquote>До. <mark>Само.</mark> После.</blockquote>" in render_report(trial_of(result))


def test_nothing_that_is_written_by_others_becomes_markup():
    question = known(NASTY, article_ids=[NASTY], answers=[NASTY + "!"], evidence=NASTY, kind=NASTY)
    cited = citation(1, NASTY, NASTY + "\ud800")
    told = {NASTY: (0.9, [], [cited]), "x": (0.9, [], [cited])}
    result = evaluate([question, known("x")], told, articles=[article_of(NASTY, "Текст.")])
    page = Page(render_report(trial_of(result, folder=NASTY)))
    assert "script" not in page.tags
    assert page.text.count("<script>alert('x')</script>") > 8
    assert "{{ 7 * 7 }}" in page.text


@pytest.mark.parametrize("count", [1, 4, 9])
def test_any_number_of_systems_stand_beside_each_other_each_in_its_colour(count):
    trial = trial_of(*(result_of(f"system {place}", None if place else 0.5) for place in range(count)))
    colours = colours_of(trial.systems)
    page, plots = render_report(trial), [plot_ranks(trial), plot_latency(trial), plot_roc(trial)]
    assert len(set(colours)) == count
    for place, colour in enumerate(colours):
        assert f'<span class="dot" style="background: {colour}"></span>system {place}</th>' in page
        for plot in plots:
            assert colour in plot
            assert f"system {place}" in plot


def test_a_trial_without_unanswerable_questions_has_no_roc():
    result = evaluate([known("q", article_ids=["a"])], {"q": (0.9, ["a"], [RIGHT])})
    text = Page(render_report(trial_of(result))).text
    assert "No ROC curve: it takes both answerable and unanswerable questions." in text
    assert "None: every answerable question is answered with what answers it" in text


def test_a_trial_without_answerable_questions_has_no_ranks():
    result = evaluate([known("q")], {"q": (0.9, [], [WRONG])})
    text = Page(render_report(trial_of(result))).text
    assert "Rank of the right article" not in text
    assert "Right article" not in text


# The file


def test_a_page_is_written_whole_and_replaced(trial, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    write_report(path, trial)
    assert path.read_text(encoding="utf-8").endswith("</html>")
    assert list(tmp_path.iterdir()) == [path]
    other = tmp_path / "other"
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode, "as open to others as any new file"


def test_a_page_that_cannot_be_written_is_told_and_leaves_nothing(trial, tmp_path):
    for path, reason in (
        (tmp_path / "absent" / "report.html", "No such file or directory"),
        (tmp_path, "directory"),
    ):
        with pytest.raises(ReportError, match=rf"the report {re.escape(str(path))} cannot be written \(.*{reason}"):
            write_report(path, trial)
    assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.parent.glob(f".{tmp_path.name}*")) == []


def test_a_place_is_checked_without_touching_it(tmp_path):
    check_report_place(tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ReportError, match=r"cannot be written \(No such file or directory\)"):
        check_report_place(tmp_path / "absent" / "report.html")
