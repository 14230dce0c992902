"""The same graph by morph-kgc: tables, a mapping (RML), and an environment of its own for its old pyoxigraph.

What a mapping cannot do is done for it: the tables hold the IRIs of things, periods and statements ready-made.
"""

import csv
import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tuopin.bench.runner import Missing, Run, run_process
from tuopin.dataset import Dataset
from tuopin.facts import Figure, Source, Statement, to_dict
from tuopin.files import write_text
from tuopin.iris import GRAPHS, ID, PREFIXES, mint_period, mint_statement
from tuopin.periods import Period
from tuopin.records import SourceFacts
from tuopin.vocabulary import Vocabulary

VARIABLE, REQUIREMENT = "TUOPIN_BENCH_ENV", "morph-kgc==2.10.*"
_RUN = """
import json, sys, time
import morph_kgc
begin = time.process_time()
quads = morph_kgc.materialize_set(sys.argv[1])
with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.writelines(quad + " .\\n" for quad in quads)
print(json.dumps({"cpu": time.process_time() - begin, "quads": len(quads)}))
"""
_CONFIG = """[CONFIGURATION]
output_format = N-QUADS
number_of_processes = 1
logging_level = ERROR
[records]
mappings = {mapping}
"""
_TEXTS = ("unit_text", "place", "subplace", "programme", "purpose")
_CONCEPTS = ("unit", "indicator", "qualifier", "status", "scope", "origin")
_PEOPLE = (("authors", "author"), ("editor", "editor"), ("publisher", "publisher"))
_SPAN = "{source}/{start}-{end}"

_OWN = {
    "rr": "http://www.w3.org/ns/r2rml#",
    "rml": "http://semweb.mmlab.be/ns/rml#",
    "ql": "http://semweb.mmlab.be/ns/ql#",
}

Cells = dict[str, str | int]
Part = tuple[str, str]  # a predicate and an object map


def find_python() -> str:
    """The Python that has morph-kgc: in the folder that ``TUOPIN_BENCH_ENV`` names, or in ``build/bench-env``.

    The latter is made where it is missing; raises `Missing` where it cannot be.
    """
    folder = Path(os.environ.get(VARIABLE) or Path("build") / "bench-env").absolute()
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        _make(folder, python)
    if subprocess.run([python, "-c", "import morph_kgc"], check=False, capture_output=True).returncode:
        raise Missing(f"morph-kgc: {folder}")
    return str(python)


def _make(folder: Path, python: Path) -> None:
    if os.environ.get(VARIABLE):
        raise Missing(f"{VARIABLE}={folder}")
    venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", REQUIREMENT]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"pip install {REQUIREMENT}: {done.stderr.strip().rpartition(chr(10))[2]}")


def run_morph(python: str, folder: Path, path: Path) -> Run:
    """Map the tables in `folder` to N-Quads; the import is not counted."""
    run = run_process([python, "-c", _RUN, str(folder / "morph.ini"), str(path)])
    return Run(run.answer["cpu"], run.answer)


# -------------------------------------------------------------------- tables


def write_tables(folder: Path, dataset: Dataset, facts: Iterable[SourceFacts]) -> None:
    """Write the tables that the mapping reads: sources and their people, figures, statements, periods."""
    rows: dict[str, list[Cells]] = {name: [] for name in ("sources", "people", "figures", "statements", "periods")}
    for each in facts:
        source = each.source.record
        figures = [_to_figure_row(located.record, source, dataset) for located in each.figures]
        statements = [_to_statement_row(located.record, source, dataset) for located in each.statements]
        rows["sources"].append(to_dict(source) | {"day": source.date, "issued": f"{source.date}T00:30:00Z"})
        rows["people"] += _find_people(source, dataset)
        rows["figures"] += figures
        rows["statements"] += statements
        rows["periods"] += _find_periods(source, each)
    for name, cells in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(cells[0]))
            writer.writeheader()
            writer.writerows(cells)


def _find_people(source: Source, dataset: Dataset) -> Iterator[Cells]:
    for field, local in _PEOPLE:
        kinds = dataset.words.relations[local].objects
        for who in getattr(source, field).split(";"):
            iri = dataset.names.find_iri(who, kinds, source)
            yield {"source": source.id, "relation": dataset.words.fields[field], "person": iri}


