#!/usr/bin/env python3
"""Holds imports, #include lines and Package.swift against the tables of Sources/README.md.

    .ci/check-imports.py [ROOT]

The tables are the rule: a module's layer, what its own line names, who else may import it, whether it is pure.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from source_text import blanked, is_generated, source_files

# Parts of the toolchain and of the system's C library: no row need name them, pure modules import none of them.
TOOLCHAIN = {"Swift", "_Concurrency", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "RegexBuilder"}
TOOLCHAIN |= {"Synchronization", "SwiftShims", "_StringProcessing"}
TEST_TOOLCHAIN = TOOLCHAIN | {"Testing"}
C_HEADERS = set(
    "assert.h errno.h fcntl.h float.h inttypes.h limits.h math.h pthread.h sched.h signal.h stdalign.h stdarg.h "
    "stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h strings.h time.h unistd.h "
    "cpuid.h immintrin.h x86intrin.h arm_neon.h".split()
)
C_HEADER_FOLDERS = ("sys/", "linux/", "sanitizer/")

IMPORT = re.compile(
    r"^[ \t]*(?P<attributes>(?:@[\w()]+[ \t]+)*)(?:(?:public|package|internal|fileprivate|private)[ \t]+)?"
    r"import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)[ \t]+)?(?P<module>\w+)",
    re.MULTILINE,
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|include_next|import)[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)

# What a pure module may not name: its time, its threads and its chance come in as values.
IMPURE = re.compile(
    r"\b(Task|TaskGroup|Thread|DispatchQueue|Mutex|Atomic|ContinuousClock|SuspendingClock|Date|ProcessInfo|"
    r"SystemRandomNumberGenerator|FileManager|FileHandle|print|debugPrint|readLine|await|async)\b"
    r"|\.(random|randomElement|shuffled|shuffle)\s*\(|\bwith(Checked|Unsafe)(Throwing)?Continuation\b"
)


@dataclass
class Row:
    """One module of the table."""

    layer: int
    name: str
    pure: bool
    extras: set = field(default_factory=set)
    only_for: set = field(default_factory=set)


@dataclass
class Tables:
    """Both tables of Sources/README.md: rows by module, and dependencies by name."""

    rows: dict
    dependencies: dict

    def provider(self, module):
        """The outside dependency whose Swift module this is."""
        return next((name for name, offers in self.dependencies.items() if module in offers), None)

    def header_provider(self, header):
        """The outside dependency whose header this is."""
        for name, offers in self.dependencies.items():
            if any(header == offer or offer.endswith("/") and header.startswith(offer) for offer in offers):
                return name
        return None

    def refusal(self, importer, module):
        """Why `importer` may not import `module`, or None where it may."""
        row = self.rows[importer]
        if module in row.extras or self.provider(module) in row.extras:
            return None
        if module not in self.rows:
            outside = self.provider(module)
            what = f"{module} of {outside}" if outside else f"{module}, which no row or dependency names,"
            return f"imports {what} but its row does not name it"
        below = self.rows[module]
        if below.name.startswith("C") and below.name[1:2].isupper():
            return f"imports C module {module} but its row does not name it"
        if below.layer >= row.layer:
            return f"(layer {row.layer}) imports {module} (layer {below.layer}), which is not below it"
        if below.only_for and importer not in below.only_for:
            return f"imports {module}, which is only for {', '.join(sorted(below.only_for))}"
        if row.pure and not below.pure and module not in ("Models", "Core"):
            return f"is pure and imports {module}"
        return None


def read_tables(text):
    """The two tables of the page. Rows and columns are found by their headings."""
    rows, dependencies = {}, {}
    for heading, cells in table_rows(text):
        if heading[:2] == ["layer", "module"]:
            name = ticked(cells[1])[0]
            if name in rows:
                raise ValueError(f"{name} has two rows")
            rows[name] = Row(int(cells[0]), name, cells[2].startswith("pure:"), names(cells[3]), names(cells[4]))
        elif heading[0] == "dependency":
            dependencies[cells[0]] = set(ticked(cells[1]))
    if not rows or not dependencies:
        raise ValueError("the table of rooms or the table of dependencies is missing")
    for row in rows.values():
        for name in sorted(row.extras | row.only_for):
            if name not in rows and name not in dependencies:
                raise ValueError(f"{row.name} names {name}, which has no row in either table")
    return Tables(rows, dependencies)


def table_rows(text):
    """(heading, cells) for every row of every Markdown table."""
    heading = None
    for line in text.splitlines():
        if not line.startswith("|"):
            heading = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if heading is None:
            heading = cells
        elif not all(set(cell) <= set("-: ") for cell in cells):
            yield heading, cells + [""] * (len(heading) - len(cells))


def ticked(cell):
    return re.findall(r"`([^`]+)`", cell)


def names(cell):
    """The names of a cell, with or without backticks, separated by commas."""
    return {name.strip().strip("`") for name in cell.split(",") if name.strip()}


def swift_imports(text):
    """(line, module, attributes) of every import in a Swift file."""
    code = blanked(text, "swift")
    for found in IMPORT.finditer(code):
        yield code.count("\n", 0, found.start("module")) + 1, found["module"], found["attributes"]


def check(root, manifest):
    """Every violation under `root`, given `swift package dump-package`'s answer."""
    root = Path(root)
    tables = read_tables((root / "Sources/README.md").read_text("utf-8"))
    targets = {target["name"]: target for target in manifest["targets"]}
    findings = [*check_folders(root, tables), *check_packages(manifest, tables)]
    for name, target in targets.items():
        declared = {dependency_name(dependency) for dependency in target["dependencies"]}
        findings += check_declared(name, target, declared, tables)
        if target["type"] != "system":
            findings += check_sources(root, name, target, declared, tables)
    for name in tables.rows:
        findings += check_includes(root, name, tables)
    return findings


