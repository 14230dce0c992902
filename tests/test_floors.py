"""The building: each module stands on a floor, and what it imports stands on a lower one.

A new module gets a line here, with its one responsibility. Where the table turns out wrong, change it with the code.
"""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import tuopin

SRC = Path(tuopin.__file__).parent
FLOORS: list[dict[str, str]] = [
    {
        "messages": "the words of the interface, in Chinese and English",
        "drafts": "what a file holds of a text",
        "facts": "the records that everything shares",
        "iris": "the only place where an IRI is minted",
        "kinds": "what kind of thing an input is",
        "numerals": "Chinese and Arabic numbers, exactly",
    },
    {
        "errors": "the exceptions, one family, each with its data",
        "ids": "ids of texts from names and addresses",
    },
    {
        "charsets": "bytes to text, in whatever encoding",
        "datelines": "the day that a text gives as its own",
        "documents": "Word and PDF to text",
        "fetch": "one web address, read within bounds",
        "files": "files and folders that are replaced whole or not at all",
        "periods": "dates and periods at the precision known",
        "pool": "a function over many items in several processes, in order",
        "resources": "where ontology and data are, in a checkout or a wheel",
        "rows": "rows in every output format",
        "shacl": "SHACL shapes, checked",
        "sparql": "a query on a store, and its result",
        "triples": "RDF terms as text",
    },
    {
        "articles": "a web page to its main text",
        "cube": "the integrity constraints of the Data Cube",
        "lexical": "what stores refuse or change, found in quads",
        "library": "the query library: files, headers, parameters",
        "serialise": "graphs as files in every format",
        "store": "a built dataset, opened in Oxigraph",
        "tables": "CSV, read strictly",
        "textlines": "JSON Lines of texts",
        "vocabulary": "what the ontology knows, for code to go by",
    },
    {
        "derive": "facts to derived facts, with what they come from",
        "gazetteer": "dated places, by code and by name",
        "lexicon": "the words by which texts speak",
        "network": "a store as a networkx graph",
        "records": "files to sources and facts, and back",
        "texts": "texts from files, folders, addresses and standard input",
        "things": "the things with a name that facts speak of",
        "ties": "figures that a source states twice",
    },
    {
        "factlines": "JSON Lines of extracted facts",
        "frames": "facts for notebooks: pandas and Parquet",
        "names": "from what a text calls a thing to its IRI",
        "page": "a networkx graph as one HTML file",
        "reader": "a text to its facts; a building of its own",
    },
    {
        "graph": "facts to triples",
        "export": "a built dataset for other programs, a piece at a time",
        "extracting": "any number of texts to what is made of their facts",
        "outputs": "what the facts of texts are written as",
    },
    {
        "checks": "what must hold of facts before they become a graph",
        "describe": "the description of the dataset, with its counts",
        "reference": "places and things to triples",
    },
    {"sifting": "extracted facts that can be taken, told from those that cannot"},
    {"dataset": "a data folder as a whole, one source at a time"},
    {
        "build": "from a data folder to all files, moved into place as one",
        "check": "all that is wrong with a data folder",
    },
    {
        "__init__": "the public names, imported when they are asked for",
        "bench": "measures beside peers; a building of its own",
    },
    {"cli": "arguments, printing and exit codes; a building of its own"},
    {"__main__": "python -m tuopin"},
]
BENCH: list[dict[str, str]] = [
    {
        "annotated": "texts with what a careful reader finds in them",
        "runner": "a process, run and measured",
        "synthetic": "made-up data of any size",
        "peers": "the same graph by other libraries",
    },
    {
        "checking": "SHACL beside pySHACL",
        "morph": "the same graph by Morph-KGC",
        "readers": "readers of text, each a process, and peers of ours",
        "rows": "runs as rows",
        "scoring": "facts beside an annotation",
        "shop": "what a task needs, made once",
    },
    {
        "quads": "texts to N-Quads in one go",
        "reading": "reading text: how right, how quick, in what memory",
        "tasks": "what one process does",
    },
    {"matters": "what is measured, and against whom"},
    {"__init__": "what can be measured, and the way in"},
]
CLI: list[dict[str, str]] = [
    {"shared": "what several commands share"},
    {
        "extract": "texts to their facts",
        "build": "the dataset from a data folder",
        "query": "a question to a built dataset",
        "check": "all that is wrong with a data folder",
        "export": "the dataset in another format",
        "bench": "measures beside peers",
    },
    {"__init__": "which command it is, and the exit code"},
]
READER: list[dict[str, str]] = [
    {
        "atlas": "the names of places, found in a text",
        "mentions": "a place as a text names it",
        "normal": "a text as it is compared, of the same length",
        "outline": "headings, sentences and clauses",
        "programmes": "names of programmes, and who carries them out",
        "quantities": "numbers with what they count",
        "telling": "date phrases taken apart, and the year that one is told of",
        "villages": "townships and villages",
    },
    {"timerules": "the rules by which words of time are read"},
    {"timewords": "words of time to periods"},
    {
        "clock": "the period of a figure",
        "details": "the attributes that the words beside a figure give",
        "indicators": "the indicator of a figure",
        "mood": "whether a figure is a plan",
        "places": "what a text names as a place, and what 全县 stands for",
        "units": "the unit of a figure",
    },
    {"whereabouts": "the place of a figure"},
    {"read": "a text to its facts"},
    {"explain": "which words gave what, and by which rule"},
    {"marks": "a page of a text with its facts marked"},
    {"__init__": "nothing but its docstring"},
]
BUILDINGS = {"": FLOORS, "bench": BENCH, "cli": CLI, "reader": READER}
HEAVY: dict[str, set[str]] = {
    "ahocorasick_rs": {"lexicon", "reader.atlas", "reader.programmes"},
    "docx": {"documents"},
    "jinja2": {"page", "reader.marks"},
    "networkx": {"export", "network", "page"},
    "opencc": {"reader.normal"},
    "oxrdflib": {"store"},
    "pandas": {"frames"},
    "pdfminer": {"documents"},
    "pyarrow": {"frames"},
    "pylode": {"export"},
    "pyshacl": {"bench.checking"},
    "pyvis": {"page"},
    "rdflib": {"bench.checking", "bench.peers", "bench.tasks", "export", "store"},
    "tabulate": {"rows"},
    "tqdm": {"cli.build"},
    "trafilatura": {"articles"},
}


