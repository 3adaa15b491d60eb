// One record as a conversation, and what lights up when a value is pointed at.
"use strict";

/** Show a record in `into`; `trail` is where the way of a value is told in words. */
function showRecord(into, trail, head, entry, report) {
  const { record, tells } = entry;
  const flow = new Flow(record, tells);
  const shown = new Shown(flow);
  const light = new Light(into, trail, shown, entry);
  into.replaceChildren(
    headOf(head, record, report, entry.traces), ...notesOf(record, shown),
    ...contextOf(record, shown),
    ...record.turns.map((turn, index) => turnView(turn, index, record, tells[index], shown)),
    ...[graphOf(record, flow, (id) => light.goTo(place.call(id)))].filter(Boolean),
    ...historyOf(record, shown), ...rawOf(entry, report),
  );
  putFindings(record, shown);
  into.dataset.number = head.number;
  light.listen();
  return light;
}

function headOf(head, record, report, traces) {
  const calls = counted(head.calls, "call");
  const facts = [calls, counted(record.turns.length, "turn"), counted(record.meta.iterations, "iteration"), words(record.meta.stop_reason)];
  if (record.meta.target_calls !== null) facts[0] = `${calls} of ${record.meta.target_calls} asked for`;
  const runs = report.overview.runs;
  return el("header", { class: "record-head" },
    el("a", { class: "back", href: "#records" }, "← All records"),
    el("h2", {}, visible(head.id), " ", el("span", { class: `badge ${head.rejected ? "bad" : "good"}` }, head.rejected ? "rejected" : "accepted"),
      " ", el("a", { class: "permalink", href: `#${head.link}`, "aria-label": "Permalink to this record" }, "#"),
      head.thread ? [" ", el("a", { class: "studio", href: report.overview.studio.join(head.thread), target: "_blank", rel: "noreferrer" }, "open in Studio")] : null),
    el("p", { class: "hint" }, facts.join(" · "), runs.length > 1 ? said("span", {}, ` · ${runs[head.run].name}`) : null),
    traces.length ? el("p", { class: "hint traces" }, traces.length > 1 ? "Traces of how it was made, the last first: " : "Trace of how it was made: ", ...traceLinks(traces)) : null,
    el("p", { class: "hint how" }, "Point at a value, or press Enter on it: where it came from and where it went lights up. ",
      el("span", { class: "sample strong" }, "the value itself"), " ", el("span", { class: "sample" }, "through a call")));
}

/** Return the traces as links to LangSmith, or by their ids, by which receivers of OpenTelemetry find them. */
function traceLinks(traces) {
  return traces.flatMap(({ id, url }, index) => [
    index ? ", " : "",
    url && /^https?:\/\//.test(url) ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, "open in LangSmith") : said("code", {}, id.replaceAll("-", "")),
  ]);
}

function notesOf(record, shown) {
  const boxes = [];
  const findings = record.verification.findings;
  if (record.reasons) {
    const told = new Set(findings.map((finding) => `${finding.promise}: ${finding.message}`));
    boxes.push(el("section", { class: "card bad" }, el("h3", {}, "Rejected"), el("ul", {},
      record.reasons.filter((reason) => !told.has(reason)).map((reason) => said("li", {}, reason)), findings.map((finding) => findingLine(finding, shown)))));
  } else if (findings.length) {
    boxes.push(el("section", { class: "card bad" }, el("h3", {}, "Findings"), el("ul", {}, findings.map((finding) => findingLine(finding, shown)))));
  }
  if (record.warnings.length) boxes.push(el("section", { class: "card note" }, el("h3", {}, "Noticed"), el("ul", {}, record.warnings.map((finding) => findingLine(finding, shown)))));
  return boxes;
}

function findingLine(finding, shown) {
  const go = el("button", { type: "button", class: "go", on: { click: () => {
    const spot = shown.nearestSpot(finding.where);
    if (spot) reveal(spot);
  } } }, "at its place");
  return el("li", {}, said("b", {}, `${finding.promise} / ${finding.code}`), ": ", said("span", {}, finding.message),
    finding.because ? said("span", { class: "because" }, ` The record has: ${finding.because}`) : null, " ", finding.where ? go : null);
}

function putFindings(record, shown) {
  const all = [...record.verification.findings.map((finding) => [finding, "finding"]), ...record.warnings.map((finding) => [finding, "finding noticed"])];
  for (const [finding, look] of all) {
    const spot = finding.where ? shown.nearestSpot(finding.where) : null;
    if (!spot) continue;
    spot.classList.add("has-finding");
    spot.append(el("p", { class: look, role: "note" }, said("b", {}, finding.code), ": ", said("span", {}, finding.message),
      finding.because ? said("span", {}, ` The record has: ${finding.because}`) : null));
  }
}

function contextOf(record, shown) {
  const boxes = [];
  const told = Object.entries(record.context).filter(([, value]) => value !== null && !(hasParts(value) && !Object.keys(value).length));
  if (told.length > 1 || (told[0] && told[0][1] !== "en")) {
    const lines = told.flatMap(([name, value]) => leaves(value, `/${name}`));
    boxes.push(shown.spot("/context", el("section", { class: "card" }, el("h3", {}, "Context"), el("ul", { class: "arguments" }, lines.map(([pointer, value]) =>
      el("li", {}, said("span", { class: "name" }, pointer.slice(1).replaceAll("/", ".")), " = ", shown.at(place.context(pointer), scalar(value))))))));
  }
  if (record.policy) {
    boxes.push(shown.spot("/policy", el("section", { class: "card" }, el("h3", {}, "Policy ", said("small", {}, record.policy.name)), said("p", { class: "words" }, record.policy.text),
      record.policy.rules.length ? el("ol", {}, record.policy.rules.map((rule) => el("li", {}, said("span", {}, rule.text), " ", said("code", {}, short(JSON.stringify(rule.forbids), 200))))) : null)));
  }
  if (record.ingredients) {
    const given = Object.entries(record.ingredients).filter(([, value]) => value !== null && !(Array.isArray(value) && !value.length));
    if (given.length) {
      boxes.push(el("details", { class: "card" }, el("summary", {}, "Ingredients that it was given"), el("dl", { class: "facts" },
        given.map(([name, value]) => pair(name, Array.isArray(value) ? value.join(", ") : value)))));
    }
  }
  return boxes;
}

