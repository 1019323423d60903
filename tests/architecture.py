#!/usr/bin/env python3
"""Checks the architecture's rules (ARCHITECTURE.md, "What is never there"). Part of ./run lint.

Prints one line per violation, FILE:LINE: what is wrong, and ends with 1 if there is any.
    tests/architecture.py [ROOT]      ROOT: the repository (default: where this file is)
"""
import pathlib
import re
import sys

MAX_LINES = 400
SOURCE = {".h", ".cc"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# A header of a library → the only folder that may include it.
HIDDEN = [
    (re.compile(r"^sqlite3(ext)?\.h$"), "db"),
    (re.compile(r"^(libpq-fe|libpq-events|pg_config|postgres_ext)\.h$|^(libpq|postgresql)/"), "db"),
    (re.compile(r"^boost/"), "net"),
    (re.compile(r"^curl/"), "net"),
]
# Libraries that would slow down or tie together everything that includes the header.
ONLY_IN_CC = re.compile(r"^(nlohmann/|CLI/|spdlog/)")
# What domain/ must not know, besides every folder above it.
NOT_IN_DOMAIN = re.compile(
    r"^(nlohmann/|simdjson|sqlite3|libpq|boost/|curl/|fstream$|iostream$|filesystem$|sys/|unistd\.h$|onda/base/json_writer\.h$"
    r"|onda/base/log\.h$)")

# Table → folders that may change it, and how.
METRIC_TABLES = {"listing_metrics_daily", "tenant_metrics_daily", "tenant_currency_daily"}
FACT_TABLES = {"orders", "order_lines", "listing_visits", "listings", "stale_days"}
WRITERS = {**{table: {"metrics"} for table in METRIC_TABLES}, **{table: {"ingest"} for table in FACT_TABLES}}
DELETERS = {"stale_days": {"metrics"}}  # may delete as well
TABLE = r"\"?\s*(?:ONLY\s+)?\"?(?:[a-z_]+\.)?([a-z_]+)\b"
WRITES = [
    ("delete", re.compile(r"\bDELETE\s+FROM\s+" + TABLE, re.I)),
    ("insert", re.compile(r"\b(?:INSERT|REPLACE)\s+(?:OR\s+[A-Z]+\s+)?INTO\s+" + TABLE, re.I)),
    ("update", re.compile(r"\bUPDATE\s+(?:OR\s+[A-Z]+\s+)?" + TABLE + r"\s+(?:AS\s+\w+\s+)?SET\b", re.I)),
    ("empty", re.compile(r"\b(?:TRUNCATE(?:\s+TABLE)?|DROP\s+TABLE(?:\s+IF\s+EXISTS)?)\s+" + TABLE, re.I)),
    ("copy into", re.compile(r"\bCOPY\s+" + TABLE + r"[^\"]*\bFROM\b", re.I)),
    ("have a TableShape (bulk changes) of", re.compile(r"\bTableShape\b[^;]*?\{\s*\"([a-z_]+)\"")),
]

# The time since boot is no calendar: leases go by it (db/sqlite).
CLOCK = re.compile(r"\b(system_clock\s*::\s*now|clock_gettime(?!\(CLOCK_BOOTTIME)|gettimeofday|std::time\s*\(|::time\s*\()")
# rc::check only prints what it found and returns it.
UNHEARD = re.compile(r"^\s*rc::check\(")
NOTES = re.compile(r"\b(TODO|FIXME|XXX)\b")


class Checker:
    def __init__(self, root):
        self.root = root
        self.violations = []

    def report(self, path, line, message):
        self.violations.append((str(path.relative_to(self.root)), line, message))

    def run(self):
        src = self.root / "src"
        order = self.folders()
        files = sorted(path for path in src.rglob("*") if path.is_file())
        if not order or not files:
            sys.exit(f"architecture: nothing to check in {src}")
        for path in files:
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                self.report(path, 1, "is not UTF-8")
                continue
            self.check_length(path, text)
            self.check_notes(path, text)
            if path.suffix in SOURCE:
                self.check_source(path, text, order)
        self.check_map(order)
        for path in sorted((self.root / "tests").rglob("*.cc")):
            self.check_test(path, path.read_text(encoding="utf-8"))
        return sorted(self.violations)

    # --- which folder stands where ---------------------------------------------------------------------------------

    def folders(self):
        """Folder → its place in src/onda/CMakeLists.txt, lowest first. "connectors/olist" counts as "olist"."""
        listing = self.root / "src/onda/CMakeLists.txt"
        names = re.findall(r"^\s*add_subdirectory\(\s*([^\s)]+)\s*\)", listing.read_text(encoding="utf-8"), re.M)
        return {self.short(name): place for place, name in enumerate(names)}

    @staticmethod
    def short(folder):
        parts = folder.split("/")
        return parts[1] if parts[0] == "connectors" and len(parts) > 1 else parts[0]

    def folder_of(self, path):
        """The folder of a file of src/onda; "" for main.cc."""
        inside = path.relative_to(self.root / "src/onda").parts[:-1]
        return self.short("/".join(inside)) if inside else ""

    def check_map(self, order):
        """ARCHITECTURE.md's code map names the same folders as src/onda/CMakeLists.txt, highest first."""
        page = self.root / "ARCHITECTURE.md"
        rows = re.findall(r"^\| `([a-z_/]+)/` \|", page.read_text(encoding="utf-8"), re.M)
        known = [self.short(name) for name in reversed(rows)]
        for folder in sorted(set(order) ^ set(known)):
            missing = "the code map" if folder in order else "src/onda/CMakeLists.txt"
            self.report(page, 1, f"folder '{folder}' is not in {missing}")
        if set(order) == set(known) and known != sorted(known, key=order.get):
            self.report(page, 1, "the code map has the folders in another order than src/onda/CMakeLists.txt")

    # --- the rules -------------------------------------------------------------------------------------------------

    def check_length(self, path, text):
        lines = text.count("\n")
        if path.suffix in SOURCE and lines > MAX_LINES:
            self.report(path, lines, f"has {lines} lines; {MAX_LINES} are the most: what is it really two of?")

    def check_notes(self, path, text):
        for number, line in enumerate(text.splitlines(), 1):
            if found := NOTES.search(line):
                self.report(path, number, f"{found.group(1)}: do it, or write it into an issue")

    def check_test(self, path, text):
        for number, line in enumerate(text.splitlines(), 1):
            if UNHEARD.match(line):
                self.report(path, number, "nobody hears whether it holds: EXPECT_TRUE(rc::check(…))")

    def check_source(self, path, text, order):
        folder = self.folder_of(path)
        if folder and folder not in order:
            self.report(path, 1, f"folder '{folder}' is not in the list of src/onda/CMakeLists.txt")
            return
        code = without_comments(text)
        for number, line in enumerate(code.splitlines(), 1):
            if found := INCLUDE.match(line):
                self.check_include(path, number, folder, found.group(1), found.group(2), order)
            if (found := CLOCK.search(line)) and not (folder == "base" and path.stem == "clock"):
                self.report(path, number, f"reads the machine's clock ({found.group(1)}): take a Clock (base/clock.h)")
        self.check_writes(path, folder, code)

    def check_include(self, path, number, folder, quote, name, order):
        if name.startswith("onda/"):
            if quote == "<":
                self.report(path, number, f'include "{name}" in double quotes')
            self.check_direction(path, number, folder, name, order)
        elif quote == '"':
            self.report(path, number, f'"{name}": our files are included by their whole path, "onda/…"')
        for hidden, owner in HIDDEN:
            if hidden.search(name) and folder != owner:
                self.report(path, number, f"<{name}>: only {owner}/ may include it")
        if path.suffix == ".h" and ONLY_IN_CC.search(name):
            self.report(path, number, f"<{name}>: only .cc files may include it")
        if folder == "domain" and NOT_IN_DOMAIN.search(name):
            self.report(path, number, f"{name}: domain/ does no I/O and knows no JSON, database or network")

    def check_direction(self, path, number, folder, name, order):
        if not (self.root / "src" / name).is_file():
            self.report(path, number, f'"{name}" is not there')
            return
        target = self.short("/".join(name.split("/")[1:-1]))
        if target not in order:
            self.report(path, number, f'"{name}": folder \'{target}\' is not in the list of src/onda/CMakeLists.txt')
        elif folder and order[target] > order[folder]:
            self.report(path, number, f'"{name}": {folder}/ stands below {target}/ and may not include it')

    def check_writes(self, path, folder, code):
        # Adjacent string literals are one statement.
        joined = re.sub(r"\"[ \t]*\n\s*\"", lambda m: "\n" * m.group(0).count("\n"), code)
        for verb, pattern in WRITES:
            for found in pattern.finditer(joined):
                table = found.group(1).lower()
                if table not in WRITERS or folder in WRITERS[table]:
                    continue
                if verb == "delete" and folder in DELETERS.get(table, ()):
                    continue
                number = joined.count("\n", 0, found.start(1)) + 1
                owners = ", ".join(f"{owner}/" for owner in sorted(WRITERS[table]))
                self.report(path, number, f"may not {verb} {table}: only {owners} changes it")


def without_comments(text):
    """`text` with comments blanked out, lines kept; strings stay."""
    token = re.compile(r'R"([^\s()\\]{0,16})\((?:.|\n)*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*(?:.|\n)*?\*/')
    return token.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)) if m.group(0).startswith(("//", "/*")) else m.group(0), text)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    violations = Checker(root).run()
    for path, line, message in violations:
        print(f"{path}:{line}: {message}")
    if violations:
        print(f"architecture: {len(violations)} violation(s) of the rules in ARCHITECTURE.md", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
