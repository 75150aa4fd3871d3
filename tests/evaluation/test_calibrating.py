"""Calibrating on real indexes: what is asked, chosen, kept and told."""

import json
from datetime import UTC, datetime

import pytest
from evaluation_model import ARTICLES, QUESTIONS, write_folder
from hashing_model import hashing_library, hashing_model, settings_for
from places import DATA

from retrieval.errors import CalibrationError, IndexMissingError, QuestionsError
from retrieval.evaluation.calibrating import calibrate
from retrieval.evaluation.trial import run_published_trial, run_trial
from retrieval.progress import TrialProgress
from retrieval.types import Bounds, BoundsOrigin, Certainty


class Counted(TrialProgress):
    """Remembers how many questions were asked, and stops the run where it is told to."""

    def __init__(self, stop_at=None):
        self.asked = []
        self._stop_at = stop_at

    def asking(self, system, done, total):
        assert system == "citebot"
        self.asked.append((done, total))
        if done == self._stop_at:
            raise KeyboardInterrupt


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "evaluated", ARTICLES, QUESTIONS)


@pytest.fixture
def published(home, folder):
    """The settings of a home where the folder's articles are published."""
    settings = settings_for(home, folder / "articles.jsonl", min_confidence=None)
    hashing_library(settings).index()
    return settings


def run(place, settings, share=0.4, progress=None):
    return calibrate(place, settings, progress or TrialProgress(), share=share, model=hashing_model())


@pytest.mark.parametrize("as_file", [True, False])
def test_own_questions_are_asked_and_the_bounds_kept(published, folder, as_file):
    place = folder / "questions.jsonl" if as_file else folder
    before = datetime.now(UTC).replace(microsecond=0)
    library = hashing_library(published)
    shipped = library.bounds()

    found = run(place, published)

    [system] = run_published_trial(
        folder / "questions.jsonl", published.model_copy(update={"min_confidence": 1.0}), TrialProgress(),
        baselines=False, model=hashing_model(),
    ).systems  # fmt: skip
    answers = [each.answer for each in system.outcomes if not each.question.answerable]
    highest = max(0.0 if each.lacking else each.confidence for each in answers)
    assert (found.place, found.share, found.answerable, found.unanswerable) == (str(place), 0.4, 3, 2)
    assert found.now.certainty.sure_bound == found.enough.sure == round(highest + 0.0001, 4)
    assert found.now.false_answers == 0.0
    assert (found.before.certainty.sure_bound, found.before.certainty.unsure_bound) == (shipped.sure, shipped.unsure)
    assert library.bounds() == found.enough == found.in_force.bounds
    assert (found.in_force.sure_from, found.in_force.made_from) == (BoundsOrigin.CALIBRATED, "questions")
    kept = library.home.calibration.read()
    assert (kept.false_answers, kept.made_from) == (0.4, "questions")
    assert before <= kept.calibrated_at <= datetime.now(UTC)
    assert kept.made_for == library.bounds_choice.made_for()


def test_calibrating_again_chooses_the_same_whatever_is_in_force(published, folder):
    first = run(folder, published)
    again = run(folder, published)
    settings = published.model_copy(update={"min_confidence": 0.9, "unsure_confidence": 0.8})

    assert again.now == first.now == again.before
    assert run(folder, settings).enough.sure == first.enough.sure


def test_an_evaluation_goes_by_the_calibrated_bounds_in_its_throw_away_home_as_well(published, folder):
    chosen = run(folder, published).enough

    for trial in (
        run_trial(folder, published, TrialProgress(), baselines=False, model=hashing_model()),
        run_published_trial(
            folder / "questions.jsonl", published, TrialProgress(), baselines=False, model=hashing_model()
        ),
    ):
        figures = trial.systems[0].certainty
        assert Bounds(figures.sure_bound, figures.unsure_bound) == chosen


def test_settings_win_over_what_was_chosen(published, folder):
    settings = published.model_copy(update={"min_confidence": 0.9})
    found = run(folder, settings)

    assert found.before.certainty.sure_bound == 0.9
    assert (found.in_force.sure, found.in_force.sure_from) == (0.9, BoundsOrigin.SETTINGS)
    assert hashing_library(published).bounds() == found.enough


