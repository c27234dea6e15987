"""Holds the documents of an edition (Markdown, DOCX, ODT, EPUB) against its HTML file, item by item, and each against its standard.

Usage: check_documents.py STEM      reads STEM.html, STEM.md, STEM.docx, STEM.odt and STEM.epub; prints each difference

The HTML file is itself held against the record. Of each document the headings with their levels, paragraphs, items of lists with
their numbers, cells of tables, notes with their numbers, contents and links have to be the same, in order; its language and
title too, and every link within it leads to a place that is there.

VOORTGANG_EPUBCHECK names epubcheck.jar; VOORTGANG_SHARED a folder whose `standards` have the schemas of OOXML and OpenDocument.
Without them that check is left out.
"""

import hashlib
import os
import posixpath
import re
import subprocess
import sys
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from lxml import etree
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
CELLS = {"td", "th", "dt", "dd"}
BLOCKS = HEADINGS | CELLS | {"p", "li", "ul", "ol", "figcaption", "caption", "pre", "blockquote", "table", "dl", "div", "section", "figure"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DC = "{http://purl.org/dc/elements/1.1/}"
OFFICE, STYLE, TEXT, TABLE, FO = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "style", "text", "table", "xsl-fo-compatible")
)
XLINK = "{http://www.w3.org/1999/xlink}"


# Symbols of the overview, drawn in HTML, by the end of their id.
SYMBOLS = {"answered": "●", "partial": "◐", "nothing": "○", "not-applicable": "–", "excused": "□", "open": "▲", "optional": "△"}


def squeeze(text):
    """Letters, digits and signs: how lines and cells break does not matter."""
    return re.sub(r"[\s\u00ad\u200b]+", "", unicodedata.normalize("NFC", text))


def letter(number):
    text = ""
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(97 + place) + text
    return text


def marker(kind, number):
    return {"bullet": "•", "decimal": f"{number}.", "lowerLetter": f"{letter(number)})"}[kind]


class Read:
    """What is read of a document."""

    def __init__(self):
        self.items, self.notes, self.contents, self.links = [], {}, [], []
        self.targets, self.places = [], set()
        self.language = self.title = ""

    def item(self, kind, text):
        if squeeze(text):
            self.items.append((kind, squeeze(text)))

    def link(self, url):
        if not self.links or self.links[-1] != url:
            self.links.append(url)


class Page(HTMLParser):
    """Reads HTML and XHTML into `read`."""

    def __init__(self, text, read):
        super().__init__()
        self.read, self.stack, self.lists, self.text, self.kind = read, [], [], "", None
        self.note, self.title = None, ""
        self.feed(text)
        self.flush()
        read.title = read.title or self.title

    def inside(self, *names):
        return any(name in one for one in self.stack for name in names)

    def flush(self):
        if self.kind == "contents":
            if squeeze(self.text):
                self.read.contents.append(squeeze(self.text))
        elif self.note is not None:
            self.read.notes[self.note] = self.read.notes.get(self.note, "") + squeeze(self.text)
        elif self.kind:
            self.read.item(self.kind, self.text)
        self.text, self.kind = "", None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        names = [tag, *attributes.get("class", "").split()]
        if attributes.get("id"):
            self.read.places.add(attributes["id"])
        if tag == "html":
            self.read.language = attributes.get("lang", "")
        if tag in BLOCKS and not (self.inside(*CELLS) and tag not in CELLS):
            self.flush()
        if tag in VOID:
            return
        self.stack.append(names)
        if tag in ("ul", "ol"):
            kind = {"ul": "bullet"}.get(tag, "lowerLetter" if attributes.get("type") == "a" else "decimal")
            self.lists.append([kind, int(attributes.get("start") or 1), "notes" in names])
        if tag == "li" and self.lists:
            kind, number, is_notes = self.lists[-1]
            self.lists[-1][1] += 1
            self.stack[-1].append("item" if not is_notes else "")
            self.item = marker(kind, number)
            if is_notes:
                self.note = number
        # The overview as a list is for narrow screens: it says again what the table says.
        if self.is_again():
            return
        if tag == "use":
            self.write(SYMBOLS[attributes["href"].split("#_s-")[1]])
        if tag == "a" and not self.inside("permalink", "skip", "footnote-backref", "contents", "sup") and self.note is None:
            href = attributes.get("href") or ""
            if "#" in href and "://" not in href:
                self.read.targets.append(unquote(href.split("#")[1]))
            elif href:
                self.read.link(href)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if tag in BLOCKS and not (self.inside(*CELLS) and tag not in CELLS):
            self.flush()
        while self.stack and self.stack.pop()[0] != tag:
            pass
        if tag in ("ul", "ol") and self.lists and self.lists.pop()[2]:
            self.note = None

    def handle_data(self, data):
        if self.inside("title") and not self.inside("svg"):
            self.title += data
        if not self.inside("body") or self.inside("svg", "permalink", "skip", "sup", "style", "title"):
            return
        if self.note is not None:
            data = data.replace("↩", "")
        self.write(data)

    def is_again(self):
        return any(names[0] == "details" and "list" in names for names in self.stack)

    def write(self, data):
        if self.is_again():
            return
        if self.kind is None and squeeze(data):
            self.kind = self.kind_here()
        self.text += data

    def kind_here(self):
        if self.inside("contents"):
            return "contents" if self.inside("li") else "skip"
        for names in reversed(self.stack):
            if names[0] in CELLS:
                return "cell"
            if names[0] in HEADINGS:
                return names[0]
            if "item" in names:
                names.remove("item")
                return f"item {self.item}"
        return "p"


