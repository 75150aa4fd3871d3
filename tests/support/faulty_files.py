"""Files whose system calls fail, or are written down: `faulty_files.c`, compiled once for all who need it."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from places import SUPPORT

_SOURCE = SUPPORT / "faulty_files.c"


def compiled(folder):
    """Compile it into a folder; return the path of the library, or in words why there is none."""
    compiler = shutil.which("cc")
    if not sys.platform.startswith("linux") or not hasattr(os, "fork"):
        return None, "system calls are met on Linux only"
    if not compiler:
        return None, "there is no C compiler `cc`"
    library = Path(folder) / "faulty_files.so"
    done = subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", library, _SOURCE], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return None, f"`cc` does not compile it: {done.stderr.splitlines()[:1]}"
    refused = subprocess.run([sys.executable, __file__, library, folder], capture_output=True, text=True, check=False)
    return (None, f"this system does not let calls be met: {refused.stdout}") if refused.returncode else (library, "")


class FaultyFiles:
    """The library, in this process; what is armed holds until the process ends."""

    def __init__(self, library):
        self._library = ctypes.CDLL(os.fspath(library))
        self._library.faults_counted.restype = ctypes.c_long
        self._library.faults_failed.restype = ctypes.c_long
        self._library.faults_arm.argtypes = [
            ctypes.c_char_p,
            ctypes.c_long,
            ctypes.c_long,
            ctypes.c_int,
            ctypes.c_char_p,
        ]

    def arm(self, folder, at=0, error=0, *, lasting=False, log=None):
        """Have the `at`-th call that writes below `folder` fail with the number `error`; all later ones if `lasting`.

        What is done is written to `log`, in the form that `faulty_files.c` gives.
        """
        code = self._library.faults_arm(os.fsencode(folder), at, error, lasting, os.fsencode(log) if log else None)
        if code:
            raise OSError(code, os.strerror(code))

    def fail(self, error):
        """From now on have all calls below the folder fail with this number; none where it is 0."""
        self._library.faults_fail(ctypes.c_long(error))

    @property
    def counted(self):
        """How many calls that write there were."""
        return self._library.faults_counted()

    @property
    def failed(self):
        """How many of them failed."""
        return self._library.faults_failed()


if __name__ == "__main__":
    FaultyFiles(sys.argv[1]).arm(sys.argv[2])
    Path(sys.argv[2], "tried").write_text("", encoding="utf-8")
