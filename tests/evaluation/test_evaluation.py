"""Questions with known answers -> figures: by hand on made-up systems, then through whole trials."""

import json
import os
import signal
import tempfile
from dataclasses import asdict, replace

import pytest
from evaluation_model import ARTICLES, QUESTIONS, article_of, citation, evaluate, known, passage_of, write_folder
from hashing_model import hashing_library, hashing_model, settings_for

from retrieval.errors import IndexMissingError, NothingToIndexError, QuestionsError
from retrieval.evaluation.figures import EvidenceFinder, holds_answer, measure_abstention, measure_certainty
from retrieval.evaluation.trial import run_published_trial, run_trial
from retrieval.progress import TrialProgress
from retrieval.text.splitting import split
from retrieval.types import ANYTHING, Bounds, Certainty

LONG = " ".join(f"Предложение номер {number} ничего не говорит о том, что спрашивают." for number in range(12))


class Told(TrialProgress):
    """Remembers what it is told, and stops the run where it is asked to."""

    def __init__(self, stop=None):
        self.announced = []
        self.asked = []
        self._stop = stop

    def announce(self, message):
        self.announced.append(message)

    def asking(self, system, done, total):
        self.asked.append((system, done, total))
        if self._stop is not None:
            self._stop()


def run_hashing_trial(folder, settings, progress, *, baselines=False):
    """A trial on the model that can be computed by hand."""
    return run_trial(folder, settings, progress, baselines=baselines, model=hashing_model())


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """An empty folder where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def settings(tmp_path):
    return settings_for(tmp_path / "home", min_confidence=0.5)


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "evaluated", ARTICLES, QUESTIONS)


@pytest.fixture(scope="module")
def real_trial(models_folder, tmp_path_factory):
    """One whole trial with the real model, baselines beside."""
    home = tmp_path_factory.mktemp("evaluation-home")
    (home / "models").symlink_to(models_folder)
    folder = write_folder(tmp_path_factory.mktemp("evaluated"), ARTICLES, QUESTIONS)
    return run_trial(folder, settings_for(home, min_confidence=None), TrialProgress(), baselines=True)


# Figures by hand


def test_articles_are_ranked_by_their_first_passage():
    """Ranks 1, 2 and none: an article counts once, however many of its passages are found."""
    result = evaluate(
        [known(name, article_ids=["right"]) for name in ("first", "second", "none")],
        {
            "first": (0.9, ["right", "other", "right"], []),
            "second": (0.9, ["other", "other", "right", "right"], []),
            "none": (0.9, ["other"], []),
        },
    )
    assert [outcome.article_ranks for outcome in result.outcomes] == [(1,), (2,), ()]
    found = asdict(result.articles)
    expected = {"recall_at_1": 1 / 3, "recall_at_5": 2 / 3, "mean_reciprocal_rank": 0.5}
    assert found == pytest.approx({"questions": 3, **expected, "ndcg_at_10": (1 + 0.6309297535714575) / 3})


def test_any_right_article_will_do_but_all_count_for_ndcg():
    result = evaluate([known("two", article_ids=["a", "b", "b"])], {"two": (0.9, ["b", "x"], [])})
    assert result.articles.recall_at_1 == 1.0
    assert result.articles.ndcg_at_10 == pytest.approx(1 / 1.6309297535714575)


def test_passages_are_right_where_they_overlap_the_evidence():
    """Evidence across two passages, of which only the second is found: the other still counts as missed."""
    article = article_of("a", LONG, "Мост открыли в мае.", LONG.replace("номер", "под номером"))
    first, second = split(article.text)[:2]
    evidence = article.text[first.end - 30 : second.start + 10]
    found = passage_of("a", article.text[second.start : second.end], second.start)
    elsewhere = passage_of("b", article.text[second.start : second.end], second.start)
    result = evaluate(
        [known("q", article_ids=["a"], evidence=evidence)], {"q": (0.9, [elsewhere, found], [])}, articles=[article]
    )
    [outcome] = result.outcomes
    assert (outcome.passage_ranks, outcome.relevant_passages) == ((2,), 2)
    assert result.passages.recall_at_1 == 0.0
    assert result.passages.ndcg_at_10 == pytest.approx(0.6309297535714575 / 1.6309297535714575)


def test_evidence_is_found_wherever_it_stands():
    article = article_of("a", "Билет стоит 42 рубля. " + LONG, LONG, "Билет стоит 42 рубля. " + LONG)
    question = known("q", article_ids=["a"], evidence=" Билет стоит 42 рубля. ")
    places = EvidenceFinder({"a": article}).passages(question)
    starts = {passage.start for passage in split(article.text) if "42" in article.text[passage.start : passage.end]}
    assert {start for _, start, _ in places} == starts
    assert len(starts) == 2


def test_questions_without_evidence_do_not_count_for_passages():
    questions = [known("none", article_ids=["a"]), known("lost", article_ids=["a"], evidence="Нет такого.")]
    told = {question.id: (0.9, ["a"], []) for question in questions}
    result = evaluate(questions, told, articles=[article_of("a", "Текст статьи, в котором есть слова.")])
    assert result.passages is None
    assert result.articles.questions == 2
    assert result.evidence is None


def test_evidence_is_looked_for_in_sentence_excerpt_and_citations():
    right, wrong = "Длинный мост. Его длина 840 метров.", "О другом мосте."
    marked = replace(citation(1, "a", right, (14, 35)), answer_span=(24, 34))
    cited = {
        "sentence": [marked],
        "excerpt": [citation(1, "a", right, (0, 13))],
        "third": [citation(1, "a", wrong), citation(2, "a", wrong), citation(3, "b", right)],
        "nowhere": [citation(1, "a", wrong)],
    }
    questions = [known(name, article_ids=["a"], answers=["841", "840 МЕТРОВ"]) for name in cited]
    result = evaluate(questions, {name: (0.0, ["a"], citations) for name, citations in cited.items()})
    assert asdict(result.evidence) == {
        "questions": 4,
        "sentence_at_1": 0.25,
        "excerpt_at_1": 0.5,
        "excerpt_at_3": 0.75,
        "mean_excerpt_characters": (35 + 35 + 15 + 15 + 35 + 15) / 6,
        "answer_span_f1": 0.25,
        "sentence_at_1_lemmas": 0.25,
        "excerpt_at_1_lemmas": 0.5,
        "excerpt_at_3_lemmas": 0.75,
        "answer_span_f1_lemmas": 0.25,
    }, "whatever the confidence"


def test_an_answer_in_another_form_counts_with_lemmas_alone():
    """The sentence holds it, the excerpt too, and of the three words that are marked two are the answer's."""
    text = "Роман Вирджинии Вулф вышел в мае."
    cited = replace(citation(1, "a", text), answer_span=(0, 20))
    question = known("q", article_ids=["a"], answers=["Вирджиния Вулф"])

    evidence = evaluate([question], {"q": (0.9, ["a"], [cited])}).evidence

    strict = (evidence.sentence_at_1, evidence.excerpt_at_1, evidence.excerpt_at_3, evidence.answer_span_f1)
    assert strict == (0, 0, 0, pytest.approx(2 / 5))
    of_lemmas = (evidence.sentence_at_1_lemmas, evidence.excerpt_at_1_lemmas, evidence.excerpt_at_3_lemmas)
    assert of_lemmas == (1, 1, 1)
    assert evidence.answer_span_f1_lemmas == pytest.approx(4 / 5)


