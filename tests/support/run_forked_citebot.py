"""Stands in for the installed command: has another process fork one that runs it. Arguments: a socket, then its own."""

import os
import sys

from forking import Forked
from places import SUPPORT

if __name__ == "__main__":
    running = Forked(sys.argv[1], SUPPORT / "run_citebot.py", sys.argv[2:], os.getcwd(), os.environ, [0, 1, 2])  # noqa: PTH109
    sys.exit(running.wait())
