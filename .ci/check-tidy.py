#!/usr/bin/env python3
"""Holds the shape of the code: lines, functions, files, one type a file, each module's opening paragraph.

    .ci/check-tidy.py [ROOT]
"""

import ast
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from source_text import blanked, is_generated, language_of, source_files

LINE_COLUMNS_MAX = 120
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = {"swift": 400, "c": 800}  # an instruction set's kernels are one file
FOLDER_FILES_MAX = 16
OPENING_CHARACTERS_MIN = 80

CODE = {".swift", ".c", ".h", ".cc", ".cpp", ".hpp"}
TEXT = CODE | {".py", ".sh", ".proto", ".modulemap"}
FOLDERS = ["Sources", "Tests", "proto", "deploy"]
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")

SWIFT_FUNCTION = re.compile(
    r"\b(?P<kind>func\s+(?P<name>`?[\w]+`?|[^\s\w(]+)|init[?!]?\s*(?=[(<])|deinit\b|subscript\s*(?=[(<])"
    r"|(?:get|set|willSet|didSet|_read|_modify)\b(?=[^\n;=:,.()]*\{)"
    r"|var\s+(?P<property>`?\w+`?)\s*:[^={\n]*(?=\{))"
)
SWIFT_TYPE = re.compile(
    r"^(?P<modifiers>(?:@[\w.]+(?:\([^)]*\))?\s+|(?:public|package|internal|fileprivate|private|final|indirect|"
    r"nonisolated|distributed)\s+)*)(?:struct|class|enum|actor|protocol)\s+(?P<name>\w+)"
)


def check(root):
    """Every violation under `root`."""
    root = Path(root)
    findings = []
    for path in [*source_files(root, FOLDERS, TEXT), *scripts(root)]:
        if not is_generated(path):
            findings += check_file(root, path)
    findings += [*check_folders(root), *check_openings(root), *check_requirements(root)]
    return findings + [*check_links(root), *check_module_names(root)]


def scripts(root):
    """The scripts of .ci, which have no ending where they are commands."""
    folder = root / ".ci"
    kept = folder.iterdir() if folder.is_dir() else []
    named = [root / name for name in ("Package.swift", "Makefile") if (root / name).is_file()]
    return sorted(path for path in kept if path.is_file() and path.suffix != ".pyc") + named


def check_file(root, path):
    where = path.relative_to(root)
    text = path.read_text("utf-8")
    yield from check_lines(where, text)
    language = language_of(path)
    in_rooms = where.parts[0] in ("Sources", "Tests")
    if language and in_rooms and (lines := text.count("\n")) > FILE_LINES_MAX[language]:
        yield f"{where}: {lines} lines, at most {FILE_LINES_MAX[language]}: is it one thing?"
    if path.suffix == ".py":
        functions = python_functions(text)
    else:
        code = blanked(text, language) if language else ""
        functions = swift_functions(code) if language == "swift" else c_functions(code)
    for line, name, length in functions:
        if length > FUNCTION_LINES_MAX:
            yield f"{where}:{line}: {name} has {length} lines, at most {FUNCTION_LINES_MAX}"
    if language == "swift" and where.parts[0] == "Sources":
        yield from check_types(where, code)


def check_lines(where, text):
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_COLUMNS_MAX:
            yield f"{where}:{number}: {len(line)} columns, at most {LINE_COLUMNS_MAX}"
        if found := UNFINISHED.search(line):
            yield f"{where}:{number}: {found.group()}: finish it, or write it down elsewhere"
    if text and not text.endswith("\n"):
        yield f"{where}: the last line does not end"


def check_types(where, code):
    """At most one type at the top of a file, and the file is named after it or after what it extends."""
    types = []
    for line, top in top_level_lines(code):
        found = SWIFT_TYPE.match(top)
        if found and not re.search(r"\b(fileprivate|private)\b", found["modifiers"]):
            types.append((line, found["name"]))
    for line, name in types[1:]:
        yield f"{where}:{line}: {name} is a second type beside {types[0][1]}: one type a file"
    stem = where.stem.split("+")[0]
    if len(types) == 1 and types[0][1] != stem:
        yield f"{where}:{types[0][0]}: holds {types[0][1]}: name the file after it"


def top_level_lines(code):
    """(number, line) of the lines that begin outside every brace."""
    depth = 0
    for number, line in enumerate(code.split("\n"), 1):
        if depth == 0 and line.strip():
            yield number, line
        depth += line.count("{") - line.count("}")


def swift_functions(code):
    """(line, name, lines) of each body: functions, initializers, accessors, computed properties."""
    for found in SWIFT_FUNCTION.finditer(code):
        opening = body_start(code, found.end())
        if opening is None:
            continue
        name = found["name"] or found["property"] or found["kind"].split("(")[0].strip()
        yield measured(code, found.start(), opening, name)


