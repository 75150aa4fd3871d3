"""Runs the real bot over the real library, with the model that can be computed by hand."""

import sys

from hashing_model import hashing_library, open_hashing_library
from run_fake_bot import set_constants

from bot.application import run_bot
from bot.maintenance import Maintainer
from bot.services.desks import Archive
from bot.settings import BotSettings
from retrieval.errors import RetrievalError
from retrieval.progress import Progress


def open_library(settings: BotSettings) -> Archive:
    library = open_hashing_library(settings)
    library.follow()
    return library


def open_maintainer(settings: BotSettings, progress: Progress) -> Maintainer:
    return hashing_library(settings).beside(progress)


def main() -> int:
    set_constants()
    try:
        return run_bot(BotSettings.load(), open_library, open_maintainer)
    except RetrievalError as error:
        print(f"citebot: {error}", file=sys.stderr)  # noqa: T201 - as the command does
        return 1


if __name__ == "__main__":
    sys.exit(main())
