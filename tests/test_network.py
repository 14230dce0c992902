"""The dataset as a networkx graph: what is a node, what is an edge, and what is an attribute of a node."""

from pathlib import Path

import networkx as nx
import pytest

from tuopin import find_figures, find_statements, open_store, run_query, to_networkx
from tuopin.network import KINDS


@pytest.fixture(scope="module")
def graph(built: Path) -> nx.MultiDiGraph:
    return to_networkx(built)


def find_node(graph: nx.MultiDiGraph, label: str) -> dict[str, object]:
    return next(node for _, node in graph.nodes(data=True) if node["label_zh"] == label)


def test_every_figure_with_a_place_is_an_attribute_of_that_place_once(graph: nx.MultiDiGraph, built: Path) -> None:
    stated = sorted((f.source, str(f.start), str(f.end), f.quote, f.value) for f in find_figures(built) if f.place)
    shown = sorted(
        (f["source"], f["start"], f["end"], f["quote"], f.get("value", ""))
        for _, node in graph.nodes(data=True)
        for f in node["figures"]
    )
    assert stated
    assert shown == stated


def test_every_statement_between_two_things_is_an_edge_with_its_evidence(graph: nx.MultiDiGraph, built: Path) -> None:
    literal = {"startDate", "period", "changesTo"}
    stated = sorted((s.property, s.start, s.end, s.quote) for s in find_statements(built) if s.property not in literal)
    shown = sorted(
        (data["property"], int(data["start"]), int(data["end"]), data["quote"])
        for _, _, data in graph.edges(data=True)
        if data["property"] != "containedInPlace"
    )
    assert stated
    assert shown == stated


def test_every_node_is_of_a_known_kind_and_has_both_names(graph: nx.MultiDiGraph) -> None:
    for _, node in graph.nodes(data=True):
        assert node["kind"] in KINDS
        assert node["label_zh"]
        assert node["label_en"] or node["kind"] == "source"


def test_a_place_stands_with_all_that_contain_it_up_to_the_country(graph: nx.MultiDiGraph) -> None:
    inside = nx.MultiDiGraph((a, b) for a, b, data in graph.edges(data=True) if data["property"] == "containedInPlace")
    liuyang = "https://w3id.org/tuopin/id/place/430181"
    above = [graph.nodes[name]["label_zh"] for name in nx.bfs_tree(inside, liuyang)]
    assert above == ["浏阳市", "长沙市", "湖南省", "中国"]


def test_places_that_nothing_speaks_of_are_left_out(graph: nx.MultiDiGraph) -> None:
    codes = {node["code"] for _, node in graph.nodes(data=True) if node["kind"] == "place"}
    assert {"430181", "431022", "431200"} <= codes
    assert "110101" not in codes


def test_a_figure_keeps_the_fields_of_its_record_with_labels_in_both_languages(graph: nx.MultiDiGraph) -> None:
    figures = find_node(graph, "怀化市")["figures"]
    money = next(figure for figure in figures if figure["unit"] == "CNY")  # type: ignore[attr-defined]
    assert money["value"] == "568000000"
    assert (money["indicator"], money["indicator_zh"], money["indicator_en"]) == (
        "funds-invested",
        "投入资金",
        "funds invested",
    )
    assert (money["programme"], money["purpose"], money["unit_zh"]) == ("四跟四走", "发展产业", "元")
    assert "period_start" not in money
    assert "scope" not in money


def test_the_graph_can_be_made_from_a_store_as_well_as_from_a_path(graph: nx.MultiDiGraph, built: Path) -> None:
    assert nx.utils.graphs_equal(to_networkx(open_store(built)), graph)


def test_nodes_agree_with_what_sparql_counts(graph: nx.MultiDiGraph, built: Path) -> None:
    answer = run_query(
        open_store(built),
        """SELECT (COUNT(DISTINCT ?programme) AS ?count) WHERE {
            { ?s rdf:subject ?programme } UNION { ?s rdf:object ?programme }
            ?s a tp:Statement . ?programme a tp:Programme }""",
    )
    (row,) = answer.rows()
    assert int(row[0] or 0) == sum(node["kind"] == "programme" for _, node in graph.nodes(data=True))
