"""Commands that are forked from a process which has imported what they import: that takes most of a short run.

Run as a program, with the path of a socket, it is that process: who connects hands over standard input, output and
error and a JSON object, and is told the number of the new process and then, a line each, how it ended. It ends when
its own standard input does, and takes the socket's folder with it. The modules that it imports beforehand follow the
path.
"""

import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from places import ROOT, SUPPORT

_LONGEST_REQUEST = 1 << 20


class Forks:
    """The process that forks; it is started with the first command."""

    def __init__(self, *modules):
        self._modules = modules
        self._socket = None
        self._process = None

    @property
    def socket(self):
        """The path to connect to."""
        if not self._process:
            self._socket = Path(tempfile.mkdtemp(prefix="citebot-forks-")) / "socket"
            self._process = subprocess.Popen(
                [sys.executable, __file__, self._socket, *self._modules],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, SUPPORT)))},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            assert self._process.stdout.readline() == b"listening\n"
        return self._socket

    def start(self, program, *arguments, folder, environment, streams):
        """Start `program`, the path of a Python program; `streams` are its three standard streams' descriptors."""
        return Forked(self.socket, program, arguments, folder, environment, streams)

    def close(self):
        if self._process:
            self._process.communicate()


class Forked:
    """A process that was forked; what `subprocess.Popen` has, it has under the same names."""

    def __init__(self, path, program, arguments, folder, environment, streams):
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(os.fspath(path))
        asked = {"program": str(program), "arguments": list(map(str, arguments)), "folder": str(folder)}
        request = json.dumps({**asked, "environment": dict(environment)}).encode()
        assert len(request) <= _LONGEST_REQUEST
        socket.send_fds(self._connection, [len(request).to_bytes(4, "big")], streams)
        self._connection.sendall(request)
        self._told = b""
        self.returncode = None
        self.pid = int(self._line())

    def poll(self):
        return None if self.returncode is None and not self._tells_more(0) else self.wait()

    def wait(self, timeout=None):
        if self.returncode is None:
            if not self._tells_more(timeout):
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self.returncode = int(self._line())
            self._connection.close()
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def _tells_more(self, timeout):
        return b"\n" in self._told or bool(select.select([self._connection], [], [], timeout)[0])

    def _line(self):
        while b"\n" not in self._told:
            more = self._connection.recv(64)
            assert more, "the process that forks has ended"
            self._told += more
        line, _, self._told = self._told.partition(b"\n")
        return line


def next_request(path):
    """Fork for each one that connects; return in the forked process, as what was asked for."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    print("listening", flush=True)  # noqa: T201
    while True:
        ready = select.select([listener, sys.stdin], [], [])[0]
        if listener not in ready:
            shutil.rmtree(Path(path).parent)
            sys.exit()
        connection = listener.accept()[0]
        minder = os.fork()
        if not minder and (asked := minded(connection)):
            listener.close()
            return asked
        connection.close()
        os.waitpid(minder, 0)


def minded(connection):
    """Fork twice, so that the process has one that waits for it; return in the process itself."""
    if os.fork():
        os._exit(0)
    length, streams, *_ = socket.recv_fds(connection, 4, 3)
    with connection.makefile("rb") as reading:
        request = json.loads(reading.read(int.from_bytes(length, "big")))
    child = os.fork()
    if child:
        for stream in (0, 1, 2, *streams):
            os.close(stream)
        connection.sendall(b"%d\n" % child)
        connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        os._exit(0)
    connection.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    return request


def become(request):
    """Be the process that was asked for, as if Python had just been started in it."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    tempfile.tempdir = None  # the environment tells where it is
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.argv = [request["program"], *request["arguments"]]
    runpy.run_path(request["program"], run_name="__main__")


if __name__ == "__main__":
    for _module in sys.argv[2:]:
        importlib.import_module(_module)
    become(next_request(sys.argv[1]))
