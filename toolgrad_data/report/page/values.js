// Values and words of a record on the page, each at its place, so that it can be pointed at and lit.
"use strict";

const LEAVES_MOST = 1500;
const SMALL_RESULT = 400;

/** The elements of the places of one record; `spots` are parts of the record by JSON Pointer, for findings. */
class Shown {
  constructor(flow) {
    this.flow = flow;
    this.elements = new Map(); // key of a place → elements
    this.results = new Map(); // step → [{pointer, element}]
    this.placeOf = new WeakMap();
    this.spots = new Map();
  }

  /** Say that the element shows the place; it can be pointed at, by mouse and keys. */
  at(one, element, { inTabs = true } = {}) {
    this.also(one, element);
    this.placeOf.set(element, one);
    element.classList.add("value");
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", inTabs ? "0" : "-1");
    return element;
  }

  /** Say that the element shows the place too, which lights it, but does not stand for it when it is pointed at. */
  also(one, element) {
    if (!this.elements.has(one.key)) this.elements.set(one.key, []);
    this.elements.get(one.key).push(element);
    if (one.kind === "result") {
      if (!this.results.has(one.step)) this.results.set(one.step, []);
      this.results.get(one.step).push({ pointer: one.pointer, element });
    }
  }

  /** Return the elements that show the place or a part of it. */
  elementsOf(one) {
    if (one.kind !== "result") return this.elements.get(one.key) || [];
    return (this.results.get(one.step) || []).filter(({ pointer }) => inside(pointer, one.pointer)).map(({ element }) => element);
  }

  spot(pointer, element) {
    this.spots.set(pointer, element);
    return element;
  }

  /** Return the element of the part of the record that the pointer leads to, or of the nearest part around it. */
  nearestSpot(pointer) {
    for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) if (this.spots.has(at)) return this.spots.get(at);
    return null;
  }
}

/** Say whether a place of a result is another one or inside of it. */
function inside(pointer, container) {
  return tokens(pointer).length >= tokens(container).length && overlap(pointer, container);
}

/**
 * Return a query or response whose marked stretches can be pointed at. `marks` are {start, end, place, class}; offsets count
 * code points. Where stretches nest, the innermost is pointed at, and each lights as a whole.
 */
