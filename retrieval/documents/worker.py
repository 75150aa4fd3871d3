"""The process that takes documents apart: a request and an answer a line, both in JSON.

It bounds its own memory; whoever started it bounds its time. It ends by itself when it has had nothing to do for a
while, and when whoever started it is gone.
"""

import json
import os
import select
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from retrieval.documents.extracted import Extracted, UnreadableDocumentError
from retrieval.documents.opendocument import read_odt
from retrieval.documents.portable import read_pdf
from retrieval.documents.rich_text import read_rtf
from retrieval.documents.word import read_docx
from retrieval.told import packed, system_reason, told, told_by

MEMORY_LIMIT = 2 * 1024**3
"""Bytes of memory that the process may have."""
IDLE_SECONDS = 10.0

_READERS: Mapping[str, Callable[[Path], Extracted]] = {
    ".docx": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
    ".pdf": read_pdf,
}


def answer_to(path: Path, ending: str) -> dict[str, object]:
    """Return what is in a document, or under ``problem`` why that cannot be told."""
    try:
        return asdict(_READERS[ending](path))
    except UnreadableDocumentError as error:
        return {"problem": told_by(error)}
    except OSError as error:
        return {"problem": told("cannot be read: {reason}", reason=system_reason(error))}
    except MemoryError:
        return {"problem": told("needs more memory than a document may; split it")}
    except RecursionError:
        return {"problem": told("is nested too deeply; save it anew")}
    except Exception as error:  # noqa: BLE001 - a fault of a library's costs one document
        return {
            "problem": told("cannot be taken apart ({kind}); save it anew, or as plain text", kind=type(error).__name__)
        }


def main() -> None:
    """Answer until there is nothing to do."""
    _bound_memory()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Whatever a library prints is no answer.
    sys.stdout = sys.stderr
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.readline()
        if not line:
            return
        request = json.loads(line)
        answer = answer_to(Path(request["path"]), request["ending"])
        if problem := answer.get("problem"):
            answer["problem"] = packed(problem)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _bound_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    except (ImportError, ValueError, OSError):
        # Not every system has such a bound; that of time holds there too.
        return


if __name__ == "__main__":
    main()