def test_what_is_right_is_told_by_strings_alone():
    question = known("q", article_ids=["a"], answers=["Вирджиния Вулф"])
    told = {"q": (0.9, ["a"], [citation(1, "a", "Роман Вирджинии Вулф.")])}
    (outcome,) = evaluate([question], told).outcomes
    assert not outcome.is_right()


@pytest.mark.parametrize(
    ("text", "answers", "held"),
    [
        ("Вывезли 1\u00a0860 человек", ["1 860"], True),
        ("ЕЛКА у дома", ["ёлка"], True),
        ("the\n  tail", ["The tail"], True),
        ("840 метров", ["841", "84 метра"], False),
        ("840 метров", [], False),
    ],
)
def test_an_answer_is_held_whatever_the_case_and_white_space(text, answers, held):
    assert holds_answer(text, answers) is held


def test_abstention_by_hand():
    """At .5: one of two unanswerable is answered, one of four answerable is refused; .5 itself is answered."""
    cited = [citation(1, "a", "Текст.")]
    confidences = {"a": 0.9, "b": 0.5, "c": 0.49, "d": 0.7, "x": 0.6, "y": 0.1}
    questions = [known(name, article_ids=["a"] if name in "abcd" else []) for name in confidences]
    result = evaluate(questions, {name: (sure, ["a"], cited) for name, sure in confidences.items()})
    assert asdict(result.abstention) == {
        "answerable": 4,
        "unanswerable": 2,
        "threshold": 0.5,
        "false_answers": 0.5,
        "wrong_refusals": 0.25,
        "area_under_roc": 0.75,  # of 8 pairs 6 are in order
    }
    never, always = (measure_abstention(result.outcomes, threshold) for threshold in (1.0, 0.0))
    assert (never.false_answers, never.wrong_refusals) == (0.0, 1.0)
    assert (always.false_answers, always.wrong_refusals) == (1.0, 0.0)