function markedText(text, marks, shown) {
  const points = Array.from(text);
  const valid = marks.filter(({ start, end }) => start < end && end <= points.length);
  const cuts = [...new Set([0, points.length, ...valid.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const begun = new Set();
  const made = el("p", { class: "words said", dir: "auto" });
  for (let at = 0; at + 1 < cuts.length; at += 1) {
    const [start, end] = [cuts[at], cuts[at + 1]];
    const content = visible(points.slice(start, end).join(""));
    const over = valid.filter((mark) => mark.start <= start && end <= mark.end).sort((a, b) => (a.end - a.start) - (b.end - b.start));
    if (!over.length) {
      made.append(content);
      continue;
    }
    const inner = over.find((mark) => !mark.whole) || over[0];
    const element = el("span", { class: [...new Set(over.map((mark) => mark.class))].join(" ") }, content);
    shown.at(inner.place, element, { inTabs: !begun.has(inner.place.key) });
    begun.add(inner.place.key);
    for (const mark of over) if (mark !== inner) shown.also(mark.place, element);
    made.append(element);
    for (const mark of over) if (mark.note && mark.end === end) made.append(...mark.note());
  }
  if (!points.length) made.append(el("em", {}, "(nothing)"));
  return made;
}

/** Return a scalar as JSON, at its place; parts of a text that are used elsewhere stand out. */
function scalar(value, parts = []) {
  const text = JSON.stringify(value) ?? "null";
  const type = typeof value === "string" ? "string" : "number";
  const element = el("span", { class: `scalar ${type} said`, dir: "auto" });
  let rest = text;
  for (const part of parts) {
    const quoted = JSON.stringify(part).slice(1, -1);
    const at = rest.indexOf(quoted);
    if (at < 0 || !quoted) continue;
    element.append(visible(rest.slice(0, at)), el("u", {}, visible(quoted)));
    rest = rest.slice(at + quoted.length);
  }
  element.append(visible(rest));
  return element;
}

/** Return a JSON value as a tree whose leaves are places; `placeAt(pointer)` gives the place. */
function tree(value, placeAt, shown) {
  let left = LEAVES_MOST;
  const grow = (part, pointer) => {
    if (!hasParts(part) || !Object.keys(part).length) {
      left -= 1;
      const one = placeAt(pointer);
      return shown.at(one, scalar(part, shown.flow.parts.get(one.key)), { inTabs: shown.flow.places.has(one.key) });
    }
    const list = Array.isArray(part);
    const items = el("ul", { class: list ? "items" : "members" });
    for (const [name, member] of Object.entries(part)) {
      if (left <= 0) {
        items.append(el("li", {}, "… more; see the raw JSON"));
        break;
      }
      items.append(el("li", {}, said("span", { class: "name" }, list ? `${name} ` : `${name}: `), grow(member, below(pointer, name))));
    }
    return items;
  };
  return grow(value, "");
}

/** Return a call's result: small ones whole; of larger ones what is used elsewhere, and the whole folded. */
function resultView(step, shown) {
  const placeAt = (pointer) => place.result(step.id, pointer);
  const text = JSON.stringify(step.result);
  const notes = [step.empty ? "empty" : "", step.truncated ? "cut to the size cap" : "", step.elapsed_ms ? `${count(step.elapsed_ms)} ms` : ""].filter(Boolean);
  const head = el("h5", {}, "Result", notes.length ? el("small", {}, ` ${notes.join(", ")}`) : null);
  if (text.length <= SMALL_RESULT) return el("div", { class: "result" }, head, tree(step.result, placeAt, shown));
  const used = shown.flow.usedOf(step.id).map((one) => {
    const value = valueAt(step.result, one.pointer);
    const parts = shown.flow.parts.get(one.key);
    const element = hasParts(value) || (typeof value === "string" && value.length > 300)
      ? said("span", { class: "scalar" }, short(JSON.stringify(value), 300)) : scalar(value === undefined ? null : value, parts);
    return el("li", {}, said("span", { class: "name" }, `${one.pointer || "the whole"}: `), shown.at(one, element));
  });
  const whole = el("details", {}, el("summary", {}, `Whole result, ${count(text.length)} characters`));
  whole.addEventListener("toggle", () => {
    if (whole.open && whole.children.length === 1) whole.append(tree(step.result, placeAt, shown));
    whole.dispatchEvent(new CustomEvent("grown", { bubbles: true }));
  });
  return el("div", { class: "result" }, head, used.length ? el("ul", { class: "members" }, used) : el("p", { class: "hint" }, "Nothing of it is used elsewhere."), whole);
}

/** Return where the value of an argument comes from, as a phrase with places to point at. */
function sourceView(source, shown) {
  if (!source) return [el("em", { class: "wrong" }, "no source")];
  switch (source.kind) {
    case "user": return ["the person: ", shown.at(place.query(source.turn, source.start, source.end), said("q", {}, source.quote)), source.turn ? ` in turn ${source.turn + 1}` : "", source.paraphrase ? ", in other words" : ""];
    case "step": return [shown.at(place.result(source.step, source.pointer), said("code", {}, `${source.step} ${source.pointer || "the whole result"}`)), source.span ? " (the part " : "", source.span ? said("q", {}, source.span) : "", source.span ? ")" : ""];
    case "context": return ["context ", shown.at(place.context(source.pointer), said("code", {}, source.pointer))];
    case "default": return ["the tool’s default"];
    case "derived": return [said("b", {}, words(source.op)), " of ", ...joined(source.of.map((part) => sourceView(part, shown))), Object.keys(source.params).length ? said("code", {}, ` ${short(JSON.stringify(source.params), 80)}`) : ""];
    case "composed": return ["written by the author", source.of.length ? " from " : "", ...joined(source.of.map((part) => sourceView(part, shown)))];
    default: return [said("code", {}, JSON.stringify(source))];
  }
}

function joined(parts) {
  return parts.flatMap((part, index) => (index ? [" and ", ...part] : part));
}

/** Return the arguments of a call, one a line, with their sources. */
function argumentsView(call, pointer, shown) {
  const lines = leaves(call.arguments).filter(([at]) => at !== "");
  if (!lines.length) return el("p", { class: "hint" }, "No arguments.");
  return el("ul", { class: "arguments" }, lines.map(([at, value]) =>
    shown.spot(`${pointer}/arguments${at}`, shown.spot(`${pointer}/sources/${at.replaceAll("~", "~0").replaceAll("/", "~1")}`,
      el("li", {}, said("span", { class: "name" }, at.slice(1).replaceAll("/", ".")), " = ",
        shown.at(place.argument(call.id, at), scalar(value)), el("span", { class: "from" }, " ← ", sourceView(call.sources[at], shown)))))));
}
