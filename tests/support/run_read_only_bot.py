"""Runs the bot over a library of set answers, in a home that is read-only from SIGUSR1 on.

FAULTY_FILES is the compiled `faulty_files.c`; with READ_ONLY the home is so from the beginning.
"""

import errno
import os
import signal
import sys
from pathlib import Path

import run_fake_bot
from faulty_files import FaultyFiles


def main() -> int:
    files = FaultyFiles(os.environ["FAULTY_FILES"])
    files.arm(Path("data/state").absolute())
    signal.signal(signal.SIGUSR1, lambda *_: files.fail(errno.EROFS))
    if "READ_ONLY" in os.environ:
        files.fail(errno.EROFS)
    return run_fake_bot.main()


if __name__ == "__main__":
    sys.exit(main())