CERTAINTIES = {
    "sure": (0.6, "right"),
    "sure too": (0.9, "right"),
    "unsure": (0.59, "right"),
    "wrong": (0.8, "wrong"),
    "unsure and wrong": (0.35, "wrong"),
    "refused": (0.34, "right"),
    "nothing cited": (0.9, None),
    "none: sure": (0.7, "wrong"),
    "none: unsure": (0.5, "wrong"),
    "none: refused": (0.1, "wrong"),
    "none: nothing cited": (0.9, None),
}
"""How confident the answer to each question is, and of what article."""


def outcomes_of(certainties):
    questions = [known(name, article_ids=[] if name.startswith("none") else ["right"]) for name in certainties]
    told = {
        name: (confidence, ["right"], [citation(1, article_id, "Текст.")] if article_id else [])
        for name, (confidence, article_id) in certainties.items()
    }
    return evaluate(questions, told).outcomes


def test_certainty_by_hand():
    """Of 7 answerable questions 2 are right and sure; 2 + .5 - 1 of them and 1 - 1 of the others, + 1, of 11."""
    figures = measure_certainty(outcomes_of(CERTAINTIES), Bounds(0.6, 0.35))

    assert asdict(figures) == pytest.approx(
        {
            "sure_bound": 0.6,
            "unsure_bound": 0.35,
            "right_sure": 2 / 7,
            "right_unsure": 1 / 7,
            "wrong_sure": 1 / 7,
            "wrong_unsure": 1 / 7,
            "refused": 2 / 7,
            "unanswerable_sure": 1 / 4,
            "unanswerable_unsure": 1 / 4,
            "utility": (2 + 0.5 - 1 + 0 - 1 + 0 + 1 + 1) / 11,
        }
    )


def test_other_bounds_make_other_figures_of_the_same_outcomes():
    outcomes = outcomes_of(CERTAINTIES)

    always, never = measure_certainty(outcomes, ANYTHING), measure_certainty(outcomes, Bounds(1.0, 1.0))

    assert (always.right_sure, always.wrong_sure, always.refused) == pytest.approx((4 / 7, 2 / 7, 1 / 7))
    assert always.utility == pytest.approx((4 - 2 - 3 + 1) / 11)
    assert (never.right_sure, never.refused, never.unanswerable_sure) == (0, 1, 0)
    assert never.utility == pytest.approx(4 / 11)


