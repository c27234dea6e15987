"""Passages of Dutch policy rules for judging search: JSON lines {id, title, text}, the same at every run.

Usage: policy_passages.py DATA > passages.jsonl (DATA has `nl-policy-rules`)

Every 12th document by path, from the fifth. A document is cut at its headings; a part below 60 words joins the next one, one
above 400 is cut between paragraphs. Of the parts of 60 to 400 words, three are taken: the first, the middle and the last.
An id is the number of the regulation at wetten.overheid.nl, then the heading's own words (article, rule, section or subject).
"""

import json
import re
import sys
import tarfile
import unicodedata
from pathlib import Path

EVERY, FROM, LEAST, MOST = 12, 4, 60, 400


def plain(text):
    text = re.sub(r"<[^>]*>", " ", text)
    text = re.sub(r"!?\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)", r"\1", text)
    text = re.sub(r"^\|[\s:|-]*\|$", "", text, flags=re.M)
    text = re.sub(r"[*|\\`]+", " ", text)
    return re.sub(r"[ \t\xa0]+", " ", text).strip()


def slug(text):
    text = unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", text).strip("-.")[:50].strip("-.")


def count(text):
    return len(text.split())


def parts(document):
    """(heading, text) of the parts of one document that are long enough and not too long."""
    headings, body, made = [], "", []

    def close():
        nonlocal headings, body
        heading = " ".join(headings) or "inhoud"
        pieces, piece = [], ""
        for paragraph in re.split(r"\n\s*\n", body):
            if piece and count(piece) + count(paragraph) > MOST:
                pieces.append(piece)
                piece = ""
            piece = f"{piece}\n{paragraph.strip()}".strip()
        pieces.append(piece)
        for number, piece in enumerate(pieces, 1):
            if LEAST <= count(piece) <= MOST:
                made.append((heading if len(pieces) == 1 else f"{heading} deel {number}", piece))
        headings, body = [], ""

    for line in document.splitlines():
        if line.startswith("#"):
            if count(body) >= LEAST:
                close()
            name = plain(line.lstrip("#"))
            if body.strip():
                body += f"\n\n{name}\n\n"
            elif name:
                headings.append(name)
        else:
            body += plain(line) + "\n"
    close()
    return made


def main():
    data = Path(sys.argv[1]) / "nl-policy-rules" / "beleidsregel-circulaire.tar.gz"
    with tarfile.open(data) as archive:
        files = sorted((one for one in archive if one.isfile()), key=lambda one: one.name)
        chosen = files[FROM::EVERY]
        texts = {one.name: archive.extractfile(one).read().decode() for one in chosen}
    for name, text in texts.items():
        number = name.split("/")[-2]
        title, rest = re.search(r"^##(?!#)(.*)\n([\s\S]*)", text, re.M).groups()
        found = parts(rest)
        seen = set()
        for place in sorted({0, len(found) // 2, len(found) - 1} if found else ()):
            heading, body = found[place]
            one = f"{number}/{slug(heading)}"
            if one in seen:
                one += f"-{place + 1}"
            seen.add(one)
            print(json.dumps({"id": one, "title": f"{plain(title)} – {heading}", "text": body}, ensure_ascii=False))


if __name__ == "__main__":
    main()
