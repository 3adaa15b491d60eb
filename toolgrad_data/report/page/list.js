// The list of records: search, filters, and rows of which only those that are seen exist.
"use strict";

const ROW_HEIGHT = 76;
const ROWS_AROUND = 6;

const FILTERS = {
  text: (head, value) => head.search.includes(value.toLowerCase()),
  verdict: (head, value) => head.rejected === (value === "rejected"),
  tool: (head, value) => head.tools.includes(value),
  calls: (head, value) => String(head.calls) === value,
  turns: (head, value) => String(head.texts.length) === value,
  kind: (head, value) => head.kinds.some((kind) => words(kind) === value),
  finding: (head, value) => head.codes.includes(value),
  score: (head, value) => String(head.score) === value,
  run: (head, value) => String(head.run + 1) === value,
};

class RecordList {
  /** `open` is called with the head of a record that is chosen. */
  constructor(report, open) {
    this.report = report;
    this.open = open;
    this.box = document.getElementById("list");
    this.rows = document.getElementById("rows");
    this.form = document.getElementById("filters");
    this.found = report.heads;
    this.active = 0;
    this.chosen = null;
    this.box.addEventListener("scroll", () => requestAnimationFrame(() => this.draw()));
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    this.rows.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.choose(row.at);
    });
    new ResizeObserver(() => this.draw()).observe(this.box);
    this.form.addEventListener("input", () => this.filter());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", () => setTimeout(() => this.filter()));
  }

  /** Offer in each filter what the records have; a filter that could tell nothing apart is not shown. */
  offer() {
    const counts = { tool: new Map(), calls: new Map(), turns: new Map(), kind: new Map(), finding: new Map(), score: new Map(), run: new Map() };
    const add = (name, value) => counts[name].set(value, (counts[name].get(value) || 0) + 1);
    for (const head of this.report.heads) {
      head.tools.forEach((tool) => add("tool", tool));
      add("calls", head.calls);
      add("turns", head.texts.length);
      new Set(head.kinds).forEach((kind) => add("kind", words(kind)));
      new Set(head.codes).forEach((code) => add("finding", code));
      if (head.score) add("score", head.score);
      add("run", head.run + 1);
    }
    for (const [name, values] of Object.entries(counts)) {
      const select = this.form.elements[name];
      const ordered = [...values].sort(([a], [b]) => (typeof a === "number" ? a - b : a < b ? -1 : 1));
      for (const [value, times] of ordered) {
        const label = name === "run" ? `${value}: ${this.report.overview.runs[value - 1].name}` : String(value);
        select.append(el("option", { value }, visible(short(`${label} (${count(times)})`, 70))));
      }
      select.closest("label").hidden = ordered.length < (name === "tool" || name === "finding" || name === "score" ? 1 : 2);
    }
    this.form.elements.verdict.closest("label").hidden = !this.report.heads.some((head) => head.rejected);
  }

  /** Set the filters, those not named to any. */
  set(values) {
    for (const name of Object.keys(FILTERS)) this.form.elements[name].value = values.get(name) || "";
    this.filter();
  }

  filter() {
    const wanted = Object.keys(FILTERS).map((name) => [FILTERS[name], this.form.elements[name].value]).filter(([, value]) => value);
    this.found = this.report.heads.filter((head) => wanted.every(([holds, value]) => holds(head, value)));
    this.active = Math.max(0, this.found.indexOf(this.chosen));
    this.box.scrollTop = 0;
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW_HEIGHT) - ROWS_AROUND);
    const last = Math.min(this.found.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW_HEIGHT) + ROWS_AROUND);
    this.rows.style.height = `${this.found.length * ROW_HEIGHT}px`;
    // A row that stays is left where it is: one taken out between pressing the button and letting it go gets no click.
    for (const row of [...this.rows.children]) {
      if (row.at < first || row.at >= last || this.found[row.at] !== row.head) row.remove();
    }
    let next = this.rows.firstChild;
    for (let at = first; at < last; at += 1) {
      const row = next && next.at === at ? next : this.rows.insertBefore(this.row(this.found[at], at), next);
      row.classList.toggle("active", at === this.active);
      row.setAttribute("aria-selected", String(row.head === this.chosen));
      row.setAttribute("aria-setsize", this.found.length);
      next = row.nextSibling;
    }
    const all = this.report.heads.length;
    document.getElementById("found").textContent = this.found.length === all ? counted(all, "record") : `${count(this.found.length)} of ${counted(all, "record")}`;
    const there = document.getElementById(`row-${this.active}`);
    if (there) this.box.setAttribute("aria-activedescendant", there.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  row(head, at) {
    const facts = [counted(head.calls, "call"), head.texts.length > 1 ? counted(head.texts.length, "turn") : "", head.score ? `score ${head.score}` : "", head.rejected ? head.codes[0] : ""].filter(Boolean);
    const made = el("div", {
      role: "option", id: `row-${at}`, class: head.rejected ? "rejected" : "", "aria-posinset": at + 1,
    }, el("div", { class: "row-head" }, said("b", {}, head.id), el("span", {}, visible(facts.join(" · ")))),
    said("p", {}, short((head.texts[0] || ["(no words)"])[0] || "(no words)", 220)));
    made.style.top = `${at * ROW_HEIGHT}px`;
    Object.assign(made, { head, at });
    return made;
  }

  onKey(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW_HEIGHT) - 1);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key in moves) {
      event.preventDefault();
      this.move(this.active + moves[event.key]);
    }
  }

  /** Make a row the active one and bring it into view. */
  move(to) {
    this.active = Math.max(0, Math.min(this.found.length - 1, to));
    const top = this.active * ROW_HEIGHT;
    this.rows.style.height = `${this.found.length * ROW_HEIGHT}px`; // without it there is nothing to scroll to
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + ROW_HEIGHT > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + ROW_HEIGHT - this.box.clientHeight;
    this.draw();
  }

  choose(at) {
    if (this.found[at]) this.open(this.found[at]);
  }

  /** Choose the record so many rows further on. */
  step(by) {
    const at = this.found.indexOf(this.chosen);
    this.choose(at < 0 ? 0 : Math.max(0, Math.min(this.found.length - 1, at + by)));
  }

  /** Show which record is open. */
  mark(head) {
    this.chosen = head;
    const at = this.found.indexOf(head);
    if (at >= 0) this.move(at);
    else this.draw();
  }
}
