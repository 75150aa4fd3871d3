"""Runs the real bot over a real index in CITEBOT_HOME, with the model whose vectors can be computed by hand."""

import sys

from hashing_model import HashingLibrary

from bot.application import run_bot
from bot.settings import BotSettings

if __name__ == "__main__":
    sys.exit(run_bot(BotSettings.load(), HashingLibrary))
