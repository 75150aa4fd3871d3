"""What benchmarks/load.py counts, on records that are made; and one short run of it over the hashing model."""

import json
import random
import sys

import load
import pytest
from loads.corpus import TAKEN_UP_WITHIN, ChangingCorpus, link_of
from loads.figures import Asked, Reply, carries, outcomes, percentile, recovery, times
from loads.processes import CommandError, Programs, Runner, seconds_of
from loads.readers import Readers, read_conversations
from places import SUPPORT

ARTICLE = {"id": "bridge", "title": "Bridge", "text": "The bridge is 840 m long.\n\nIt opened in May.", "url": None}
OTHERS = [{**ARTICLE, "id": f"other-{number}", "text": f"Nothing {number}."} for number in range(5)]


def asked(at, *replies, phase="steady", kind="question", further=()):
    """Something asked at a time; a reply is its time, its outcome and what became of its excerpts."""
    made = [Reply(*reply) if isinstance(reply, tuple) else Reply(reply, "answered") for reply in replies]
    return Asked(kind, phase, at, made, list(further))


def test_a_percentile_is_a_value_that_was_measured():
    assert [percentile([3, 1, 2, 4], share) for share in (0.5, 0.75, 0.95)] == [2, 3, 4]
    assert percentile([], 0.5) is None


def test_only_what_was_answered_has_a_time():
    some = [asked(0.0, 1.5), asked(1.0, (9.0, "busy")), asked(2.0)]
    assert times(some) == {"p50_s": 1.5, "p95_s": 1.5, "p99_s": 1.5}


def test_each_question_is_told_by_its_first_reply_and_each_wrong_excerpt_counts():
    some = [
        asked(0.0, 1.0, 2.0),
        asked(0.0, (1.0, "busy")),
        asked(0.0),
        asked(0.0, (1.0, "answered", "wrong"), further=["outdated"]),
    ]
    found = outcomes(some)
    assert (found["asked"], found["answered_share"], found["busy_share"]) == (4, 0.5, 0.25)
    assert [found[name] for name in ("dropped", "answered_twice", "wrong", "outdated")] == [1, 1, 1, 1]


def test_recovery_compares_ten_seconds_after_the_peak_with_the_minute_before():
    before, peak, after = asked(50.0, 51.0), asked(110.0, 135.0), asked(125.0, 128.0)
    found = recovery([asked(10.0, 40.0), before, peak, after, asked(131.0, 140.0)], 100.0, 120.0)
    assert found == {"p95_before_s": 1.0, "p95_after_s": 3.0, "recovery": 3.0, "last_of_peak_after_s": 15.0}


def test_a_machine_carries_the_highest_rate_at_which_few_are_turned_away_in_time():
    good = {"p95_s": 1.9, "busy_share": 0.01, "too_slow_share": 0.0, "dropped": 0}
    rates = [(5.0, good), (10.0, good), (15.0, good | {"p95_s": 2.0}), (20.0, good | {"busy_share": 0.011})]
    assert carries(rates, 2.0) == 10.0
    assert carries(rates[2:], 2.0) is None


@pytest.fixture
def corpus(tmp_path):
    return ChangingCorpus([ARTICLE, *OTHERS], tmp_path / "articles.jsonl", random.Random(1), 0.0)


def key_of(corpus, article_id="bridge"):
    return next(link for link, one in corpus._ids.items() if one == article_id)


def test_an_excerpt_must_stand_in_the_article_that_is_named(corpus):
    bridge, other = key_of(corpus), key_of(corpus, "other-1")
    assert corpus.verdict([bridge], ["840 m long. …\n…It opened"], 1.0) == "verbatim"
    assert corpus.verdict([bridge], ["The bridge is 841 m long."], 1.0) == "wrong"
    assert corpus.verdict([other], ["The bridge is 840 m long."], 1.0) == "wrong"
    assert corpus.verdict([link_of("https://t.me/bot?start=a_" + bridge), other], ["It opened"], 1.0) == "verbatim"


def test_what_was_replaced_is_outdated_a_while_after_the_new_index_and_what_is_to_come_is_wrong(corpus):
    while (text := json.loads(corpus.file.read_text("utf-8").splitlines()[0])["text"]) == ARTICLE["text"]:
        corpus.change(0.5, 100.0)
    corpus.published(110.0)
    bridge, new = key_of(corpus), text.split("\n")[0]
    assert new == "The bridge is 841 m long."
    assert corpus.verdict([bridge], ["The bridge is 840 m long."], 110.0 + TAKEN_UP_WITHIN) == "verbatim"
    assert corpus.verdict([bridge], ["The bridge is 840 m long."], 111.0 + TAKEN_UP_WITHIN) == "outdated"
    assert corpus.verdict([bridge], [new], 99.0) == "wrong"
    assert corpus.verdict([bridge], [new], 111.0) == "verbatim"


def test_conversations_are_read_in_each_of_their_forms(tmp_path):
    file = tmp_path / "questions.jsonl"
    records = [
        {"question": "Who?"},
        {"question": "And when?", "before": ["Where?"]},
        {"turns": [{"question": "What?"}, {"question": "Why?"}]},
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    assert read_conversations([file]) == [("Who?",), ("Where?", "And when?"), ("What?", "Why?")]
    with pytest.raises(ValueError, match="no question"):
        read_conversations([])


def test_who_was_answered_goes_on_and_everybody_asks_before_anybody_asks_again():
    readers = Readers(50, [("Where?", "And when?")], random.Random(1))
    said = [readers.next(0.0) for _ in range(50)]
    assert len({each.sender["id"] for each in said}) == 50
    assert {each.kind for each in said} == {"question", "group"}
    first = next(each for each in said if each.kind == "question")
    readers.answered(first.sender["id"], 1.0)
    assert readers.next(2.0).kind != "follow-up"
    goes_on = readers.next(20.0)
    assert (goes_on.kind, goes_on.text, goes_on.sender["id"]) == ("follow-up", "And when?", first.sender["id"])


@pytest.mark.parametrize(("time", "seconds"), [("00:01:05", 65.0), ("2:03.50", 123.5), ("1-00:00:01", 86401.0)])
def test_times_of_ps_are_read(time, seconds):
    assert seconds_of(time) == seconds


async def test_a_command_that_fails_is_told_with_its_last_words(tmp_path):
    failing = (sys.executable, "-c", "import sys; sys.exit('no articles')")
    with pytest.raises(CommandError, match="ended with 1: no articles"):
        await Runner(Programs(index=failing), tmp_path, {}).index(tmp_path)


async def test_a_short_run_drops_nothing_and_finds_every_excerpt(monkeypatch, capsys):
    monkeypatch.setattr(load, "AFTER", 1.0)
    settings = ["CITEBOT_READER=off", "CITEBOT_MIN_CONFIDENCE=0"]
    options = load.parsed(["--rate", "6", "--seconds", "3", "--swaps", "1", "--peak", "1", "--set", *settings])
    options.programs = Programs(
        bot=(sys.executable, str(SUPPORT / "run_hashing_bot.py")),
        index=(sys.executable, str(SUPPORT / "run_hashing_citebot.py"), "index"),
    )
    found = await load.measured(options)
    assert load.is_sound(found), found
    assert found["steady"]["asked"] > 5
    told = sum(found["steady"][f"{name}_share"] for name in ("answered", "busy", "too_slow"))
    assert told == pytest.approx(1.0, abs=0.001)  # a busy machine may be late with all
    assert found["processor"]["indexing_s"] > 0
    assert "steady: p50_s" in capsys.readouterr().out
    assert not load.is_sound(found | {"peak": {"dropped": 1}})
