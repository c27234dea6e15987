"""Plants a fault in a file: the text FROM stands as TO, at its first place.

Usage: plant.py FILE MEMBER FROM TO      MEMBER of a zip file; `-` for a file that is none
"""

import sys
import zipfile
from pathlib import Path


def main(file, member, before, after):
    file, before, after = Path(file), before.encode("utf-8"), after.encode("utf-8")
    if member == "-":
        content = file.read_bytes()
        assert before in content, f"{before} is not in {file}"
        file.write_bytes(content.replace(before, after, 1))
        return
    with zipfile.ZipFile(file) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    assert any(info.filename == member and before in content for info, content in members), f"{before} is not in {member}"
    with zipfile.ZipFile(file, "w") as archive:
        for info, content in members:
            archive.writestr(info, content.replace(before, after, 1) if info.filename == member else content)


main(*sys.argv[1:])
