"""DOCX; the only importer of mammoth."""

import re
from pathlib import Path

from retrieval.documents.archives import open_archive, title_in
from retrieval.documents.extracted import Extracted

_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
_WAY_BACK = re.compile(r'(?<!\s)\s*<a href="#[\w-]*note-ref-[\w-]*">[^<]*</a>')
"""What mammoth adds to each note."""


def read_docx(path: Path) -> Extracted:
    """Return the text of a document as HTML: what was deleted, comments and pictures are no part of it."""
    import mammoth

    with open_archive(path, content="word/document.xml") as archive:
        title = title_in(archive, "docProps/core.xml")
        without_pictures = mammoth.images.img_element(lambda _image: {})
        with path.open("rb") as stream:
            html = mammoth.convert_to_html(stream, convert_image=without_pictures, style_map=_STYLES)
    return Extracted(title, _WAY_BACK.sub("", html.value), is_markup=True)
