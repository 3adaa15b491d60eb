// The calls of a record as a graph: which uses whose result, which comes after whose effect, and what was pruned.
"use strict";

const NODE = { width: 168, height: 44 };

/** Return the drawing, or nothing for fewer than two calls. `open` is called with the id of a call that is pointed at. */
function graphOf(record, flow, open) {
  const steps = record.turns.flatMap((turn, index) => turn.steps.map((step) => ({ step, index, pruned: false })));
  const all = [...steps, ...record.pruned.map((step) => ({ step, index: null, pruned: true }))];
  if (all.length < 2) return null;
  const layout = new dagre.graphlib.Graph().setGraph({ rankdir: "LR", nodesep: 14, ranksep: 56, marginx: 4, marginy: 4 });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const one of all) layout.setNode(one.step.id, { ...NODE, ...one });
  for (const { step } of all) {
    const uses = new Map();
    for (const [pointer, source] of Object.entries(step.sources)) {
      for (const origin of originsOf(source, () => {})) {
        if (origin.kind === "result") uses.set(origin.step, [...(uses.get(origin.step) || []), `${pointer} ← ${origin.pointer || "the result"}`]);
      }
    }
    for (const id of step.after) if (layout.hasNode(id) && !uses.has(id)) layout.setEdge(id, step.id, { after: true, why: "comes after its effect" });
    for (const [id, how] of uses) if (layout.hasNode(id)) layout.setEdge(id, step.id, { after: false, why: how.join("\n") });
  }
  dagre.layout(layout);
  const { width, height } = layout.graph();
  const svg = d3.create("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height).attr("class", "calls").attr("role", "group").attr("aria-label", "Calls and what they need");
  for (const [id, symbol] of [["arrow", "head"], ["arrow-after", "head after"]]) {
    svg.append("marker").attr("id", id).attr("viewBox", "0 0 8 8").attr("refX", 7).attr("refY", 4).attr("markerWidth", 7).attr("markerHeight", 7).attr("orient", "auto")
      .append("path").attr("d", "M0,0L8,4L0,8z").attr("class", symbol);
  }
  const line = d3.line((point) => point.x, (point) => point.y).curve(d3.curveBasis);
  for (const edge of layout.edges()) {
    const { points, after, why } = layout.edge(edge);
    svg.append("path").attr("d", line(points)).attr("class", after ? "edge after" : "edge").attr("marker-end", after ? "url(#arrow-after)" : "url(#arrow)")
      .append("title").text(`${edge.w} ${after ? "" : "uses "}${edge.v}: ${why}`);
  }
  for (const id of layout.nodes()) {
    const { x, y, step, index, pruned } = layout.node(id);
    const label = `${plain(id, 12)} ${plain(step.tool, 60)}${pruned ? ", pruned" : record.turns.length > 1 ? `, turn ${index + 1}` : ""}`;
    const node = svg.append("g").attr("class", pruned ? "node pruned" : "node").attr("transform", `translate(${x - NODE.width / 2},${y - NODE.height / 2})`)
      .attr("tabindex", 0).attr("role", "button").attr("aria-label", label).attr("data-step", id)
      .on("click", () => open(id)).on("keydown", (event) => { if (event.key === "Enter") open(id); });
    node.append("rect").attr("width", NODE.width).attr("height", NODE.height).attr("rx", 7);
    node.append("text").attr("x", 10).attr("y", 18).attr("class", "id").text(`${plain(id, 12)}${pruned ? " · pruned" : record.turns.length > 1 ? ` · turn ${index + 1}` : ""}`);
    node.append("text").attr("x", 10).attr("y", 35).text(plain(step.tool, 22));
    node.append("title").text(label);
  }
  const chains = record.turns.flatMap((turn) => turn.chains).length;
  const about = `${counted(chains, "chain")}; solid: uses the result, dashed: comes after its effect${record.pruned.length ? "; grey: pruned" : ""}`;
  return el("section", { class: "card" }, el("h3", {}, "Calls as a graph"), el("p", { class: "hint" }, about),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Graph of calls" }, svg.node()));
}
