"""Packed bytes -> bytes, never more of them than allowed."""

import zlib
from collections.abc import Iterable

from retrieval.fetching.errors import FetchError, PassingError
from retrieval.told import told

ACCEPTED = "gzip, deflate"
"""What is asked for. Other packings cannot be unpacked piece by piece with what Python has."""

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


def read_bounded(pieces: Iterable[bytes], *, packing: str, limit: int) -> bytes:
    """Join the pieces of a response, unpacked.

    Raises:
        FetchError: they are more than `limit` bytes, or packed in a way that was not asked for.
        PassingError: they are cut off.

    """
    packing = packing.strip().lower()
    if packing in {"", "identity"}:
        return _join(pieces, limit)
    if packing not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError(
            told("is sent packed as {packing!r}, which was not asked for; have the server mended", packing=packing[:40])
        )
    return _join(_unpack(pieces, limit, cut_off=PassingError), limit)


def unpack_file(data: bytes, *, limit: int) -> bytes:
    """Return `data`, unpacked where it is a gzip file (sitemaps often are).

    Raises:
        FetchError: it unpacks to more than `limit` bytes, or is damaged.

    """
    return _join(_unpack([data], limit, cut_off=FetchError), limit) if data.startswith(_GZIP_MAGIC) else data


def _join(pieces: Iterable[bytes], limit: int) -> bytes:
    joined = bytearray()
    for piece in pieces:
        joined += piece
        if len(joined) > limit:
            raise FetchError(told("is longer than {limit:,} bytes; it is not read", limit=limit))
    return bytes(joined)


def _unpack(pieces: Iterable[bytes], limit: int, *, cut_off: type[FetchError]) -> Iterable[bytes]:
    unpacker = None
    try:
        for piece in pieces:
            if unpacker is None:
                unpacker = zlib.decompressobj(_GZIP_OR_ZLIB if _has_header(piece) else -zlib.MAX_WBITS)
            # One byte more than allowed is enough for the caller to see that there is too much.
            yield unpacker.decompress(piece, limit + 1)
            if unpacker.eof:
                return
    except zlib.error as error:
        raise FetchError(told("holds damaged gzip data; have the server mended")) from error
    if unpacker is not None:
        raise cut_off(told("breaks off in the middle of its gzip data; try later"))


def _has_header(piece: bytes) -> bool:
    """Tell gzip and zlib data from the bare deflate that some servers send under that name."""
    return piece.startswith(_GZIP_MAGIC) or (piece[:1] == b"\x78" and int.from_bytes(piece[:2]) % 31 == 0)