def body_start(code, at):
    """The brace that opens the body declared before `at`; None for a requirement without one."""
    depth = 0
    while at < len(code):
        character = code[at]
        if character == "{" and depth == 0:
            return at
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth < 0:
                return None
        elif character == "\n" and depth == 0 and ends_declaration(code, at):
            return None
        at += 1
    return None


def ends_declaration(code, newline):
    """Whether a declaration ends at this newline: the next line neither continues it nor opens its body."""
    rest = code[newline:].lstrip()
    return not re.match(r"(\{|->|where\b|throws\b|async\b|rethrows\b|:|&|,)", rest) and not re.search(
        r"(->|where|throws|async|,|:|&|\))\s*$", code[max(0, newline - 40) : newline]
    )


def c_functions(code):
    """(line, name, lines) of each C or C++ function: a brace after a parenthesis, outside every other brace."""
    transparent = re.compile(r'(extern\s*"\s*C?\s*"|namespace(\s+[\w:]+)?|(class|struct)\s+\w+[^;{}()]*)\s*$')
    at = 0
    stack = []
    while at < len(code):
        if code[at] == "{":
            before = code[max(0, at - 400) : at]
            if all(stack) and not transparent.search(before):
                if head := re.search(r"([\w:~]+)\s*\([^{};]*$", before):
                    yield measured(code, max(0, at - 400) + head.start(), at, head[1])
                stack.append(False)
            else:
                stack.append(all(stack))
        elif code[at] == "}" and stack:
            stack.pop()
        at += 1


def measured(code, start, opening, name):
    """(line, name, lines) of the body that opens at `opening` and is declared at `start`."""
    depth = 0
    end = opening
    for end in range(opening, len(code)):
        depth += {"{": 1, "}": -1}.get(code[end], 0)
        if depth == 0:
            break
    return code.count("\n", 0, start) + 1, name, code.count("\n", start, end) + 1


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.name, node.end_lineno - node.lineno + 1


def check_folders(root):
    """A folder's contents fit on a screen."""
    for base in ("Sources", "Tests"):
        for folder in sorted(path for path in (root / base).rglob("*") if path.is_dir()):
            files = [path for path in folder.iterdir() if path.suffix in CODE and not is_generated(path)]
            if len(files) > FOLDER_FILES_MAX:
                yield f"{folder.relative_to(root)}: {len(files)} files, at most {FOLDER_FILES_MAX}: make folders"


def check_openings(root):
    """Each module opens with a paragraph on its duty: Sources/X/X.swift, or the header of a C module."""
    for folder in sorted(path for path in (root / "Sources").iterdir() if path.is_dir()):
        candidates = [folder / f"{folder.name.capitalize()}.swift", folder / f"{folder.name}.swift"]
        candidates += [folder / "include" / f"{folder.name}.h", folder / "umbrella.h"]
        opening = next((path for path in candidates if path.is_file()), None)
        if opening and is_generated(opening):
            continue
        if opening is None:
            yield f"Sources/{folder.name}: no {folder.name}.swift that says what the module is for"
        elif len(leading_comment(opening.read_text("utf-8"))) < OPENING_CHARACTERS_MIN:
            yield f"{opening.relative_to(root)}: opens without a paragraph on the module's duty and invariants"


def leading_comment(text):
    """The words of the file's first comment, if only imports and directives come before it."""
    words = []
    in_block = False
    for line in text.splitlines():
        bare = line.strip()
        if in_block or bare.startswith(("//", "/*")):
            in_block = (in_block or bare.startswith("/*")) and "*/" not in bare
            words.append(bare.strip("/* "))
        elif words or bare and not re.match(r"(#|(package |public |internal |private )?import\b)", bare):
            break
    return " ".join(words)


def check_requirements(root):
    """Python's packages: one a line, pinned, sorted."""
    path = root / "Tests/Acceptance/requirements.txt"
    if not path.is_file():
        return
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*==[\w.+!]+", line):
            yield f"{path.relative_to(root)}:{number}: {line!r} is not name==version"
    if lines != sorted(set(lines)):
        yield f"{path.relative_to(root)}: not sorted, or a line twice"


def check_links(root):
    """What a page points to inside the repository is there."""
    for path in [*sorted(root.glob("*.md")), *source_files(root, FOLDERS, {".md"})]:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", line):
                if "://" not in target and not (path.parent / target).exists():
                    yield f"{path.relative_to(root)}:{number}: {target} is not there"


def check_module_names(root):
    """pytest imports the acceptance tests and their helpers by bare name: two of one name shadow each other."""
    seen = {}
    for path in source_files(root, ["Tests/Acceptance"], {".py"}):
        where = path.relative_to(root)
        if path.name != "conftest.py" and (other := seen.setdefault(path.name, where)) != where:
            yield f"{where}: has the name of {other}: pytest would take one for the other"


def main():
    findings = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    for finding in findings:
        print(finding)
    if findings:
        sys.exit(f"check-tidy: {len(findings)} to mend")


if __name__ == "__main__":
    main()
