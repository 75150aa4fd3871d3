"""Runs the real command line, as the command that is installed does."""

import sys

from bot.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
