"""The command line as others start it: odd surroundings give one clear line or nothing, never a traceback."""

import json
import os
import subprocess
import sys

import pytest

STATUS = (
    sys.executable,
    "-c",
    "import sys; sys.argv = ['citebot', 'status', '--json']; from bot.cli import main; main()",
)


def status(folder, closed="", **variables):
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *STATUS],
        cwd=folder,
        env=surroundings | variables,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_no_error(tmp_path, closed):
    done = status(tmp_path, closed)

    assert (done.returncode, done.stderr) == (1, "")
    if ">&- " not in f"{closed} ".replace("2>&-", ""):
        assert json.loads(done.stdout)["problems"] == [
            f"there is no index yet in {tmp_path / 'data' / 'state'}: run `citebot index`"
        ]


def test_settings_that_are_not_utf_8_are_told_in_one_line(tmp_path):
    (tmp_path / ".env").write_bytes("# имя\nCITEBOT_CITATIONS=2\n".encode("cp1251"))

    assert status(tmp_path).stderr == "citebot: .env is not UTF-8: save it as UTF-8\n"


def test_a_token_in_the_wrong_place_is_not_shown(tmp_path):
    token = "123456789:AAfakefakefakefakefakefakefakefake_"  # noqa: S105 - of a bot that does not exist
    for name, value in (("CITEBOT_ADMIN_IDS", token), ("CITEBOT_TELEGRAM_API_URL", f"https://example.org/bot{token}?")):
        shown = status(tmp_path, **{name: value + "x"}).stderr
        assert shown.startswith(f"citebot: {name}=")
        assert token not in shown
