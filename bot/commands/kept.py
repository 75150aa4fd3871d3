"""What is kept when a command is stopped."""

from retrieval.told import told

KEPT = {
    "backup": told("stopped; no backup was written, and the home stays as it is"),
    "ask": told("stopped; the conversation is not kept, and the index stays as it is"),
    "configure": told("stopped; .env stays as it was"),
    "calibrate": told("stopped; the bounds in force stay as they were"),
    "copy-to": told(
        "stopped; nothing is published there yet, and what is here stays: begin again with the same command"
    ),
    "doctor": told("stopped; what is published stays"),
    "evaluate": told("stopped; nothing of the evaluation is kept, and the index stays as it is"),
    "forget": told("stopped; `citebot forget --list` tells what is forgotten"),
    "index": told("stopped; what is published stays, and what was embedded is kept"),
    "restore": told("stopped; nothing was restored"),
    "rollback": told("stopped; `citebot status` tells what is published"),
    "start": told("stopped; what is published stays, and what was embedded is kept"),
}
"""What is said of a command that is stopped; `start` becomes `ask` once nothing is left to index."""
_OTHERWISE = told("stopped; the index stays as it is")


def kept_by(command: str) -> str:
    """Return the line that says what is kept when the command of this name is stopped."""
    return KEPT.get(command, _OTHERWISE)
