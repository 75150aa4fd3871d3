"""Valid inputs made invalid in the ways of broken disks, cut-off downloads, careless programs and ill will.

A mutation is three numbers, so that hypothesis can draw, shrink and show it, and a coverage-guided fuzzer can find it.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

TOKENS = [
    *(token.encode("utf-8", "surrogatepass") for token in ("\ud800", "\udc00", "\ud83d", "\u202e", "\u2066", "\u2069")),
    *(
        token.encode()
        for token in ("\0", "\ufeff", "\u2028", "\u0085", "\u200b", "\u200d", "\u00ad", "\ufffd", "\uffff")
    ),
    *(
        token.encode()
        for token in ("e" + "\u0301" * 300, "\u0489" * 64, "👩\u200d🚀", "🇷🇺", "ﷺ", "ß", "İ", "ǅ", "½", "①", "१२")
    ),
    b"a" * 5000,
    "я".encode() * 3000,
    b"1" * 5000,
    b" " * 3000,
    b"\n" * 300,
    b".-" * 500,
    *(b"1e999", b"-1e999", b"NaN", b"Infinity", b"-0", b"9" * 25, b"0x7fffffff", b"1e-400", b"0000-00-00", b"99999"),
    *(b"null", b"true", b"{}", b"[]", b'""', b"[" * 400, b'{"a":' * 400, b"<a>" * 400, b"<div>" * 300, b"> " * 300),
    *(
        b"- " * 200,
        b"(" * 300,
        b"</p>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?xml ",
        b"<!DOCTYPE x [<!ENTITY y 'z'>]>",
    ),
    *(b"&y;", b"&#0;", b"&#xd800;", b"&#99999999999;", b"&amp", b"\\u0000", b"\\ud800", b"\\u202e", b"\\", b'"', b"'"),
    *(
        b"../../x",
        b"/etc/passwd",
        b"javascript:alert(1)",
        b"data:text/html,x",
        b"file:///etc/passwd",
        b"tg://user?id=1",
    ),
    *(
        b"http://[",
        b"https://a.example:99999/",
        b"http://\xff/",
        b"---\n",
        b"!!python/object",
        b"&a [*a]",
        b"*a",
        b"\x1f\x8b",
    ),
    *(
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\r",
        b"\r\n",
        b"\t",
        b",",
        b";",
        b"%s",
    ),
    *(
        b"{0}",
        b"{x}",
        b"%00",
        b"\x1b[31m",
        b"\x7f",
        b"\x85",
        b"<script>",
        b"<b",
        b"&",
        b"<",
        b">",
        b"=",
        b":",
        b"0",
        b"-1",
    ),
]
"""What has broken programs before."""
KINDS = 9
FURTHEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of some bytes: which kind, at which place of `FURTHEST`, and with what."""

    kind: int
    place: int
    what: int

    def applied(self, data: bytes, others: list[bytes]) -> bytes:  # noqa: PLR0911 - one a kind
        at = self.place * (len(data) + 1) // FURTHEST
        few, many = 1 + self.what % 16, 1 + self.what * len(data) // (4 * FURTHEST)
        match self.kind % KINDS:
            case 0 if at < len(data):
                return data[:at] + bytes([data[at] ^ (1 << self.what % 8)]) + data[at + 1 :]
            case 1:
                return data[:at] + data[at + few :]
            case 2:
                return data[:at] + data[at + many :]
            case 3:
                return data[:at]
            case 4:
                return data[:at] + data[at : at + many] * (1 + self.what % 5) + data[at:]
            case 5:
                other = others[self.what % len(others)]
                return data[:at] + other[self.what * len(other) // FURTHEST :]
            case 6:
                return data[:at] + bytes([self.what % 256]) + data[at + 1 :]
            case 7:
                token = TOKENS[self.what % len(TOKENS)]
                return data[:at] + token + data[at + (len(token) if self.what % 2 else 0) :]
            case _:
                return data[:at] + TOKENS[self.what % len(TOKENS)] + data[at:]


NUMBERS = st.integers(0, FURTHEST - 1)
MUTATIONS = st.lists(st.builds(Mutation, st.integers(0, KINDS - 1), NUMBERS, NUMBERS), max_size=6)


def mutate(seeds, which, mutations):
    """A seed with some changes, cut where it has become long."""
    data = seeds[which % len(seeds)]
    for mutation in mutations:
        data = mutation.applied(data, seeds)[:200_000]
    return data


def mutated(seeds):
    """Bytes that are one of `seeds`, changed or not."""
    seeds = list(seeds)
    return st.builds(lambda which, changes: mutate(seeds, which, changes), st.integers(0, len(seeds) - 1), MUTATIONS)


def mutated_texts(seeds):
    """Texts that are one of `seeds`, changed or not; halves of surrogate pairs may stand in them."""
    encoded = [seed.encode("utf-8", "surrogatepass") for seed in seeds]
    return mutated(encoded).map(as_text)


def as_text(data):
    """Bytes as a text in which broken ones are told by halves of surrogate pairs, as a command line hands them over."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape")
