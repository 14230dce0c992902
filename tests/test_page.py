"""The graph page as text: what it holds, what it refuses to hold, and that it is the same every time."""

import base64
import hashlib
import html.parser
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

from tuopin import page as page_module
from tuopin.page import LANGUAGES, SHAPES, GraphPage, to_html, write_page

ASSETS = Path(page_module.__file__).with_name("assets")
ID = "https://w3id.org/tuopin/id/"
TITLE = "湖南脱贫攻坚：数字与出处"
ARTICLE = {
    "source": "news-1",
    "source_title": "湖南：精准扶贫的“四跟四走”",
    "source_url": "https://example.org/news/1.html",
    "source_date": "2017-02-20",
}
OTHER = {**ARTICLE, "source": "news-0", "source_title": "江华：产业扶贫", "source_url": "https://example.org/0.html"}
PAYLOADS = [
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    '"><svg onload=window.pwned=1>',
    "'-window.pwned=1-'",
    "javascript:window.pwned=1",
    "<!--<script>",
    "]]>",
    "${window.pwned=1}",
    "{{7*7}}",
    "a\u2028b\u2029c",
    "__proto__",
    "constructor",
    '<a href="https://evil.example/">href</a>',
    "\u202egnol",
    "\ud800",
    "长" * 100_000,
]


def add_thing(graph: nx.MultiDiGraph, kind: str, key: str, zh: str, en: str = "", **more: object) -> str:
    name = f"{ID}{kind}/{key}"
    graph.add_node(name, kind=kind, label_zh=zh, label_en=en, **{"code": "", "level": "", "figures": [], **more})
    return name


def relate(
    graph: nx.MultiDiGraph, start: str, prop: tuple[str, str, str], end: str, quote: str = "", **more: object
) -> None:
    local, zh, en = prop
    evidence = (
        {**ARTICLE, "quote": quote, "start": "20", "end": str(20 + len(quote)), "origin": "curated"} if quote else {}
    )
    graph.add_edge(start, end, key=f"{local} {quote}", property=local, label_zh=zh, label_en=en, **{**evidence, **more})


def figure(
    quote: str, value: str, indicator: tuple[str, str, str], unit: tuple[str, str, str], **more: str
) -> dict[str, str]:
    words = {"indicator": indicator[0], "indicator_zh": indicator[1], "indicator_en": indicator[2]}
    units = {"unit": unit[0], "unit_zh": unit[1], "unit_en": unit[2]}
    usual = {"qualifier": "exact", "status": "actual", "scope": "", "origin": "curated", "start": "120", "end": "126"}
    return {**ARTICLE, **words, **units, **usual, "quote": quote, "value": value, **more}


YUAN = ("CNY", "元", "yuan")
PEOPLE = ("person", "人", "persons")
FUNDS = ("funds-invested", "投入资金", "funds invested")
LIFTED = ("people-lifted", "脱贫人口", "people lifted out of poverty")
POOR = ("poor-population", "贫困人口", "poor population")
CARRIES = ("carriesOut", "开展", "carries out")
WITHIN = ("containedInPlace", "位于", "contained in")
TAKES = ("takesMeasure", "采取措施", "takes measure")
DEVELOPS = ("develops", "发展产业", "develops")
ADDRESSES = ("addresses", "针对", "addresses")
COMMITS = ("commitsTo", "承诺", "commits to")
BENEFITS = ("benefits", "惠及", "benefits")
ABOUT = ("about", "关于", "about")


