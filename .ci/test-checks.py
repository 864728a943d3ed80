#!/usr/bin/env python3
"""Shows that each check fails when what it guards is broken: small trees, one fault each."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CI = Path(__file__).resolve().parent
sys.path.insert(0, str(CI))
from source_text import blanked


def load(name):
    """A check as a module: its file name has a dash, so `import` cannot name it."""
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), CI / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


imports = load("check-imports")
tidy = load("check-tidy")

PARAGRAPH = "/// What this module is for, and what stays true in it whatever its callers do: a paragraph of that.\n"

TABLES = """
| layer | module | duty | C modules and packages | only for |
|---|---|---|---|---|
| 5 | `Worker` | a process | swift-log | |
| 4 | `Scheduling` | pure: decides | swift-collections | |
| 3 | `Tokenizers` | text to ids | `CPCRE2` | |
| 2 | `Models` | data | | |
| 1 | `JSON` | reader | | `Tokenizers` |
| 0 | `Core` | ground | | |
| 0 | `CPCRE2` | system module | PCRE2 | |

| dependency | modules or headers | reason |
|---|---|---|
| swift-log | `Logging` | logs |
| swift-collections | `DequeModule` | queues |
| PCRE2 | `pcre2.h` | patterns |
"""

DEPENDENCIES = {
    "Worker": ["Scheduling", "Tokenizers", "Models", "Core", "Logging"],
    "Scheduling": ["Models", "Core", "DequeModule"],
    "Tokenizers": ["JSON", "Core", "CPCRE2"],
    "Models": ["Core"],
    "JSON": ["Core"],
    "Core": [],
}


class Tree:
    """A small package that passes, to be broken in one place."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp())
        self.dependencies = {name: list(modules) for name, modules in DEPENDENCIES.items()}
        self.requirement = {"exact": ["1.0.0"]}
        self.write("Sources/README.md", TABLES)
        for name, modules in DEPENDENCIES.items():
            lines = "".join(f"import {module}\n" for module in modules)
            self.write(f"Sources/{name}/{name}.swift", f"{lines}\n{PARAGRAPH}enum {name} {{}}\n")
        self.write("Sources/CPCRE2/umbrella.h", "// " + "The system's PCRE2 with one code unit width. " * 2 + "\n")
        self.append("Sources/CPCRE2/umbrella.h", "#include <pcre2.h>\n")

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def append(self, path, text):
        with open(self.root / path, "a", encoding="utf-8") as file:
            file.write(text)

    def manifest(self):
        """What `swift package dump-package` would say of it."""
        targets = [
            {"name": name, "type": "regular", "dependencies": [{"byName": [module, None]} for module in modules]}
            for name, modules in self.dependencies.items()
        ]
        targets += [
            {"name": path.name, "type": "test", "dependencies": [{"byName": [path.name.removesuffix("Tests"), None]}]}
            for path in sorted((self.root / "Tests").glob("*Tests"))
        ]
        location = {"remote": [{"urlString": "https://example.com/apple/swift-log"}]}
        packages = [{"sourceControl": [{"location": location, "requirement": self.requirement}]}]
        return {"targets": targets, "dependencies": packages}


class TreeCase(unittest.TestCase):
    def setUp(self):
        self.tree = Tree()
        self.addCleanup(shutil.rmtree, self.tree.root)

    def assert_finds(self, findings, *fragments):
        self.assertEqual(len(findings), 1, findings)
        for fragment in fragments:
            self.assertIn(fragment, findings[0])