function turnView(turn, index, record, tells, shown) {
  const at = `/turns/${index}`;
  const several = record.turns.length > 1;
  const queries = queryMarks(record, index);
  const response = tells.map((tell) => ({
    start: tell.start, end: tell.end, place: place.response(index, tell.start, tell.end),
    class: `tell${tell.inferred ? " inferred" : ""}${tell.paraphrase ? " paraphrase" : ""}`,
  }));
  const made = el("section", { class: `turn ${turn.kind}` },
    el("h3", {}, several ? `Turn ${index + 1}` : "Conversation", " ", turn.kind === "request" ? null : el("span", { class: "badge" }, words(turn.kind)), " ", turnNotes(turn, at, shown)),
    shown.spot(`${at}/query`, shown.spot(`${at}/asks`, el("div", { class: "bubble person" }, el("h4", {}, "Person"), markedText(turn.query, queries, shown)))),
    turn.refuses ? refusedCard(turn.refuses, `${at}/refuses`, record, shown) : null,
    turn.steps.map((step, number) => callCard(step, `${at}/steps/${number}`, shown, turn.thoughts && turn.thoughts[step.id])),
    shown.spot(`${at}/response`, shown.spot(`${at}/tells`, el("div", { class: "bubble assistant" }, el("h4", {}, "Assistant"), markedText(turn.response, response, shown)))));
  return shown.spot(at, made);
}

/** Return the stretches of a turn's query: values that any turn takes from it, and what asks for calls. */
function queryMarks(record, index) {
  const values = new Map();
  const collect = (source) => {
    if (source.kind === "user" && source.turn === index) {
      const one = place.query(index, source.start, source.end);
      values.set(one.key, { start: source.start, end: source.end, place: one, class: `quote${source.paraphrase ? " paraphrase" : ""}` });
    }
    (source.of instanceof Array ? source.of : []).forEach(collect);
  };
  for (const turn of record.turns) {
    for (const call of [...turn.steps, ...(turn.refuses ? [turn.refuses] : [])]) Object.values(call.sources).forEach(collect);
  }
  for (const step of record.pruned) Object.values(step.sources).forEach(collect);
  const asks = (record.turns[index].asks || []).map((ask) => ({
    start: ask.start, end: ask.end, place: place.ask(index, ask.start, ask.end), class: "ask", whole: true,
    note: () => [el("sup", { class: "asks" }, visible(ask.steps.join(" ")))],
  }));
  return [...values.values(), ...asks];
}

function turnNotes(turn, at, shown) {
  const notes = turn.awaits.map((awaited) => [
    "asks for ", shown.at(place.argument(awaited.step, awaited.pointer), said("code", {}, `${awaited.step} ${awaited.pointer}`)),
  ]);
  if (turn.replaces) {
    notes.push(["replaces ", shown.at(place.call(turn.replaces.step), said("code", {}, turn.replaces.step)), " by ", shown.at(place.call(turn.replaces.by), said("code", {}, turn.replaces.by))]);
  }
  if (!notes.length) return null;
  return shown.spot(`${at}/replaces`, shown.spot(`${at}/awaits`, el("small", { class: "notes" }, joined(notes))));
}

function callCard(step, at, shown, thought) {
  const name = shown.at(place.call(step.id), said("span", { class: "call-name" }, `${step.id} ${step.tool}`));
  const card = el("article", { class: "call", "aria-label": `Call ${step.id}` },
    el("h4", {}, name, step.after && step.after.length ? el("small", {}, " after ", joined(step.after.map((id) => [shown.at(place.call(id), said("code", {}, id))]))) : null),
    thought ? said("p", { class: "thought" }, thought) : null,
    argumentsView(step, at, shown),
    shown.spot(`${at}/result`, resultView(step, shown)));
  shown.also(place.call(step.id), card);
  return shown.spot(at, card);
}

function refusedCard(call, at, record, shown) {
  const rule = call.rule === null ? null : record.policy && record.policy.rules[call.rule];
  const card = el("article", { class: "call refused", "aria-label": `Refused call ${call.id}` },
    el("h4", {}, shown.at(place.call(call.id), said("span", { class: "call-name" }, `${call.id} ${call.tool}`)), " ", el("span", { class: "badge bad" }, "refused, never made")),
    said("p", { class: "hint" }, rule ? `Rule ${call.rule + 1}: ${rule.text}` : "No tool that is offered can do it."),
    argumentsView(call, at, shown),
    call.allowed ? el("p", { class: "hint" }, "Nearest that is allowed: ", said("code", {}, JSON.stringify(call.allowed))) : null);
  shown.also(place.call(call.id), card);
  return shown.spot(at, card);
}

/** Open what is folded around an element and bring it to the eye. */
function reveal(element) {
  for (let around = element.parentElement; around; around = around.parentElement) if (around.tagName === "DETAILS") around.open = true;
  element.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  element.classList.add("seen");
  setTimeout(() => element.classList.remove("seen"), 1500);
}
