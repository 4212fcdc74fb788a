"""The files that the build has made, read once and kept compressed."""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, NamedTuple

from counterpoint.errors import CounterpointError

INDEX: Final = "index.html"
_COMPRESSED: Final = ("text/", "application/javascript", "application/json", "image/svg+xml")


class NotBuilt(CounterpointError):
    """The studio is not built: run `make studio` in a checkout, or install the wheel."""


class File(NamedTuple):
    """One file of the bundle."""

    media_type: str
    body: bytes
    compressed: bytes | None
    """With gzip, where that helps."""


class Bundle(NamedTuple):
    """All files of the studio, by their path below its root, and the page that loads them."""

    page: str
    files: dict[str, File]


@cache
def built() -> Bundle:
    """The bundle of this installation. Raises NotBuilt."""
    root = resources.files("counterpoint.studio") / "bundle"
    index = root / INDEX
    if not index.is_file():
        raise NotBuilt
    return Bundle(index.read_text(encoding="utf-8"), dict(_read(root, "")))


def _read(folder: Traversable, path: str) -> list[tuple[str, File]]:
    found: list[tuple[str, File]] = []
    for each in folder.iterdir():
        below = f"{path}{each.name}"
        if each.is_dir():
            found += _read(each, f"{below}/")
        elif below != INDEX:
            found.append((below, _file(each.name, each.read_bytes())))
    return found


def _file(name: str, body: bytes) -> File:
    # Not asked of the system: what its tables say differs from machine to machine.
    known = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
    suffix = f".{name.rpartition('.')[2]}"
    media_type = known.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    helps = media_type.startswith(_COMPRESSED)
    return File(media_type, body, gzip.compress(body, 9, mtime=0) if helps else None)