class ImportTests(TreeCase):
    def findings(self):
        return imports.check(self.tree.root, self.tree.manifest())

    def allow(self, name, *modules):
        self.tree.dependencies[name] += modules
        return [finding for finding in self.findings() if finding.startswith("Package.swift")]

    def import_in(self, name, line):
        self.tree.append(f"Sources/{name}/{name}.swift", f"{line}\n")
        return self.findings()

    def test_a_tree_by_the_rule_passes(self):
        self.assertEqual(self.findings(), [])

    def test_an_import_that_the_manifest_does_not_declare(self):
        self.assert_finds(self.import_in("Worker", "package import JSON")[:1], "JSON", "dependencies in Package.swift")

    def test_an_import_of_a_row_above(self):
        self.assert_finds(self.allow("Models", "Worker"), "Models (layer 2) imports Worker (layer 5)")
        self.assert_finds(self.import_in("Models", "import Worker")[1:], "Models.swift:5", "layer")

    def test_an_import_of_the_same_layer(self):
        self.tree.write("Sources/README.md", TABLES.replace("| 3 | `Tok", "| 4 | `Tok"))
        self.assert_finds(self.allow("Scheduling", "Tokenizers"), "not below it")

    def test_a_module_kept_for_others(self):
        self.assert_finds(self.allow("Worker", "JSON"), "only for Tokenizers")

    def test_a_c_module_that_the_row_does_not_name(self):
        self.assert_finds(self.allow("Worker", "CPCRE2"), "C module CPCRE2")

    def test_a_package_that_the_row_does_not_name(self):
        self.assert_finds(self.allow("Models", "Logging"), "Logging of swift-log")

    def test_a_package_without_a_line_of_reason(self):
        self.tree.write("Sources/README.md", TABLES.replace("| swift-log | `Logging`", "| other | `Logging`"))
        with self.assertRaisesRegex(ValueError, "Worker names swift-log"):
            self.findings()

    def test_a_package_that_is_not_pinned(self):
        self.tree.requirement = {"range": [{"lowerBound": "1.0.0", "upperBound": "2.0.0"}]}
        self.assert_finds(self.findings(), "swift-log is not pinned")

    def test_a_pure_module_and_the_system(self):
        for module in ("Foundation", "Glibc", "Dispatch", "Synchronization"):
            with self.subTest(module):
                tree = self.tree = Tree()
                self.addCleanup(shutil.rmtree, tree.root)
                self.assert_finds(self.import_in("Scheduling", f"import {module}"), f"is pure and imports {module}")

    def test_a_pure_module_and_an_impure_one(self):
        self.assert_finds(self.allow("Scheduling", "Tokenizers"), "is pure and imports Tokenizers")

    def test_a_pure_module_and_time_threads_and_chance(self):
        for line in ("let t = Task {}", "let now = ContinuousClock().now", "let r = Int.random(in: 0..<2)"):
            with self.subTest(line):
                tree = self.tree = Tree()
                self.addCleanup(shutil.rmtree, tree.root)
                self.assert_finds(self.import_in("Scheduling", line), "a pure module names")

    def test_words_in_comments_and_strings_are_not_uses(self):
        text = '// a Task of Thread\n/* nested /* import Worker */ */\nlet s = "import Foundation Task \\("Task")"\n'
        self.assertEqual(self.import_in("Scheduling", text), [])

    def test_what_a_string_interpolates_is_a_use(self):
        self.assert_finds(self.import_in("Scheduling", 'let s = "\\(Int.random(in: 0..<2))"'), "random")

    def test_every_spelling_of_an_import(self):
        for line in ("@preconcurrency import JSON", "internal import struct JSON.Reader", "  fileprivate import JSON"):
            with self.subTest(line):
                tree = self.tree = Tree()
                self.addCleanup(shutil.rmtree, tree.root)
                self.assertNotEqual(self.import_in("Models", line), [])

    def test_a_re_export(self):
        self.assert_finds(self.import_in("Models", "@_exported import Core"), "re-exports Core")

    def test_a_folder_without_a_row_and_a_row_without_a_folder(self):
        (self.tree.root / "Sources/Stray").mkdir()
        self.assert_finds(self.findings(), "Sources/Stray: no row")
        (self.tree.root / "Sources/Stray").rmdir()
        shutil.rmtree(self.tree.root / "Sources/CPCRE2")
        self.assert_finds(self.findings(), "CPCRE2 has a row and no folder")

    def test_a_test_that_reaches_above_its_room(self):
        self.tree.write("Tests/ModelsTests/ModelsTests.swift", "import Models\nimport Testing\nimport Worker\n")
        self.assert_finds(self.findings()[1:], "ModelsTests.swift:3", "Worker, which is not below Models")

    def test_a_foreign_header(self):
        self.tree.append("Sources/CPCRE2/umbrella.h", "#include <string.h>\n#include <grpc/grpc.h>\n")
        self.assert_finds(self.findings(), "umbrella.h:4", "grpc/grpc.h")
        self.tree.write("Sources/CPCRE2/umbrella.h", '// #include <grpc/grpc.h>\n#include "pcre2.h"\n')
        self.assertEqual(self.findings(), [])


