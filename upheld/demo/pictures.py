"""Photographs that customers send and papers that we send, drawn by code: a shoe as PNG, a page as PDF."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from random import Random

WIDTH, HEIGHT = 320, 220
Colour = tuple[int, int, int]

LEATHERS: dict[str, Colour] = {
    "brown": (112, 70, 40),
    "dark blue": (32, 44, 86),
    "black": (38, 36, 36),
    "sand": (196, 170, 128),
    "grey": (120, 124, 128),
    "red": (150, 40, 36),
}
_SOLE: Colour = (236, 228, 210)
_TORN: Colour = (178, 36, 30)
_LACE: Colour = (245, 245, 240)


def shoe(rng: Random, *, colour: str = "brown") -> bytes:
    """A photograph of a deck shoe on a table, its sole gaping, as PNG; some customers stand at the same table."""
    return _photograph(colour, rng.randrange(3))


@lru_cache(maxsize=32)
def _photograph(colour: str, place: int) -> bytes:
    rng = Random(place)  # noqa: S311  # grain and light
    leather = LEATHERS.get(colour, LEATHERS["brown"])
    table = (rng.randrange(150, 215), rng.randrange(140, 200), rng.randrange(120, 180))
    light = rng.randrange(-12, 13)
    rows = []
    for y in range(HEIGHT):
        row = bytearray()
        for x in range(WIDTH):
            painted = _painted(x, y, leather) or table
            grain = rng.getrandbits(4) - 8 + light - y // 12
            row += bytes(max(0, min(255, part + grain)) for part in painted)
        rows.append(b"\0" + bytes(row))
    return _png(b"".join(rows))


def paper(title: str, lines: list[str]) -> bytes:
    """One page with a title and lines below it, as PDF. Characters outside Latin-1 become question marks."""
    words = [f"BT /F1 18 Tf 72 760 Td ({_escaped(title)}) Tj ET"]
    words += [f"BT /F1 11 Tf 72 {730 - 18 * n} Td ({_escaped(line)}) Tj ET" for n, line in enumerate(lines)]
    stream = "\n".join(words).encode("latin-1", "replace")
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    whole, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(whole)
    whole += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return whole + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def _painted(x: int, y: int, leather: Colour) -> Colour | None:
    """What the shoe shows at a point; None beside it."""
    if 48 <= x <= 276 and 158 <= y <= 172 + (6 if x > 190 else 0):
        return _SOLE
    if x > 190 and 150 + (x - 190) // 14 <= y < 158:
        return _TORN
    toe = ((x - 216) / 66) ** 2 + ((y - 158) / 46) ** 2 <= 1 and y < 158
    heel = 52 <= x <= 128 and 78 + abs(x - 84) // 9 <= y < 158
    bridge = 118 <= x <= 222 and 84 + (x - 118) * 0.30 <= y < 158
    if not (toe or heel or bridge):
        return None
    if 132 <= x <= 196 and (x - y // 2) % 16 < 4 and y < 126:
        return _LACE
    return leather


def _png(pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(pixels, 6)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