def _to_figure_row(figure: Figure, source: Source, dataset: Dataset) -> Cells:
    place, kinds = (
        dataset.names.find_place(figure.place, figure.place_code, source.date),
        frozenset({"programme"}),
    )
    programme = figure.programme and dataset.names.find_iri(figure.programme, kinds, source, place.code)
    concepts = {field: getattr(figure, field) for field in _CONCEPTS}
    iris = {f"{field}_iri": key and dataset.words.schemes[field][key] for field, key in concepts.items()}
    period = mint_period(figure.period_start, figure.period_end)
    graph = f"{ID}dataset/{'figures' if figure.value else 'ranges'}"
    own = {"place_iri": place.iri, "programme_iri": programme, "period_iri": period, "dataset_iri": graph}
    return to_dict(figure) | iris | own


def _to_statement_row(statement: Statement, source: Source, dataset: Dataset) -> Cells:
    subject, object_ = dataset.graph.find_ends(statement, source)
    parts = (statement.subject, statement.property, statement.object)
    iri = mint_statement(source.id, statement.start, statement.end, parts)
    iris = {"subject_iri": subject, "object_iri": object_, "origin_iri": f"{ID}origin/{statement.origin}"}
    relation = dataset.words.relations[statement.property].iri
    # morph-kgc cannot have columns that are called subject, predicate or object.
    names = {"subject_name": statement.subject, "object_name": statement.object, "digest": iri.rpartition("/")[2]}
    own = {name: cell for name, cell in to_dict(statement).items() if name not in ("subject", "property", "object")}
    return own | iris | names | {"relation": relation}


def _find_periods(source: Source, facts: SourceFacts) -> Iterator[Cells]:
    """The periods that a source speaks of; in synthetic records all their ends are years."""
    stated = {
        Period(fact.record.object, fact.record.object) for fact in facts.statements if fact.record.property == "period"
    }
    for period in sorted(
        stated | {Period(fact.record.period_start, fact.record.period_end) for fact in facts.figures}, key=str
    ):
        ends = {"start": period.start, "end": period.end, "first": period.first_day, "last": period.last_day}
        node = mint_period(period.start, period.end)
        yield {"source": source.id, "iri": node, "notation": period.notation, **ends}


# ------------------------------------------------------------------- mapping


def write_mapping(folder: Path, words: Vocabulary) -> None:
    """Write the mapping, and the configuration that names it."""
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in (_OWN | PREFIXES).items())
    maps = (each.to_turtle(folder) for each in _find_maps(words))
    write_text(text + "\n".join(maps), folder / "mapping.ttl")
    write_text(_CONFIG.format(mapping=folder / "mapping.ttl"), folder / "morph.ini")


@dataclass(frozen=True, slots=True)
class _Map:
    """A triples map: its table, the node as a template below the IRI of things or the column that has it, its parts."""

    table: str
    subject: str
    classes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    def to_turtle(self, folder: Path) -> str:
        node = f'rr:template "{ID}{self.subject}"' if "{" in self.subject else _iri(self.subject)
        kinds = "".join(f" ; rr:class {name}" for name in self.classes)
        graph = GRAPHS + ("{id}" if self.table == "sources" else "{source}")
        objects = "".join(
            f" ;\n  rr:predicateObjectMap [ {_to_predicate(predicate)} ; rr:objectMap [ {object_} ] ]"
            for predicate, object_ in self.parts
        )
        path = json.dumps(str(folder / f"{self.table}.csv"))
        return (
            f"[] a rr:TriplesMap ;\n  rml:logicalSource [ rml:source {path} ; rml:referenceFormulation ql:CSV ] ;\n"
            f'  rr:subjectMap [ {node}{kinds} ; rr:graphMap [ rr:template "{graph}" ] ]{objects} .\n'
        )