def test_too_few_unanswerable_questions_are_told_before_any_is_asked(published, folder):
    progress = Counted()
    told = (
        r"^for a share of 0.1 false answers at least 9 unanswerable questions are needed, and there are 2: add more of "
        r'them \("answerable": false\), or allow a larger share with --false-answers$'
    )
    for place in (folder, folder / "questions.jsonl"):
        with pytest.raises(CalibrationError, match=told):
            run(place, published, 0.1, progress)
    told = (
        r"are needed, and there are \d: no more can be made out of what is published, so write questions of your own "
        r"\(docs/evaluation.md\), or allow"
    )
    with pytest.raises(CalibrationError, match=told):
        run(None, published, 0.1, progress)
    assert progress.asked == []
    assert hashing_library(published).home.calibration.read() is None


def test_a_question_counts_once_however_often_it_is_asked(published, folder):
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8")
    (folder / "questions.jsonl").write_text(lines * 5, encoding="utf-8")

    with pytest.raises(CalibrationError, match="at least 9 unanswerable questions are needed, and there are 2"):
        run(folder, published, 0.1)
    assert run(folder, published, 0.4).unanswerable == 10


def test_before_the_first_index_that_is_said(home, folder):
    for place in (None, folder):
        with pytest.raises(IndexMissingError, match=r"there is no index yet in .*: run `citebot index`"):
            run(place, settings_for(home))
    assert not home.exists()


def test_questions_that_cannot_be_read_are_told_as_for_an_evaluation(published, folder):
    (folder / "questions.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(QuestionsError, match=r"questions.jsonl:1: question: Field required"):
        run(folder, published)


def kept_names(home):
    """What stands in a home but SQLite's own files, which come and go with its connections."""
    return sorted(path.name for path in home.iterdir() if not path.name.startswith("citebot.sqlite-"))


@pytest.mark.parametrize("own", [True, False])
def test_an_interrupted_run_keeps_what_was(published, folder, hashed_sample, own):
    settings = published if own else hashed_sample.home.settings.model_copy(update={"min_confidence": None})
    names = kept_names(settings.home)
    with pytest.raises(KeyboardInterrupt):
        run(folder if own else None, settings, progress=Counted(stop_at=2))
    assert kept_names(settings.home) == names


# With the real model


@pytest.fixture(scope="module")
def made(sample_library):
    """A calibration on questions made out of the sample articles, and what it was told."""
    progress = Counted()
    settings = sample_library.home.settings.model_copy(update={"min_confidence": None})
    try:
        yield calibrate(None, settings, progress, share=0.1, model=sample_library.model), progress
    finally:
        sample_library.home.calibration.remove()


def test_made_questions_show_what_can_be_answered_from_what_cannot(made):
    found, progress = made

    total = progress.asked[0][1]
    assert progress.asked == [(done, total) for done in range(1, total + 1)]
    assert (found.place, found.answerable) == (None, (total + 1) // 2)
    assert total * 0.8 < found.unanswerable <= total
    assert found.now.false_answers <= 0.1
    right = found.before.certainty.right_sure + found.before.certainty.right_unsure
    assert right > 0.8, "they are asked in the words of their articles"


def test_made_questions_lower_no_bound_below_the_shipped_one(made, sample_library):
    found, _ = made
    shipped = sample_library.bounds_choice.shipped().bounds

    now = Bounds(found.now.certainty.sure_bound, found.now.certainty.unsure_bound)
    assert now == Bounds(max(found.enough.sure, shipped.sure), max(found.enough.unsure, shipped.unsure))
    assert found.in_force.bounds == now
    assert found.in_force.made_from == "articles"


def test_an_answer_is_as_sure_as_the_calibrated_bounds_say(published, tmp_path):
    library = hashing_library(published)
    question = "Сколько стоит билет на новый трамвай?"
    confidence = library.ask(question).confidence
    file = tmp_path / "asked.jsonl"
    unanswerable = {"id": "a", "question": question, "answerable": False}
    file.write_text(json.dumps(unanswerable) + "\n", encoding="utf-8")

    found = run(file, published, 0.5)

    assert found.enough.sure == round(confidence + 0.0001, 4)
    assert library.ask(question).certainty is not Certainty.SURE
    library.home.calibration.remove()


def test_the_sample_questions_are_enough_for_the_default_share():
    lines = (DATA / "sample_questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert sum(json.loads(line).get("answerable", True) is False for line in lines) >= 9