def of_html(text, read=None):
    read = read or Read()
    Page(text, read)
    read.items = [item for item in read.items if item[0] != "skip"]
    return read


def of_epub(path):
    read = Read()
    with zipfile.ZipFile(path) as book:
        package = etree.fromstring(book.read("OEBPS/package.opf"))
        read.title, read.language = (package.find(f".//{DC}{name}").text for name in ("title", "language"))
        language = read.language
        opf = "{http://www.idpf.org/2007/opf}"
        names = {item.get("id"): item.get("href") for item in package.iter(f"{opf}item")}
        for one in package.iter(f"{opf}itemref"):
            text = book.read(f"OEBPS/{names[one.get('idref')]}").decode("utf-8")
            if one.get("idref") == "nav":
                nav = etree.fromstring(text.encode("utf-8"))
                read.contents = [squeeze("".join(link.itertext())) for link in nav.iter("{http://www.w3.org/1999/xhtml}a")]
            else:
                of_html(text, read)
    read.language = language
    return read


def of_markdown(path):
    text = path.read_text(encoding="utf-8")
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").use(footnote_plugin)
    tokens = parser.parse(text)
    read = Read()
    html = parser.render(text)
    main, _, notes = html.partition('<hr class="footnotes-sep"')
    before, heading, after = main.partition('<h2><a id="_contents">')
    _, listed, after = after.partition("</ul>\n<h2>") if heading else ("", "", after)
    contents = main[len(before):len(main) - len(after)]
    read.contents = [squeeze(unescape(re.sub("<[^>]+>", "", one))) for one in re.findall(r"<li>(.*?)(?=<ul>|</li>|\n)", contents)]
    main = before + ("<h2>" + after if heading else "")
    # The plugin has no name for a reference that HTML files have.
    main = main.replace('<sup class="footnote-ref">', "<sup>")
    of_html(f"<html><body>{main}</body></html>", read)
    labels = [one.meta.get("label") for one in tokens if one.type == "footnote_open"]
    for label, note in zip(labels, re.findall(r'<li id="fn\d+" class="footnote-item">(.*?)\n</li>', notes, re.S)):
        note = re.sub(r'<a href="#fnref.*?</a>|<sup.*?</sup>', "", note)
        read.notes[int(label)] = squeeze(unescape(re.sub("<[^>]+>", "", note)))
    read.places |= set(re.findall(r'<a id="(.*?)">', html))
    return read


def unescape(text):
    import html

    return html.unescape(text)


def of_docx(path):
    with zipfile.ZipFile(path) as package:
        part = {name: etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith((".xml", ".rels"))}
    read = Read()
    lists = Lists(part["word/numbering.xml"])
    links = {one.get("Id"): one.get("Target") for one in part["word/_rels/document.xml.rels"]}
    for paragraph in part["word/document.xml"].iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")
        text = docx_text(paragraph)
        for link in paragraph.iter(f"{W}hyperlink"):
            if link.get(f"{W}anchor"):
                read.targets.append(link.get(f"{W}anchor"))
            else:
                read.link(links[link.get(f"{R}id")])
        if style.startswith("TOC"):
            read.contents += [squeeze(text)] if style != "TOCHeading" else []
            continue
        kind = {"Title": "h1"}.get(style) or (f"h{int(style[7:]) + 1}" if style.startswith("Heading") else "p")
        numbering = paragraph.find(f"{W}pPr/{W}numPr")
        if numbering is not None:
            kind = f"item {lists.next(numbering)}"
        if any(True for _ in paragraph.iterancestors(f"{W}tc")):
            kind = "cell"
        read.item(kind, text)
    read.places = {one.get(f"{W}name") for one in part["word/document.xml"].iter(f"{W}bookmarkStart")}
    for note in part["word/footnotes.xml"].iter(f"{W}footnote"):
        if note.get(f"{W}type") is None:
            read.notes[int(note.get(f"{W}id"))] = squeeze("".join(docx_text(one) for one in note.iter(f"{W}p")))
    read.language = part["word/styles.xml"].find(f".//{W}rPrDefault//{W}lang").get(f"{W}val")
    read.title = part["docProps/core.xml"].find(f"{DC}title").text
    return read


