// Where each value of a record came from and went to: places, and how values go from one to another.
"use strict";

/**
 * A place is a stretch of a query or response, an argument, a place in a result or in the context, or a whole call.
 * `key` names it; equal places have equal keys.
 */
const place = {
  query: (turn, start, end) => make("query", { turn, start, end }),
  ask: (turn, start, end) => make("ask", { turn, start, end }),
  response: (turn, start, end) => make("response", { turn, start, end }),
  argument: (step, pointer) => make("argument", { step, pointer }),
  result: (step, pointer) => make("result", { step, pointer }),
  context: (pointer) => make("context", { pointer }),
  call: (step) => make("call", { step }),
};

function make(kind, where) {
  return { kind, ...where, key: JSON.stringify([kind, ...Object.values(where)]) };
}

/** Return the tokens of a JSON Pointer. */
function tokens(pointer) {
  return pointer.split("/").slice(1).map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Return the pointer of a member or item. */
function below(pointer, name) {
  return `${pointer}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Return the value at a pointer, undefined where there is none; through `*` the values of all items. */
function valueAt(value, pointer) {
  const path = tokens(pointer);
  for (let at = 0; at < path.length; at += 1) {
    if (!hasParts(value)) return undefined;
    if (path[at] === "*" && Array.isArray(value)) {
      const rest = path.slice(at + 1).map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
      return value.map((item) => valueAt(item, rest));
    }
    value = Object.hasOwn(value, path[at]) ? value[path[at]] : undefined;
  }
  return value;
}

/** Say whether one pointer leads into what the other points at, or to the same; `*` stands for any item. */
function overlap(one, other) {
  const [first, second] = [tokens(one), tokens(other)];
  const same = (a, b) => a === b || a === "*" || b === "*";
  return first.slice(0, second.length).every((token, at) => same(token, second[at]));
}

/** Return the places that a source of an argument or of words names, parts of derived ones included. */
function originsOf(source, resultPart) {
  switch (source.kind) {
    case "user": return [place.query(source.turn, source.start, source.end)];
    case "step":
      if (source.span) resultPart(source.step, source.pointer, source.span);
      return [place.result(source.step, source.pointer)];
    case "argument": return [place.argument(source.step, source.pointer)];
    case "context": return [place.context(source.pointer)];
    case "given": return originsOf(source.of, resultPart);
    case "derived":
    case "composed": return source.of.flatMap((part) => originsOf(part, resultPart));
    default: return [];
  }
}

class Flow {
  /** `record` with the tells to show of each turn. */
  constructor(record, tells) {
    this.places = new Map();
    this.from = new Map();
    this.to = new Map();
    this.parts = new Map(); // by key of a result's place: the parts of a text that were used
    this.calls = new Map();
    const part = (step, pointer, span) => {
      const { key } = place.result(step, pointer);
      this.parts.set(key, [...(this.parts.get(key) || []), span]);
    };
    record.turns.forEach((turn, index) => {
      for (const step of turn.steps) this.addCall(step, part);
      if (turn.refuses) this.addCall(turn.refuses, part);
      for (const ask of turn.asks || []) {
        for (const step of ask.steps) this.connect(place.ask(index, ask.start, ask.end), place.call(step), "value");
      }
      for (const tell of tells[index]) {
        const words = this.add(place.response(index, tell.start, tell.end));
        const sources = [...(tell.source ? [tell.source] : []), ...tell.also, ...tell.or];
        for (const origin of sources.flatMap((source) => originsOf(source, part))) this.connect(origin, words, "value");
        if (tell.did) this.connect(place.call(tell.did), words, "value");
      }
    });
    // Last, when all places of results that are used are known.
    for (const origin of [...this.places.values()]) {
      if (origin.kind === "result") this.connect(place.call(origin.step), origin, "call");
    }
  }

  addCall(call, part) {
    this.calls.set(call.id, call);
    this.add(place.call(call.id));
    for (const pointer of new Set([...leaves(call.arguments).map(([at]) => at), ...Object.keys(call.sources)])) {
      const argument = place.argument(call.id, pointer);
      const source = call.sources[pointer];
      for (const origin of source ? originsOf(source, part) : []) this.connect(origin, argument, "value");
      this.connect(argument, place.call(call.id), "call");
    }
  }

  add(one) {
    if (!this.places.has(one.key)) this.places.set(one.key, one);
    return this.places.get(one.key);
  }

  connect(origin, target, how) {
    this.add(origin);
    this.add(target);
    for (const [map, key, other] of [[this.to, origin.key, target.key], [this.from, target.key, origin.key]]) {
      if (!map.has(key)) map.set(key, []);
      map.get(key).push([other, how]);
    }
  }

  /** Return the places of a call's result that are used somewhere. */
  usedOf(step) {
    return [...this.places.values()].filter((one) => one.kind === "result" && one.step === step);
  }

  /**
   * Return all places that the value at `start` came from and went to, by key: {place, way: "from" | "to", how}.
   * `how` is "value" where the value itself went, "call" where it went through a call, into arguments and out as a result.
   */
  trace(start) {
    const near = start.kind === "result"
      ? [start, ...this.usedOf(start.step).filter((one) => overlap(one.pointer, start.pointer))]
      : start.kind === "argument" ? [start, ...this.argumentsNear(start)] : [start];
    const reached = new Map();
    for (const way of ["from", "to"]) {
      const edges = (key) => this[way].get(key) || (way === "from" && key === start.key ? this.unusedOrigin(start) : []);
      for (const [key, how] of walk(near.map((one) => one.key), edges)) {
        if (key !== start.key && !reached.has(key)) reached.set(key, { place: this.places.get(key), way, how });
      }
    }
    for (const one of near) if (one.key !== start.key) reached.set(one.key, { place: one, way: "same", how: "value" });
    return reached;
  }

  /** A part of a result that nothing uses still comes from its call. */
  unusedOrigin(start) {
    return start.kind === "result" && this.calls.has(start.step) ? [[place.call(start.step).key, "call"]] : [];
  }

  argumentsNear(start) {
    return [...this.places.values()].filter((one) =>
      one.kind === "argument" && one.step === start.step && one.key !== start.key && overlap(one.pointer, start.pointer));
  }
}

/** Yield [key, how] of all that the edges lead to; what a value reaches itself is not said to go through a call. */
function* walk(starts, edges) {
  const best = new Map(starts.map((key) => [key, "value"]));
  for (const level of ["value", "call"]) {
    const queue = [...best.keys()];
    while (queue.length) {
      const key = queue.shift();
      for (const [next, how] of edges(key)) {
        if (best.has(next) || (level === "value" && how === "call")) continue;
        best.set(next, level);
        queue.push(next);
      }
    }
  }
  yield* best;
}

/** Return [pointer, value] of each scalar and each empty container. */
function leaves(value, pointer = "") {
  const parts = hasParts(value) ? Object.entries(value) : [];
  if (!parts.length) return [[pointer, value]];
  return parts.flatMap(([name, part]) => leaves(part, below(pointer, name)));
}
