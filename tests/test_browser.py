"""The graph page in a browser: opened from a file, with no network, by mouse, by keyboard and by an attacker."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from test_page import PAYLOADS, TITLE, build_graph, build_hostile
from tools import miss

from tuopin.page import to_html

QUIET = ("gpu", "quic", "background-networking", "component-update", "sync")
ARGS = ["--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in QUIET)]
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed
    except ImportError:
        miss("the Python package playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        miss("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


class Visit:
    """A page that is open, and everything that it asked for, complained of or tried."""

    def __init__(self, browser: Any, path: Path, **options: Any):
        self.address = path.as_uri()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))
        self.page.goto(self.address)

    def wait(self) -> None:
        """Until the page has drawn what it was told to."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def search(self, query: str) -> None:
        self.page.fill("#search", query)
        self.page.press("#search", "Enter")
        self.wait()

    def text(self, selector: str) -> str:
        return self.page.inner_text(selector)

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.page.text_content("#data"))


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    visits: list[Visit] = []

    def visit(text: str = "", *, graph: nx.MultiDiGraph | None = None, language: str = "zh", **options: Any) -> Visit:
        path = tmp_path / "有 空格 folder" / "图 page.html"
        path.parent.mkdir(exist_ok=True)
        made = text or to_html(
            build_graph() if graph is None else graph, title=TITLE, date="2017-02-20", language=language
        )
        path.write_text(made, encoding="utf-8", newline="\n")
        visits.append(Visit(browser, path, **options))
        return visits[-1]

    yield visit
    for one in visits:
        one.context.close()


def test_the_page_opens_from_a_file_asks_for_nothing_else_and_stands_still(open_page: Any) -> None:
    visit = open_page(offline=True)
    visit.wait()
    first = visit.page.locator("#graph canvas").screenshot()
    visit.page.wait_for_timeout(700)
    assert visit.page.locator("#graph canvas").screenshot() == first
    inked = """() => { const canvas = document.querySelector("#graph canvas");
        const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const dots = new Uint32Array(image.data.buffer);
        return dots.filter((dot) => dot).length / dots.length }"""
    assert visit.page.evaluate(inked) > 0.01
    assert [address for address in visit.requests if address != "data:,"] == [visit.address]
    assert visit.complaints == []


def test_search_then_details_then_evidence_then_the_other_language(open_page: Any) -> None:
    visit = open_page()
    visit.search("凤凰")
    assert visit.text("#panel h2 >> nth=0") == "凤凰县"
    assert "433100" in visit.text("#panel")
    row = visit.text(".figures .fact >> nth=0")
    assert all(part in row for part in ("投入资金", "5.68亿元", "568,000,000", "元", "2016", "实际"))
    visit.page.click(".figures .open >> nth=0")
    proof = visit.text(".figures .evidence")
    assert all(
        part in proof for part in ("5.68亿元", "湖南：精准扶贫的“四跟四走”", "2017-02-20", "第 120–126 字", "财政")
    )
    link = visit.page.locator(".figures .evidence a")
    assert link.get_attribute("href") == "https://example.org/news/1.html"
    assert link.get_attribute("rel") == "noopener noreferrer"
    visit.page.click("#language")
    assert visit.text("#panel h2 >> nth=0") == "Fenghuang County"
    assert "funds invested" in visit.text(".figures .fact >> nth=0")
    assert "characters 120–126" in visit.text(".figures .evidence")
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    visit.page.click("#language")
    assert visit.text("#panel h2 >> nth=0") == "凤凰县"
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("query", "name"),
    [("jianghua", "江华县"), ("433102", "浏阳市"), ("四跟四走", "四跟四走"), ("POOR HOUSE", "贫困户")],
)
def test_search_takes_chinese_english_and_codes(open_page: Any, query: str, name: str) -> None:
    visit = open_page()
    visit.search(query)
    assert visit.text("#panel h2 >> nth=0") == name


def test_search_says_when_it_finds_nothing(open_page: Any) -> None:
    visit = open_page()
    visit.page.fill("#search", "没有的东西")
    assert "没有的东西" in visit.text("#results")
    assert "没有的东西" in visit.page.text_content("#live")
    visit.page.press("#search", "Enter")
    assert visit.page.locator("#close").is_hidden()


def test_targets_and_sums_over_years_do_not_look_like_results(open_page: Any) -> None:
    visit = open_page()
    visit.search("浏阳市")
    heads = visit.page.locator(".figures .head").all_inner_texts()
    assert heads == ["结果", "累计", "目标（计划，尚未实现）"]
    assert "2万人" in visit.text("tbody.target")
    assert "16442人" in visit.text("tbody.cumulative")
    styles = [
        visit.page.eval_on_selector(f"tbody.{sort} .fact th", "(cell) => getComputedStyle(cell).borderInlineStartStyle")
        for sort in ("result", "cumulative", "target")
    ]
    assert styles == ["none", "double", "dashed"]


