"""`citebot calibrate` as a person or a script runs it, and what `citebot status` then says."""

import json
import signal

import pytest
from citebot_process import Command, until
from evaluation_model import ARTICLES, QUESTIONS, write_folder
from hashing_model import hashing_library, settings_for

from retrieval.ranking.weights import shipped_weights

SHIPPED = shipped_weights()


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "evaluated", ARTICLES, QUESTIONS)


@pytest.fixture
def published(home, folder):
    hashing_library(settings_for(home, folder / "articles.jsonl")).index()


@pytest.fixture
def run(citebot, monkeypatch):
    monkeypatch.delenv("CITEBOT_MIN_CONFIDENCE")
    return citebot


def row(output, name):
    return next(line.removeprefix(name).split() for line in output.splitlines() if line.startswith(name))


def test_the_table_tells_what_is_before_and_now(run, published, folder, home):
    done = run("calibrate", folder / "questions.jsonl", "--false-answers", "0.4")

    assert (done.returncode, done.stderr) == (0, "")
    kept = json.loads((home / "calibration.json").read_bytes())
    assert done.stdout.splitlines()[0].split() == ["before", "now"]
    assert row(done.stdout, "bound of sure answers") == [f"{SHIPPED.minimum_confidence:.3f}", f"{kept['sure']:.3f}"]
    assert row(done.stdout, "bound of unsure answers") == [f"{SHIPPED.unsure_confidence:.3f}", f"{kept['unsure']:.3f}"]
    assert row(done.stdout, "false answers")[1] == "0.000"
    assert len(row(done.stdout, "wrong refusals")) == 2
    told = done.stdout.splitlines()
    assert told[-2].startswith("On 2 unanswerable and 3 answerable questions of ")
    assert told[-2].endswith("a share of at most 0.4 is to be expected to be answered for sure.")
    line = f"sure from {kept['sure']:.3f}, unsure from {kept['unsure']:.3f}: as calibrated "
    assert told[-1].startswith(f"In force now: {line}")
    assert told[-1].endswith(" on own questions for 0.4 false answers.")

    status = run("status").stdout
    assert " ".join(row(status, "bounds")).startswith(line)
    bounds = json.loads(run("status", "--json").stdout)["bounds"]
    assert (bounds["sure"], bounds["unsure"]) == (kept["sure"], kept["unsure"])
    assert (bounds["sure_from"], bounds["unsure_from"], bounds["ignored"]) == ("calibrated", "calibrated", "")


def test_json_is_one_object(run, published, folder, home):
    done = run("calibrate", folder, "--false-answers", "0.4", "--json")

    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    found = json.loads(done.stdout)
    assert set(found) == {
        "place", "share", "answerable", "unanswerable", "before", "now", "enough", "in_force",
    }  # fmt: skip
    assert set(found["now"]) == {"false_answers", "wrong_refusals", "certainty"}
    assert (found["share"], found["unanswerable"], found["in_force"]["sure_from"]) == (0.4, 2, "calibrated")
    assert json.loads((home / "calibration.json").read_bytes())["sure"] == found["now"]["certainty"]["sure_bound"]


def test_a_share_may_be_written_in_percent(run, published, folder):
    found = json.loads(run("calibrate", folder, "--false-answers", "40%", "--json").stdout)
    assert (found["share"], found["in_force"]["false_answers"]) == (0.4, 0.4)


def test_a_place_that_cannot_be_written_is_told_before_anything_is_asked(run, published, folder, home):
    (home / "calibration.json").mkdir()
    told = f"citebot: {home / 'calibration.json'} cannot be written (Is a directory): remove that folder\n"
    for arguments in ([folder, "--false-answers", "0.4"], ["--reset"]):
        done = run("calibrate", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", told)
    assert run("status").stdout.splitlines()[-1] == (
        f"warning: the calibrated bounds are ignored, since {home / 'calibration.json'} cannot be read "
        "(Is a directory): let citebot read it, or remove it"
    )


def test_reset_takes_it_away(run, published, folder, home):
    shipped = f"sure from {SHIPPED.minimum_confidence:.3f}, unsure from {SHIPPED.unsure_confidence:.3f}: as shipped"
    assert run("calibrate", "--reset").stdout == f"There were no calibrated bounds; {shipped}.\n"
    run("calibrate", folder, "--false-answers", "0.4")

    done = run("calibrate", "--reset")

    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"The calibrated bounds are gone; {shipped}.\n")
    assert not (home / "calibration.json").exists()
    assert " ".join(row(run("status").stdout, "bounds")) == shipped
    found = json.loads(run("calibrate", "--reset", "--json").stdout)
    assert (found["reset"], found["sure_from"]) == (False, "shipped")


def test_a_setting_that_wins_is_told(citebot, published, folder):
    done = citebot("calibrate", folder, "--false-answers", "0.4")

    assert done.returncode == 0
    assert "CITEBOT_MIN_CONFIDENCE or CITEBOT_UNSURE_CONFIDENCE is set and wins: " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("In force now: sure from 0.000: as the settings say; unsure from ")


def test_bounds_that_do_not_fit_any_more_are_told(run, published, folder, home):
    run("calibrate", folder, "--false-answers", "0.4")
    path = home / "calibration.json"
    kept = json.loads(path.read_bytes())
    path.write_text(json.dumps(kept | {"made_for": kept["made_for"] | {"reader": "another"}}), encoding="utf-8")

    status = run("status")

    told = "the calibrated bounds are ignored, since they were made for another reader: run `citebot calibrate` again"
    assert status.returncode == 0
    assert status.stdout.splitlines()[-1].startswith(f"warning: {told}")
    assert " ".join(row(status.stdout, "bounds")).endswith("as shipped")
    assert json.loads(run("status", "--json").stdout)["bounds"]["ignored"].startswith(told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        *(
            (["--false-answers", share], f"{share!r} is not a share between 0 and 1; write 0.1 or 10%")
            for share in ("0", "1", "-1", "1e-300", "nan", "inf", "100%", "ten", "")
        ),
        (["absent"], "does not exist"),
        (["--reset", "--false-answers", "0.2"], "--reset goes with neither questions nor --false-answers"),
        (["--reset", "."], "--reset goes with neither questions nor --false-answers"),
    ],
)
def test_wrong_usage_ends_with_2(run, arguments, told):
    done = run("calibrate", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_what_is_missing_is_one_line(run, folder, home):
    for arguments in ([], [folder]):
        done = run("calibrate", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"citebot: there is no index yet in {home}: run `citebot index`\n"
    hashing_library(settings_for(home, folder / "articles.jsonl")).index()
    done = run("calibrate", folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("citebot: for a share of 0.1 false answers at least 9 unanswerable questions are ")
    assert not (home / "calibration.json").exists()


def test_told_to_stop_it_leaves_nothing_behind(published, folder, home, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    names = sorted(path.name for path in home.iterdir() if not path.name.startswith("citebot.sqlite-"))
    command = Command(
        "calibrate", folder, "--false-answers", "0.4",
        home=home, folder=tmp_path, TMPDIR=str(temporary), HASHING_HOLD_AFTER="0",
        HASHING_HELD=str(tmp_path / "held"),
    )  # fmt: skip
    until((tmp_path / "held").exists)
    assert any(path.name.startswith("citebot") for path in temporary.iterdir())

    assert command.end(signal.SIGTERM) == 128 + signal.SIGTERM
    assert [path.name for path in temporary.iterdir() if path.name.startswith("citebot")] == []
    assert sorted(path.name for path in home.iterdir() if not path.name.startswith("citebot.sqlite-")) == names