class TidyTests(TreeCase):
    def findings(self, path="Sources/Models/Layers.swift", text=None):
        if text is not None:
            self.tree.write(path, text)
        return tidy.check(self.tree.root)

    def test_a_tidy_tree_passes(self):
        self.assertEqual(self.findings(), [])

    def test_the_longest_function_passes_and_one_line_more_fails(self):
        for head in ("func f() throws(E) -> [Int] {", "init(a: Int = { 1 }()) {", "var p: [Int] {", "deinit {"):
            for lines, wanted in ((70, 0), (71, 1)):
                body = "".join("    let _ = 1\n" for _ in range(lines - 2))
                with self.subTest(head=head, lines=lines):
                    found = self.findings(text=f"struct Layers {{\n  {head}\n{body}  }}\n}}\n")
                    self.assertEqual(len(found), wanted, found)

    def test_a_long_accessor(self):
        body = "".join("      let _ = 1\n" for _ in range(69))
        text = f"extension Core {{\n  var p: Int {{\n    get {{\n{body}    }}\n  }}\n}}\n"
        self.assertTrue(any("get has 71 lines" in finding for finding in self.findings(text=text)))

    def test_requirements_of_a_protocol_have_no_body(self):
        requirements = "  func f()\n  init(a: Int)\n  func g() async throws\n" * 30
        self.assertEqual(self.findings(text=f"protocol Layers {{\n{requirements}}}\n"), [])

    def test_braces_in_strings_and_comments(self):
        body = "".join('    let _ = "}" + #"}"# // }\n' for _ in range(69))
        found = self.findings(text=f"struct Layers {{\n  func f() {{\n{body}  }}\n}}\n")
        self.assert_finds(found, "Layers.swift:2", "f has 71 lines")

    def test_a_long_c_function(self):
        body = "  x++;\n" * 69
        text = 'extern "C" {\nstatic int f(int x,\n             int y) {\n' + body + "}\n}\n"
        self.assert_finds(self.findings("Sources/CPCRE2/f.c", text), "f.c:2", "f has 72 lines")

    def test_a_long_python_function(self):
        self.assert_finds(self.findings("Tests/t.py", "def f():\n" + "    pass\n" * 70), "f has 71 lines")

    def test_a_long_line(self):
        self.assertEqual(self.findings(text="//" + "x" * 118 + "\n"), [])
        self.assert_finds(self.findings(text="//" + "x" * 119 + "\n"), "121 columns")

    def test_a_long_file(self):
        self.assertEqual(self.findings(text="//\n" * 400), [])
        self.assert_finds(self.findings(text="//\n" * 401), "401 lines")

    def test_a_second_type(self):
        text = "struct Layers {}\nprivate struct A {}\nextension Layers { enum Kind {} }\n"
        self.assertEqual(self.findings(text=text), [])
        found = self.findings(text=text + "package final class Layer {}\n")
        self.assert_finds(found, "Layers.swift:4", "Layer is a second type beside Layers")

    def test_a_file_named_after_something_else(self):
        self.assertEqual(self.findings(path="Sources/Models/Layer+Text.swift", text="extension Layer {}\n"), [])
        found = self.findings(path="Sources/Models/Layer+Text.swift", text="struct Norm {}\n")
        self.assert_finds(found, "holds Norm")

    def test_unfinished_work(self):
        mark = "TO" + "DO"
        self.assert_finds(self.findings(text=f"// {mark}: later\n"), mark)

    def test_a_module_without_its_paragraph(self):
        found = self.findings(path="Sources/Models/Models.swift", text="import Core\n\nenum Models {}\n")
        self.assert_finds(found, "Models.swift: opens without a paragraph")
        (self.tree.root / "Sources/Models/Models.swift").unlink()
        self.assert_finds(self.findings(), "no Models.swift")

    def test_a_crowded_folder(self):
        for number in range(16):
            self.tree.write(f"Sources/Models/Layer{number}.swift", "//\n")
        self.assert_finds(self.findings(), "Sources/Models: 17 files")

    def test_requirements_that_are_loose_or_unsorted(self):
        path = "Tests/Acceptance/requirements.txt"
        self.assertEqual(self.findings(path, "grpcio==1.85.1\npytest==9.2.0\n"), [])
        self.assert_finds(self.findings(path, "grpcio>=1.85.1\n"), "'grpcio>=1.85.1' is not name==version")
        self.assert_finds(self.findings(path, "pytest==9.2.0\ngrpcio==1.85.1\n"), "not sorted")

    def test_a_link_that_leads_nowhere(self):
        page = "[a](Sources/README.md) [b](https://example.com/x) [c](#d)\n"
        self.assertEqual(self.findings("README.md", page), [])
        self.assert_finds(self.findings("README.md", page + "![a\nb](deploy/gone.svg)\n"), "README.md:3", "gone.svg")

    def test_two_test_modules_of_one_name(self):
        self.tree.write("Tests/Acceptance/a/conftest.py", "")
        self.tree.write("Tests/Acceptance/b/conftest.py", "")
        self.assertEqual(self.findings("Tests/Acceptance/a/test_tls.py", ""), [])
        found = self.findings("Tests/Acceptance/b/test_tls.py", "")
        self.assert_finds(found, "b/test_tls.py", "Tests/Acceptance/a/test_tls.py")

    def test_a_last_line_that_does_not_end(self):
        self.assert_finds(self.findings(text="struct Layers {}"), "does not end")


