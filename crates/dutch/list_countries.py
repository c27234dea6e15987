"""Makes src/synonyms/countries.tsv: code, Dutch and English names of each country, from the Unicode CLDR (Unicode-3.0).

Usage: npm pack cldr-localenames-full && tar xzf cldr-localenames-full-*.tgz
       python3 crates/dutch/list_countries.py package > crates/dutch/src/synonyms/countries.tsv
"""

import json
import re
import sys
from pathlib import Path

# What CLDR has besides countries: groups, pseudo-locales, and territories without people.
NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AQ", "BV", "HM", "CP", "DG", "IC", "EA", "TA", "AC"}
# Short forms that are words or are said of other things too.
AMBIGUOUS = {"US", "UK", "Republiek", "Republic", "Keeling"}


def names(folder, language):
    file = Path(folder) / "main" / language / "territories.json"
    territories = json.loads(file.read_text("utf-8"))["main"][language]["localeDisplayNames"]["territories"]
    found = {}
    for key, name in territories.items():
        code = key.split("-alt-")[0]
        if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRY:
            found.setdefault(code, []).extend(spellings(name))
    return found


def spellings(name):
    """A name, and without what stands in brackets: `Myanmar (Birma)` is both."""
    outer = re.sub(r"\s*[(\[].*?[)\]]", "", name).strip()
    inner = re.findall(r"[(\[](.*?)[)\]]", name)
    return [outer, *inner]


def listed(names):
    return "|".join(name for name in dict.fromkeys(names) if name not in AMBIGUOUS)


def main():
    dutch, english = names(sys.argv[1], "nl"), names(sys.argv[1], "en")
    for code in sorted(dutch.keys() | english.keys()):
        print(code, *(listed(found.get(code, [])) for found in (dutch, english)), sep="\t")


main()
