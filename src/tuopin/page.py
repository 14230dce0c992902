"""A networkx graph of the dataset as one HTML page that needs nothing else: no network, no folder beside it.

Python chooses what the page holds and where each thing stands; ``assets/page.*`` how it looks, behaves and speaks.
Data reach the page only as JSON blocks and escaped text, and a policy of hashes lets nothing run but our own scripts.
"""

import base64
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, KeysView
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import pyvis
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pyvis.network import Network

from tuopin.files import write_text

LANGUAGES = ("zh", "en")
# What each kind is drawn as, in the order of the legend. A shape is never the only sign of a kind, nor is a colour.
SHAPES = {
    "place": "dot",
    "programme": "square",
    "measure": "triangle",
    "industry": "hexagon",
    "designation": "star",
    "issue": "triangleDown",
    "aim": "diamond",
    "target": "diamond",
    "organisation": "square",
    "group": "dot",
    "person": "triangle",
    "event": "star",
    "source": "square",
    "other": "dot",
}
_ASSETS = Path(__file__).with_name("assets")
_ENGINE = Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"
_OPTIONS = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {"hover": True, "keyboard": False, "multiselect": False, "tooltipDelay": 0},
    "edges": {"smooth": False, "width": 1, "selectionWidth": 1.2, "arrows": {"to": {"scaleFactor": 0.4}}},
}
_NODE_WORDS = ("label_zh", "label_en", "code", "level")
_NOSCRIPT_ROWS = 200
_STEP = 34.0  # between neighbours inside a circle, in units of the drawing
_MARGIN = 40.0
_GOLDEN = math.pi * (3 - math.sqrt(5))
_SHARED = ""  # the circle of what belongs to several places

Point = tuple[float, float]


class GraphPage(Network):  # type: ignore[misc]  # pyvis ships no types
    """A pyvis network that is written as our page.

    Nodes and edges go in through pyvis's own methods and come out of ``get_network_data``; only the membership test (a
    list in pyvis, quadratic in edges), the template and the writing differ. `blocks` holds further data for the page.

    >>> page = GraphPage("A title", "2017-02-20", "en")
    >>> page.add_node(0, "a"); page.add_node(1, "b"); page.add_edge(0, 1)
    >>> page.generate_html().startswith("<!doctype html>")
    True
    """

    def __init__(self, title: str, date: str, language: str = "zh"):
        """An empty page, with the date of its data; `language` is the one that it opens with."""
        super().__init__(directed=True, cdn_resources="in_line")
        self.title, self.date, self.language = title, date, language
        self.blocks: dict[str, Any] = {}
        self.rows: list[dict[str, Any]] = []
        self.set_template_dir(str(_ASSETS), "page.html")

    def set_template_dir(self, template_directory: str, template_file: str = "page.html") -> None:
        """Take templates from a folder, with autoescape on, which pyvis leaves off."""
        self.path, self.template_dir = template_file, template_directory
        loader = FileSystemLoader(template_directory, encoding="utf-8")
        self.templateEnv = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)

    def get_nodes(self) -> KeysView[Any]:
        """The ids of the nodes, with a quick membership test."""
        return self.node_map.keys()  # type: ignore[no-any-return]

    def add_node(
        self, n_id: int | str, label: str | None = None, shape: str = "dot", color: str | None = None, **options: Any
    ) -> None:
        """Add a node, once."""
        if n_id in self.node_map:
            return
        node = {**options, "id": n_id, "label": label or str(n_id), "shape": shape} | (
            {"color": color} if color else {}
        )
        self.nodes.append(node)
        self.node_ids.append(n_id)
        self.node_map[n_id] = node

    def generate_html(self, name: str = "index.html", local: bool = True, notebook: bool = False) -> str:
        """The page as text; the arguments are pyvis's and change nothing."""
        nodes, edges, *_, options = self.get_network_data()
        words = {language: json.loads(_read_asset(f"page.{language}.json")) for language in LANGUAGES}
        blocks = {"figures": [], "evidence": [], "sources": [], "properties": [], "circles": [], **self.blocks}
        blocks.update(nodes=nodes, edges=edges, kinds=list(SHAPES))
        blocks["options"] = json.loads(options) if isinstance(self.options, dict) else _OPTIONS
        engine, script, style = _read_engine(), _read_asset("page.js"), _read_asset("page.css")
        self.html = self.templateEnv.get_template(self.path).render(
            title=self.title,
            date=self.date,
            t=words[self.language],
            policy=_to_policy([engine, script], [style]),
            engine=Markup(engine),
            script=Markup(script),
            style=Markup(style),
            data=_to_block(blocks),
            words=_to_block(words),
            rows=self.rows,
            total=len(nodes),
        )
        return _to_encodable(self.html)

    def write_html(self, name: str, local: bool = True, notebook: bool = False, open_browser: bool = False) -> None:
        """Write the page as UTF-8; unlike pyvis, no ``lib`` folder and no other file appears beside it."""
        write_text(self.generate_html(), Path(name))


