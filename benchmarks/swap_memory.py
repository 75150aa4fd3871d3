"""Memory of a running library through swaps: it must not grow with their number.

Publishes the generation of CITEBOT_HOME again and again, so that it is opened anew each time, and prints the resident
memory after each. Linux only. Usage: swap_memory.py [SWAPS]
"""

import sys
import time
from pathlib import Path

from retrieval.index.generation import GenerationFolder
from retrieval.library import Library
from retrieval.settings import RetrievalSettings


def resident_mebibytes() -> float:
    """Return how much memory this process holds."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main(swaps: int) -> None:
    """Swap so many times, and print the memory after each."""
    settings = RetrievalSettings.load()
    library = Library.open(settings)
    library.follow(0.05)
    generations = GenerationFolder(settings.home)
    number = generations.published().number
    library.ask("Where?")
    print(f"opened: {resident_mebibytes():.0f} MiB")
    for swap in range(1, swaps + 1):
        before = library.opened().generation
        generations.publish(number)
        while library.opened().generation is before:
            time.sleep(0.01)
        del before
        library.ask("Where?")
        print(f"swap {swap}: {resident_mebibytes():.0f} MiB")
    library.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