def add_county(graph: nx.MultiDiGraph, number: int, province: str, shared: list[str]) -> None:
    """One county with a programme, measures, an industry, a target, an article and figures."""
    zh, en = [
        ("凤凰县", "Fenghuang County"),
        ("江华县", "Jianghua County"),
        ("浏阳市", "Liuyang City"),
        ("桑植县", "Sangzhi County"),
    ][number % 4]
    zh, en = (zh, en) if number < 4 else (f"{zh[:-1]}{number}县", f"{en} {number}")
    key = f"4331{number:02}"
    sums = [
        figure(
            "5.68亿元", "568000000", FUNDS, YUAN, period_start="2016", period_end="2016", scope="annual", funder="财政"
        ),
        figure(
            "16442人",
            "16442",
            LIFTED,
            PEOPLE,
            period_start="2014",
            period_end="2016",
            scope="cumulative",
            qualifier="about",
            **OTHER,
        ),
        figure(
            "3.45万",
            "34500",
            POOR,
            PEOPLE,
            period_start="2015-12-31",
            period_end="2015-12-31",
            scope="stock",
            start="9",
        ),
        figure(
            "2万人",
            "20000",
            LIFTED,
            PEOPLE,
            period_start="2020",
            period_end="2020",
            status="target",
            programme="四跟四走",
        ),
        {**figure("3000-5000元", "", ("other", "其他", "other"), YUAN, per="household"), "low": "3000", "high": "5000"},
    ]
    county = add_thing(graph, "place", key, zh, en, code=key, level="county", figures=sums[: 3 + number % 3])
    relate(graph, county, WITHIN, province)
    own = [
        (CARRIES, "programme", "十大工程", "Ten Projects"),
        (TAKES, "measure", "免费提供种苗", "free seedlings"),
        (TAKES, "measure", "易地扶贫搬迁", "relocation"),
        (TAKES, "measure", "小额信贷", ""),
        (DEVELOPS, "industry", "猕猴桃产业", "kiwi fruit"),
        (COMMITS, "target", "到2020年全部脱贫", "all out of poverty by 2020"),
        (("povertyCause", "致贫原因", "cause of poverty"), "issue", "缺乏技术", "lack of skills"),
        (("hasDesignation", "称号", "has designation"), "designation", "国家级贫困县", "national poor county"),
    ]
    for place, (prop, kind, name, english) in enumerate(own):
        thing = add_thing(graph, kind, f"c{number}-{place}", name if kind != "programme" else f"{zh}{name}", english)
        relate(graph, county, prop, thing, f"{zh}……{name}")
    article = add_thing(graph, "source", f"news-{number}", f"{zh}：扶贫路上", "")
    relate(graph, article, ABOUT, county)
    for thing in shared[: 1 + number % len(shared)]:
        relate(graph, county, CARRIES, thing, f"{zh}推行“四跟四走”")


def build_graph(counties: int = 4) -> nx.MultiDiGraph:
    """A small graph as `tuopin.network.to_networkx` gives it."""
    graph = nx.MultiDiGraph()
    province = add_thing(graph, "place", "430000", "湖南省", "Hunan Province", code="430000", level="province")
    four = add_thing(graph, "programme", "si-gen-si-zou", "四跟四走", "Four Follows and Four Goes")
    group = add_thing(graph, "group", "poor-households", "贫困户", "poor households")
    bank = add_thing(graph, "organisation", "bank", "农商银行", "rural commercial bank")
    issue = add_thing(graph, "issue", "no-capital", "缺乏资金", "lack of capital")
    aim = add_thing(graph, "aim", "lift", "稳定脱贫", "lasting way out of poverty")
    person = add_thing(graph, "person", "author", "某记者")
    meeting = add_thing(graph, "event", "meeting", "产业扶贫现场会", "meeting on industry", figures=[])
    relate(graph, four, ADDRESSES, issue, "“四跟四走”解决缺乏资金的问题")
    relate(graph, four, ("aimsAt", "目的", "aims at"), aim, "为了稳定脱贫")
    relate(graph, four, BENEFITS, group, "惠及贫困户")
    relate(graph, bank, ("assists", "帮扶", "assists"), group, "农商银行帮扶贫困户")
    relate(graph, person, ("affiliation", "供职", "works for"), bank)
    relate(graph, province, ("spokeAt", "发言", "spoke at"), meeting, "湖南省在会上发言")
    for number in range(counties):
        add_county(graph, number, province, [four, group, bank])
    return graph