def to_html(graph: nx.MultiDiGraph, *, title: str = "", date: str, language: str = "zh") -> str:
    """The whole page as text.

    `graph` is what `tuopin.network.to_networkx` gives, or any with its attributes; `date` is the date of the data;
    without a `title` the page has one in each language. The same graph gives the same text, whatever the order in which
    it was filled. The page speaks Chinese and English; `language` is the one that it opens with.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}, not {language!r}")
    page = GraphPage(title, date, language)
    names = sorted(graph)
    index = {name: number for number, name in enumerate(names)}
    circles, points = _lay_out(graph)
    figures = page.blocks["figures"] = [_to_figures(page, graph.nodes[name].get("figures") or []) for name in names]
    for name in names:
        page.add_node(index[name], **(_to_node(graph, name) | _to_xy(points[name])))
    _add_edges(page, graph, index)
    page.blocks["circles"] = [{**_to_xy(point), "r": round(radius)} for _, point, radius in circles]
    page.rows = [
        {**page.node_map[index[name]], "relations": graph.degree(name), "figures": len(figures[index[name]])}
        for name in sorted(names, key=lambda name: (-graph.degree(name), name))[:_NOSCRIPT_ROWS]
    ]
    return page.generate_html()


def write_page(graph: nx.MultiDiGraph, path: Path, *, title: str = "", date: str, language: str = "zh") -> None:
    """Write `to_html` to `path`, in UTF-8; what stood there stays whole until the new page is."""
    write_text(to_html(graph, title=title, date=date, language=language), path)


# --- what a node, an edge and a figure are in the page


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _kind(graph: nx.MultiDiGraph, name: str) -> str:
    kind = _text(graph.nodes[name].get("kind"))
    return kind if kind in SHAPES else "other"


def _to_node(graph: nx.MultiDiGraph, name: str) -> dict[str, Any]:
    node = {key: _text(value) for key, value in graph.nodes[name].items() if key in _NODE_WORDS and value}
    label = node.pop("label_zh", "") or node.get("label_en") or name
    kind = _kind(graph, name)
    return {**node, "label": label, "kind": kind, "shape": SHAPES[kind], "iri": name}


def _to_xy(point: Point) -> dict[str, int]:
    return {"x": round(point[0]), "y": round(point[1])}


def _number(items: list[Any], item: Any) -> int:
    if item not in items:
        items.append(item)
    return items.index(item)


def _to_fact(page: GraphPage, fact: dict[str, Any]) -> dict[str, Any]:
    """A fact without its empty fields; its source is a number in the page, -1 where the fact names none."""
    told = {key: _text(value) for key, value in fact.items() if value not in (None, "")}
    source = {key: told.pop(f"source_{key}", "") for key in ("title", "url", "date")} | {"id": told.pop("source", "")}
    return {**told, "source": _number(page.blocks.setdefault("sources", []), source) if any(source.values()) else -1}


def _to_figures(page: GraphPage, figures: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Facts in the order of their sources and texts; sorted before they are numbered, so that no order gets in."""
    facts = [_to_fact(page, figure) for figure in sorted(figures, key=_to_json)]
    return sorted(facts, key=lambda fact: (fact["source"], fact.get("start", "").zfill(9)))


def _add_edges(page: GraphPage, graph: nx.MultiDiGraph, index: dict[str, int]) -> None:
    """Put the edges into pyvis's list, and their properties and evidence into blocks of the same order."""
    edges = [(*ends, _text(key), _to_json(data), data) for *ends, key, data in graph.edges(keys=True, data=True)]
    properties = page.blocks.setdefault("properties", [])
    evidence = page.blocks.setdefault("evidence", [])
    for number, (start, end, _, _, data) in enumerate(sorted(edges, key=lambda edge: edge[:4])):
        words = {key: _text(data.get(key)) for key in ("property", "label_zh", "label_en")}
        page.add_edge(index[start], index[end], id=number, property=_number(properties, words))
        evidence.append(_to_fact(page, {key: value for key, value in data.items() if key not in {*words, "key"}}))


# --- where things stand