@pytest.mark.parametrize(
    ("confidence", "bounds", "certainty"),
    [
        (0.59, Bounds(0.6, 0.35), Certainty.UNSURE),
        (0.59, Bounds(0.5, 0.35), Certainty.UNSURE),
        (0.59, Bounds(0.5, 0.5), Certainty.NONE),
        (0.59, ANYTHING, Certainty.SURE),
    ],
)
def test_what_lacks_something_decisive_is_no_sure_outcome_with_other_bounds_either(confidence, bounds, certainty):
    (outcome,) = outcomes_of({"lacking": (confidence, "right")})
    outcome = replace(outcome, answer=replace(outcome.answer, lacking=True))

    assert outcome.certainty(bounds) is certainty
    assert outcome.answered_at(bounds.sure) is (certainty is Certainty.SURE)


def test_without_questions_of_a_kind_there_are_no_shares_of_them():
    answerable = measure_certainty(outcomes_of({"sure": (0.9, "right")}), Bounds(0.6, 0.35))
    unanswerable = measure_certainty(outcomes_of({"none": (0.4, "wrong")}), Bounds(0.6, 0.35))

    assert (answerable.right_sure, answerable.unanswerable_sure, answerable.unanswerable_unsure) == (1, None, None)
    assert (unanswerable.right_sure, unanswerable.refused, unanswerable.unanswerable_unsure) == (None, None, 1)
    assert (answerable.utility, unanswerable.utility) == (1, 0)


def test_right_is_an_answer_string_where_one_is_known():
    question = known("q", article_ids=["right"], answers=["840 метров"])
    told = {True: "Длина 840 метров.", False: "Длина известна."}
    for is_right, excerpt in told.items():
        (outcome,) = evaluate([question], {"q": (0.9, ["right"], [citation(1, "right", excerpt)])}).outcomes
        assert outcome.is_right() is is_right
        assert outcome.worth(Bounds(0.6, 0.35)) == (1 if is_right else -1)


def test_without_anything_to_cite_nothing_is_answered():
    """As the bot does, even at the threshold 0."""
    result = evaluate([known("q", article_ids=["a"])], {"q": (0.0, [], [])}, threshold=0.0)
    assert result.abstention.wrong_refusals == 1.0


def test_without_unanswerable_questions_there_is_no_roc():
    result = evaluate([known("q", article_ids=["a"])], {"q": (0.9, ["a"], [])})
    assert (result.abstention.area_under_roc, result.abstention.false_answers) == (None, None)


def test_without_answerable_questions_there_is_only_abstention():
    result = evaluate([known("q")], {"q": (0.9, ["a"], [citation(1, "a", "Текст.")])})
    assert (result.articles, result.passages, result.evidence) == (None, None, None)
    assert (result.abstention.false_answers, result.abstention.wrong_refusals) == (1.0, None)


# Whole trials on a model that can be computed by hand


def test_a_trial_tells_what_it_counted(temporary, folder, settings):
    told = Told()
    trial = run_hashing_trial(folder, settings, told)
    assert (trial.folder, trial.questions) == (str(folder), 5)
    assert (trial.indexing.articles, trial.indexing.passages, trial.indexing.sentences) == (4, 4, 8)
    assert [system.name for system in trial.systems] == ["citebot"]
    assert told.asked == [("citebot", done, 5) for done in range(1, 6)]
    assert told.announced == []
    assert trial.peak_memory_bytes > 1 << 20
    assert list(temporary.iterdir()) == []
    assert not settings.home.exists(), "nothing is indexed at home"


