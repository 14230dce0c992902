"use strict";
// What the page does. Words come from the block "words", all else from the block "data"; text reaches the page as text only.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const byId = (id) => document.getElementById(id);
  const data = read("data");
  const words = read("words");
  const own = (table, key, fallback) => (Object.hasOwn(table, key) ? table[key] : fallback);
  const clip = (text, length) => (text.length > length ? `${text.slice(0, length)}…` : text);
  const narrow = matchMedia("(max-width: 820px)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  let language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  let selection = null; // {node: number} or {edge: number}
  let opened = new Set(); // keys of the evidence that is open
  let hovered = null;
  let sorting = { by: "relations", down: true };
  let listed = 300;
  const hiddenKinds = new Set();
  let onlyFigures = false;

  // ---- words

  const t = (key, values = {}) =>
    own(words[language], key, key).replace(/\{(\w+)\}/g, (whole, name) => String(own(values, name, whole)));
  const named = (group, value) => (value ? own(words[language], `${group}.${value}`, value) : "");
  const inLanguage = (zh, en) => (language === "en" && en ? { text: en, lang: "en" } : { text: zh || en || "", lang: zh ? "zh-CN" : "en" });

  // ---- elements: made by name, filled with text, never parsed

  function el(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") made.addEventListener(name, value);
      else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }
  const nameOf = ({ text, lang }, length = 300) => el("span", { class: "name", lang }, clip(text, length));

  function link(address, text) {
    let url = null;
    try {
      url = new URL(address);
    } catch {
      return text;
    }
    if (url.protocol !== "https:" && url.protocol !== "http:") return text;
    return el("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, text);
  }

  const star = Array.from({ length: 10 }, (_, i) => {
    const [angle, radius] = [(i * Math.PI) / 5, i % 2 ? 0.5 : 1.15];
    return `${(Math.sin(angle) * radius).toFixed(3)} ${(-Math.cos(angle) * radius).toFixed(3)}`;
  });
  const outlines = {
    dot: "M-.95 0A.95 .95 0 1 1 .95 0A.95 .95 0 1 1 -.95 0Z",
    square: "M-.8 -.8H.8V.8H-.8Z",
    triangle: "M0 -1L1 .8H-1Z",
    triangleDown: "M0 1L1 -.8H-1Z",
    diamond: "M0 -1.1L1.1 0L0 1.1L-1.1 0Z",
    hexagon: "M1 0L.5 .87H-.5L-1 0L-.5 -.87H.5Z",
    star: `M${star.join("L")}Z`,
  };
  const hollow = new Set(["target", "group", "person", "source"]);
  const outlineOf = (kind, shape) => own(outlines, kind === "other" ? "dot" : shape, outlines.dot);
  const shapes = new Map(data.nodes.map((node) => [node.kind, node.shape]));
  const paths = new Map(Object.entries(outlines).map(([name, outline]) => [outline, new Path2D(outline)]));

  function icon(kind) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "-1.3 -1.3 2.6 2.6");
    svg.setAttribute("class", `icon k-${kind}${hollow.has(kind) ? " hollow" : ""}`);
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", outlineOf(kind, shapes.get(kind)));
    svg.append(path);
    return svg;
  }

  // ---- the graph as lists

  const nodes = data.nodes;
  const edges = data.edges;
  const figures = nodes.map((_, i) => data.figures[i] ?? []);
  const around = nodes.map(() => []);
  const position = new Map(nodes.map((node, i) => [node.id, i]));
  for (const [i, edge] of edges.entries()) {
    edge.ends = [position.get(edge.from), position.get(edge.to)];
    for (const end of new Set(edge.ends)) around[end].push(i);
  }
  for (const node of nodes) node.kind = data.kinds.includes(node.kind) ? node.kind : "other";
  const weight = nodes.map((node, i) => around[i].length + figures[i].length + (node.kind === "place" ? 3 : 0));
  const label = (i) => inLanguage(nodes[i].label, nodes[i].label_en);
  const propertyOf = (edge) => {
    const property = data.properties[edge.property] ?? { property: "" };
    return inLanguage(property.label_zh || property.property, property.label_en || property.property);
  };
  const passes = (i) => !hiddenKinds.has(nodes[i].kind) && (!onlyFigures || figures[i].length > 0);
  const other = (edge, i) => (edge.ends[0] === i ? edge.ends[1] : edge.ends[0]);
  const isSelected = (i) => selection !== null && (selection.node === i || (selection.edge !== undefined && edges[selection.edge].ends.includes(i)));
  let lit = null; // nodes that stay bright while something is selected

  // ---- drawing: vis-network moves the view and finds what is under the pointer, we paint

  let colours = {};
  function readColours() {
    const style = getComputedStyle(document.documentElement);
    const names = ["paper", "ink", "muted", "edge", "edge-on", "disc", "disc-rule", "accent", ...data.kinds.map((kind) => `k-${kind}`)];
    colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }
  const radius = (i) => (nodes[i].kind === "place" ? 9 : 6) + Math.min(11, 1.7 * Math.sqrt(weight[i]));
  let drawn = []; // nodes painted in this frame: [index, x, y]

  function paintNode(i, { ctx, x, y, state }) {
    const scale = network.getScale();
    const size = Math.max(radius(i), 3.2 / scale);
    const draw = () => {
      drawn.push([i, x, y, size]);
      ctx.save();
      ctx.translate(x, y);
      const path = paths.get(outlineOf(nodes[i].kind, nodes[i].shape));
      const colour = colours[`k-${nodes[i].kind}`];
      ctx.scale(size, size);
      ctx.lineWidth = 0.22;
      if (nodes[i].kind === "target") ctx.setLineDash([0.4, 0.22]);
      ctx.fillStyle = colours.paper;
      ctx.fill(path); // so that no line shows through what is faded
      ctx.globalAlpha = lit && !lit.has(i) ? 0.22 : 1;
      ctx.fillStyle = hollow.has(nodes[i].kind) ? colours.paper : colour;
      ctx.strokeStyle = hollow.has(nodes[i].kind) ? colour : colours.paper;
      ctx.fill(path);
      ctx.stroke(path);
      if (state.hover || isSelected(i)) {
        ctx.setLineDash([]);
        ctx.beginPath();
        ctx.arc(0, 0, 1.5, 0, 2 * Math.PI);
        ctx.strokeStyle = colours.ink;
        ctx.lineWidth = isSelected(i) ? 0.2 : 0.12;
        ctx.stroke();
      }
      ctx.restore();
    };
    return { drawNode: draw, nodeDimensions: { width: 2 * size, height: 2 * size } };
  }

  function paintDiscs(ctx) {
    drawn = [];
    ctx.save();
    ctx.lineWidth = 1 / network.getScale();
    for (const disc of data.circles) {
      ctx.beginPath();
      ctx.arc(disc.x, disc.y, disc.r - 6, 0, 2 * Math.PI);
      ctx.fillStyle = colours.disc;
      ctx.strokeStyle = colours["disc-rule"];
      ctx.fill();
      ctx.stroke();
    }
    ctx.restore();
  }

  const widths = new Map();
  function measure(ctx, font, text) {
    const key = `${font}|${text}`;
    if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
    return widths.get(key);
  }

  // Labels have one size on the screen at every zoom: below their mark, else beside or above it, else left out.
  // The weightier comes first.
  function paintLabels(ctx) {
    const scale = network.getScale();
    const ratio = ctx.getTransform().a / scale;
    const family = getComputedStyle(document.body).fontFamily;
    const rank = ([i]) => (isSelected(i) || i === hovered ? 1e6 : 0) + (lit?.has(i) ? 1e4 : 0) + (nodes[i].kind === "place" ? 12 : 0) + weight[i];
    const [taken, labels, wide] = [[], [], byId("graph").clientWidth];
    for (const [i, x, y, size] of drawn) {
      const [at, half] = [network.canvasToDOM({ x, y }), size * scale];
      taken.push([at.x - half, at.y - half, at.x + half, at.y + half, i]);
    }
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.lineJoin = "round";
    for (const item of [...drawn].sort((a, b) => rank(b) - rank(a))) {
      const [i, x, y, size] = item;
      if (lit && !lit.has(i) && i !== hovered) continue;
      const at = network.canvasToDOM({ x, y });
      const big = nodes[i].kind === "place" || isSelected(i);
      ctx.font = `${big ? "600 14" : "400 12"}px ${family}`;
      const text = clip(label(i).text, language === "en" ? 30 : 16);
      const [half, high, marker] = [measure(ctx, ctx.font, text) / 2 + 2, big ? 18 : 15, size * scale + 2];
      const spots = [[0, marker], [marker + half, -high / 2], [-marker - half, -high / 2], [0, -marker - high]].map(([dx, dy]) => [at.x + dx, at.y + dy]);
      const boxes = spots.map(([left, up]) => [left - half, up, left + half, up + high, i]);
      const free = boxes.findIndex((box) => box[0] >= 0 && box[2] <= wide && !taken.some((b) => b[4] !== i && box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]));
      const must = isSelected(i) || i === hovered || (nodes[i].kind === "place" && !labels.some((b) => boxes[0][0] < b[2] && boxes[0][2] > b[0] && boxes[0][1] < b[3] && boxes[0][3] > b[1]));
      if (free < 0 && !must) continue;
      const [middle, top] = spots[Math.max(0, free)];
      taken.push(boxes[Math.max(0, free)]);
      labels.push(boxes[Math.max(0, free)]);
      ctx.lineWidth = 4;
      ctx.strokeStyle = colours.paper;
      ctx.fillStyle = big ? colours.ink : colours.muted;
      if (lit?.has(i)) ctx.fillStyle = colours.ink;
      ctx.strokeText(text, middle, top);
      ctx.fillText(text, middle, top);
    }
    ctx.restore();
  }

  let network = null;
  let visNodes = null;
  let visEdges = null;
  const edgeColour = () => ({ color: colours.edge, highlight: colours["edge-on"], hover: colours["edge-on"], opacity: lit ? 0.35 : 0.8 });

  function start() {
    visNodes = new vis.DataSet(nodes.map((node, i) => ({ id: i, x: node.x ?? 0, y: node.y ?? 0, shape: "custom", size: radius(i), ctxRenderer: (given) => paintNode(i, given) })));
    visEdges = new vis.DataSet(edges.map((edge, i) => ({ id: i, from: edge.ends[0], to: edge.ends[1], arrows: "to" })));
    const many = edges.length > 2500;
    const options = { ...data.options, edges: { ...data.options.edges, color: edgeColour() } };
    options.interaction = { ...options.interaction, hideEdgesOnDrag: many, hideEdgesOnZoom: many, selectConnectedEdges: true };
    network = new vis.Network(byId("graph"), {}, options);
    network.on("beforeDrawing", paintDiscs);
    network.on("afterDrawing", paintLabels);
    network.on("hoverNode", ({ node }) => { hovered = node; network.redraw(); });
    network.on("blurNode", () => { hovered = null; network.redraw(); });
    network.on("click", ({ nodes: [node], edges: [edge] }) => {
      if (node !== undefined) select({ node });
      else if (edge !== undefined) select({ edge });
      else select(null);
    });
    network.setData({ nodes: visNodes, edges: visEdges });
    for (const inner of byId("graph").querySelectorAll("[tabindex]")) inner.tabIndex = -1;
    fit(false);
  }
  const moving = () => (still.matches ? false : { duration: 260, easingFunction: "easeInOutQuad" });
  function fit(moves = true) {
    if (!network) return;
    const from = { position: network.getViewPosition(), scale: network.getScale() };
    network.fit({ animation: false, maxZoomLevel: 1.6, minZoomLevel: 0.02 });
    const to = { position: network.getViewPosition(), scale: network.getScale() * 0.93 }; // room for labels at the rim
    if (moves && moving()) network.moveTo(from);
    network.moveTo({ ...to, animation: moves && moving() });
  }
  function zoom(factor) {
    network?.moveTo({ scale: Math.min(6, Math.max(0.02, network.getScale() * factor)), animation: moving() });
  }
  function refilter() {
    visNodes?.update(nodes.map((_, i) => ({ id: i, hidden: !passes(i) })));
    renderLegend();
    renderList();
  }
  function relight() {
    const alone = selection === null ? [] : selection.node !== undefined ? [selection.node, ...around[selection.node].map((e) => other(edges[e], selection.node))] : edges[selection.edge].ends;
    lit = alone.length ? new Set(alone) : null;
    if (!network) return;
    network.setOptions({ edges: { color: edgeColour() } });
    if (selection === null) network.unselectAll();
    else if (selection.node !== undefined) network.selectNodes([selection.node]);
    else network.setSelection({ nodes: [], edges: twins(selection.edge) }, { highlightEdges: false });
    network.redraw();
  }
  const twins = (number) => {
    const ends = new Set(edges[number].ends);
    return around[edges[number].ends[0]].filter((e) => edges[e].ends.every((end) => ends.has(end)) && new Set(edges[e].ends).size === ends.size);
  };

  // ---- selecting

  const say = (text) => { byId("live").textContent = text; };
  function select(next, { focus = false, move = false } = {}) {
    selection = next;
    opened = new Set();
    if (next?.node !== undefined && !passes(next.node)) {
      hiddenKinds.delete(nodes[next.node].kind);
      if (!passes(next.node)) onlyFigures = false;
      refilter();
    }
    if (next?.edge !== undefined) for (const edge of twins(next.edge)) opened.add(`e${edge}`);
    relight();
    renderPanel();
    byId("details").scrollTop = 0;
    if (move && network && !byId("stage-graph").hidden) {
      const under = narrow.matches ? -0.3 * byId("graph").clientHeight : 0; // the drawer covers the lower part
      network.focus(next.node, { scale: Math.max(0.9, network.getScale()), offset: { x: 0, y: under }, animation: moving() });
    }
    if (next?.node !== undefined) {
      say(t("details.announce", { name: label(next.node).text, kind: t(`kind.${nodes[next.node].kind}`), figures: figures[next.node].length, relations: around[next.node].length }));
    }
    if (focus) byId("panel").querySelector("h2")?.focus();
  }

  // ---- details

  function renderPanel() {
    const shown = selection === null ? startPanel() : selection.node !== undefined ? nodePanel(selection.node) : edgePanel(selection.edge);
    byId("panel").replaceChildren(...shown);
    byId("close").hidden = selection === null;
    byId("details").classList.toggle("opened", selection !== null);
  }
  const heading = (text, lang) => el("h2", { tabindex: "-1", class: "name", lang }, clip(text, 400));
  const go = (i) => el("button", { type: "button", class: "go", click: () => select({ node: i }, { focus: true, move: true }) }, icon(nodes[i].kind), nameOf(label(i)));
  const pairs = (list, className) =>
    el("dl", { class: className }, ...list.filter(([, value]) => value).map(([key, value, lang]) => el("div", {}, el("dt", {}, t(key)), el("dd", { class: "name", lang }, clip(value, 200)))));

  function startPanel() {
    const count = { nodes: nodes.length, edges: edges.length, figures: figures.reduce((sum, list) => sum + list.length, 0), sources: data.sources.length };
    const first = nodes.map((_, i) => i).filter((i) => figures[i].length && nodes[i].kind === "place").sort((a, b) => weight[b] - weight[a] || a - b);
    return [
      heading(t("start.title")),
      el("dl", { class: "totals" }, ...Object.entries(count).map(([key, value]) => el("div", {}, el("dt", {}, t(`start.${key}`)), el("dd", {}, group(String(value)))))),
      el("p", { class: "other" }, t("start.text")),
      el("div", { class: "starts" }, ...first.slice(0, 12).map((i) => el("button", { type: "button", click: () => select({ node: i }, { focus: true, move: true }) }, icon(nodes[i].kind), nameOf(label(i), 40)))),
    ];
  }

  function nodePanel(i) {
    const node = nodes[i];
    const { text, lang } = label(i);
    const second = language === "en" ? node.label : node.label_en;
    return [
      el("p", { class: "kind" }, icon(node.kind), " ", t(`kind.${node.kind}`)),
      heading(text, lang),
      second && second !== text ? el("p", { class: "other name", lang: language === "en" ? "zh-CN" : "en" }, clip(second, 300)) : null,
      pairs([["node.code", node.code], ["node.level", named("level", node.level)]], "facts"),
      figures[i].length ? figurePart(figures[i]) : null,
      around[i].length ? relationPart(i) : null,
    ].filter(Boolean);
  }

  function edgePanel(number) {
    return [
      el("p", { class: "kind" }, t("edge.title")),
      heading(`${label(edges[number].ends[0]).text} — ${label(edges[number].ends[1]).text}`),
      ...twins(number).map((e) => {
        const { text, lang } = propertyOf(edges[e]);
        return el("section", { class: "part" }, el("div", { class: "pair" }, go(edges[e].ends[0]), el("span", { class: "arrow", lang }, `↓ ${text}`), go(edges[e].ends[1])), evidence(data.evidence[e] ?? {}));
      }),
    ];
  }

  // The button that opens a piece of evidence and the place where it opens: both remember, so a change of language keeps them.
  function opener(key, name, words_, wrap, make) {
    const id = `proof-${key}`;
    const place = wrap(id);
    const fill = () => {
      const isOpen = opened.has(key);
      place.outer.hidden = !isOpen;
      place.inner.replaceChildren(...(isOpen ? [make()] : []));
      button.setAttribute("aria-expanded", String(isOpen));
    };
    const toggle = () => { opened.has(key) ? opened.delete(key) : opened.add(key); fill(); };
    const button = el("button", { type: "button", class: "open", "aria-controls": id, "aria-label": name, click: toggle }, words_);
    fill();
    return [button, place.outer];
  }

  function evidence(fact) {
    const source = data.sources[fact.source];
    const where = fact.start !== undefined && fact.end !== undefined ? t("evidence.where", fact) : "";
    const title = source ? clip(source.title || source.id, 200) : "";
    const extra = ["place", "subplace", "programme", "funder", "recipient", "purpose", "unit_text"].map((key) => [`field.${key}`, clip(own(fact, key, ""), 200), "zh-CN"]);
    return el("figure", { class: "evidence" },
      fact.quote ? el("blockquote", { lang: "zh-CN", class: "name" }, clip(fact.quote, 2000)) : null,
      source ? el("figcaption", {}, el("p", { lang: "zh-CN", class: "name" }, link(source.url, title)), el("p", {}, el("small", {}, [source.date.slice(0, 10), where].filter(Boolean).join(" · ")))) : null,
      fact.quote || source ? null : el("p", { class: "note" }, t("evidence.none")),
      pairs([...extra, ["field.origin", named("origin", fact.origin)], ["field.rule", fact.rule]], "facts"));
  }

  const group = (text) => text.replace(/^(-?)(\d{4,})(?=\.|$)/, (_, sign, digits) => sign + digits.replace(/\B(?=(\d{3})+$)/g, ","));
  function periodOf({ period_start: from = "", period_end: to = "" }) {
    if (!from && !to) return t("period.none");
    if (from === to) return from;
    if (!to) return t("period.from", { start: from });
    return from ? t("period.range", { start: from, end: to }) : t("period.to", { end: to });
  }
  function exactOf(figure) {
    const value = figure.value ? group(figure.value) : t("value.range", { low: group(figure.low ?? "?"), high: group(figure.high ?? "?") });
    const unit = inLanguage(figure.unit_zh || figure.unit, figure.unit_en || figure.unit).text;
    return [named("qualifier", figure.qualifier === "exact" ? "" : figure.qualifier), value, unit, figure.per ? `· ${named("per", figure.per)}` : ""].filter(Boolean).join(" ");
  }
  const sortOf = (figure) => (figure.status === "target" ? "target" : figure.scope === "cumulative" ? "cumulative" : "result");

  function figurePart(list) {
    const columns = ["indicator", "value", "period", "status"];
    const table = el("table", { class: "figures", "aria-labelledby": "figures-title" }, el("thead", {}, el("tr", {}, ...columns.map((key) => el("th", { scope: "col" }, t(`figures.${key}`))))));
    for (const sort of ["result", "cumulative", "target"]) {
      const rows = list.map((figure, i) => [figure, i]).filter(([figure]) => sortOf(figure) === sort);
      if (!rows.length) continue;
      rows.sort(([a], [b]) => (b.period_end ?? b.period_start ?? "").localeCompare(a.period_end ?? a.period_start ?? ""));
      table.append(el("tbody", { class: sort }, el("tr", { class: "head" }, el("th", { colspan: "4", scope: "rowgroup" }, t(`figures.${sort}`))), ...rows.flatMap(([figure, i]) => figureRows(figure, i))));
    }
    return el("section", { class: "part" }, el("h2", { id: "figures-title" }, `${t("figures.title")} (${list.length})`), table);
  }

  function figureRows(figure, i) {
    const { text, lang } = inLanguage(figure.indicator_zh || figure.indicator, figure.indicator_en || figure.indicator);
    const shown = clip(text || t("figures.other"), 120);
    const wrap = (id) => { const inner = el("td", { colspan: "4" }); return { inner, outer: el("tr", { class: "proof", id }, inner) }; };
    const [button, row] = opener(`f${i}`, t("evidence.of", { name: `${shown} ${figure.quote ?? ""}` }), el("span", { lang, class: "name" }, shown), wrap, () => evidence(figure));
    const chips = [["status", figure.status], ["scope", figure.scope]].filter(([, value]) => value).map(([key, value]) => el("span", { class: `chip is-${/^[a-z-]+$/.test(value) ? value : "other"}` }, clip(named(key, value), 24)));
    return [
      el("tr", { class: "fact" },
        el("th", { scope: "row" }, button),
        el("td", {}, el("span", { class: "written", lang: "zh-CN" }, clip(figure.quote ?? "", 80)), el("span", { class: "exact" }, clip(exactOf(figure), 120))),
        el("td", { class: "period name" }, clip(periodOf(figure), 48)),
        el("td", {}, ...chips)),
      row,
    ];
  }

  function relationPart(i) {
    const groups = new Map();
    for (const e of around[i]) {
      const key = `${edges[e].ends[0] === i ? "out" : "in"} ${edges[e].property}`;
      groups.set(key, [...(groups.get(key) ?? []), e]);
    }
    const order = [...groups].sort(([a], [b]) => Number(a.startsWith("in")) - Number(b.startsWith("in")) || a.localeCompare(b));
    return el("section", { class: "part relations" }, el("h2", {}, `${t("relations.title")} (${around[i].length})`), ...order.flatMap(([key, list]) => relationGroup(i, key, list)));
  }

  function relationGroup(i, key, list) {
    const { text, lang } = propertyOf(edges[list[0]]);
    const isOut = key.startsWith("out");
    const title = el("h3", {}, `${isOut ? "→" : "←"} `, el("span", { lang }, t(isOut ? "relations.out" : "relations.in", { property: text })), ` (${list.length})`);
    const items = list.map((e) => relationItem(i, e));
    const box = el("ul", {}, ...items.slice(0, 12));
    if (items.length <= 12) return [title, box];
    const more = el("button", { type: "button", class: "link", click: () => { box.append(...items.slice(12)); more.remove(); } }, t("relations.all", { count: items.length }));
    return [title, box, more];
  }

  function relationItem(i, e) {
    const target = other(edges[e], i);
    const fact = data.evidence[e] ?? {};
    const has = fact.quote || data.sources[fact.source];
    const row = el("div", { class: "row" }, go(target));
    const item = el("li", {}, row);
    if (!has) return item;
    const wrap = (id) => { const inner = el("div", { id }); return { inner, outer: inner }; };
    const [button, place] = opener(`e${e}`, t("evidence.of", { name: label(target).text }), t("evidence.open"), wrap, () => evidence(fact));
    row.append(button);
    item.append(place);
    return item;
  }

  // ---- legend and list

  const kindRows = new Map();
  function renderLegend() {
    const total = new Map();
    const shown = new Map();
    for (const [i, { kind }] of nodes.entries()) {
      total.set(kind, (total.get(kind) ?? 0) + 1);
      if (passes(i)) shown.set(kind, (shown.get(kind) ?? 0) + 1);
    }
    for (const kind of data.kinds.filter((name) => total.has(name))) {
      const row = kindRows.get(kind) ?? makeKind(kind);
      const counts = { shown: shown.get(kind) ?? 0, total: total.get(kind) };
      row.box.checked = !hiddenKinds.has(kind);
      row.title.textContent = t(`kind.${kind}`);
      row.count.textContent = `${counts.shown} / ${counts.total}`;
      row.count.title = t("legend.count", counts);
    }
    const all = [...shown.values()].reduce((sum, count) => sum + count, 0);
    const filters = hiddenKinds.size + Number(onlyFigures);
    byId("only-figures").checked = onlyFigures;
    byId("shown").textContent = t("legend.shown", { shown: all, total: nodes.length }) + (filters ? t("legend.filters", { count: filters }) : "");
    byId("clear").hidden = !filters;
  }

  function makeKind(kind) {
    const turn = () => { box.checked ? hiddenKinds.delete(kind) : hiddenKinds.add(kind); refilter(); say(byId("shown").textContent); };
    const [box, title, count] = [el("input", { type: "checkbox", change: turn }), el("span"), el("span", { class: "count" })];
    byId("kinds").append(el("li", { id: `kind-${kind}` }, el("label", {}, box, icon(kind), title, count)));
    kindRows.set(kind, { box, title, count });
    return kindRows.get(kind);
  }

  const columns = [
    ["name", (i) => label(i).text], ["other", (i) => (language === "en" ? nodes[i].label : nodes[i].label_en) ?? ""], ["kind", (i) => t(`kind.${nodes[i].kind}`)],
    ["code", (i) => nodes[i].code ?? ""], ["relations", (i) => around[i].length], ["figures", (i) => figures[i].length],
  ];
  function renderList() {
    if (byId("stage-list").hidden) return;
    const value = columns.find(([key]) => key === sorting.by)[1];
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, words[language]["html.lang"]));
    const rows = nodes.map((_, i) => i).filter(passes).sort((a, b) => (sorting.down ? -1 : 1) * compare(value(a), value(b)) || a - b);
    byId("list-head").replaceChildren(...columns.map(([key]) =>
      el("th", { scope: "col", class: key === "relations" || key === "figures" ? "num" : undefined, "aria-sort": sorting.by === key ? (sorting.down ? "descending" : "ascending") : "none" },
        el("button", { type: "button", "data-sort": key, click: () => sortBy(key) }, t(`list.${key}`)))));
    byId("list-body").replaceChildren(...rows.slice(0, listed).map(listRow));
    if (!rows.length) byId("list-body").append(el("tr", {}, el("td", { colspan: "6" }, t("list.empty"))));
    byId("list-more").hidden = rows.length <= listed;
  }
  function listRow(i) {
    const open = el("button", { type: "button", class: "go", click: () => select({ node: i }, { focus: true }) }, nameOf(label(i)));
    const [second, lang] = language === "en" ? [nodes[i].label, "zh-CN"] : [nodes[i].label_en ?? "", "en"];
    return el("tr", {}, el("th", { scope: "row" }, open), el("td", { class: "name other", lang }, clip(second, 200)),
      el("td", {}, icon(nodes[i].kind), " ", t(`kind.${nodes[i].kind}`)), el("td", { class: "code" }, clip(nodes[i].code ?? "", 40)),
      el("td", { class: "num" }, String(around[i].length)), el("td", { class: "num" }, String(figures[i].length)));
  }
  function sortBy(key) {
    sorting = { by: key, down: sorting.by === key ? !sorting.down : key === "relations" || key === "figures" };
    renderList();
    byId("list-head").querySelector(`[data-sort="${key}"]`).focus();
  }
  function view(isList) {
    byId("stage-graph").hidden = isList;
    byId("stage-list").hidden = !isList;
    byId("view-graph").setAttribute("aria-pressed", String(!isList));
    byId("view-list").setAttribute("aria-pressed", String(isList));
    renderList();
    if (!isList) network?.redraw();
  }

  // ---- search

  const box = byId("search");
  const list = byId("results");
  let found = [];
  let active = 0;
  const keys = nodes.map((node) => [node.label, node.label_en ?? "", node.code ?? ""].map((text) => text.toLowerCase()));
  const score = (text, query) => (text === query ? 3 : text.startsWith(query) ? 2 : text.includes(query) ? 1 : 0);

  function search() {
    const query = box.value.trim().toLowerCase();
    const best = (i) => Math.max(...keys[i].map((text) => score(text, query)));
    const hits = query ? nodes.map((_, i) => [best(i), i]).filter(([points]) => points).sort((a, b) => b[0] - a[0] || label(a[1]).text.length - label(b[1]).text.length || weight[b[1]] - weight[a[1]] || a[1] - b[1]) : [];
    found = hits.slice(0, 30).map(([, i]) => i);
    active = 0;
    list.replaceChildren(...found.map((i, row) => option(i, row, query)));
    if (query && !found.length) list.append(el("li", { class: "note", role: "option", "aria-disabled": "true" }, t("search.none", { query: clip(box.value.trim(), 40) })));
    if (hits.length > found.length) list.append(el("li", { class: "note", role: "option", "aria-disabled": "true" }, t("search.more", { count: hits.length - found.length })));
    list.hidden = !query;
    box.setAttribute("aria-expanded", String(Boolean(query)));
    if (query) say(found.length ? t("search.count", { count: hits.length }) : t("search.none", { query: clip(box.value.trim(), 40) }));
    activate(0);
  }
  function option(i, row, query) {
    const [text, lang] = keys[i][0].includes(query) || language === "zh" ? [nodes[i].label, "zh-CN"] : [label(i).text, label(i).lang];
    const isCode = nodes[i].code && keys[i][2].includes(query);
    const english = !text.toLowerCase().includes(query) && keys[i][1].includes(query) ? nodes[i].label_en : "";
    const extra = [isCode ? nodes[i].code : "", english].filter(Boolean).map((part) => el("span", { class: "kind name" }, ...marked(clip(part, 60), query)));
    return el("li", { role: "option", id: `result-${row}`, mousedown: (event) => event.preventDefault(), click: () => choose(row) },
      icon(nodes[i].kind), el("span", { class: "name", lang }, ...marked(clip(text, 60), query)), ...extra, el("span", { class: "kind" }, t(`kind.${nodes[i].kind}`)));
  }
  function marked(text, query) {
    const at = text.toLowerCase().indexOf(query);
    return at < 0 || !query ? [text] : [text.slice(0, at), el("mark", {}, text.slice(at, at + query.length)), text.slice(at + query.length)];
  }
  function activate(row) {
    active = found.length ? (row + found.length) % found.length : 0;
    for (const [i, item] of [...list.querySelectorAll("[id]")].entries()) item.setAttribute("aria-selected", String(i === active));
    if (found.length) {
      box.setAttribute("aria-activedescendant", `result-${active}`);
      byId(`result-${active}`).scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  }
  function choose(row) {
    if (!found.length) return;
    const node = found[row];
    closeSearch();
    select({ node }, { focus: true, move: true });
  }
  function closeSearch() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }
  box.addEventListener("input", search);
  box.addEventListener("focus", () => { if (box.value) search(); });
  box.addEventListener("blur", closeSearch);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") activate(active + 1);
    else if (event.key === "ArrowUp") activate(active - 1);
    else if (event.key === "Enter") choose(active);
    else if (event.key === "Escape") closeSearch();
    else return;
    event.preventDefault();
  });

  // ---- keyboard in the graph: to the nearest node in the direction of the arrow

  const directions = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function step([dx, dy]) {
    const from = selection?.node !== undefined ? nodes[selection.node] : network.getViewPosition();
    let [best, cost] = [null, Infinity];
    for (const [i, node] of nodes.entries()) {
      const [x, y] = [node.x - from.x, node.y - from.y];
      const along = x * dx + y * dy;
      const price = along + 2 * Math.abs(x * dy - y * dx);
      if (i !== selection?.node && along > 0 && price < cost && passes(i)) [best, cost] = [i, price];
    }
    if (best !== null) select({ node: best }, { move: true });
  }
  byId("graph").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !network) return;
    if (Object.hasOwn(directions, event.key)) step(directions[event.key]);
    else if (event.key === "Enter" && selection) byId("panel").querySelector("h2").focus();
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !(event.target instanceof HTMLInputElement)) { event.preventDefault(); box.focus(); }
    else if (event.key === "Escape" && event.target !== box && selection) close();
  });
  function close() {
    const inPanel = byId("details").contains(document.activeElement);
    select(null);
    if (inPanel) (byId("stage-graph").hidden ? byId("stage-list") : byId("graph")).focus();
  }

  // ---- language and theme

  function speak(next) {
    language = next;
    document.documentElement.lang = t("html.lang");
    for (const item of document.querySelectorAll("[data-t]")) item.textContent = t(item.dataset.t);
    for (const name of ["placeholder", "aria-label", "title"]) {
      for (const item of document.querySelectorAll(`[data-t-${name}]`)) item.setAttribute(name, t(item.getAttribute(`data-t-${name}`)));
    }
    for (const item of document.querySelectorAll("[data-language]")) item.classList.toggle("on", item.dataset.language === language);
    renderLegend();
    renderList();
    renderPanel();
    if (box.value && !list.hidden) search();
    network?.redraw();
  }
  function retint() {
    readColours();
    relight();
  }

  // ---- start

  byId("language").addEventListener("click", () => speak(language === "zh" ? "en" : "zh"));
  byId("view-graph").addEventListener("click", () => view(false));
  byId("view-list").addEventListener("click", () => view(true));
  byId("only-figures").addEventListener("change", (event) => { onlyFigures = event.target.checked; refilter(); say(byId("shown").textContent); });
  byId("clear").addEventListener("click", () => { hiddenKinds.clear(); onlyFigures = false; refilter(); byId("legend").querySelector("summary").focus(); });
  byId("close").addEventListener("click", close);
  byId("list-more").addEventListener("click", () => { listed += 300; renderList(); });
  byId("zoom-in").addEventListener("click", () => zoom(1.3));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
  byId("zoom-fit").addEventListener("click", () => fit());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", retint);
  document.documentElement.classList.add("js");
  if (narrow.matches) byId("legend").open = false;
  readColours();
  speak(language);
  try {
    start();
  } catch (error) {
    say(t("error.engine"));
    view(true);
    console.error(error);
  }
})();