def dependency_name(dependency):
    """The target or product that a dependency of Package.swift names."""
    (kind, values), *_ = dependency.items()
    return values[0]


def check_folders(root, tables):
    """Each folder of Sources has a row, each row a folder."""
    folders = {path.name for path in (root / "Sources").iterdir() if path.is_dir()}
    for name in sorted(folders - set(tables.rows)):
        yield f"Sources/{name}: no row in Sources/README.md"
    for name in sorted(set(tables.rows) - folders):
        yield f"Sources/README.md: {name} has a row and no folder"


def check_packages(manifest, tables):
    """Each package is pinned exactly and has its line of reason."""
    for dependency in manifest["dependencies"]:
        for source in dependency.get("sourceControl", []):
            location = source["location"]["remote"][0]
            url = location["urlString"] if isinstance(location, dict) else location
            name = url.rstrip("/").removesuffix(".git").rsplit("/", 1)[-1]
            if "exact" not in source["requirement"]:
                yield f"Package.swift: {name} is not pinned with exact:"
            if name not in tables.dependencies:
                yield f"Package.swift: {name} has no line in Sources/README.md's table of dependencies"


def check_declared(name, target, declared, tables):
    """Package.swift may not allow what the table refuses."""
    if name in tables.rows:
        for module in sorted(declared):
            if reason := tables.refusal(name, module):
                yield f"Package.swift: {name} {reason}"


def check_sources(root, name, target, declared, tables):
    """Each import of a target's Swift files: declared in Package.swift, allowed by the table."""
    folder = target.get("path") or ("Tests/" if target["type"] == "test" else "Sources/") + name
    in_sources = name in tables.rows
    system = TOOLCHAIN if in_sources else TEST_TOOLCHAIN
    for path in source_files(root, [folder], {".swift"}):
        where = path.relative_to(root)
        text = path.read_text("utf-8")
        for line, module, attributes in swift_imports(text):
            if "@_exported" in attributes:
                yield f"{where}:{line}: re-exports {module}: importers must name what they use"
            if module in system:
                if in_sources and tables.rows[name].pure:
                    yield f"{where}:{line}: {name} is pure and imports {module}"
                continue
            if module not in declared:
                yield f"{where}:{line}: {module} is not among {name}'s dependencies in Package.swift"
            reason = tables.refusal(name, module) if in_sources else test_refusal(name, module, tables)
            if reason:
                yield f"{where}:{line}: {name} {reason}"
        if in_sources and tables.rows[name].pure:
            yield from check_purity(where, text)


def test_refusal(name, module, tables):
    """Tests of a room see the room, what lies below it and TestSupport; peers and benchmarks see any room."""
    if module == "TestSupport":
        return None
    room = tables.rows.get(name.removesuffix("Tests"))
    if not name.endswith("Tests") or room is None:
        return None if module in tables.rows or tables.provider(module) else f"imports {module}, which no row names"
    if module == room.name or module in room.extras or tables.provider(module) in room.extras:
        return None
    if module not in tables.rows:
        return f"imports {module}, which {room.name}'s row does not name"
    if module.startswith("C") and module[1:2].isupper():
        return f"imports C module {module}, which {room.name}'s row does not name"
    if tables.rows[module].layer >= room.layer:
        return f"imports {module}, which is not below {room.name}"
    return None


def check_purity(where, text):
    code = blanked(text, "swift")
    for found in IMPURE.finditer(code):
        line = code.count("\n", 0, found.start()) + 1
        yield f"{where}:{line}: a pure module names {found.group().strip()}: take it as an input"


def check_includes(root, name, tables):
    """Each #include of a C module: its own headers, the C library's, or those of what its row names."""
    folder = root / "Sources" / name
    own = {str(path.relative_to(base)) for base in (folder, folder / "include") for path in base.rglob("*.h")}
    for path in source_files(root, [f"Sources/{name}"], {".c", ".h", ".cc", ".cpp", ".hpp"}):
        text = path.read_text("utf-8")
        code = text if is_generated(path) else without_comments(text)
        for found in INCLUDE.finditer(code):
            header = found[2]
            beside = (path.parent / header).is_file()
            if beside or header in own or header in C_HEADERS or header.startswith(C_HEADER_FOLDERS):
                continue
            outside = tables.header_provider(header)
            if outside is None or outside not in tables.rows[name].extras:
                line = code.count("\n", 0, found.start(2)) + 1
                what = f"of {outside} " if outside else ""
                yield f"{path.relative_to(root)}:{line}: includes {header} {what}but {name}'s row does not name it"


def without_comments(text):
    """The text with comments blanked and header names in quotes kept."""
    code = blanked(text, "c")
    kept = [
        source if re.match(r"[ \t]*#[ \t]*(include|import)", line) else line
        for source, line in zip(text.split("\n"), code.split("\n"))
    ]
    return "\n".join(kept)


def package_manifest(root):
    """Package.swift as SwiftPM reads it."""
    dumped = subprocess.run(
        ["swift", "package", "--package-path", str(root), "dump-package"], capture_output=True, text=True
    )
    if dumped.returncode != 0:
        sys.exit(f"check-imports: Package.swift cannot be read\n{dumped.stderr}")
    return json.loads(dumped.stdout)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    try:
        findings = check(root, package_manifest(root))
    except (OSError, ValueError) as problem:
        sys.exit(f"check-imports: {problem}")
    for finding in findings:
        print(finding)
    if findings:
        sys.exit(f"check-imports: {len(findings)} to mend; the rule is Sources/README.md")


if __name__ == "__main__":
    main()