def test_what_is_published_is_asked_as_it_is(temporary, tmp_path, folder, settings):
    library = hashing_library(settings)
    copies = folder / "copies.jsonl"
    title, text = ARTICLES["bridge"]
    copies.write_text(json.dumps({"id": "twin", "title": title, "text": text}), encoding="utf-8")
    library.index([str(folder / "articles.jsonl"), str(copies)])
    file = tmp_path / "asked.jsonl"
    asked = [*QUESTIONS, QUESTIONS[0] | {"id": "of the copy", "article_ids": ["twin"]}]
    file.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    told = Told()

    trial = run_published_trial(file, settings, told, baselines=True, model=hashing_model())

    assert (trial.folder, trial.questions, trial.indexing) == (str(file), 6, None)
    assert [system.name for system in trial.systems] == ["citebot", "BM25 alone", "dense passages alone"]
    assert trial.systems[0].outcomes[5].question.article_ids == ("bridge",)
    expected = run_hashing_trial(folder, settings, Told()).systems[0]
    for found, wanted in zip(trial.systems[0].outcomes[:5], expected.outcomes, strict=True):
        assert replace(found.answer, took_ms=0, citations=()) == replace(wanted.answer, took_ms=0, citations=())
        assert [cited.excerpt for cited in found.answer.citations] == [
            cited.excerpt for cited in wanted.answer.citations
        ]
    assert told.announced == []
    assert library.status().generation == "000001"
    assert list(temporary.iterdir()) == []


def test_questions_about_what_is_not_published_are_refused(tmp_path, folder, settings):
    file = tmp_path / "asked.jsonl"
    file.write_text(json.dumps(QUESTIONS[0] | {"article_ids": ["brigde"]}), encoding="utf-8")
    with pytest.raises(IndexMissingError, match=r"there is no index yet in .*: run `citebot index`"):
        run_published_trial(file, settings, Told(), baselines=False, model=hashing_model())
    hashing_library(settings).index([str(folder / "articles.jsonl")])
    told = r"^asked.jsonl: question 'length' names article 'brigde', which is none of the 4 that are published: correct"
    with pytest.raises(QuestionsError, match=told):
        run_published_trial(file, settings, Told(), baselines=False, model=hashing_model())


def test_the_threshold_is_the_setting(folder, settings):
    refusing = settings.model_copy(update={"min_confidence": 1.0})
    [system] = run_hashing_trial(folder, refusing, Told()).systems
    assert (system.abstention.threshold, system.abstention.false_answers) == (1.0, 0.0)
    assert system.abstention.wrong_refusals == 1.0
    assert system.evidence.excerpt_at_3 > 0, "evidence is measured whatever the confidence"
    [system] = run_hashing_trial(folder, settings.model_copy(update={"min_confidence": 0.0}), Told()).systems
    assert (system.abstention.false_answers, system.abstention.wrong_refusals) == (1.0, 0.0)


def test_one_article_is_enough(tmp_path, settings):
    folder = write_folder(tmp_path / "one", {"bridge": ARTICLES["bridge"]}, QUESTIONS[:1])
    for system in run_hashing_trial(folder, settings, Told(), baselines=True).systems:
        assert (system.articles.recall_at_1, system.passages.recall_at_1) == (1.0, 1.0)
        assert system.abstention.area_under_roc is None


def test_an_article_that_is_not_there_is_named_before_anything_is_indexed(temporary, tmp_path, settings):
    """With the model of the settings, which is not loaded either."""
    folder = write_folder(
        tmp_path / "x", ARTICLES, [*QUESTIONS, QUESTIONS[0] | {"id": "q6", "article_ids": ["brigde"]}]
    )
    told = r"question 'q6' names article 'brigde', which is none of the 4 that could be read"
    with pytest.raises(QuestionsError, match=told):
        run_trial(folder, settings, Told(), baselines=False)


def test_articles_of_unanswerable_questions_are_not_looked_at(tmp_path, settings):
    folder = write_folder(tmp_path / "x", ARTICLES, [*QUESTIONS, QUESTIONS[3] | {"article_ids": ["gone"]}])
    assert run_hashing_trial(folder, settings, Told()).questions == 6


def test_an_article_with_the_text_of_another_is_as_right(tmp_path, settings):
    """Of two articles with the same text one is stored; a question may name the other."""
    articles = {"first": ARTICLES["bridge"], **ARTICLES}
    folder = write_folder(tmp_path / "x", articles, QUESTIONS)
    trial = run_hashing_trial(folder, settings, Told())
    assert trial.indexing.articles == 4
    assert trial.systems[0].outcomes[0].question.article_ids == ("first",)
    assert trial.systems[0].articles.recall_at_1 == 1.0


