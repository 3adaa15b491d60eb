// The overview: figures of one run, or of two side by side, drawn and as tables.
"use strict";

const COLOURS = {
  accepted: "var(--good)", kept: "var(--good)", rejected: "var(--bad)", failed: "var(--bad)",
  "worked, not kept": "var(--middle)", "not kept": "var(--middle)", out: "var(--middle)",
};

function showOverview(into, report) {
  const { runs, differences } = report.overview;
  into.replaceChildren(
    ...runs.map((run) => topOf(run, runs.length > 1)),
    ...firstSteps(report),
    ...runs.filter((run) => run.problems.length).map((run) => problemsOf(run)),
    ...(differences ? [differencesOf(differences)] : []),
    ...sectionsOf(runs),
    allFigures(runs),
  );
}

function topOf(run, several) {
  const facts = run.facts;
  const samples = facts.records + (facts.rejected || 0);
  const share = (part, whole) => (whole ? `${count(Math.round((1000 * part) / whole) / 10)} %` : "–");
  const tiles = [
    ["accepted", count(facts.records), facts.rejected === null ? "records of a file" : `of ${counted(samples, "sample")}, ${share(facts.records, samples)}`],
    ...(facts.waiting ? [["waiting", count(facts.waiting), "for a person’s review"]] : []),
    ["calls kept", count(facts.calls), facts.records ? `${count(facts.calls / facts.records)} a record` : ""],
    ["tools in them", count(facts.tools), facts.dependent_share === null ? "" : `data flows in ${share(facts.dependent_share, 1)} of records of several calls`],
    ["calls executed", count(facts.executed), `${share(facts.failed, facts.executed)} failed`],
    ["model calls", count(facts.llm_calls), facts.llm_calls ? `${facts.llm_calls_each === null ? "" : `${count(facts.llm_calls_each)} an accepted record (the paper's: ${facts.paper_llm_calls}), `}${count(facts.tokens)} tokens, ${facts.cost === null ? "cost unknown" : `$${count(facts.cost)} a record`}` : "made without a model"],
  ];
  return el("div", { class: "tops" },
    several ? said("h2", {}, run.name) : null,
    el("dl", { class: "tiles" }, tiles.map(([name, figure, note]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, el("b", {}, figure), el("small", {}, note))))));
}

function firstSteps(report) {
  const first = report.heads.find((head) => !head.rejected && head.calls > 2) || report.heads[0];
  if (!first) return [];
  return [el("p", { class: "note" }, "See where one number came from: open ",
    el("a", { href: `#${first.link}` }, visible(first.id)),
    " and point at a figure of its response. All places that it came from light up: the result, the call, its arguments, the person’s words.")];
}

function problemsOf(run) {
  return el("section", { class: "card bad" }, el("h2", {}, `${counted(run.facts.skipped, "line")} of ${run.name} are no records`),
    el("ul", {}, run.problems.map((problem) => said("li", {}, problem))));
}

function differencesOf(differences) {
  if (!differences.length) return el("p", { class: "note" }, "Both runs have the same settings and tools.");
  return el("section", { class: "card" }, table("Settings that differ", ["setting", "first", "second"], differences));
}

function sectionsOf(runs) {
  const ids = new Map(); // in the order of the first run that has a chart
  for (const run of runs) for (const chart of run.charts) if (!ids.has(chart.id)) ids.set(chart.id, chart);
  const sections = new Map();
  for (const chart of ids.values()) {
    if (!sections.has(chart.section)) sections.set(chart.section, []);
    sections.get(chart.section).push(chartCard(chart, runs));
  }
  return [...sections].map(([name, cards]) =>
    el("section", { class: "charts" }, el("h2", {}, name), el("div", { class: "grid" }, cards)));
}

function chartCard(chart, runs) {
  const ofRuns = runs.map((run) => run.charts.find((one) => one.id === chart.id) || { ...chart, rows: [] });
  const series = [...new Set(ofRuns.flatMap((one) => one.rows.map((row) => row[1])))];
  const tops = ofRuns.map((one) => Math.max(...totals(one).map(([, total]) => total), 0));
  // Of runs of very different sizes the smaller one would be a line on the axis.
  const apart = Math.min(...tops.filter((top) => top > 0)) * 3 < Math.max(...tops);
  const figures = chart.kind === "list" ? ofRuns.map((one, index) => listOf(one, runs.length > 1 ? runs[index].name : ""))
    : ofRuns.map((one, index) => figureOf(one, series, apart ? tops[index] : Math.max(...tops), runs.length > 1 ? runs[index].name : ""));
  return el("section", { class: `card chart ${runs.length > 1 ? "two" : ""}`, id: `chart-${chart.id}` },
    el("h3", {}, chart.title), chart.note ? el("p", { class: "hint" }, chart.note) : null,
    apart ? el("p", { class: "hint" }, "Each run on its own scale.") : null,
    series.length > 1 ? legend(series, chart.wanted) : null,
    el("div", { class: "figures" }, figures),
    chart.kind === "list" ? null : el("details", {}, el("summary", {}, "As a table"), chartTable(chart, ofRuns, series, runs)));
}

function legend(series, wanted) {
  return el("p", { class: "legend" }, series.map((name) => {
    const mark = el("span", { class: name === wanted ? "tick" : "swatch" });
    if (name !== wanted) mark.style.background = colour(name);
    return el("span", {}, mark, name);
  }));
}

function colour(series) {
  return COLOURS[series] || "var(--accent)";
}

/** Return [label, sum of the series that are stacked] in the order of the rows. */
function totals(chart) {
  const sums = new Map();
  for (const [label, series, value] of chart.rows) {
    const before = sums.get(label) || 0;
    sums.set(label, series === chart.wanted ? Math.max(before, 0) : before + value);
  }
  return [...sums];
}

function figureOf(chart, series, most, name) {
  const wide = Math.min(520, Math.max(280, document.documentElement.clientWidth - 64));
  const sums = totals(chart).slice(0, chart.kind === "bars" ? chart.drawn : undefined);
  const drawn = new Set(sums.map(([label]) => label));
  const rows = chart.rows.filter(([label]) => drawn.has(label)).map(([label, of, value]) => ({ label, of, value }));
  const bars = rows.filter((row) => row.of !== chart.wanted);
  const wanted = rows.filter((row) => row.of === chart.wanted);
  const ends = sums.map(([label, value]) => ({ label, value }));
  const domain = sums.map(([label]) => label);
  const common = {
    className: "plot", width: wide, ariaLabel: `${chart.title}${name ? `, ${name}` : ""}`,
    color: { domain: series, range: series.map(colour) },
  };
  if (!rows.length) return el("figure", {}, name ? said("figcaption", {}, name) : null, el("p", { class: "hint" }, "None."));
  const top = Math.max(most, ...wanted.map((row) => row.value), 1e-9);
  const drawing = chart.kind === "columns" && domain.length > 2
    ? Plot.plot({
      ...common, height: 220, marginBottom: 36, x: { domain, label: null, tickFormat: (label) => plain(label, 10) },
      y: { domain: [0, top * 1.08], label: chart.unit, grid: true, ticks: 4, tickFormat: "~s" },
      marks: [
        Plot.barY(bars, { x: "label", y: "value", fill: "of", inset: 0.5 }),
        Plot.tickY(wanted, { x: "label", y: "value", stroke: "var(--ink)", strokeWidth: 2.5 }),
        Plot.ruleY([0]),
      ],
    })
    : Plot.plot({
      ...common, height: 26 * domain.length + 24, marginRight: 56, marginTop: 4, marginBottom: 20,
      marginLeft: Math.min(0.45 * wide, 20 + 6.4 * Math.max(...domain.map((label) => plain(label).length))),
      x: { domain: [0, top], axis: null }, y: { domain, label: null, tickFormat: (label) => plain(label), tickSize: 0 },
      marks: [
        Plot.barX(bars, { x: "value", y: "label", fill: "of", insetTop: 3, insetBottom: 3 }),
        Plot.tickX(wanted, { x: "value", y: "label", stroke: "var(--ink)", strokeWidth: 2.5 }),
        Plot.text(ends, { x: "value", y: "label", text: (row) => count(row.value), dx: 5, textAnchor: "start" }),
      ],
    });
  // Its look is in style.css: the page's policy lets no style in that is not the page's.
  for (const style of [...drawing.querySelectorAll("style")]) style.remove();
  for (const part of drawing.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  drawing.setAttribute("role", "img"); // one picture by its name; its numbers are in the table below
  return el("figure", {}, name ? said("figcaption", {}, name) : null, drawing);
}

function listOf(chart, name) {
  const labels = chart.rows.map(([label]) => label);
  return el("details", { class: "names" }, el("summary", {}, `${name ? `${name}: ` : ""}${counted(labels.length, "tool")}`),
    el("ul", {}, labels.map((label) => said("li", {}, label))));
}

function chartTable(chart, ofRuns, series, runs) {
  const columns = ofRuns.flatMap((one, index) => series.map((of) => ({ index, of })));
  const heads = columns.map(({ index, of }) => (runs.length > 1 ? `${of} · ${index ? "second" : "first"}` : of));
  const labels = [...new Set(ofRuns.flatMap((one) => one.rows.map((row) => row[0])))];
  const values = ofRuns.map((one) => new Map(one.rows.map(([label, of, value]) => [JSON.stringify([label, of]), value])));
  const rows = labels.map((label) => [label, ...columns.map(({ index, of }) => values[index].get(JSON.stringify([label, of])) ?? "–")]);
  const made = table(`${chart.title} (${chart.unit})`, [" ", ...heads], rows);
  if (chart.filter) {
    made.querySelectorAll("tbody th").forEach((cell, index) => {
      const query = new URLSearchParams({ [chart.filter]: labels[index] });
      cell.replaceChildren(el("a", { href: `#records?${query}` }, ...cell.childNodes));
    });
  }
  return made;
}

function allFigures(runs) {
  const rows = runs[0].figures.map(([label, value], index) => [label, value, ...runs.slice(1).map((run) => run.figures[index][1])]);
  const heads = ["figure", ...(runs.length > 1 ? ["first", "second"] : ["value"])];
  return el("section", { class: "card" }, el("details", {}, el("summary", {}, "All figures, as toolgrad stats prints them"), table("All figures", heads, rows)));
}
