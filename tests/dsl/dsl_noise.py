"""Seeded noise on texts: what editors, networks and attackers do to a file."""

from __future__ import annotations

from random import Random

BOMB = (
    b"a: &x [1,2,3,4,5,6,7,8]\nb: &y [*x,*x,*x,*x,*x,*x,*x,*x]\nc: &z [*y,*y,*y,*y,*y,*y,*y,*y]\n"
    b"d: &w [*z,*z,*z,*z,*z,*z,*z,*z]\ne: &v [*w,*w,*w,*w,*w,*w,*w,*w]\nf: [*v,*v,*v,*v,*v,*v,*v,*v]\n"
)
PIECES = [
    b"", b"\x00", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n", b"\t", b" ",
    b"\xc2\x85", b"\xe2\x80\xa8", b"'", b'"', b'"\\ud800"', b'"\\x', b"\\", b"|\n", b">-\n", b"#", b"- ", b"? ", b": ",
    b",", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"*a : ", b"<<: *a\n", b"!!int ", b"!!python/object/apply:os.system ",
    b"!<x> ", b"%YAML 1.2\n", b"%TAG ! x\n", b"---\n", b"...\n", b"{a: 1, a: 1}", b".inf", b".nan", b"1e999", b"0x",
    b"9" * 5000, b"[" * 200, b"{a: " * 200, b"- " * 300, b"&a [*a]", b"@", b"`", b"${", b"}", b"\xf0\x9f\x98\x80",
    b"~", b"=", b"true: ", b"1: ", b"[1]: ", BOMB,
]  # fmt: skip


class Noise:
    """Makes broken texts of sound ones; the same seed gives the same texts."""

    def __init__(self, texts: list[bytes], seed: int) -> None:
        self._texts = texts
        self._random = Random(seed)

    def next(self) -> bytes:
        """A copy of one of the texts with one to four changes."""
        text = self._random.choice(self._texts)
        for _ in range(self._random.choice((1, 1, 2, 4))):
            start = self._random.randrange(len(text) + 1)
            end = min(len(text), start + self._random.choice((0, 0, 1, 1, 2, 10, 100)))
            text = text[:start] + self._piece(text) + text[end:]
        return text

    def _piece(self, text: bytes) -> bytes:
        choice = self._random.random()
        if choice < 0.5:
            return self._random.choice(PIECES)
        if choice < 0.7:
            return self._random.randbytes(self._random.choice((1, 1, 3)))
        source = text if choice < 0.85 else self._random.choice(self._texts)
        start = self._random.randrange(len(source) + 1)
        return source[start : start + self._random.choice((1, 5, 40, 200))] * self._random.choice((1, 1, 1, 20))