def test_evidence_that_is_nowhere_is_told(tmp_path, settings):
    wrong = [question | {"evidence": "Переписано своими словами."} for question in QUESTIONS[:2]]
    folder = write_folder(tmp_path / "x", ARTICLES, [*wrong, *QUESTIONS[2:]])
    told = Told()
    assert run_hashing_trial(folder, settings, told).systems[0].passages is None
    [message] = told.announced
    assert "whose evidence does not stand verbatim in their articles" in message
    assert message.endswith(": 2 (length, ticket)")


def test_articles_that_cannot_be_read_are_told(folder, settings):
    with (folder / "articles.jsonl").open("a", encoding="utf-8") as articles:
        articles.write("{broken\n")
    told = Told()
    assert run_hashing_trial(folder, settings, told).indexing.articles == 4
    assert told.announced[0].startswith(f"articles.jsonl: records not read: 1; {folder / 'articles.jsonl'}:5: ")


def test_a_folder_without_articles_is_refused(temporary, folder, settings):
    (folder / "articles.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(NothingToIndexError):
        run_hashing_trial(folder, settings, Told())
    assert list(temporary.iterdir()) == []
    (folder / "articles.jsonl").unlink()
    with pytest.raises(QuestionsError, match=r"articles.jsonl not found: an evaluation needs"):
        run_hashing_trial(folder, settings, Told())


def _interrupt():
    raise KeyboardInterrupt


@pytest.fixture
def ordinary_signals():
    """Signals as in a terminal: under nohup, say, one is ignored, and the product leaves it so."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("ordinary_signals")
@pytest.mark.parametrize(
    ("stop", "raised"),
    [
        (_interrupt, KeyboardInterrupt),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), SystemExit),
        (lambda: os.kill(os.getpid(), signal.SIGHUP), SystemExit),
    ],
)
def test_an_interrupted_trial_leaves_nothing_behind(temporary, folder, settings, stop, raised):
    def stop_in_the_middle():
        assert len(list(temporary.iterdir())) == 1
        stop()

    with pytest.raises(raised):
        run_hashing_trial(folder, settings, Told(stop_in_the_middle))
    assert list(temporary.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


# One whole trial on the real model


def test_citebot_finds_what_is_asked(real_trial):
    citebot = real_trial.systems[0]
    assert citebot.articles.questions == 3
    assert citebot.articles.recall_at_1 == citebot.passages.recall_at_1 == 1.0
    assert citebot.passages.questions == 2
    assert citebot.evidence.excerpt_at_1 == 1.0
    first = {outcome.question.id: outcome.answer.citations[0] for outcome in citebot.outcomes}
    assert (first["ticket"].article_id, first["length"].article_id) == ("tram", "bridge")


def test_baselines_do_the_same_work(real_trial):
    citebot, words, meaning = real_trial.systems
    assert (words.name, meaning.name) == ("BM25 alone", "dense passages alone")
    for baseline in (words, meaning):
        assert baseline.articles.recall_at_1 == 1.0
        assert [outcome.question for outcome in baseline.outcomes] == [outcome.question for outcome in citebot.outcomes]
        assert (baseline.abstention.threshold, baseline.abstention.false_answers) == (None, None)
        assert baseline.abstention.area_under_roc is not None
        for outcome in baseline.outcomes:
            for cited in outcome.answer.citations:
                text = ARTICLES[cited.article_id][1]
                assert text[cited.start : cited.end] == cited.excerpt
                assert cited.highlight[0] == 0, "a baseline points at the beginning"


def test_figures_carry_no_outcomes(real_trial):
    figures = asdict(real_trial.without_outcomes())
    assert [set(system) for system in figures["systems"]] == [
        {"name", "articles", "passages", "evidence", "abstention", "certainty", "speed"}
    ] * 3
    assert figures["embedding_p50_ms"] > 0
    assert figures["systems"][0]["speed"]["p50_ms"] <= figures["systems"][0]["speed"]["p95_ms"]
