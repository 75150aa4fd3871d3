"""Where the command line begins: told to stop, it ends in order from its first moment on.

Little is imported before that is so; what the commands stand on takes a second.
"""

from bot.terminal.stopping import end_at_once_when_told


def main() -> None:
    """Run the command line."""
    end_at_once_when_told()
    from bot.cli import main as run

    run()


if __name__ == "__main__":
    main()