def test_a_figure_without_a_period_says_so_and_a_range_shows_both_ends(open_page: Any) -> None:
    visit = open_page()
    visit.search("浏阳市")
    row = visit.page.locator(".figures .fact", has_text="3000-5000元").inner_text()
    assert all(part in row for part in ("3,000 至 5,000 元", "每户", "未写明"))


def test_a_click_on_a_node_or_a_line_opens_it(open_page: Any) -> None:
    visit = open_page()
    visit.search("凤凰县")
    visit.page.click("#close")
    box = visit.page.locator("#graph").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.click(x, y)
    visit.page.wait_for_selector("#panel h2:text-is('凤凰县')")
    nodes = visit.data["nodes"]
    here = next(node for node in nodes if node["label"] == "凤凰县")
    there = next(node for node in nodes if node["iri"].endswith("target/c0-5"))
    dx, dy = there["x"] - here["x"], there["y"] - here["y"]
    for distance in range(34, 120, 8):
        visit.page.mouse.click(x + distance * dx / (dx**2 + dy**2) ** 0.5, y + distance * dy / (dx**2 + dy**2) ** 0.5)
        visit.page.wait_for_timeout(350)  # two quick clicks are one double click
        if visit.text("#panel .kind >> nth=0") == "关系":
            break
    assert "凤凰县 — 到2020年全部脱贫" in visit.text("#panel")
    assert "凤凰县……到2020年全部脱贫" in visit.text("#panel .evidence blockquote")


def test_a_relation_opens_its_evidence_and_leads_to_the_other_end(open_page: Any) -> None:
    visit = open_page()
    visit.search("凤凰县")
    item = visit.page.locator(".relations li", has_text="四跟四走")
    item.locator(".open").click()
    assert "凤凰县推行“四跟四走”" in item.locator("blockquote").inner_text()
    item.locator(".go").click()
    assert visit.text("#panel h2 >> nth=0") == "四跟四走"
    assert "开展（指向这里）" in visit.text(".relations")


def test_the_legend_filters_and_the_list_shows_what_the_graph_shows(open_page: Any) -> None:
    visit = open_page()
    total = len(visit.data["nodes"])
    assert visit.text("#shown").startswith(f"显示 {total} / {total} ")
    visit.page.uncheck("#kind-measure input")
    assert visit.text("#kind-measure .count") == "0 / 12"
    visit.page.click("#view-list")
    assert visit.page.locator("#list-body tr").count() == total - 12
    visit.page.check("#only-figures")
    assert visit.page.locator("#list-body tr").count() == 4
    assert visit.text("#shown") == f"显示 4 / {total} 个节点 · 2 项筛选"
    visit.page.click("#clear")
    assert visit.page.locator("#list-body tr").count() == total


def test_the_list_sorts_and_opens_details(open_page: Any) -> None:
    visit = open_page()
    visit.page.click("#view-list")
    visit.page.click("[data-sort=figures]")
    assert visit.page.locator("#list-head [aria-sort=descending]").inner_text().startswith("数字")
    figures = [int(text) for text in visit.page.locator("#list-body td:last-child").all_inner_texts()]
    assert figures == sorted(figures, reverse=True)
    visit.page.click("#list-body .go >> nth=0")
    assert visit.page.locator(".figures").is_visible()


def test_what_is_searched_for_comes_back_when_a_filter_hid_it(open_page: Any) -> None:
    visit = open_page()
    visit.page.uncheck("#kind-place input")
    visit.search("江华县")
    assert visit.page.is_checked("#kind-place input")


def test_the_whole_story_goes_without_a_mouse(open_page: Any) -> None:
    visit = open_page()
    page = visit.page
    page.keyboard.press("/")
    page.keyboard.type("江华")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "江华县"
    assert page.text_content("#live") == "江华县，地方，4 个数字，12 条关系"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".figures .evidence").count() == 1
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "graph"
    page.keyboard.press("ArrowRight")
    assert page.locator("#close").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H2"


