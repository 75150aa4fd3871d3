"""A web server on loopback whose every answer a test writes down beforehand."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = "text/html; charset=utf-8"
XML = "application/xml"


@dataclass
class Served:
    """What a path answers, unless the request has the validators that it answers 304 to."""

    body: bytes = b""
    kind: str = HTML
    status: int = 200
    headers: dict = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None

    def __call__(self, handler):
        known = handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since")
        unchanged = known != (None, None) and known == (self.etag, self.modified)
        handler.send_response(304 if unchanged else self.status)
        validators = {"ETag": self.etag, "Last-Modified": self.modified}
        for name, value in {**validators, **self.headers}.items():
            if value is not None:
                handler.send_header(name, value)
        if unchanged:
            handler.end_headers()
            return
        handler.send_header("Content-Type", self.kind)
        handler.send_header("Content-Length", str(len(self.body)))
        handler.end_headers()
        handler.wfile.write(self.body)


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Who hangs up in the middle of an answer is what many tests are about."""


class WebServer:
    """Paths and what they answer; a path that is not there answers 404. A context manager."""

    def __init__(self):
        self.paths = {}
        self.requests = []
        """(path, status) of all requests, in order."""
        self.seen_headers = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                owner.seen_headers.append(dict(self.headers))
                answer = owner.paths.get(self.path, Served(status=404))
                if isinstance(answer, list):
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
                answer(self)

            def log_request(self, code="-", _size="-"):
                owner.requests.append((self.path, int(code)))

            def log_message(self, *_):
                pass

        self._server = _QuietServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.root = f"http://{self.host}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def serve(self, path, body=b"", kind=HTML, **others):
        """Let `path` answer with `body`; return its address."""
        data = body.encode() if isinstance(body, str) else body
        self.paths[path] = Served(data, kind, **others)
        return self.root + path

    def statuses(self, path):
        """Statuses of all answers to `path`, in order."""
        return [status for asked, status in self.requests if asked == path]

    def asked(self):
        """How often each path was asked for, without robots.txt."""
        return Counter(path for path, _ in self.requests if path != "/robots.txt")


@dataclass
class FakeTime:
    """A clock that sleeping puts forward; sleeps between which nobody looks at it count as one."""

    now: float = 1000.0
    slept: list = field(default_factory=list)
    slices: list = field(default_factory=list)
    _asleep: bool = False

    def sleep(self, seconds):
        before = self.slept.pop() if self._asleep else 0
        self.slept.append(round(before + seconds, 3))
        self.slices.append(seconds)
        self.now += seconds
        self._asleep = True

    def clock(self):
        self._asleep = False
        return self.now
