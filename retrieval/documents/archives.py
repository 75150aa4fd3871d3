"""Documents that are ZIP archives of XML: what all of them have in common."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from retrieval.documents.extracted import XML_LIMIT, UnreadableDocumentError
from retrieval.told import told

_OLD_DOCUMENT = b"\xd0\xcf\x11\xe0"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


@contextmanager
def open_archive(path: Path, *, content: str) -> Iterator[zipfile.ZipFile]:
    """Open a document whose text is in its part `content`.

    Raises:
        UnreadableDocumentError: it is none, it is encrypted, or what is packed in it is too large.

    """
    with path.open("rb") as stream:
        if stream.read(4) == _OLD_DOCUMENT:
            raise UnreadableDocumentError(told("is encrypted or of an old format; save it anew, without a password"))
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if content not in names:
                raise UnreadableDocumentError(told("is not the document that its name says; give it the right ending"))
            # A part is never unpacked any further than the archive says that it is long.
            longest = max(part.file_size for part in archive.infolist() if part.filename.lower().endswith(".xml"))
            if longest > XML_LIMIT:
                raise UnreadableDocumentError(
                    told(
                        "holds {longest:,} bytes of XML, where {xml_limit:,} are read; split it",
                        longest=longest,
                        xml_limit=XML_LIMIT,
                    )
                )
            yield archive
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableDocumentError(told("is damaged or no document; save it anew")) from error


def parse_part(archive: zipfile.ZipFile, name: str) -> Any:
    """Return the first element of a part; None where there is no such part.

    Raises:
        UnreadableDocumentError: the part is no sound XML.

    """
    # No entity is looked up and nothing is loaded; libxml2 itself bounds depth and the length of texts.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(archive.read(name), parser=parser)
    except KeyError:
        return None
    except (etree.XMLSyntaxError, RuntimeError) as error:
        raise UnreadableDocumentError(told("is damaged or nested too deeply; save it anew")) from error


def title_in(archive: zipfile.ZipFile, name: str) -> str:
    """Return the title in the part with the properties of the document."""
    properties = parse_part(archive, name)
    found = properties.find(f".//{_TITLE}") if properties is not None else None
    return (found.text or "") if found is not None else ""