class GeneratedCodeTests(unittest.TestCase):
    PROTO = 'syntax = "proto3";\npackage t.v1;\nmessage Ask { oneof n_value { uint32 n = 1; } }\n'

    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.write("t/v1/ask.proto", self.PROTO)
        other = 'syntax = "proto3";\nimport "t/v1/ask.proto";\nmessage Other { t.v1.Ask ask = 1; }\n'
        self.write("t/v1/other.proto", other)
        self.assertEqual(self.generate("made").returncode, 0)

    def write(self, path, text):
        target = self.root / "proto" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def script(self, name, *arguments):
        return subprocess.run([CI / name, *arguments], capture_output=True, text=True)

    def generate(self, folder):
        return self.script("generate-proto.sh", self.root / folder, self.root / "proto")

    def stale(self):
        return self.script("check-proto.sh", self.root / "made", self.root / "proto").returncode != 0

    def test_the_same_input_gives_the_same_files(self):
        self.assertFalse(self.stale())

    def test_a_changed_proto_a_changed_file_and_a_left_over_one(self):
        self.write("t/v1/ask.proto", self.PROTO.replace("n = 1", "n = 2"))
        self.assertTrue(self.stale())
        self.write("t/v1/ask.proto", self.PROTO)
        (self.root / "made/left.c").write_text("")
        self.assertTrue(self.stale())
        (self.root / "made/left.c").unlink()
        (self.root / "made/t/v1/ask.pb-c.c").write_text("")
        self.assertTrue(self.stale())

    def test_a_file_that_left_proto_leaves_the_output(self):
        (self.root / "proto/t/v1/other.proto").unlink()
        self.assertEqual(self.generate("made").returncode, 0)
        self.assertFalse((self.root / "made/t/v1/other.pb-c.c").exists())
        self.assertNotIn("other", (self.root / "made/include/COctavoProto.h").read_text())

    def test_a_proto_that_does_not_compile_changes_nothing(self):
        self.write("t/v1/ask.proto", "message {")
        self.assertNotEqual(self.generate("made").returncode, 0)
        self.assertTrue((self.root / "made/t/v1/ask.pb-c.c").exists())


class BlankingTests(unittest.TestCase):
    def test_lines_and_columns_stay(self):
        comments = 'a /* b\n c */ d "e\\"f" g // h\ni'
        literals = '#"a"b"# + """\nx "y" \\(f("z"))\n""" }'
        for text in (comments, literals, '"\\(a ? "b" : "c")"'):
            with self.subTest(text):
                out = blanked(text, "swift")
                self.assertEqual([len(line) for line in out.split("\n")], [len(line) for line in text.split("\n")])

    def test_code_stays_and_words_go(self):
        self.assertEqual(blanked('let a = "b\\(c)d" // e', "swift"), 'let a = "   c  "     ')
        self.assertEqual(blanked("char c = '\"'; int d; // e", "c"), "char c = ' '; int d;     ")


STAND_IN = """#!/usr/bin/env bash
case $1 in
  quantize) mkdir -p "$4"; [ "$BROKEN" != quantize ] ;;
  serve)
    trap 'echo drained; [ "$BROKEN" != drain ]; exit' TERM
    [ "$BROKEN" != serve ] || exit 3
    echo ready 127.0.0.1:1
    [ "$BROKEN" != death ] || exit 4
    while true; do sleep 0.05; done ;;
  generate) echo the heaven; [ "$BROKEN" != generate ] ;;
esac
"""


class DemoTests(unittest.TestCase):
    """`make run` with a stand-in for octavo: any fault makes it fail, and nothing outlives it."""

    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        (self.root / ".ci").mkdir()
        shutil.copy(CI / "demo.sh", self.root / ".ci")
        self.octavo = self.root / "octavo"
        self.octavo.write_text(STAND_IN)
        self.octavo.chmod(0o755)

    def demo(self, broken, once="1"):
        environment = {**os.environ, "OCTAVO": str(self.octavo), "BROKEN": broken, "ONCE": once}
        script = self.root / ".ci/demo.sh"
        return subprocess.run([script], env=environment, capture_output=True, text=True, timeout=60)

    def test_once(self):
        ran = self.demo(broken="")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertTrue(ran.stdout.endswith("the heaven\n"), ran.stdout)
        self.assertIn("drained", (self.root / ".build/serve.log").read_text())

    def test_every_fault_fails(self):
        for broken in ("quantize", "serve", "generate", "drain"):
            with self.subTest(broken):
                self.assertNotEqual(self.demo(broken).returncode, 0)
                shutil.rmtree(self.root / ".build")

    def test_a_server_that_dies_while_serving(self):
        ran = self.demo(broken="death", once="")
        self.assertNotEqual(ran.returncode, 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "--quiet"])