def docx_text(paragraph):
    """Its text without the raised numbers of notes."""
    text = ""
    for run in paragraph.iter(f"{W}r"):
        style = run.find(f"{W}rPr/{W}rStyle")
        if style is None or style.get(f"{W}val") != "FootnoteReference":
            text += "".join({f"{W}t": one.text or "", f"{W}br": "\n", f"{W}tab": "\t"}.get(one.tag, "") for one in run)
    return text


class Lists:
    """Counts the items of the lists of a DOCX file."""

    def __init__(self, numbering):
        formats = {one.get(f"{W}abstractNumId"): one for one in numbering.iter(f"{W}abstractNum")}
        self.lists = {}
        for one in numbering.iter(f"{W}num"):
            levels = formats[one.find(f"{W}abstractNumId").get(f"{W}val")]
            kind = levels.find(f"{W}lvl/{W}numFmt").get(f"{W}val")
            start = one.find(f"{W}lvlOverride/{W}startOverride")
            self.lists[one.get(f"{W}numId")] = [kind, int(start.get(f"{W}val")) if start is not None else 1]

    def next(self, numbering):
        one = self.lists[numbering.find(f"{W}numId").get(f"{W}val")]
        one[1] += 1
        return marker(one[0], one[1] - 1)


class OpenDocument:
    """Reads the text of an ODT file."""

    def __init__(self, body):
        self.read = Read()
        self.read.places = {one.get(f"{TEXT}name") for one in body.iter(f"{TEXT}bookmark")}
        self.walk(body, None, "Standard")

    def walk(self, element, item, cell):
        for one in element:
            if one.tag == f"{TEXT}table-of-content":
                lines = one.find(f"{TEXT}index-body")
                self.read.contents = [squeeze(self.text(line)) for line in lines if line.tag == f"{TEXT}p"]
                self.link_all(lines)
            elif one.tag in (f"{TEXT}h", f"{TEXT}p"):
                self.line(one, item, cell)
                item = None
            elif one.tag == f"{TEXT}list":
                self.list(one)
            elif one.tag == f"{TABLE}table-cell":
                self.read.item("cell", "".join(self.text(line) for line in one))
                self.link_all(one)
            else:
                self.walk(one, item, cell)

    def list(self, element):
        kind = {"Bullets": "bullet", "Numbers": "decimal", "Letters": "lowerLetter"}[element.get(f"{TEXT}style-name")]
        number = 1
        for one in element:
            number = int(one.get(f"{TEXT}start-value") or number)
            self.walk(one, marker(kind, number), None)
            number += 1

    def line(self, one, item, cell):
        if one.tag == f"{TEXT}h":
            kind = f"h{int(one.get(f'{TEXT}outline-level')) + 1}"
        else:
            kind = "h1" if one.get(f"{TEXT}style-name") == "Title" else f"item {item}" if item else "p"
        self.read.item(kind, self.text(one))
        self.link_all(one)

    def link_all(self, element):
        for link in element.iter(f"{TEXT}a"):
            target = link.get(f"{XLINK}href")
            if any(True for _ in link.iterancestors(f"{TEXT}note")):
                continue
            if target.startswith("#"):
                self.read.targets.append(target[1:])
            else:
                self.read.link(target)

    def text(self, element):
        text = element.text or ""
        for one in element:
            if one.tag == f"{TEXT}note":
                self.note(one)
            elif one.tag == f"{TEXT}span" and one.get(f"{TEXT}style-name") == "Footnote_20_Symbol":
                pass
            elif one.tag.endswith("}frame"):
                pass
            else:
                text += " " if one.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break") else self.text(one)
            text += one.tail or ""
        return text

    def note(self, note):
        number = int(note.find(f"{TEXT}note-citation").text)
        body = note.find(f"{TEXT}note-body")
        self.read.notes[number] = squeeze("".join(self.text(one) for one in body.iter(f"{TEXT}p", f"{TEXT}h")))


