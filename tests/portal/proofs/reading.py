"""A small reader of QR codes (ISO/IEC 18004, byte mode, level M, versions 3 to 6), which trusts no drawing library.

It reads what was drawn without correcting errors: one module drawn wrong in the text makes a test fail.
"""

from collections.abc import Iterator, Sequence

Matrix = Sequence[Sequence[int]]
# version -> (data codewords of each block, centre of the one alignment pattern)
LAYOUTS = {3: ((44,), 22), 4: ((32, 32), 26), 5: ((43, 43), 30), 6: ((27, 27, 27, 27), 34)}
MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


def read_qr(matrix: Matrix) -> str:
    """The text of a code without its quiet zone."""
    size = len(matrix)
    blocks, _centre = LAYOUTS[(size - 17) // 4]
    mask = MASKS[(matrix[8][2] * 4 + matrix[8][3] * 2 + matrix[8][4]) ^ 0b101]
    bits = [matrix[r][c] ^ mask(r, c) for r, c in _walk(size)]
    words = [int("".join(map(str, map(int, bits[at : at + 8]))), 2) for at in range(0, 8 * sum(blocks), 8)]
    data = bytes(word for block in range(len(blocks)) for word in words[block :: len(blocks)])
    assert data[0] >> 4 == 0b0100, "not in byte mode"
    length = (data[0] & 15) << 4 | data[1] >> 4
    return bytes((data[at] & 15) << 4 | data[at + 1] >> 4 for at in range(1, length + 1)).decode()


def _walk(size: int) -> Iterator[tuple[int, int]]:
    """The places of data, two columns at a time from the right, up and down."""
    columns = [c for c in range(size - 1, 0, -2) if c > 6] + [5, 3, 1]
    for turn, right in enumerate(columns):
        rows = range(size - 1, -1, -1) if turn % 2 == 0 else range(size)
        yield from ((r, c) for r in rows for c in (right, right - 1) if not _is_fixed(r, c, size))


def _is_fixed(r: int, c: int, size: int) -> bool:
    """Finder patterns with their format bits, the timing lines, the alignment pattern."""
    centre = LAYOUTS[(size - 17) // 4][1]
    finders = (r < 9 and (c < 9 or c >= size - 8)) or (r >= size - 8 and c < 9)
    return finders or r == 6 or c == 6 or (abs(r - centre) < 3 and abs(c - centre) < 3)
