"""A picture of a terminal: its pixels, its PNG, and whether it shows what the terminal's text says."""
import collections
import struct
import zlib

PATTERNS = "".join(map(chr, range(0x21, 0x7F))) + "│─┌┐└┘├┤┬┴┼█▉▊▋▌▍▎▏▐▁▂▃▄▅▆▇★◐◓◑◒●○✓✗⚠…▾▴•·“”↑↓←→⇧"
MISSING = "\U0010FFFD"  # for private use: no font has it


class Picture:
    def __init__(self, width, height, pixels):
        self.width, self.height, self.pixels = width, height, pixels

    def cell(self, x, y, width, height):
        """The rows of pixels of a rectangle; a pixel is three bytes."""
        for top in range(y, y + height):
            start = (top * self.width + x) * 3
            row = self.pixels[start:start + width * 3]
            yield [row[i:i + 3] for i in range(0, len(row), 3)]

    def moved(self, x, by):
        """The picture with all from a column on moved to the right: for a check of the check."""
        row = self.width * 3
        return Picture(self.width, self.height, b"".join(
            self.pixels[y:y + x * 3] + bytes(3 * by) + self.pixels[y + x * 3:y + row - 3 * by]
            for y in range(0, len(self.pixels), row)))

    def write(self, path):
        """Writes a PNG of at most 256 colours: the most frequent ones that differ from each other as one can see;
        the others, of letters' edges, become the nearest of these."""
        pixels = [self.pixels[i:i + 3] for i in range(0, len(self.pixels), 3)]
        colours, index = [], {}
        for colour, _ in collections.Counter(pixels).most_common():
            away, near = min(((sum((a - b) ** 2 for a, b in zip(colour, other)), number)
                              for number, other in enumerate(colours)), default=(1 << 20, 0))
            if away > 100 and len(colours) < 256:
                near = len(colours)
                colours.append(colour)
            index[colour] = near
        data = bytes(map(index.__getitem__, pixels))
        rows = b"".join(b"\0" + data[i:i + self.width] for i in range(0, len(data), self.width))
        with open(path, "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            chunk(file, b"IHDR", struct.pack(">IIBBBBB", self.width, self.height, 8, 3, 0, 0, 0))
            chunk(file, b"PLTE", b"".join(colours))
            chunk(file, b"IDAT", zlib.compress(rows, 9))
            chunk(file, b"IEND", b"")


def chunk(file, name, data):
    file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))


class Patterns:
    """How the emulator draws single characters, to know them again: from a picture of `sample()`."""

    def __init__(self, picture, padding, rows, cell=None):
        self.padding = padding
        self.cell = cell or self.measure(picture)
        self.known, self.missing = {}, set()
        for y, row in enumerate(rows):
            for column, text, width, bold, underlined in row:
                if text == MISSING:
                    self.missing.add(self.pattern(picture, column, y, 1, edge=0))
                elif width == 1 and not underlined:
                    self.known[text, bold] = self.pattern(picture, column, y, 1)

    def measure(self, picture):
        """The size of a cell: of the blank in reverse in the upper left corner, which is filled to its edges."""
        rows = list(picture.cell(self.padding, self.padding, 40, 40))
        full = rows[0][0]
        width = next(x for x in range(40) if rows[0][x] != full)
        return width, next(y for y in range(40) if rows[y][0] != full)

    def pattern(self, picture, column, row, width, edge=1):
        """Which pixels differ from the cell's first: the shape without its colours. What neighbours spill over the
        left and right edge does not count."""
        wide, high = self.cell
        rows = list(picture.cell(self.padding + column * wide, self.padding + row * high, width * wide, high))
        first = rows[0][0]
        return tuple(tuple(pixel != first for pixel in pixels[edge:len(pixels) - edge]) for pixels in rows)

    def faults(self, picture, rows):
        """What the picture shows otherwise than the text: (row, column, character, what)."""
        for y, row in enumerate(rows):
            for column, text, width, bold, underlined in row:
                if text.isspace() or underlined:
                    continue
                known = self.known.get((text, bold))
                whole = self.pattern(picture, column, y, width, edge=0)
                if text != "█" and (whole in self.missing or not any(map(any, whole))):
                    yield y, column, text, "has no glyph"
                elif known not in (None, self.pattern(picture, column, y, width)):
                    yield y, column, text, "is not drawn there"
        yield from crooked(rows)


def sample():
    """Lines whose picture gives the patterns; the first cell is filled."""
    for bold in ("\x1b[0m", "\x1b[1m"):
        yield "\x1b[7m \x1b[0m " + bold + " ".join(MISSING) + "\x1b[0m"
        for start in range(0, len(PATTERNS), 40):
            yield " " + bold + " ".join(PATTERNS[start:start + 40]) + "\x1b[0m"


def crooked(rows):
    """Boxes whose sides are not below their corners. What lies above a box is passed over."""
    grid = [{column: text for column, text, *_ in row} for row in rows]
    boxes = []
    for top, row in enumerate(grid):
        for left in (x for x, text in row.items() if text == "┌"):
            right = next((x for x in sorted(row) if x > left and row[x] in "┌┐"), None)
            bottom = next((y for y in range(top + 1, len(grid)) if grid[y].get(left) == "└"), None)
            if right is not None and bottom is not None and row[right] == "┐":
                boxes.append((top, left, bottom, right))
    for top, left, bottom, right in boxes:
        for y in range(top + 1, bottom + 1):
            for x in (left, right):
                sides = "└┘" if y == bottom else "│├┤▐▌█┃"
                if grid[y].get(x, " ") not in sides and not any(
                    t <= y <= b and l <= x <= r and (t, l) > (top, left) for t, l, b, r in boxes
                ):
                    yield y, x, grid[y].get(x, " "), f"is in the side of the box at {top}:{left}"
