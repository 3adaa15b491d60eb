// Mending: the words of a record with their marks, proved by the server while they are written.
"use strict";

const PROVE_AFTER_MS = 250;

class Mending {
  /** `preview(text)` shows a record as the server sends it, `ask(draft)` has a draft proved. */
  constructor(ask, preview) {
    Object.assign(this, { ask, preview, areas: [], asked: 0, timer: null, holds: false });
  }

  /** Fill the panel with a draft's words. */
  begin(draft, key) {
    this.key = key;
    this.holds = false;
    const kept = sessionStorage.getItem(key);
    const { turns } = kept ? JSON.parse(kept) : draft;
    const several = turns.length > 1;
    this.areas = turns.map((turn, at) => ["query", "response"].map((half) => el("textarea", {
      rows: Math.min(8, 2 + Math.floor(turn[half].length / 80)), spellcheck: "true", dir: "auto",
      "aria-label": `${half === "query" ? "Person" : "Assistant"}${several ? `, turn ${at + 1}` : ""}`, name: half, on: { input: () => this.changed() },
    })));
    this.areas.forEach(([query, response], at) => Object.assign(query, { value: turns[at].query }) && Object.assign(response, { value: turns[at].response }));
    byId("drafts").replaceChildren(...this.areas.map(([query, response], at) => el("div", { class: "draft" },
      several ? el("h3", {}, `Turn ${at + 1}`) : null, el("label", {}, "Person", query), el("label", {}, "Assistant", response))));
    byId("mend-reason").value = "";
    this.prove();
  }

  get draft() {
    return { turns: this.areas.map(([query, response]) => ({ query: query.value, response: response.value })) };
  }

  /** Prove no more; what was written is kept for the next time. */
  stop() {
    clearTimeout(this.timer);
    this.asked += 1; // what is still asked for is not shown any more
  }

  /** Forget what was written, as it is saved. */
  forget() {
    this.stop();
    sessionStorage.removeItem(this.key);
  }

  changed() {
    sessionStorage.setItem(this.key, JSON.stringify(this.draft));
    this.holds = false;
    byId("proofs").textContent = "Proving…";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.prove(), PROVE_AFTER_MS);
  }

  async prove() {
    const mine = (this.asked += 1);
    try {
      const text = await this.ask(this.draft);
      if (mine !== this.asked) return; // the words have changed since
      this.show(text);
    } catch (error) {
      if (mine === this.asked) byId("proofs").replaceChildren(el("b", { class: "wrong" }, error instanceof Refused ? error.message : "Not proved: the server cannot be reached. What you write is kept."));
    }
  }

  /** Show what the proofs found, in the panel and at its place in the record. */
  show(text) {
    const { record } = JSON.parse(text);
    const found = record.verification.findings;
    this.holds = !found.length;
    const open = record.turns.flatMap((turn) => turn.tells || []).filter((tell) => tell.paraphrase).length;
    const rest = open ? ` What no proof decides: ${counted(open, "value")} told in other words ("yes", "the same day"). Read it against the result.` : "";
    byId("proofs").replaceChildren(
      el("b", { class: found.length ? "wrong" : "right" }, found.length ? counted(found.length, "finding") : "All proofs hold."),
      el("span", { class: "hint" }, rest),
      el("ul", {}, found.map((finding) => said("li", {}, `${finding.promise} / ${finding.code}: ${finding.message}`)),
        record.warnings.map((finding) => said("li", { class: "hint" }, `Noticed: ${finding.message}`))));
    this.preview(text);
    const first = document.querySelector("#record .has-finding .finding");
    if (found.length && first) first.scrollIntoView({ block: "nearest" });
  }
}