def to_name(path: Path) -> str:
    """The name of a module inside tuopin: ``bench.tasks``, and ``bench`` for a package."""
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


# A wheel carries data and ontology beside the code, and in the data the script that made them.
MODULES = {to_name(path): path for path in sorted(SRC.rglob("*.py")) if path.relative_to(SRC).parts[0] != "_data"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def parse(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def find_imports(tree: ast.AST) -> Iterator[str]:
    """The modules that code imports, at the top, in functions and for types alike, by their whole names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "an import names the module whole"
            assert node.level == 0, "an import names the module whole"
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [whole for whole in inner if whole.removeprefix("tuopin.") in MODULES]
            yield from modules or [node.module]


def find_own(name: str) -> set[str]:
    own = {whole for whole in find_imports(parse(name)) if whole.partition(".")[0] == "tuopin"}
    return {whole.removeprefix("tuopin.") if whole != "tuopin" else "__init__" for whole in own}


def find_floors(house: str) -> dict[str, int]:
    """The floor of each module of a building, by its name inside tuopin; the package stands on its roof."""
    floors = {name: floor for floor, names in enumerate(BUILDINGS[house]) for name in names}
    if house:
        return {f"{house}.{name}".removesuffix(".__init__"): floor for name, floor in floors.items()}
    return floors


def find_upwards(name: str) -> Iterator[tuple[str, str]]:
    """The imports of a module that do not go down."""
    house = name.partition(".")[0] if name.partition(".")[0] in BUILDINGS else ""
    inside, outside = find_floors(house), find_floors("")
    for other in sorted(find_own(name)):
        floors, where = (inside, other) if other in inside else (outside, other.partition(".")[0])
        here = inside[name] if other in inside else outside[name.partition(".")[0]]
        if where not in floors or floors[where] >= here:
            yield name, other


def test_every_module_has_a_floor_and_a_responsibility() -> None:
    houses = [find_floors(house) for house in BUILDINGS]
    assert set().union(*houses) == set(MODULES)
    assert len(MODULES) > 40
    assert sum(len(names) for floors in BUILDINGS.values() for names in floors) == sum(map(len, houses))
    assert [name for floors in BUILDINGS.values() for names in floors for name, text in names.items() if not text] == []


@pytest.mark.parametrize("name", MODULES)
def test_an_import_goes_down_never_up_or_sideways(name: str) -> None:
    assert list(find_upwards(name)) == []


@pytest.mark.parametrize("library", HEAVY)
def test_a_heavy_library_is_imported_only_where_it_is_said(library: str) -> None:
    found = {name for name in MODULES for whole in find_imports(parse(name)) if whole.partition(".")[0] == library}
    assert found == HEAVY[library]


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        ("import rdflib.term", ["rdflib.term"]),
        ("def f():\n    from tuopin.build import build", ["tuopin.build"]),
        ("from tuopin import build, cli", ["tuopin.build", "tuopin.cli"]),
        ("if TYPE_CHECKING:\n    from tuopin.cli import main", ["tuopin.cli"]),
        ("import tuopin", ["tuopin"]),
    ],
)
def test_an_import_is_found_wherever_it_stands(text: str, imports: list[str]) -> None:
    assert list(find_imports(ast.parse(text))) == imports


IMPORTED = "import sys{} ; print(*sys.modules)"
HELP = ", tuopin.cli\ntry: tuopin.cli.main(['--help'])\nexcept SystemExit: pass\nimport sys"


@pytest.mark.parametrize("code", [", tuopin", HELP])
def test_to_import_tuopin_or_ask_for_help_costs_no_heavy_library(code: str) -> None:
    words = [sys.executable, "-c", IMPORTED.format(code)]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
    loaded = set(done.stdout.split())
    assert "tuopin" in loaded
    assert loaded & {*HEAVY, "pyoxigraph", "numpy", "markupsafe"} == set()


def test_a_heavy_library_would_be_seen() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED.format(", tuopin.page")], capture_output=True, encoding="utf-8", check=True
    )
    assert {"tuopin.page", "pyvis", "networkx", "jinja2"} <= set(done.stdout.split())


# --- size and words


def find_functions(tree: ast.AST) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def to_length(function: Function) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_350_lines_at_most(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= 350


def test_a_function_has_45_lines_at_most_and_most_are_under_10() -> None:
    lengths = {(name, f.name, f.lineno): to_length(f) for name in MODULES for f in find_functions(parse(name))}
    assert {place: length for place, length in lengths.items() if length > 45} == {}
    assert statistics.median(lengths.values()) < 10
    assert len(lengths) > 300


def find_public(body: list[ast.stmt], path: str = "") -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield path + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from find_public(node.body, f"{path}{node.name}.")


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_class_and_method_has_a_docstring(name: str) -> None:
    tree = parse(name)
    assert ast.get_docstring(tree)
    bare = [path for path, node in find_public(tree.body) if not ast.get_docstring(node)]  # type: ignore[arg-type]
    assert bare == []
