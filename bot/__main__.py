"""Where the command line begins: told to stop, it ends in order from its first moment on.

Nothing is imported before that is so; what the commands stand on takes a second.
"""

import signal


def main() -> None:
    """Run the command line."""
    _hold_signals(back=True)
    from bot.terminal.stopping import end_at_once_when_told

    end_at_once_when_told()
    _hold_signals(back=False)
    from bot.cli import main as run

    run()


def _hold_signals(*, back: bool) -> None:
    """Keep signals waiting until it is known what to do at them, or let those come that have waited."""
    if hasattr(signal, "pthread_sigmask"):  # Windows has none
        held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        signal.pthread_sigmask(signal.SIG_BLOCK if back else signal.SIG_UNBLOCK, held)


if __name__ == "__main__":
    main()
