"""Holds what an edition says in its PDF, its HTML file and its page against each other.

Usage: check_layout.py FILE.pdf FILE.html PAGE.html

Headings, anchors, labels and numbers have to be the same: between file and page all of them, in order; between file and
PDF the headings and anchors of its parts, in order, and every label and number of the text. Prints each difference.
"""

import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}
HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
# What says something that a layout decides: names and values, counts, status, notes on figures.
LABELS = {"dt", "dd", "th", "td"}
LABEL_CLASSES = {"status", "status missing", "note", "goal", "section", "pillar"}
# The links of a passage to itself, and words that only a screen reader says.
SILENT = {"permalink", "unseen"}


class Edition(HTMLParser):
    """Collects headings, anchors and labels of the contents and of all below them."""

    def __init__(self, text):
        super().__init__()
        self.stack, self.open = [], []
        self.headings, self.anchors, self.links, self.labels = [], [], [], []
        self.language = "nl"
        self.feed(text)

    def inside(self, *names):
        return any(name in names for _, name, _ in self.stack)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name = attributes.get("class", "")
        within = self.inside("contents", "text")
        if within and attributes.get("id"):
            self.anchors.append(attributes["id"])
        if within and attributes.get("href", "").startswith("#"):
            self.links.append(attributes["href"][1:])
        if tag in VOID:
            return
        self.stack.append((tag, name, attributes.get("id")))
        if within and not self.inside("narrative", "contents"):
            if tag in HEADINGS:
                self.headings.append([tag, attributes.get("id"), ""])
                self.open.append((self.headings[-1], 2, len(self.stack)))
            if tag in LABELS or name in LABEL_CLASSES:
                self.labels.append([self.table(), name or tag, ""])
                self.open.append((self.labels[-1], 2, len(self.stack)))

    def table(self):
        tables = [name for tag, name, _ in self.stack if tag == "table"]
        return tables[-1] if tables else ""

    def handle_endtag(self, tag):
        while self.stack:
            depth = len(self.stack)
            self.open = [entry for entry in self.open if entry[2] != depth]
            if self.stack.pop()[0] == tag:
                return

    def handle_data(self, data):
        if not self.inside(*SILENT):
            for entry, at, _ in self.open:
                entry[at] += data


def squeeze(text):
    """Letters, digits and signs: how lines, pages and cells break does not matter."""
    return re.sub(r"[\s\u00ad\u200b-]+", "", unicodedata.normalize("NFKC", text))


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def outline(pdf):
    """Headings of the PDF with their level, and whether a reader can jump to them."""
    found, level = [], 1
    text = run("pdftohtml", "-xml", "-i", "-stdout", pdf).split("</page>")[-1]
    for tag, item in re.findall(r"<(/?outline)>|<item page=\"\d+\">(.*?)</item>", text):
        if tag:
            level += -1 if tag.startswith("/") else 1
        else:
            unescaped = item.replace("&lt;", "<").replace("&gt;", ">").replace("&#160;", " ").replace("&amp;", "&")
            found.append((f"h{level}", squeeze(unescaped)))
    return found


def destinations(pdf):
    return set(re.findall(r"\"(.*)\"$", run("pdfinfo", "-dests", pdf), re.M))


def between(first, second, what):
    """What differs between two lists, at the first place where they do."""
    for at, (one, other) in enumerate(zip(first, second)):
        if one != other:
            return [f"{what} {at}: {one} in the file, {other} elsewhere"]
    if len(first) != len(second):
        longer = first if len(first) > len(second) else second
        return [f"{what} {min(len(first), len(second))}: {longer[min(len(first), len(second))]} in one of them only"]
    return []


def check_page(file, page):
    differences = between(file.headings, page.headings, "heading")
    differences += between(file.anchors, page.anchors, "anchor")
    differences += between(file.links, page.links, "link")
    return differences + between(file.labels, page.labels, "label")


def check_pdf(file, pdf):
    places = [(tag, id, squeeze(text)) for tag, id, text in file.headings if id]
    remark = {squeeze(text) for tag, id, text in file.headings if tag == "h3" and not id}
    there = [item for item in outline(pdf) if item[1] not in remark]
    differences = between([(tag, text) for tag, _, text in places], there, "heading of the PDF")
    dests = destinations(pdf)
    differences += [f"anchor {id}: not in the PDF" for _, id, _ in places if id not in dests]
    differences += [f"anchor {id}: in the PDF only" for id in dests - {id for _, id, _ in places}]
    text = squeeze(run("pdftotext", "-raw", pdf, "-")) + squeeze(run("pdftotext", "-layout", pdf, "-"))
    for table, kind, label in file.labels:
        if table in ("matrix", "figures", "") and kind in ("td", "th"):
            continue
        for word in label.split():
            if squeeze(word) not in text:
                differences.append(f"label {label!r}: {word!r} is not in the PDF")
    return differences


def main():
    pdf, html, page = sys.argv[1:]
    file, other = (Edition(Path(name).read_text(encoding="utf-8")) for name in (html, page))
    assert len(file.headings) > 10 and len(file.anchors) > 20 and len(file.labels) > 20, "the file has no edition"
    differences = check_page(file, other) + check_pdf(file, pdf)
    print("\n".join(differences) or "the same in all three")
    sys.exit(1 if differences else 0)


main()
