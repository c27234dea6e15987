"""Makes src/counts.tsv: the words of Dutch policy rules, each with the number of passages that have it, where three or more do.

Usage: python3 crates/dutch/count_words.py FOLDER > crates/dutch/src/counts.tsv     FOLDER holds Markdown files, at any depth

Regulations have no copyright in the Netherlands (Auteurswet, article 11).
"""

import collections
import html
import re
import sys
import unicodedata
from pathlib import Path

WORD = re.compile(r"[a-zà-ÿ]+")
PASSAGE = re.compile(r"\n\s*\n|\n#")
MARKUP = re.compile(r"<[^>]*>|\(http[^)]*\)|http\S+")


def main():
    passages = collections.Counter()
    for file in Path(sys.argv[1]).rglob("*.md"):
        text = html.unescape(MARKUP.sub(" ", file.read_text("utf-8", "replace")))
        text = unicodedata.normalize("NFC", text).replace("\u00ad", "").lower()
        for passage in PASSAGE.split(text):
            passages.update(word for word in set(WORD.findall(passage)) if 3 <= len(word) <= 24)
    for word, count in sorted(passages.items()):
        if count >= 3:
            print(word, count, sep="\t")


main()