def _lay_out(graph: nx.MultiDiGraph) -> tuple[list[tuple[str, Point, float]], dict[str, Point]]:
    """Circles (name, centre, radius) and the point of every node: each place amid its own, the shared in the middle."""
    circles: dict[str, list[str]] = {}
    for name, home in _find_homes(graph).items():
        circles.setdefault(home, []).append(name)
    order = sorted(circles, key=lambda home: (home != _SHARED, -len(circles[home]), home))
    radii = [_STEP * math.sqrt(len(circles[home]) + 1.4) + _MARGIN for home in order]
    placed, points, kinds = list(zip(order, _pack(radii), radii, strict=True)), {}, list(SHAPES)
    for home, centre, _ in placed:
        inside = sorted(circles[home], key=lambda n: (n != home, kinds.index(_kind(graph, n)), -graph.degree(n), n))
        points.update({name: _sunflower(centre, number, home in graph) for number, name in enumerate(inside)})
    return placed, points


def _sunflower(centre: Point, number: int, has_heart: bool) -> Point:
    """The place of the numbered seed: evenly dense, with room about the heart where there is one."""
    distance = _STEP * math.sqrt(number + 1.4) if number or not has_heart else 0.0
    return centre[0] + distance * math.cos(number * _GOLDEN), centre[1] + distance * math.sin(number * _GOLDEN)


def _pack(radii: list[float]) -> list[Point]:
    """Centres of circles that do not touch, each as near the middle as a spiral of tries finds.

    Equal radii go on where the last one ended, since what was too narrow for one is for the next.
    """
    placed: list[tuple[Point, float]] = []
    tries, last = 0, 0.0
    for radius in radii:
        tries = tries if radius == last else 0
        while not _is_free(centre := _spiral(tries, radius / 4), radius, placed):
            tries += 1
        placed.append((centre, radius))
        last = radius
    return [point for point, _ in placed]


def _is_free(centre: Point, radius: float, placed: list[tuple[Point, float]]) -> bool:
    return all(math.dist(centre, point) >= radius + other for point, other in reversed(placed))


def _spiral(number: int, step: float) -> Point:
    distance = step * math.sqrt(number)
    return distance * math.cos(number * _GOLDEN), distance * math.sin(number * _GOLDEN)


def _find_homes(graph: nx.MultiDiGraph) -> dict[str, str]:
    """The circle of each node: the place that most of its nearer neighbours have, else the shared one or its kind."""
    near = {name: sorted({*graph.predecessors(name), *graph.successors(name)} - {name}) for name in sorted(graph)}
    home = {name: name for name in near if _kind(graph, name) == "place"}
    wave = list(home)
    while wave:
        reached: dict[str, list[str]] = {}
        for place, other in [(home[name], other) for name in wave for other in near[name] if other not in home]:
            reached.setdefault(other, []).append(place)
        home.update({name: _vote(homes) for name, homes in reached.items()})
        wave = sorted(reached)
    lonely = {name: f"kind {_kind(graph, name)}" for name in near if name not in home}
    return home | lonely | _find_hosts(graph, home)


def _vote(homes: list[str]) -> str:
    best, votes = Counter(homes).most_common(1)[0]
    return best if votes * 2 > len(homes) else _SHARED


def _find_hosts(graph: nx.MultiDiGraph, home: dict[str, str]) -> dict[str, str]:
    """A place without anything of its own stands with the place that contains it."""
    busy = {place for name, place in home.items() if name != place}
    hosts = {}
    for place in (name for name in home if home[name] == name and name not in busy):
        seen, host = {place}, place
        while host not in busy and (outer := _container(graph, host)) and outer not in seen:
            seen.add(outer)
            host = outer
        hosts[place] = host
    return hosts


def _container(graph: nx.MultiDiGraph, place: str) -> str:
    edges = graph.out_edges(place, data=True)
    return min((end for _, end, data in edges if data.get("property") == "containedInPlace"), default="")


# --- how the page is put together


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _to_block(value: object) -> Markup:
    """JSON that can neither end its script element nor open a comment in it."""
    escapes = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
    return Markup(_to_encodable(_to_json(value).translate(escapes)))


def _to_encodable(text: str) -> str:
    """Text without half surrogate pairs, which no encoding can write."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _to_hashes(blocks: list[str]) -> str:
    digests = [hashlib.sha256(block.encode("utf-8")).digest() for block in blocks]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)


def _to_policy(scripts: list[str], styles: list[str]) -> str:
    """The content security policy: only these blocks, and nothing from anywhere."""
    return (
        f"default-src 'none'; script-src {_to_hashes(scripts)}; style-src {_to_hashes(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


@cache
def _read_asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


@cache
def _read_engine() -> str:
    """vis-network as pyvis brings it, with its licence and without the address of its source map."""
    return re.sub(r"\n//# sourceMappingURL=.*\s*$", "\n", _ENGINE.read_text(encoding="utf-8"))
