"""`citebot evaluate` as a person or a script runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from evaluation_model import ARTICLES, QUESTIONS, write_folder
from hashing_model import hashing_library, settings_for

CITEBOT = Path(sys.executable).with_name("citebot")


@pytest.fixture
def run(tmp_path, models_folder):
    """Run the command in a folder of its own, with a home that has the model and a folder for temporary files."""
    work, temporary, home = (tmp_path / name for name in ("work", "temporary", "home"))
    for folder in (work, temporary, home):
        folder.mkdir()
    (home / "models").symlink_to(models_folder)
    outside = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}

    def run(*arguments, **variables):
        environment = {**outside, "CITEBOT_HOME": str(home), "TMPDIR": str(temporary), **variables}
        done = subprocess.run(
            [CITEBOT, "evaluate", *arguments],
            cwd=work, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        left = [path.name for path in temporary.iterdir() if path.name.startswith("citebot")]
        assert left == []
        return done

    return run


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "evaluated", ARTICLES, QUESTIONS)


def test_json_is_one_object_and_the_report_a_page(run, folder, tmp_path):
    """A report does not bring the baselines, and the threshold is the setting."""
    report = tmp_path / "report.html"
    done = run(folder, "--json", "--report", report, CITEBOT_MIN_CONFIDENCE="0.25")
    # The first plot on a machine may tell that the fonts are being listed.
    # On a busy one, a line may tell how far it is.
    told = [line for line in done.stderr.splitlines() if "font cache" not in line and " of " not in line]
    assert (done.returncode, told) == (0, [])
    assert done.stdout.count("\n") == 1
    figures = json.loads(done.stdout)
    assert set(figures) == {
        "folder", "questions", "indexing", "embedding_p50_ms", "peak_memory_bytes", "systems",
    }  # fmt: skip
    assert (figures["folder"], figures["questions"]) == (str(folder), 5)
    assert figures["indexing"] | {"seconds": 0, "articles_per_second": 0, "sentences_per_second": 0} == {
        "articles": 4, "passages": 4, "sentences": 8,
        "seconds": 0, "articles_per_second": 0, "sentences_per_second": 0,
    }  # fmt: skip
    [citebot] = figures["systems"]
    assert set(citebot) == {"name", "articles", "passages", "evidence", "abstention", "certainty", "speed"}
    assert citebot["articles"] == {
        "questions": 3, "recall_at_1": 1.0, "recall_at_5": 1.0, "mean_reciprocal_rank": 1.0, "ndcg_at_10": 1.0,
    }  # fmt: skip
    assert set(citebot["evidence"]) == {
        "questions", "sentence_at_1", "excerpt_at_1", "excerpt_at_3", "mean_excerpt_characters",
        "answer_span_f1",
        "sentence_at_1_lemmas", "excerpt_at_1_lemmas", "excerpt_at_3_lemmas", "answer_span_f1_lemmas",
    }  # fmt: skip
    abstention = citebot["abstention"]
    assert (abstention["answerable"], abstention["unanswerable"], abstention["threshold"]) == (3, 2, 0.25)
    assert set(citebot["speed"]) == {"p50_ms", "p95_ms"}
    page = report.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "BM25 alone" not in page


def test_baselines_stand_beside_in_the_figures_and_in_the_report(run, folder, tmp_path):
    report = tmp_path / "report.html"
    done = run(folder, "--baselines", "--report", report, CITEBOT_MIN_CONFIDENCE="0")
    told = [line for line in done.stderr.splitlines() if "font cache" not in line and " of " not in line]
    assert (done.returncode, told) == (0, [])
    page = report.read_text(encoding="utf-8")
    for name in ("citebot", "without reading", "BM25 alone", "dense passages alone"):
        assert f"</span>{name}</th>" in page
    heading, *lines = done.stdout.splitlines()
    assert heading.split() == ["citebot", "without", "reading", "BM25", "alone", "dense", "passages", "alone"]
    rows = {line[: line.index("  ")].strip(): line.split()[-4:] for line in lines if line.startswith(("a", "f", "w"))}
    assert rows["articles: R@1"] == ["1.000", "1.000", "1.000", "1.000"]
    assert rows["false answers"] == ["1.000", "1.000", "–", "–"]
    assert rows["wrong refusals"] == ["0.000", "0.000", "–", "–"]


def test_a_file_of_questions_is_about_what_is_published(citebot, home, folder, tmp_path):
    hashing_library(settings_for(home, folder / "articles.jsonl")).index()
    questions, report = tmp_path / "asked.jsonl", tmp_path / "report.html"
    (folder / "questions.jsonl").rename(questions)

    done = citebot("evaluate", questions, "--json", "--baselines", "--report", report)
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads(done.stdout)
    assert (figures["folder"], figures["questions"], figures["indexing"]) == (str(questions), 5, None)
    assert [system["name"] for system in figures["systems"]] == ["citebot", "BM25 alone", "dense passages alone"]
    page = report.read_text(encoding="utf-8")
    assert "to index" not in page
    assert "of memory at most, while answering" in page

    done = citebot("evaluate", questions)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("Embedding a question alone takes ")
    assert "Indexed" not in done.stdout


def test_wrong_usage_ends_with_2(run, tmp_path):
    for arguments in ((), (tmp_path / "absent",), (tmp_path, "--report", tmp_path)):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Error: " in done.stderr


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        (None, "questions.jsonl not found: write one question with its answer a line there"),
        ("", "questions.jsonl holds no question: write one question with its answer a line there"),
        ('\n{"id": "a"}\n', "questions.jsonl:2: question: Field required"),
        (
            '{"id": "a", "question": "?", "article_ids": ["bridge", "nowhere"]}\n',
            "which is none of the 4 that could be read from articles.jsonl: correct its article_ids",
        ),
    ],
)
def test_bad_questions_are_one_clear_line(run, folder, questions, told):
    path = folder / "questions.jsonl"
    path.unlink()
    if questions is not None:
        path.write_text(questions, encoding="utf-8")
    done = run(folder, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("citebot: ")
    assert line.endswith(told)
