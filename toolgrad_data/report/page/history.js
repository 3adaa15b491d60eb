// How a record came to be: iterations as a timeline, pruned calls, trials of a solver, what it took, and the raw JSON.
"use strict";

function historyOf(record, shown) {
  return [timelineOf(record), prunedOf(record, shown), judgeOf(record), tookOf(record)].filter(Boolean);
}

function timelineOf(record) {
  const iterations = [...new Set([...record.gradients, ...record.attempts].map((one) => one.iteration))].sort((a, b) => a - b);
  if (!iterations.length) return null;
  let kept = 0;
  const ends = iterations.map((iteration) => {
    const gradient = record.gradients.find((one) => one.iteration === iteration);
    const attempts = record.attempts.filter((one) => one.iteration === iteration);
    const selected = attempts.filter((one) => one.selected).length;
    kept += selected;
    const bar = el("span", { class: "grown", "aria-hidden": "true" }, Array.from({ length: Math.min(kept, 60) }, (_, at) => el("i", { class: at >= kept - selected ? "new" : "" })));
    return el("li", {},
      el("h4", {}, `Iteration ${iteration}`, el("small", {}, ` ${counted(attempts.length, "call")} tried, ${selected} taken, ${kept} so far `), bar),
      el("ul", { class: "attempts" }, attempts.map(attemptView)),
      gradient ? critiqueView(gradient) : el("p", { class: "hint" }, "No critique has seen these calls."));
  });
  return el("section", { class: "card" }, el("h3", {}, "How the chain grew"), el("ol", { class: "timeline" }, ends));
}

function attemptView(attempt) {
  const outcome = attempt.selected ? "taken" : attempt.ok ? "worked" : "failed";
  const came = attempt.error ? `${words(attempt.error.kind)}: ${attempt.error.message}` : JSON.stringify(attempt.result);
  return el("li", { class: outcome }, el("span", { class: "badge" }, outcome), " ", said("b", {}, `${attempt.id} ${attempt.tool}`), " ",
    said("code", {}, short(JSON.stringify(attempt.arguments), 200)), " → ", said("code", {}, short(came, 240)),
    attempt.repairs ? el("small", {}, ` after ${counted(attempt.repairs, "repair")}`) : null);
}

function critiqueView(gradient) {
  const looks = [...gradient.tools.map((tool) => ["tool", tool]), ...gradient.wishes.map((wish) => ["wish", wish])];
  return el("div", { class: "critique" }, said("p", {}, gradient.text || "(no words)"),
    gradient.concluded ? el("p", {}, "It says that the person’s concern is answered.") : null,
    looks.length ? el("p", {}, "Looks for ", looks.flatMap(([kind, text], at) => [at ? ", " : "", `${kind} `, said("code", {}, text)])) : null,
    gradient.notes.length ? el("ul", {}, gradient.notes.map((note) => said("li", {}, `${words(note.kind)}${note.call ? ` (${note.call})` : ""}: ${note.message}`))) : null);
}

function prunedOf(record, shown) {
  if (!record.pruned.length) return null;
  return el("details", { class: "card", id: "pruned" }, el("summary", {}, `${counted(record.pruned.length, "call")} pruned from the chain`),
    record.pruned.map((step, index) => callCard(step, `/pruned/${index}`, shown)));
}

function judgeOf(record) {
  const { judge } = record;
  const trials = record.trajectories || [];
  if (!judge && !trials.length) return null;
  return el("section", { class: "card" }, el("h3", {}, "Judged by a model"),
    judge ? el("dl", { class: "facts" },
      pair("model", judge.model), pair("naturalness", `${judge.naturalness} of 5: ${judge.naturalness_reason}`),
      pair("would a person ask it", `${judge.would_ask} of 5: ${judge.would_ask_reason}`),
      pair("solved", `${judge.solved} of ${counted(judge.trials, "trial")}${judge.disagreement ? ` (${words(judge.disagreement)})` : ""}`)) : null,
    trials.map((trial) => el("details", {}, el("summary", {}, `Trial ${trial.trial}: ${trial.outcome}`),
      trial.turns.map((turn) => el("div", { class: "critique" }, said("p", {}, turn.reasoning),
        el("ul", { class: "attempts" }, turn.calls.map((call) => el("li", {}, said("b", {}, call.tool), " ", said("code", {}, short(JSON.stringify(call.arguments), 200)),
          el("small", {}, call.step ? ` ${call.how} as ${call.step}` : " no call of the record")))))),
      trial.answer || trial.error ? said("p", {}, trial.error || trial.answer) : null)));
}

function pair(name, text) {
  return el("div", {}, el("dt", {}, name), said("dd", {}, String(text)));
}

function tookOf(record) {
  const { meta } = record;
  const roles = Object.entries(meta.usage.by_role);
  return el("details", { class: "card" }, el("summary", {}, "What it took"),
    el("dl", { class: "facts" }, pair("tool calls", `${meta.tool_calls}, ${meta.tool_failures} failed`), pair("ended by", words(meta.stop_reason)),
      pair("rewrites", meta.repairs), pair("policies", Object.entries(meta.policies).map(([role, name]) => `${role}: ${name}`).join(", ")),
      Object.keys(meta.models).length ? pair("models", Object.entries(meta.models).map(([role, name]) => `${role}: ${name}`).join(", ")) : null,
      pair("made", `${meta.started_at} to ${meta.finished_at}`)),
    roles.length ? table("Model calls by role", ["role", "calls", "tokens in", "tokens out", "seconds", "USD"],
      roles.map(([role, used]) => [role, used.llm_calls, used.input_tokens, used.output_tokens, used.latency_ms / 1000, used.cost_usd ?? "unknown"])) : null);
}

/** Return the record as JSON and the specs of its tools, both written when they are opened. */
function rawOf(entry, report) {
  const folded = (title, text) => {
    const made = el("details", { class: "card raw" }, el("summary", {}, title));
    made.addEventListener("toggle", async () => {
      if (made.open && made.children.length === 1) made.append(said("pre", { tabindex: "0" }, await text()));
    });
    return made;
  };
  const whole = async () => JSON.stringify({ ...entry.exact, tools: await report.specsOf(entry.tools) }, null, 2);
  return [
    folded(`Tools that were there (${entry.tools.length})`, async () => JSON.stringify(await report.specsOf(entry.tools), null, 2)),
    folded("Raw JSON", whole),
  ];
}