def test_every_control_has_a_name_and_tab_reaches_it_soon(open_page: Any) -> None:
    visit = open_page()
    unnamed = """() => [...document.querySelectorAll("button, input, a, [role=application]")].filter((item) =>
        !(item.getAttribute("aria-label") || item.textContent.trim() || item.labels?.length)).length"""
    assert visit.page.evaluate(unnamed) == 0
    assert (
        visit.page.locator("h1").count()
        == visit.page.locator("main").count()
        == visit.page.locator("[aria-live]").count()
        == 1
    )
    seen = []
    for _ in range(27):
        visit.page.keyboard.press("Tab")
        seen.append(visit.page.evaluate("document.activeElement.id"))
    assert {"search", "view-graph", "view-list", "language", "only-figures", "graph", "zoom-fit"} <= set(seen)


@pytest.mark.parametrize("width", [360, 390, 820, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_sticks_out_at_any_width(open_page: Any, width: int, language: str) -> None:
    visit = open_page(language=language, viewport={"width": width, "height": 740})
    measure = "document.documentElement.scrollWidth"
    assert visit.page.evaluate(measure) <= width
    visit.search("浏阳市" if language == "zh" else "Liuyang City")
    visit.page.click(".figures .open >> nth=0")
    assert visit.page.evaluate(measure) <= width
    assert (
        visit.page.evaluate(
            "(() => { const d = document.getElementById('details'); return d.scrollWidth - d.clientWidth })()"
        )
        <= 0
    )
    visit.page.click("#close")
    visit.page.click("#view-list")
    assert visit.page.evaluate(measure) <= width


def test_english_shows_no_chinese_but_the_data(open_page: Any) -> None:
    visit = open_page()
    visit.page.click("#language")
    visit.search("Liuyang City")
    for item in visit.page.locator(".figures .open").all():
        item.click()
    words = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const texts = [];
        while (walk.nextNode()) { const e = walk.currentNode.parentElement;
            if (!e.closest("script, style, noscript, h1, [lang='zh-CN']")) texts.push(walk.currentNode.data); }
        const told = [...document.querySelectorAll("[data-t-title], [data-t-aria-label], [placeholder]")];
        return texts.concat(told.flatMap((e) => [e.title, e.getAttribute("aria-label"), e.placeholder])); }"""
    assert [text for text in visit.page.evaluate(words) if text and HAN.search(text)] == []


def test_light_and_dark_follow_the_system(open_page: Any) -> None:
    def brightness(scheme: str) -> int:
        colour = open_page(color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert brightness("light") > 600
    assert brightness("dark") < 150


def test_without_scripts_the_page_is_a_table(open_page: Any) -> None:
    visit = open_page(java_script_enabled=False)
    assert visit.page.locator("noscript table").is_visible()
    assert visit.page.locator("main").is_hidden()
    assert "湖南省" in visit.text("noscript")


def try_everything(visit: Visit) -> None:
    """Show every text of the data in every place that shows any."""
    page = visit.page
    for payload in PAYLOADS:
        page.fill("#search", payload[:60].replace("\ud800", "?"))
    page.click("#view-list")
    for row in range(len(PAYLOADS)):
        page.click(f"#list-body .go >> nth={row}")
        for opener in page.locator("#panel .open").all():
            opener.click()
        protocols = page.evaluate("[...document.links].map((link) => link.protocol)")
        assert set(protocols) <= {"https:", "http:", "file:"}
    page.click("#language")
    page.click("#view-graph")
    page.evaluate("location.hash = '#<img src=x onerror=window.pwned=1>'")
    page.hover("#graph")
    page.focus("#graph")
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    visit.wait()


def harmed(visit: Visit) -> list[str]:
    signs = [text for text in visit.complaints if "pwned" in text or text == "dialog"]
    signs += [url for url in visit.requests if not url.startswith((visit.address, "data:"))]
    if visit.page.evaluate("'pwned' in window || 'pwned' in Object.prototype"):
        signs.append("it ran")
    return signs


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without the policy"])
def test_hostile_data_are_shown_and_do_nothing(open_page: Any, policy: bool) -> None:
    text = to_html(build_hostile(), title=PAYLOADS[0], date=PAYLOADS[1])
    visit = open_page(text if policy else re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", text))
    try_everything(visit)
    assert harmed(visit) == []
    assert visit.complaints == []
    assert visit.text("#panel h2 >> nth=0")


@pytest.mark.parametrize(
    "hole",
    [
        "<script>window.pwned=1</script>",
        "<img src=x onerror=window.pwned=1>",
        '<svg onload="window.pwned=1"></svg>',
        '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    ],
)
def test_the_policy_holds_where_the_escaping_would_not(open_page: Any, hole: str) -> None:
    text = to_html(build_graph(1), title=TITLE, date="").replace('<div id="panel">', hole + '<div id="panel">')
    visit = open_page(text)
    visit.wait()
    assert visit.page.evaluate("window.pwned") is None
    assert visit.page.locator("#graph canvas").is_visible()
