"""Runs the real bot over the real library, with the model that can be computed by hand."""

import sys

from hashing_model import HashingLibrary

from bot.application import run_bot
from bot.handlers.desk import Archive
from bot.settings import BotSettings
from retrieval.errors import RetrievalError


def open_library(settings: BotSettings) -> Archive:
    library = HashingLibrary.open(settings)
    library.follow()
    return library


def main() -> int:
    try:
        return run_bot(BotSettings.load(), open_library, HashingLibrary.maintaining)
    except RetrievalError as error:
        print(f"citebot: {error}", file=sys.stderr)  # noqa: T201 - as the command does
        return 1


if __name__ == "__main__":
    sys.exit(main())
