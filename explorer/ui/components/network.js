// Draws the network of concepts. `vis` is vis-network, loaded above; all text is written as text.
const drawn = new WeakMap();
const CORNERS = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  triangle: [[0, -1.15], [1.1, 0.85], [-1.1, 0.85]],
  triangleDown: [[0, 1.15], [1.1, -0.85], [-1.1, -0.85]],
  hexagon: [0, 1, 2, 3, 4, 5].map((k) => [Math.cos((k * Math.PI) / 3), Math.sin((k * Math.PI) / 3)]),
  star: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((k) => {
    const radius = k % 2 ? 0.5 : 1.3, angle = (k * Math.PI) / 5 - Math.PI / 2;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }),
};

function element(tag, attributes, children = []) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children);
  return made;
}

function symbol(shape, color, x, y, size) {
  if (!CORNERS[shape]) return element("circle", { cx: x, cy: y, r: size, fill: color });
  const points = CORNERS[shape].map(([dx, dy]) => `${x + dx * size},${y + dy * size}`).join(" ");
  return element("polygon", { points, fill: color });
}

// Of a link: drawn pieces and gaps in pixels.
const PATTERNS = { solid: null, dash: [9, 5], dot: [2, 5] };
const patternOf = (edge) => PATTERNS[edge.dash || (edge.across ? "dash" : "solid")];

function toolbar(bar, data, save) {
  bar.replaceChildren();
  (data.links || []).forEach((link) => {
    const entry = document.createElement("span");
    const line = element("line", { x1: 0, y1: 7, x2: 30, y2: 7, stroke: link.color, "stroke-width": 3 });
    if (PATTERNS[link.dash]) line.setAttribute("stroke-dasharray", PATTERNS[link.dash].join(" "));
    entry.append(element("svg", { width: 30, height: 14 }, [line]), link.name);
    bar.append(entry);
  });
  data.legend.forEach(({ name, color, shape }) => {
    const entry = document.createElement("span");
    entry.append(element("svg", { width: 14, height: 14 }, [symbol(shape, color, 7, 7, 5)]), name);
    bar.append(entry);
  });
  const space = document.createElement("span");
  space.className = "space";
  bar.append(space);
  ["SVG", "PNG"].forEach((kind) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind;
    button.title = `Download the network as ${kind}`;
    button.onclick = () => save(kind);
    bar.append(button);
  });
}

function vector(data, nodes, ink, paper) {
  const xs = nodes.map((n) => n.x), ys = nodes.map((n) => n.y);
  const left = Math.min(...xs) - 80, top = Math.min(...ys) - 40;
  const width = Math.max(...xs) - left + 80, height = Math.max(...ys) - top + 60;
  const at = Object.fromEntries(nodes.map((n) => [n.id, n]));
  const lines = data.edges.map((e) => element("line", {
    x1: at[e.from].x, y1: at[e.from].y, x2: at[e.to].x, y2: at[e.to].y,
    stroke: e.color, "stroke-width": thickness(e, data), "stroke-opacity": 0.65,
    ...(patternOf(e) ? { "stroke-dasharray": patternOf(e).join(" ") } : {}),
  }));
  const marks = nodes.map((n) => symbol(n.shape, n.color.background, n.x, n.y, 9));
  const labels = nodes.map((n) => {
    const label = element("text", {
      x: n.x, y: n.y + 24, "text-anchor": "middle", "font-family": "sans-serif", "font-size": 14, fill: ink,
    });
    label.textContent = n.label;
    return label;
  });
  const ground = element("rect", { x: left, y: top, width, height, fill: paper });
  const picture = element("svg", { viewBox: `${left} ${top} ${width} ${height}`, width, height });
  picture.append(ground, ...lines, ...marks, ...labels);
  return new XMLSerializer().serializeToString(picture);
}

function picture(source, paper) {
  const copy = document.createElement("canvas");
  copy.width = source.width;
  copy.height = source.height;
  const context = copy.getContext("2d");
  context.fillStyle = paper;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(source, 0, 0);
  return copy.toDataURL("image/png");
}

const strongestOf = (data) => Math.max(1e-9, ...data.edges.map((e) => e.overlap));
const thickness = (edge, data) => 0.8 + (9 * edge.overlap) / strongestOf(data);

function download(href, name) {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".network");
  const canvas = root.querySelector(".canvas");
  const style = getComputedStyle(root);
  const ink = style.color;
  const paper = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
  Object.entries({ role: "img", tabindex: "0", "aria-label": data.alt }).forEach(([name, value]) =>
    canvas.setAttribute(name, value));

  const place = canvas.clientWidth < canvas.clientHeight ? "tall" : "wide";
  const nodes = data.nodes.map(({ wide, tall, ...n }) => ({
    ...n, x: (place === "tall" ? tall : wide)[0], y: (place === "tall" ? tall : wide)[1], size: 11, borderWidth: n.id === data.selected ? 4 : 0,
    color: { background: n.color, border: ink, highlight: { background: n.color, border: ink } },
  }));
  const edges = data.edges.map((e, k) => ({
    id: `${e.from}\u0000${e.to}`, from: e.from, to: e.to, width: thickness(e, data),
    color: { color: e.color, highlight: e.color, hover: e.color, opacity: 0.65 },
    dashes: patternOf(e) || false, title: `${e.from} – ${e.to}: overlap ${e.overlap.toFixed(3)}`,
  }));

  let state = drawn.get(root);
  if (!state) {
    state = { nodes: new vis.DataSet(), edges: new vis.DataSet() };
    state.network = new vis.Network(canvas, { nodes: state.nodes, edges: state.edges }, {
      physics: false,
      layout: { randomSeed: 0 },
      nodes: { fixed: false, borderWidthSelected: 4 },
      edges: { smooth: false, selectionWidth: 2 },
      interaction: { hover: true, keyboard: { enabled: true, bindToWindow: false }, tooltipDelay: 80, zoomSpeed: 0.6 },
    });
    drawn.set(root, state);
  }
  const layout = JSON.stringify(nodes.map((n) => [n.id, n.x, n.y]));
  const moved = state.layout !== layout;
  state.nodes.clear();
  state.edges.clear();
  state.nodes.add(nodes);
  state.edges.add(edges);
  if (moved) {
    state.layout = layout;
    state.network.fit({ animation: false });
    // On a phone the drawing shrinks more than its labels may.
    state.size = Math.min(30, Math.max(14, 13 / state.network.getScale()));
  }
  const font = { color: ink, strokeColor: paper, strokeWidth: 4, size: state.size, face: style.fontFamily };
  state.network.setOptions({ nodes: { font } });
  if (data.selected && nodes.some((n) => n.id === data.selected)) state.network.selectNodes([data.selected]);

  state.network.off("click");
  state.network.on("click", (event) => {
    if (event.nodes.length) setTriggerValue("concept", event.nodes[0]);
  });
  toolbar(root.querySelector(".bar"), data, (kind) => {
    const name = `${data.filename}.${kind.toLowerCase()}`;
    if (kind === "SVG") {
      const url = URL.createObjectURL(new Blob([vector(data, nodes, ink, paper)], { type: "image/svg+xml" }));
      download(url, name);
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    } else {
      download(picture(root.querySelector("canvas"), paper), name);
    }
  });
  return () => {
    state.network.destroy();
    drawn.delete(root);
  };
}