def of_odt(path):
    with zipfile.ZipFile(path) as package:
        part = {name: etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith("l")}
        assert package.namelist()[0] == "mimetype" and package.infolist()[0].compress_type == 0
    read = OpenDocument(part["content.xml"].find(f"{OFFICE}body/{OFFICE}text")).read
    style = part["styles.xml"].find(f".//{STYLE}default-style[@{STYLE}family='paragraph']/{STYLE}text-properties")
    read.language = style.get(f"{FO}language")
    read.title = part["meta.xml"].find(f".//{DC}title").text
    return read


def differences(name, expected, found):
    for what in ("items", "contents", "links"):
        one, other = getattr(expected, what), getattr(found, what)
        if name == "md" and what == "items":
            # Markdown has no letters before items.
            one = [("item •", kind[5:] + text) if re.match(r"item [a-z]+\)", kind) else (kind, text) for kind, text in one]
        if what == "links":
            one, other = ([unquote(address) for address in addresses] for addresses in (one, other))
        if one != other:
            at = next((at for at, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
            yield f"{name} {what} {at} of {len(one)} and {len(other)}: {one[at:at + 2]} in HTML, {other[at:at + 2]} there"
    if sorted(expected.notes.items()) != sorted(found.notes.items()):
        yield f"{name} notes: {sorted(expected.notes.items())} in HTML, {sorted(found.notes.items())} there"
    if name != "md":
        if found.language.split("-")[0] != expected.language.split("-")[0]:
            yield f"{name} language: {found.language}"
        if squeeze(found.title) != squeeze(expected.title):
            yield f"{name} title: {found.title}"
    if len(found.targets) < len(expected.targets):
        yield f"{name} links within it: {len(found.targets)}"
    for target in set(found.targets) - found.places:
        yield f"{name} link to {target}, which is not there"


def of_schema(name, schema, path, members):
    for member in members:
        with zipfile.ZipFile(path) as package:
            document = etree.fromstring(package.read(member))
        if not schema.validate(document):
            yield from (f"{name} {member}: {fault.line}: {fault.message}"[:300] for fault in list(schema.error_log)[:5])


def conformance(stem):
    """What the standards' checkers find. A file that passed is not checked again while its bytes are the same."""
    passed = Path(f"{stem}.passed")
    known = set(passed.read_text(encoding="ascii").split()) if passed.is_file() else set()
    for ending in ("docx", "odt", "epub"):
        file = hashlib.sha256(Path(f"{stem}.{ending}").read_bytes()).hexdigest()
        if file not in known:
            found = list(faults(stem, ending))
            yield from found
            known |= set() if found else {file}
    passed.write_text("\n".join(known), encoding="ascii")


def faults(stem, ending):
    standards = Path(os.environ.get("VOORTGANG_SHARED", "")) / "standards"
    if ending == "docx" and (standards / "ooxml").is_dir():
        schema = etree.XMLSchema(etree.parse(str(standards / "ooxml/driver-wml.xsd")))
        members = [f"word/{name}.xml" for name in ("document", "styles", "numbering", "footnotes", "settings", "fontTable", "footer")]
        yield from of_schema("docx", schema, f"{stem}.docx", members)
    if ending == "odt" and (standards / "odf").is_dir():
        schema = etree.RelaxNG(etree.parse(str(standards / "odf/OpenDocument-v1.3-schema.rng")))
        yield from of_schema("odt", schema, f"{stem}.odt", ["content.xml", "styles.xml", "meta.xml"])
        schema = etree.RelaxNG(etree.parse(str(standards / "odf/OpenDocument-v1.3-manifest-schema.rng")))
        yield from of_schema("odt", schema, f"{stem}.odt", ["META-INF/manifest.xml"])
    jar = os.environ.get("VOORTGANG_EPUBCHECK")
    if ending == "epub" and jar:
        run = subprocess.run(["java", "-jar", jar, "--quiet", f"{stem}.epub"], capture_output=True, text=True)
        lines = [line for line in (run.stdout + run.stderr).splitlines() if re.match(r"(ERROR|FATAL|WARNING|USAGE)", line)]
        yield from (f"epub {line}"[:300] for line in lines[:10])
        if run.returncode and not lines:
            yield f"epub {run.stdout}{run.stderr}"[:500]


READERS = {"md": of_markdown, "docx": of_docx, "odt": of_odt, "epub": of_epub}


def main(stem, *endings):
    expected = of_html(Path(f"{stem}.html").read_text(encoding="utf-8"))
    assert len(expected.items) > 20 and len(expected.contents) > 2, "the HTML file has no edition"
    found = []
    for ending in endings or READERS:
        found += differences(ending, expected, READERS[ending](Path(f"{stem}.{ending}")))
    found += conformance(stem) if not endings else []
    print("\n".join(found) or "the same in all")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
