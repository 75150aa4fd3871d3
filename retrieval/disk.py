"""Making what was written survive a power cut."""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Have the disk hold a file, or the entries of a folder, before anything else is done."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