def build_hostile() -> nx.MultiDiGraph:
    """A graph in which every text is an attack."""
    graph = nx.MultiDiGraph()
    for number, payload in enumerate(PAYLOADS):
        facts = dict.fromkeys(
            (
                "quote",
                "unit",
                "unit_zh",
                "indicator",
                "indicator_zh",
                "period_start",
                "place",
                "status",
                "scope",
                "per",
            ),
            payload,
        )
        fact = {
            **facts,
            "value": payload,
            "source_title": payload,
            "source_url": payload,
            "source_date": payload,
            "origin": payload,
        }
        kind = list(SHAPES)[number % 13] if number % 3 else payload
        graph.add_node(
            payload, kind=kind, label_zh=payload, label_en=payload, code=payload[:40], level=payload, figures=[fact]
        )
        graph.add_edge(
            payload, PAYLOADS[number - 1], key=payload, property=payload, label_zh=payload, label_en=payload, **fact
        )
    return graph


class Page(html.parser.HTMLParser):
    """A page as a browser would cut it: its tags with their attributes, and the text of each script and style."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.blocks.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style") and data.strip():
            tag, attrs, text = self.blocks[-1]
            self.blocks[-1] = (tag, attrs, text + data)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", {}))

    def read_json(self, name: str) -> dict:
        return json.loads(next(text for _, attrs, text in self.blocks if attrs.get("id") == name))

    @property
    def policy(self) -> str:
        return next(
            attrs["content"] or "" for tag, attrs in self.tags if attrs.get("http-equiv") == "Content-Security-Policy"
        )


@pytest.fixture(scope="module")
def graph() -> nx.MultiDiGraph:
    return build_graph()


@pytest.fixture(scope="module")
def text(graph: nx.MultiDiGraph) -> str:
    return to_html(graph, title=TITLE, date="2017-02-20")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_holds_every_node_edge_and_figure_of_the_graph(graph: nx.MultiDiGraph, page: Page) -> None:
    data = page.read_json("data")
    assert len(data["nodes"]) == len(graph)
    assert len(data["edges"]) == len(data["evidence"]) == graph.number_of_edges()
    assert sum(map(len, data["figures"])) == sum(len(node["figures"]) for _, node in graph.nodes(data=True))
    assert {node["iri"] for node in data["nodes"]} == set(graph)


def test_evidence_stands_beside_the_edge_that_it_proves(graph: nx.MultiDiGraph, page: Page) -> None:
    data = page.read_json("data")
    iris = [node["iri"] for node in data["nodes"]]
    told = {
        (iris[e["from"]], data["properties"][e["property"]]["property"], iris[e["to"]], fact.get("quote", ""))
        for e, fact in zip(data["edges"], data["evidence"], strict=True)
    }
    assert told == {(a, edge["property"], b, edge.get("quote", "")) for a, b, edge in graph.edges(data=True)}


def test_a_source_stands_once_and_is_referred_to_by_number(page: Page) -> None:
    data = page.read_json("data")
    told = [(source["id"], source["title"], source["url"], source["date"]) for source in data["sources"]]
    assert told == [
        tuple(article[f"source{part}"] for part in ("", "_title", "_url", "_date")) for article in (ARTICLE, OTHER)
    ]
    assert {fact["source"] for facts in data["figures"] for fact in facts} == {0, 1}
    assert {fact["source"] for fact in data["evidence"]} == {0, -1}


def test_the_same_graph_filled_in_another_order_gives_the_same_bytes(graph: nx.MultiDiGraph, text: str) -> None:
    other = nx.MultiDiGraph()
    for name, node in reversed(list(graph.nodes(data=True))):
        other.add_node(name, **{**node, "figures": node["figures"][::-1]})
    for start, end, key, edge in reversed(list(graph.edges(keys=True, data=True))):
        other.add_edge(start, end, key=key, **dict(reversed(edge.items())))
    assert to_html(other, title=TITLE, date="2017-02-20") == text


def test_the_bytes_do_not_depend_on_the_hash_seed_or_the_locale(text: str) -> None:
    made = "p.to_html(p.build_graph(), title=p.TITLE, date='2017-02-20')"
    code = f"import hashlib, test_page as p; print(hashlib.sha256({made}.encode()).hexdigest())"
    source = str(ASSETS.parent.parent)
    for seed, locale in (("1", "C"), ("4711", "C.UTF-8")):
        env = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONUTF8": "0",
            "PYTHONPATH": os.pathsep.join([source, str(Path(__file__).parent)]),
        }
        told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
        assert told.strip() == hashlib.sha256(text.encode()).hexdigest()


def test_to_html_leaves_the_graph_as_it_was() -> None:
    graph = build_graph()
    to_html(graph, title=TITLE, date="")
    assert nx.utils.graphs_equal(graph, build_graph())


def test_the_policy_allows_exactly_the_blocks_of_the_page(page: Page) -> None:
    def hashes(tag: str) -> set[str]:
        live = [text for name, attrs, text in page.blocks if name == tag and attrs.get("type") != "application/json"]
        return {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in live}

    rules = {rule.split()[0]: set(rule.split()[1:]) for rule in page.policy.split(";")}
    assert rules["default-src"] == {"'none'"}
    assert rules["script-src"] == hashes("script")
    assert rules["style-src"] == hashes("style")
    assert rules["img-src"] == {"data:"}
    assert "unsafe" not in page.policy
    assert len(hashes("script")) == 2


def test_no_element_of_the_page_asks_for_anything(page: Page) -> None:
    for tag, attrs in page.tags:
        assert tag not in {"iframe", "object", "embed", "form", "base", "img", "a"} or attrs.get("href", "").startswith(
            "#"
        )
        assert not any(name.startswith("on") or name in {"src", "srcset", "style", "action"} for name in attrs)
        assert attrs.get("href") in (None, "data:,", "#details")


def test_the_only_addresses_are_those_of_the_data_and_the_notes_of_the_engine(text: str, page: Page) -> None:
    engine = next(block for _, _, block in page.blocks if "@copyright" in block)
    found = set(re.findall(r"https?://[^\s\"'<>)\\]+", text.replace(engine, "")))
    assert found - {"http://www.w3.org/2000/svg"} <= set(
        re.findall(r"https?://[^\"]+", json.dumps(page.read_json("data")))
    )
    hosts = set(re.findall(r"https?://([^/\s\"'<>)\\]+)", engine))
    assert hosts == {"visjs.github.io", "almende.com", "github.com", "www.apache.org", "opensource.org", "www.w3.org"}
    assert "sourceMappingURL" not in text


@pytest.mark.parametrize("name", ["page.js", "page.html", "page.css"])
def test_our_own_files_have_no_way_from_text_to_code(name: str) -> None:
    banned = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|javascript:|DOMParser|srcdoc"
        r"|createContextualFragment|setTimeout\(\s*['\"]|\son[a-z]+=|\|\s*safe|@import|url\("
    )
    assert not re.findall(banned, (ASSETS / name).read_text(encoding="utf-8"))


def test_hostile_text_stays_inside_its_block() -> None:
    plain, hostile = (
        Page(to_html(nx.MultiDiGraph(), title="", date="")),
        Page(to_html(build_hostile(), title=PAYLOADS[0], date=PAYLOADS[1])),
    )
    live = [tag for tag, _ in hostile.tags if tag not in {"tr", "/tr", "td", "/td", "th", "/th"}]
    assert live == [tag for tag, _ in plain.tags if tag not in {"tr", "/tr", "td", "/td", "th", "/th"}]
    assert len(hostile.read_json("data")["nodes"]) == len(PAYLOADS)


def test_half_a_surrogate_pair_can_be_written(tmp_path: Path) -> None:
    write_page(build_hostile(), tmp_path / "x.html", title="\ud800", date="")
    assert (tmp_path / "x.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_every_word_of_the_interface_is_in_both_languages() -> None:
    zh, en = (json.loads((ASSETS / f"page.{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES)
    assert list(zh) == list(en)
    assert all(zh.values())
    assert all(en.values())
    for key in zh:
        assert set(re.findall(r"{\w+}", zh[key])) == set(re.findall(r"{\w+}", en[key])), key
    assert {key for key, value in en.items() if re.search(r"[\u4e00-\u9fff]", value)} == {"language.zh"}
    assert {f"kind.{kind}" for kind in SHAPES} <= set(zh)


def test_no_word_of_the_interface_is_in_the_code() -> None:
    words = json.loads((ASSETS / "page.zh.json").read_text(encoding="utf-8"))
    script, template = ((ASSETS / name).read_text(encoding="utf-8") for name in ("page.js", "page.html"))
    assert not re.search(r"[\u4e00-\u9fff]", script + template)
    used = set(re.findall(r"\bt\(\"([\w.]+)\"", script)) | set(
        re.findall(r"data-t(?:-[a-z-]+)?=\"([\w.]+)\"", template)
    )
    assert used <= set(words)
    assert set(re.findall(r"data-t(?:-[a-z-]+)?=\"([\w.]+)\"", template)) <= set(
        re.findall(r"t(?:\.|\[')([\w.]+)", template)
    )


def test_without_scripts_the_best_connected_nodes_stand_in_a_table(graph: nx.MultiDiGraph, text: str) -> None:
    table = text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert table.count('scope="row"') == min(len(graph), 200)
    first = re.search(r'scope="row"[^>]*>([^<]+)<', table)
    assert first
    assert first[1] in {"江华县", "浏阳市", "凤凰县", "桑植县"}
    assert "<td>430000</td>" in table


def test_nodes_stand_apart_and_things_stand_with_their_place(graph: nx.MultiDiGraph, page: Page) -> None:
    nodes = page.read_json("data")["nodes"]
    at = {node["iri"]: (node["x"], node["y"]) for node in nodes}
    spots = sorted(at.values())
    assert all((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 > 30**2 for i, a in enumerate(spots) for b in spots[i + 1 :])
    county, other = (at[f"{ID}place/43310{number}"] for number in (0, 1))
    for name, (x, y) in at.items():
        if "/c0-" in name:
            assert (x - county[0]) ** 2 + (y - county[1]) ** 2 < (x - other[0]) ** 2 + (y - other[1]) ** 2


def test_a_page_opens_in_the_language_that_was_asked_for(graph: nx.MultiDiGraph) -> None:
    assert '<html lang="zh-CN">' in to_html(graph, title=TITLE, date="")
    assert '<html lang="en">' in to_html(graph, title=TITLE, date="", language="en")
    with pytest.raises(ValueError, match="language"):
        to_html(graph, title=TITLE, date="", language="fr")


def test_an_empty_graph_is_a_page_too() -> None:
    assert Page(to_html(nx.MultiDiGraph(), title="x", date="")).read_json("data")["nodes"] == []


def test_write_page_writes_utf8_with_plain_line_ends_and_nothing_beside(
    graph: nx.MultiDiGraph, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "图 1.html"
    path.write_text("old", encoding="utf-8")
    write_page(graph, path, title=TITLE, date="2017-02-20")
    assert path.read_bytes() == text.encode("utf-8")
    assert b"\r" not in path.read_bytes()
    assert [item.name for item in tmp_path.iterdir()] == ["图 1.html"]


def test_a_page_that_cannot_be_made_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="language"):
        write_page(build_graph(), path, title="", date="", language="xx")
    assert path.read_text(encoding="utf-8") == "old"


def test_graph_page_takes_pyvis_calls_and_keeps_a_node_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    net = GraphPage("t", "d", "en")
    net.add_nodes([1, 2], label=["a", "b"])
    net.add_node(1, "again")
    net.add_edges([(1, 2)])
    net.from_nx(nx.path_graph(["x", "y"]))
    net.write_html("x.html")
    data = Page((tmp_path / "x.html").read_text(encoding="utf-8")).read_json("data")
    assert [node["label"] for node in data["nodes"]] == ["a", "b", "x", "y"]
    assert len(data["edges"]) == 2
    assert [item.name for item in tmp_path.iterdir()] == ["x.html"]


def test_ten_times_the_edges_take_nowhere_near_a_hundred_times_as_long() -> None:
    import time  # noqa: PLC0415 - only here

    def spend(size: int) -> float:
        net = GraphPage("t", "d")
        begin = time.perf_counter()
        for number in range(size):
            net.add_node(number)
        for number in range(2 * size):
            net.add_edge(number % size, (number * 7) % size)
        return time.perf_counter() - begin

    assert min(spend(20_000) for _ in range(3)) < 40 * min(spend(2_000) for _ in range(3))
