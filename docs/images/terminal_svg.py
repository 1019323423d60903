#!/usr/bin/env python3
"""Draws a terminal session as an SVG picture.

    TERM=xterm-256color script -qec "onda demo --once --now 2026-11-23T17:32:00Z" /dev/null |
      docs/images/terminal_svg.py --title Onda --prompt "onda demo --once --now 2026-11-23T17:32:00Z" > docs/images/demo.svg

Reads what a program wrote to a terminal, keeps what would be on the screen at the end (carriage returns, erased
lines, colours), and writes it in a dark window. Block characters and triangles become shapes, so that the picture is
the same whatever font the reader has. The same input always gives the same bytes.
"""
import argparse
import re
import sys
import unicodedata
from xml.sax.saxutils import escape

CELL_WIDTH, LINE_HEIGHT, FONT_SIZE = 8.4, 20, 14
MARGIN, TITLE_HEIGHT = 24, 40
BACKGROUND, FRAME, FOREGROUND, DIM = "#16181d", "#23262e", "#d7dae0", "#868d9b"
COLORS = {31: "#f47067", 32: "#57c785", 33: "#e3b341", 34: "#6cb6ff", 35: "#dcbdfb", 36: "#56d4dd"}
BLOCK = "#4cb8a4"  # bars and small charts, where the program gives no colour
FONT = "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
EIGHTHS = "▁▂▃▄▅▆▇█"
TOKEN = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]")


class Style:
    def __init__(self):
        self.color, self.bold, self.dim = None, False, False

    def apply(self, codes):
        for code in [int(c or 0) for c in codes.split(";")]:
            if code == 0:
                self.color, self.bold, self.dim = None, False, False
            elif code == 1:
                self.bold = True
            elif code == 2:
                self.dim = True
            elif code == 39:
                self.color = None
            elif code in COLORS:
                self.color = COLORS[code]

    def key(self):
        return (self.color or (DIM if self.dim else FOREGROUND), self.bold, self.color is not None)


def screen(text):
    """The lines as they stand at the end, each a list of (character, style key)."""
    lines, column, style = [[]], 0, Style()
    for match in TOKEN.finditer(text):
        token = match.group(0)
        if match.group(2) == "m":
            style.apply(match.group(1))
        elif match.group(2) == "K":
            if match.group(1) == "2":
                lines[-1] = []
            else:
                del lines[-1][column:]
        elif match.group(2):
            continue
        elif token == "\r":
            column = 0
        elif token == "\n":
            lines.append([])
            column = 0
        elif unicodedata.category(token) != "Cc":
            line = lines[-1]
            line.extend([(" ", style.key())] * (column - len(line)))
            line[column:column + 1] = [(token, style.key())]
            column += 1
    return lines


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def shape(char, x, y, fill):
    """What stands for `char` in the cell whose top left corner is (x, y), or nothing if it is a letter."""
    if char in EIGHTHS:
        height = (EIGHTHS.index(char) + 1) / 8 * (LINE_HEIGHT - 5)
        top, width = y + LINE_HEIGHT - 2 - height, CELL_WIDTH - 1.2
    elif char in "▲▼":
        left, right, middle = x + 0.8, x + CELL_WIDTH - 0.8, x + CELL_WIDTH / 2
        top, bottom = y + 7, y + 14
        if char == "▼":
            top, bottom = bottom, top
        points = f"{number(left)},{number(bottom)} {number(right)},{number(bottom)} {number(middle)},{number(top)}"
        return f'<polygon points="{points}" fill="{fill}"/>'
    elif char == "●":
        return f'<circle cx="{number(x + CELL_WIDTH / 2)}" cy="{number(y + 10.5)}" r="4" fill="{fill}"/>'
    else:
        return ""
    return (f'<rect x="{number(x)}" y="{number(top)}" width="{number(width)}" height="{number(height)}" rx="1" '
            f'fill="{fill}"/>')


def draw_line(line, y):
    """One line of the screen: runs of equal style as text, block characters as shapes."""
    out, at = [], 0
    while at < len(line):
        char, (fill, bold, colored) = line[at]
        x = MARGIN + at * CELL_WIDTH
        drawn = shape(char, x, y, fill if colored else BLOCK)
        if drawn or char == " ":
            out.append(drawn)
            at += 1
            continue
        end = at
        while end < len(line) and line[end][1] == line[at][1] and not shape(line[end][0], 0, 0, ""):
            end += 1
        words = "".join(c for c, _ in line[at:end]).rstrip()
        weight = ' font-weight="700"' if bold else ""
        # textLength holds every font to the grid of the shapes.
        out.append(f'<text x="{number(x)}" y="{y + 15}" fill="{fill}"{weight} xml:space="preserve" '
                   f'textLength="{number(len(words) * CELL_WIDTH)}" lengthAdjust="spacing">{escape(words)}</text>')
        at = end
    return "".join(out)


def draw(lines, title):
    columns = max([len(line) for line in lines] + [72])
    width = number(2 * MARGIN + columns * CELL_WIDTH)
    height = TITLE_HEIGHT + 14 + 24 + len(lines) * LINE_HEIGHT
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(title)}" font-family="{FONT}" font-size="{FONT_SIZE}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" rx="12" fill="{BACKGROUND}"/>',
        f'<path d="M0 {TITLE_HEIGHT}V12A12 12 0 0 1 12 0H{number(float(width) - 12)}A12 12 0 0 1 {width} 12V{TITLE_HEIGHT}Z" '
        f'fill="{FRAME}"/>',
    ]
    for place, color in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        out.append(f'<circle cx="{24 + 20 * place}" cy="20" r="6" fill="{color}"/>')
    out.append(f'<text x="{number(float(width) / 2)}" y="25" fill="{DIM}" text-anchor="middle" font-size="13">'
               f"{escape(title)}</text>")
    for row, line in enumerate(lines):
        drawn = draw_line(line, TITLE_HEIGHT + 14 + row * LINE_HEIGHT)
        if drawn:
            out.append(drawn)
    return "\n".join(out) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--title", default="onda")
    parser.add_argument("--prompt", help="a command to show above the output")
    parser.add_argument("--until", help="stop before the line that contains this text")
    parser.add_argument("--without", action="append", default=[], help="leave out lines that contain this text")
    options = parser.parse_args()
    lines = screen(sys.stdin.buffer.read().decode("utf-8"))
    kept = []
    for line in lines:
        text = "".join(char for char, _ in line)
        if options.until and options.until in text:
            break
        if not any(part in text for part in options.without):
            kept.append([cell for cell in line])
    while kept and not kept[-1]:
        kept.pop()
    if options.prompt:
        prompt = [("$", (COLORS[32], True, True)), (" ", (FOREGROUND, False, False))]
        kept.insert(0, prompt + [(char, (FOREGROUND, True, False)) for char in options.prompt])
    sys.stdout.write(draw(kept, options.title))


if __name__ == "__main__":
    main()
