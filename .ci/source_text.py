"""Source text without what is not code: comments and the insides of strings, blanked in place.

Lines and columns stay where they were, so that a finding names its place in the file.
"""

import re
from pathlib import Path


def blanked(text, language):
    """`text` with comments, and the contents of string and character literals, turned into spaces."""
    scanner = Scanner(text, nested_comments=language == "swift")
    scanner.code(end=None, raw_strings=language == "swift")
    return "".join(scanner.out)


def language_of(path):
    """`swift`, `c` or None, by the file's ending."""
    suffix = Path(path).suffix
    if suffix == ".swift":
        return "swift"
    return "c" if suffix in (".c", ".h", ".cc", ".cpp", ".hpp") else None


def is_generated(path):
    """Whether a script wrote the file: its shape is the script's, not ours."""
    return ".pb-c." in Path(path).name or Path(path).name == "COctavoProto.h"


def source_files(root, folders, suffixes):
    """The files below `folders` with one of `suffixes`, sorted, build outputs left out."""
    found = []
    for folder in folders:
        for path in (Path(root) / folder).rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(Path(root) / folder).parts)
            if path.suffix in suffixes and path.is_file() and not hidden:
                found.append(path)
    return sorted(found)


class Scanner:
    """One pass over a source text. `out` grows by one character for each that is read."""

    def __init__(self, text, nested_comments):
        self.text = text
        self.nested_comments = nested_comments
        self.at = 0
        self.out = []

    def code(self, end, raw_strings):
        """Copies code up to the parenthesis that closes an interpolation, or to the end of the text."""
        depth = 0
        while self.at < len(self.text):
            if self.text.startswith("//", self.at):
                self.skip_to("\n", keep_end=True)
            elif self.text.startswith("/*", self.at):
                self.block_comment()
            elif raw_strings and (opening := re.compile(r'(#*)("""|")').match(self.text, self.at)):
                self.swift_string(hashes=opening[1], quote=opening[2])
            elif not raw_strings and self.text[self.at] in "\"'":
                self.c_string(self.text[self.at])
            else:
                character = self.text[self.at]
                depth += {"(": 1, ")": -1}.get(character, 0)
                if end == ")" and depth < 0:
                    return
                self.copy(1)

    def copy(self, count):
        self.out.append(self.text[self.at : self.at + count])
        self.at += count

    def blank(self, count):
        self.out.append("".join(c if c == "\n" else " " for c in self.text[self.at : self.at + count]))
        self.at += count

    def skip_to(self, end, keep_end):
        found = self.text.find(end, self.at)
        stop = len(self.text) if found < 0 else found + (0 if keep_end else len(end))
        self.blank(stop - self.at)

    def block_comment(self):
        """A comment in Swift nests, in C it ends at the first close."""
        depth = 0
        while self.at < len(self.text):
            if self.text.startswith("/*", self.at) and (depth == 0 or self.nested_comments):
                depth += 1
                self.blank(2)
            elif self.text.startswith("*/", self.at):
                depth -= 1
                self.blank(2)
                if depth == 0:
                    return
            else:
                self.blank(1)

    def swift_string(self, hashes, quote):
        """Blanks a literal of any kind; what it interpolates is code and stays."""
        self.copy(len(hashes) + len(quote))
        while self.at < len(self.text):
            if self.text.startswith(quote + hashes, self.at):
                self.copy(len(quote) + len(hashes))
                return
            if self.text.startswith("\\" + hashes + "(", self.at):
                self.blank(len(hashes) + 2)
                self.code(end=")", raw_strings=True)
                self.blank(1)
            elif self.text.startswith("\\" + hashes, self.at):
                self.blank(len(hashes) + 2)
            elif quote == '"' and self.text[self.at] == "\n":
                return
            else:
                self.blank(1)

    def c_string(self, quote):
        self.copy(1)
        while self.at < len(self.text):
            if self.text[self.at] == "\\":
                self.blank(2)
            elif self.text[self.at] in (quote, "\n"):
                self.copy(1)
                return
            else:
                self.blank(1)
