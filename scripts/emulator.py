"""A terminal emulator on a display of its own: xterm under Xvfb, and in it tmux, which presses keys and tells what the
screen says."""
import functools
import itertools
import os
import re
import struct
import subprocess
import tempfile
import time
import unicodedata

from picture import Picture

PADDING = 12
FONT, POINTS = "DejaVu Sans Mono:hintstyle=3", "12"  # of this size the pieces of a line meet
ANSI = {
    "dark": "#1b1f27 #d8dee9 #2e3440 #e06c75 #98c379 #e5c07b #61afef #c678dd #4cb8cc #d8dee9 "
            "#6b7489 #ef8f96 #b1d698 #f0d399 #8cc6f5 #d69ae6 #7acfdd #ffffff".split(),
    "light": "#fbfbf8 #24292f #24292f #c0262d #1f7a33 #8a6100 #0a5cc2 #8a3fb0 #0b7285 #6e7781 "
             "#57606a #a0111f #116329 #6f4d00 #033d8b #6639a6 #075563 #ffffff".split(),
}


def wait(what, condition, seconds=30):
    """The first true value of `condition`; it is asked again until then."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise SystemExit(f"no {what() if callable(what) else what} within {seconds} s")
        time.sleep(0.02)
    return value


class Display:
    """An X server that draws into a file."""

    def __init__(self, width=1700, height=1100):
        self.folder = tempfile.TemporaryDirectory(prefix="twinscope-display-")
        ours, theirs = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(theirs), "-screen", "0", f"{width}x{height}x24", "-dpi", "96", "-nocursor",
             "-nolisten", "tcp", "-fbdir", self.folder.name],
            pass_fds=[theirs], stderr=subprocess.DEVNULL)
        os.close(theirs)
        with os.fdopen(ours) as answer:
            number = answer.readline().strip()
        if not number:
            raise SystemExit("Xvfb does not start")
        self.name = f":{number}"

    def picture(self, width, height):
        """The upper left part of the display; the file has the format of xwd."""
        with open(f"{self.folder.name}/Xvfb_screen0", "rb") as file:
            header = struct.unpack(">25I", file.read(100))
            start, stride, colours = header[0] + header[19] * 12, header[12], header[19]
            file.seek(start)
            rows = [file.read(stride)[: width * 4] for _ in range(height)]
        assert header[11] == 32 and colours < 1024, "not the format that Xvfb writes at depth 24"
        return Picture(width, height, b"".join(
            bytes(itertools.chain.from_iterable(zip(row[2::4], row[1::4], row[0::4]))) for row in rows))

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


class Emulator:
    """A terminal in which a command runs, drawn at the display's upper left corner."""

    def __init__(self, display, command, columns, rows, colors="dark", term="tmux-256color"):
        self.display, self.columns, self.rows = display, columns, rows
        self.folder = tempfile.TemporaryDirectory(prefix="twinscope-terminal-")
        settings = f"{self.folder.name}/tmux.conf"
        with open(settings, "w") as file:
            file.write("set -g status off\nset -g escape-time 0\nset -g remain-on-exit on\n"
                       f"set -g default-terminal {term}\nset -as terminal-features ',xterm*:RGB'\n")
        self.socket = f"{self.folder.name}/socket"
        back, front, *ansi = ANSI[colors]
        options = ["-u8", "-fa", FONT, "-fs", POINTS, "-b", str(PADDING), "-bw", "0", "+sb", "-bg", back, "-fg", front,
                   "-geometry", f"{columns}x{rows}+0+0"]
        for number, color in enumerate(ansi):
            options += ["-xrm", f"*VT100.color{number}: {color}"]
        self.process = subprocess.Popen(
            ["xterm", *options, "-xrm", "*VT100.boldColors: false", "-e",
             "tmux", "-u", "-S", self.socket, "-f", settings, "new-session", *command],
            env={"DISPLAY": display.name, "HOME": self.folder.name, "LANG": "C.UTF-8", "PATH": os.environ["PATH"]},
            stderr=subprocess.DEVNULL)

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *arguments], capture_output=True, text=True).stdout

    def text(self):
        return self.tmux("capture-pane", "-p")

    def press(self, *keys):
        """Presses keys by tmux's names; what has more than one letter and no name of a key is typed."""
        for key in keys:
            named = re.fullmatch(r"(Enter|Escape|Tab|BTab|Space|Up|Down|Left|Right|[CM]-.)", key)
            self.tmux("send-keys", *([key] if named else ["-l", key]))

    def wait(self, text, seconds=30):
        wait(lambda: f"“{text}” in\n{self.text()}", lambda: text in self.text(), seconds)

    def cells(self):
        """Rows of cells as tmux knows them: (column, text, width, is bold, is underlined), blank ones too."""
        lines, bold, underlined = self.tmux("capture-pane", "-e", "-p").rstrip("\n").split("\n"), False, False
        for line in lines:
            row, column = [], 0
            for codes, letter in re.findall(r"\x1b\[([0-9;:]*)m|\x1b.|(.)", line):
                if letter:
                    width = columns_of(letter)
                    if width == 0 and row:
                        row[-1] = (row[-1][0], row[-1][1] + letter, *row[-1][2:])
                    else:
                        row.append((column, letter, width, bold, underlined))
                    column += width
                    continue
                numbers = iter(codes.split(";"))
                for number in numbers:
                    if number in ("38", "48"):
                        for _ in range(1 if next(numbers, "") == "5" else 3):
                            next(numbers, "")
                    elif number in ("", "0"):
                        bold = underlined = False
                    elif number in ("1", "22"):
                        bold = number == "1"
                    elif number in ("4", "24"):
                        underlined = number == "4"
            yield row

    def picture(self, cell):
        """The terminal with its padding, in cells of (width, height) pixels."""
        return self.display.picture(2 * PADDING + self.columns * cell[0], 2 * PADDING + self.rows * cell[1])

    def close(self):
        self.tmux("kill-server")
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def __enter__(self):
        try:
            wait("tmux in xterm", lambda: os.path.exists(self.socket) and self.text(), 10)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()


def columns_of(letter):
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


@functools.cache
def has_font(letter):
    """Whether any font that is installed has a glyph of the character; none needs one that draws nothing."""
    if columns_of(letter) == 0:
        return True
    return bool(subprocess.run(["fc-list", f":charset={ord(letter):x}", "file"], capture_output=True).stdout)