def _find_maps(words: Vocabulary) -> Iterator[_Map]:
    fields = {field: f"<{iri}>" for field, iri in words.fields.items()}
    yield _Map("sources", "source/{id}", ("schema:Article",), _find_source_parts(fields))
    yield _Map("people", "source/{source}", parts=((_RELATION, _iri("person")),))
    yield _Map("figures", f"figure/{_SPAN}", ("tp:Figure", "qb:Observation"), _find_figure_parts(fields))
    yield _Map("statements", f"statement/{_SPAN}/{{digest}}", ("tp:Statement", "rdf:Statement"), _STATEMENT)
    yield _Map("statements", "subject_iri", parts=((_RELATION, _iri("object_iri")),))
    for table in ("figures", "statements"):
        yield _Map(table, f"evidence/{_SPAN}", ("oa:SpecificResource",), _EVIDENCE)
        yield _Map(table, f"selector/{_SPAN}", ("oa:TextPositionSelector", "oa:TextQuoteSelector"), _SELECTOR)
    yield _Map("periods", "iri", ("dcterms:PeriodOfTime",), _PERIOD)
    for end in ("start", "end"):
        year = (("time:inXSDgYear", _typed(end, "gYear")),)
        yield _Map("periods", f"instant/{{{end}}}", ("time:Instant",), year)


def _to_predicate(predicate: str) -> str:
    return f"rr:predicateMap {predicate}" if predicate.startswith("[") else f"rr:predicate {predicate}"


def _plain(column: str) -> str:
    return f'rml:reference "{column}"'


def _iri(column: str) -> str:
    return f'rml:reference "{column}" ; rr:termType rr:IRI'


def _typed(column: str, datatype: str) -> str:
    return f'rml:reference "{column}" ; rr:datatype xsd:{datatype}'


def _spoken(column: str, language: str) -> str:
    return f'rml:reference "{column}" ; rr:language "{language}"'


def _made(template: str) -> str:
    return f'rr:template "{ID}{template}"'


def _find_source_parts(fields: dict[str, str]) -> tuple[Part, ...]:
    return (
        ("dcterms:identifier", _plain("id")),
        ("schema:inLanguage", 'rr:constant "zh"'),
        ("rdfs:label", _spoken("title", "zh")),
        ("rdfs:label", _spoken("title_en", "en")),
        (fields["url"], _iri("url")),
        (fields["published"], _typed("day", "date")),
        (fields["sha256"], _plain("sha256")),
        (fields["length"], _typed("length", "integer")),
        (fields["rights"], _spoken("rights", "en")),
        ("dcterms:issued", _typed("issued", "dateTime")),
    )


def _find_figure_parts(fields: dict[str, str]) -> tuple[Part, ...]:
    return (
        *((fields[field], _typed(field, "decimal")) for field in ("value", "low", "high")),
        *((fields[field], _iri(f"{field}_iri")) for field in _CONCEPTS),
        *((fields[field], _plain(field)) for field in _TEXTS),
        *((f"tp:{field}", _iri(f"{field}_iri")) for field in ("place", "programme", "period")),
        ("qb:dataSet", _iri("dataset_iri")),
        *_PROVEN,
    )


_RELATION = "[ rml:reference 'relation' ]"
_PROVEN = (("prov:hadPrimarySource", _made("source/{source}")), ("tp:evidence", _made(f"evidence/{_SPAN}")))
_EVIDENCE = (("oa:hasSource", _made("source/{source}")), ("oa:hasSelector", _made(f"selector/{_SPAN}")))
_SELECTOR = (
    ("oa:start", _typed("start", "integer")),
    ("oa:end", _typed("end", "integer")),
    ("oa:exact", _plain("quote")),
)
_STATEMENT = (
    ("rdf:subject", _iri("subject_iri")),
    ("rdf:predicate", _iri("relation")),
    ("rdf:object", _iri("object_iri")),
    ("tp:subjectName", _plain("subject_name")),
    ("tp:objectName", _plain("object_name")),
    ("tp:origin", _iri("origin_iri")),
    *_PROVEN,
)
_PERIOD = (
    ("skos:notation", _plain("notation")),
    ("dcat:startDate", _typed("first", "date")),
    ("dcat:endDate", _typed("last", "date")),
    ("time:hasBeginning", _made("instant/{start}")),
    ("time:hasEnd", _made("instant/{end}")),
)
