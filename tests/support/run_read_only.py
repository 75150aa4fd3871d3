"""Runs commands over a home in which nothing can be written: whether its databases were closed, or left open by a kill.

Prints a JSON object a line: whether they were closed, the command, its exit code and what it said; and last what a
library answers there before and after another process, which may write, has indexed.

Arguments: a folder to work in, the compiled `faulty_files.c`.
"""

import errno
import json
import os
import sys
from pathlib import Path

from faulty_commands import BRIDGE, TRAM, in_a_child, scenario_in
from faulty_files import FaultyFiles
from warming import warm

COMMANDS = (
    ("ask", "--limit", "1", BRIDGE[1]),
    ("status",),
    ("articles",),
    ("doctor",),
    ("backup", "backup.tar"),
    ("index",),
    ("rollback",),
    ("forget", "bridge"),
)


def leave_open(scenario):
    """Ask, and end without closing anything."""
    library = scenario.library()
    library.ask(BRIDGE[0])
    library.home.retractions.erase()


def commanded(scenario, files, arguments):
    files.arm(scenario.home, 1, errno.EROFS, lasting=True)
    scenario.arguments = arguments
    return scenario.command()


def before_and_after(scenario, files, go_on, done):
    """What is answered before and after another process has indexed."""
    files.arm(scenario.home, 1, errno.EROFS, lasting=True)
    library = scenario.library()
    found = [library.ask(TRAM[0], limit=1).citations[0].excerpt]
    os.write(go_on, b".")
    os.read(done, 1)
    return [*found, library.ask(TRAM[0], limit=1).citations[0].excerpt]


def main(folder, library):
    warm()
    scenario, _, _ = scenario_in("rollback", folder)
    files, file = FaultyFiles(library), folder / "told.json"
    for closed in (True, False):
        scenario.renew()
        if not closed:
            in_a_child(lambda: leave_open(scenario), file)
        assert closed != (scenario.home / "citebot.sqlite-shm").exists()
        for arguments in COMMANDS:
            code, said = in_a_child(lambda arguments=arguments: commanded(scenario, files, arguments), file)
            print(json.dumps({"closed": closed, "command": arguments[0], "code": code, "said": said}))  # noqa: T201
            Path("backup.tar").unlink(missing_ok=True)
    scenario.renew()
    (may_go_on, go_on), (is_done, done) = os.pipe(), os.pipe()
    reader = os.fork()
    if not reader:
        (folder / "answers").write_text(json.dumps(before_and_after(scenario, files, go_on, is_done)))
        os._exit(0)
    os.read(may_go_on, 1)
    scenario.corpus.write("tram", *TRAM)
    in_a_child(lambda: scenario.index() and None, file)
    os.write(done, b".")
    assert os.waitpid(reader, 0)[1] == 0
    print((folder / "answers").read_text())  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
