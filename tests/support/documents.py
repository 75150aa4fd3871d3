"""Office documents, written by hand as small as they can be."""

import zipfile
from xml.sax.saxutils import escape

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONSHIPS = f"""<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>"""
PROPERTIES = """<?xml version="1.0"?><cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"><dc:title>{}</dc:title>
</cp:coreProperties>"""


def write_archive(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def docx_paragraph(text, style=""):
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def write_docx(path, *paragraphs, title="", body=""):
    content = body or "".join(map(docx_paragraph, paragraphs))
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{content}</w:body></w:document>'
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONSHIPS,
        "word/document.xml": document,
        "docProps/core.xml": PROPERTIES.format(escape(title)),
    }
    return write_archive(path, parts)


def write_odt(path, *paragraphs, title="", body="", manifest="<manifest/>"):
    content = body or "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
    )
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": manifest,
        "meta.xml": PROPERTIES.format(escape(title)),
        "content.xml": f"<office:document-content {names}><office:body><office:text>{content}</office:text>"
        "</office:body></office:document-content>",
    }
    return write_archive(path, parts)


def write_rtf(path, *paragraphs, title="", code_page=1251):
    def escaped(text):
        data = text.replace("\\", "\\\\").encode(f"cp{code_page}")
        return "".join(chr(byte) if byte < 128 else f"\\'{byte:02x}" for byte in data)

    head = (
        f"{{\\rtf1\\ansi\\ansicpg{code_page}\\deff0{{\\fonttbl{{\\f0 Arial;}}}}{{\\info{{\\title {escaped(title)}}}}}"
    )
    path.write_text(head + "\\par\n".join(map(escaped, paragraphs)) + "\\par}", encoding="ascii")
    return path


def write_pdf(path, *pages, title="", trailer=""):
    """Write a PDF: each page is a list of paragraphs, each of these a list of lines."""
    signs = sorted({sign for page in pages for lines in page for line in lines for sign in line})
    codes = {sign: number for number, sign in enumerate(signs, start=33)}
    differences = " ".join(f"/uni{ord(sign):04X}" for sign in signs)
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        3: f"<< /Type /Font /Subtype /Type1 /BaseFont /Ilma /FirstChar 33 /LastChar {33 + len(signs)} "
        f"/Widths [{' '.join(['500'] * (len(signs) + 1))}] /Encoding << /Differences [33 {differences}] >> "
        "/FontDescriptor << /Type /FontDescriptor /FontName /Ilma /Flags 4 /FontBBox [0 -200 1000 800] /Ascent 800 "
        "/Descent -200 /CapHeight 700 /StemV 80 /ItalicAngle 0 >> >>",
        4: f"<< /Title <FEFF{title.encode('utf-16-be').hex()}> >>",
    }
    kids = []
    for page in pages:
        drawn, height = ["BT /F1 10 Tf"], 780
        for lines in page:
            for line in lines:
                drawn.append(f"1 0 0 1 50 {height} Tm <{''.join(f'{codes[sign]:02x}' for sign in line)}> Tj")
                height -= 12
            height -= 30
        content = "\n".join([*drawn, "ET"])
        number = 5 + 2 * len(kids)
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects[number + 1] = f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"
        kids.append(f"{number} 0 R")
    objects[2] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    written, places = b"%PDF-1.4\n", {}
    for number, content in sorted(objects.items()):
        places[number] = len(written)
        written += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{places[number]:010} 00000 n \n" for number in sorted(places))
    ending = (
        f"trailer << /Size {len(places) + 1} /Root 1 0 R /Info 4 0 R {trailer} >>\nstartxref\n{len(written)}\n%%EOF"
    )
    path.write_bytes(written + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}{ending}".encode())
    return path
