"""The words of the interface: both languages have all that the code says, with the same data, and nothing more."""

import ast
import json
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import tuopin
from tuopin.errors import Problem
from tuopin.messages import LANGUAGES, set_language, to_message

PACKAGE = Path(tuopin.__file__).parent
CATALOGUES = {
    language: json.loads((PACKAGE / "assets" / f"messages.{language}.json").read_text(encoding="utf-8"))
    for language in LANGUAGES
}
PARTS = ("", ".expected", ".remedy")
ERRORS = {
    "Problem", "TuopinError", "DataError", "FileError", "UsageError", "QueryError", "QuerySyntaxError",
    "MissingExtraError",
}  # fmt: skip
GIVEN = {"file", "line", "field", "value", "message"}  # what every problem can say
ADDED = {"column"}  # what QuerySyntaxError adds to any problem


@dataclass(frozen=True)
class Use:
    """A key that the code says, and the names of the data that it says it with; `None` where these are not written."""

    key: str
    names: frozenset[str] | None
    where: str


def find_strings(node: ast.AST) -> list[str]:
    """The texts that an expression may be: one, or those of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*find_strings(node.body), *find_strings(node.orelse)]
    return []


def find_names(keywords: list[ast.keyword]) -> frozenset[str] | None:
    names = {word.arg for word in keywords if word.arg}
    for word in keywords:
        if word.arg is None or (word.arg == "data" and not isinstance(word.value, ast.Dict)):
            return None
        if isinstance(word.value, ast.Dict) and word.arg == "data":
            names |= {text for key in word.value.keys if key for text in find_strings(key)}
    return frozenset(names)


def find_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def find_uses(path: Path) -> Iterator[Use]:
    """What a module says: keys of calls, and of the findings that checks.py yields."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and (name := find_name(node)) in {*ERRORS, "to_message"}:
            prefix = "problem." if name in ERRORS else ""
            names = None if name == "Problem" and len(node.args) > 6 else find_names(node.keywords)
            for text in find_strings(node.args[0]):
                yield Use(prefix + text, names, f"{path.name}:{node.lineno}")
        elif path.name == "checks.py" and isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            key, *_, data = node.value.elts
            names = find_names([ast.keyword("data", data)])
            for text in find_strings(key):
                yield Use(f"problem.{text}", names, f"{path.name}:{node.lineno}")


def find_patterns(path: Path) -> Iterator[str]:
    """The keys that a module puts together, as regular expressions; a part that is put in holds no dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and find_name(node) == "to_message" and isinstance(node.args[0], ast.JoinedStr):
            parts = [
                re.escape(part.value) if isinstance(part, ast.Constant) else "[^.]+" for part in node.args[0].values
            ]
            if "".join(parts) != r"problem\.[^.]+[^.]+":
                yield "".join(parts)


def find_constants(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


MODULES = sorted(PACKAGE.rglob("*.py"))
USES = [use for path in MODULES for use in find_uses(path)]
PATTERNS = [pattern for path in MODULES for pattern in find_patterns(path)]
CONSTANTS = set().union(*map(find_constants, MODULES))


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_the_scan_finds_what_the_code_says_in_each_of_its_ways() -> None:
    keys = {use.key for use in USES}
    assert len(keys) > 100
    assert keys >= {
        "stopped",  # to_message("…")
        "problem.source-unknown",  # Problem("…")
        "problem.place-ambiguous",  # DataError("…")
        "problem.file-missing",  # FileError("…" if … else "…")
        "problem.format-unknown",  # UsageError("…")
        "problem.query-failed",  # QueryError("…")
        "problem.query-service",  # QuerySyntaxError("…")
        "problem.extra-missing",  # MissingExtraError("…")
        "problem.value-or-range",  # yield "…", …
    }
    assert r"summary\.[^.]+" in PATTERNS
    assert sum(use.names is not None for use in USES) > 100


def test_both_languages_have_the_same_keys_in_order() -> None:
    english, chinese = (list(CATALOGUES[language]) for language in ("en", "zh"))
    assert english == chinese == sorted(english)


@pytest.mark.parametrize("key", sorted(CATALOGUES["en"]))
def test_a_message_takes_the_same_data_in_both_languages_and_has_words(key: str) -> None:
    english, chinese = CATALOGUES["en"][key], CATALOGUES["zh"][key]
    assert fields(english) == fields(chinese)
    assert english.strip()
    assert chinese.strip()
    assert "\n" not in english + chinese
    assert not re.search(r"[\u3400-\u9fff]", english)


def test_all_that_the_code_says_is_there_with_what_is_expected_and_what_to_do() -> None:
    for use in USES:
        parts = PARTS if use.key.startswith("problem.") else ("",)
        missing = [use.key + part for part in parts if use.key + part not in CATALOGUES["en"]]
        assert not missing, use.where
    for pattern in PATTERNS:
        assert any(re.fullmatch(pattern, key) for key in CATALOGUES["en"]), pattern


def test_every_message_gets_the_data_that_it_names() -> None:
    for use in USES:
        if use.names is None:
            continue
        is_problem = use.key.startswith("problem.")
        given = use.names | (GIVEN | ADDED if is_problem else set())
        for language, part in ((language, part) for language in LANGUAGES for part in (PARTS if is_problem else ("",))):
            assert fields(CATALOGUES[language][use.key + part]) <= given, (use.where, use.key + part)


def test_no_message_is_there_in_vain() -> None:
    said = {use.key for use in USES} | {f"problem.{text}" for text in CONSTANTS} | CONSTANTS
    for key in CATALOGUES["en"]:
        base = next((key.removesuffix(part) for part in PARTS[1:] if key.endswith(part)), key)
        assert base in said or any(re.fullmatch(pattern, key) for pattern in PATTERNS), key
        assert not key.startswith("problem.") or all(base + part in CATALOGUES["en"] for part in PARTS), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_remedy_can_be_read_without_what_was_expected(language: str) -> None:
    """The one line of an error has no room for it, so no remedy may point to it."""
    back = {
        "en": re.compile("^write (it so|one of (them|the four))$"),
        "zh": re.compile("^(照此改写|改成其中之一|改成四者之一)$"),
    }
    pointing = [
        key for key, text in CATALOGUES[language].items() if key.endswith(".remedy") and back[language].match(text)
    ]
    assert pointing == []


@pytest.mark.parametrize(
    ("language", "text"), [("en", "f.csv:3: end: “x” is no offset; write a whole number without a sign"),
                           ("zh", "f.csv:3: end: “x”不是位置; 写不带符号的整数")],
)  # fmt: skip
def test_a_problem_is_one_line_in_the_chosen_language(language: str, text: str) -> None:
    set_language(language)
    assert str(Problem("bad-offset", "f.csv", 3, "end", "x")) == text
    assert to_message("check.error") == {"en": "error", "zh": "错误"}[language]
    set_language("")


def test_a_long_value_is_shown_by_its_beginning() -> None:
    set_language("en")
    found = Problem("bad-offset", value="9" * 81)
    assert found.message == f"“{'9' * 77}...” is no offset"
    assert found.value == "9" * 81
    assert Problem("bad-offset", value="9" * 80).message == f"“{'9' * 80}” is no offset"
    set_language("")
