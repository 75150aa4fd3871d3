"""A home in which nothing can be written, as on a disk that has been mounted read-only after an error."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from bot_process import Starter
from hashing_model import BRIDGE, TRAM
from places import ROOT, SUPPORT
from telegram_server import TelegramServer

QUESTION = "Who leads the board?"


def test_what_is_published_is_answered_and_what_would_write_says_why_it_cannot(faulty_files, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", SUPPORT / "run_read_only.py", tmp_path, faulty_files],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, SUPPORT)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *told, answers = map(json.loads, done.stdout.splitlines())

    home = tmp_path / "work" / "home"
    found = {(each["closed"], each["command"]): (each["code"], each["said"]) for each in told}
    refused = (
        f"citebot: {home} cannot be written ([Errno 30] Read-only file system: '{home}/index.lock'): "
        "give CITEBOT_HOME a folder that is yours and has room"
    )
    for closed in (True, False):
        assert found[closed, "ask"] == (0, [f"[1] {' '.join(BRIDGE)}", "    Bridge", ""])
        assert found[closed, "status"][0] == 0
        assert "healthy     yes" in found[closed, "status"][1]
        assert [line.split()[-1] for line in found[closed, "articles"][1]] == ["Bridge", "Comet", "Harvest"]
        assert found[closed, "backup"][0] == 0
        assert [line for line in found[closed, "doctor"][1] if line.startswith("problem: ")] == [
            f"problem: {home} cannot be written (Read-only file system): let citebot write there"
        ]
        for command in ("index", "rollback", "forget"):
            assert found[closed, command] == (1, [refused])
    assert TRAM[0] not in answers[0]
    assert TRAM[0] in answers[1]


async def test_a_bot_whose_disk_turns_read_only_goes_on_answering_and_says_what_it_cannot_keep(
    telegram: TelegramServer, start: Starter, faulty_files: Path, monkeypatch
):
    monkeypatch.setenv("FAULTY_FILES", str(faulty_files))
    bot = await start("run_read_only_bot")
    await telegram.polling()
    await telegram.receive(text=QUESTION)
    [before] = await telegram.messages(1)
    os.kill(bot.process.pid, signal.SIGUSR1)
    await telegram.receive(text=QUESTION)
    after = (await telegram.messages(2))[-1]
    await telegram.receive(text="/new")
    refusal = (await telegram.messages(3))[-1]
    assert await bot.stop() == 0

    assert after.fields["text"] == before.fields["text"]
    assert refusal.fields["text"] == "That cannot be done right now. Please try again in a few minutes."
    log = bot.log()
    assert "The journal of updates fails (" in log
    assert "An answer could not be stored; it goes without buttons" in log
    assert "Traceback" not in log


async def test_a_bot_does_not_begin_in_a_home_that_it_cannot_write(
    telegram: TelegramServer, start: Starter, faulty_files: Path, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("FAULTY_FILES", str(faulty_files))
    monkeypatch.setenv("READ_ONLY", "1")
    (tmp_path / "data" / "state").mkdir(parents=True)
    bot = await start("run_read_only_bot")
    assert await bot.exit_code() == 1
    [line] = bot.log().splitlines()
    assert line.startswith("citebot: data/state cannot be written (")
    assert line.endswith("give CITEBOT_HOME a folder that is yours and has room")
