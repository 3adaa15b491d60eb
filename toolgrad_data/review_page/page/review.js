// The page as a whole: the queue, the record that is shown, the keys, and what becomes of decisions.
"use strict";

const byId = (id) => document.getElementById(id);

FILTERS.mine = (head, value) => (head.mine || "open") === value;

class ReviewList extends RecordList {
  row(head, at) {
    const made = super.row(head, at);
    if (head.mine) made.querySelector(".row-head").append(el("b", { class: `badge decided ${head.mine}` }, DECIDED[head.mine]));
    return made;
  }

  /** Draw the row of a head anew. */
  renew(head) {
    for (const row of [...this.rows.children]) if (row.head === head) row.remove();
    this.draw();
  }
}

class Review {
  constructor(server) {
    this.server = server;
    this.panels = new Panels();
    this.heads = [];
    this.head = this.entry = this.light = this.beside = null;
    this.isWorking = this.isSaving = false;
    this.kept = []; // what was pressed meanwhile
    this.mending = new Mending(
      (draft) => this.server.ask("prove", { record: this.head.id, mended: draft }), (text) => this.show(text));
  }

  async start() {
    this.run = await this.server.json("run");
    byId("told").textContent = this.run.told;
    this.outbox = new Outbox(this.server, this.run.key, (words, look) => this.tell(words, look));
    this.reviewer = sessionStorage.getItem("reviewer") || "";
    if (!this.reviewer) await this.changeName();
    byId("reviewer").textContent = this.reviewer;
    const left = await this.outbox.sendLeft();
    await this.readQueue();
    this.list = new ReviewList(this, (head) => this.perform(() => this.open(head)));
    this.list.offer();
    this.listen();
    byId("loading").hidden = true;
    byId("records").hidden = byId("desk").hidden = false;
    await this.route();
    if (left.saved) this.tell(`${counted(left.saved, "decision")} that an earlier page could not send: saved.`, "good");
    if (left.refused.length) this.tell(`Not saved from an earlier page: ${left.refused.join(" ")}`, "bad");
    document.body.dataset.ready = "yes";
  }

  /** Read all heads with the reviewer's decisions. */
  async readQueue() {
    const { heads } = await this.server.json("queue", { reviewer: this.reviewer });
    this.heads = heads.map((one, number) => {
      const head = { run: 0, rejected: false, codes: [], ...one, number, link: encodeURIComponent(one.id) };
      head.search = [head.id, ...head.texts.flat(), ...head.tools].join("\n").toLowerCase();
      return head;
    });
    this.byLink = new Map(this.heads.map((head) => [head.link, head]));
    this.overview = { runs: [{ name: this.run.name }] };
    await this.readState();
  }

  /** Read what was decided, also in other tabs. */
  async readState() {
    this.state = await this.server.json("state", { reviewer: this.reviewer });
    for (const head of this.heads) {
      const mine = this.state.decisions[head.id] || null;
      if (mine === (head.mine || null)) continue;
      head.mine = mine;
      if (this.list) this.list.renew(head);
    }
    const decided = this.heads.filter((head) => head.mine).length;
    byId("progress-bar").max = Math.max(1, this.heads.length);
    byId("progress-bar").value = decided;
    const kinds = Object.entries(DECIDED).filter(([name]) => this.state.counts[name]).map(([name, word]) => `${count(this.state.counts[name])} ${word}`);
    byId("progress-text").textContent = `${count(decided)} of ${count(this.heads.length)} decided${kinds.length ? `: ${kinds.join(", ")}` : ""}`;
  }

  // What the report's record view asks of its report.
  async specsOf(specs) {
    return specs;
  }

  async route() {
    const head = this.byLink.get(location.hash.slice(1)) || this.heads.find((each) => !each.mine) || this.heads[0];
    if (location.hash === "#records" && !matchMedia("(min-width: 60rem)").matches) {
      document.body.classList.remove("one");
      this.list.draw();
      return;
    }
    if (head) await this.open(head);
    else this.tell("There is nothing to review.");
  }

  async open(head) {
    if (location.hash !== `#${head.link}`) history.replaceState(null, "", `#${head.link}`);
    document.body.classList.add("one");
    if (this.panels.open) this.panels.close();
    this.list.mark(head);
    await this.read(head);
    byId("record").scrollTop = 0;
    scrollTo(0, 0);
    if (!document.querySelector("dialog[open]")) byId("record").focus({ preventScroll: true });
  }

  /** Read a record and show it. */
  async read(head) {
    this.head = head;
    const text = await this.server.ask("record", { reviewer: this.reviewer, record: head.id });
    if (this.head === head) this.take(text);
  }

  /** Show a record with its decision, as the server sends them. */
  take(text) {
    this.entry = JSON.parse(text);
    this.beside = new Beside(this.entry);
    this.show(text);
    byId("verdict").replaceChildren(...verdictOf(this.entry));
    this.showQuestions();
  }

  show(text) {
    const at = byId("record").scrollTop;
    this.light = showRecord(byId("record"), byId("trail"), this.head, entryOf(text, null), this);
    document.body.classList.remove("holding");
    byId("record").scrollTop = at;
  }

  showQuestions() {
    showQuestions(this.run.questions, this.beside.answers, (at) => this.answer(at));
  }

  answer(at) {
    const [name] = this.run.questions[at];
    this.beside.answers[name] = nextAnswer(this.beside.answers[name]);
    this.showQuestions();
  }

  answerRest() {
    for (const [name] of this.run.questions) this.beside.answers[name] = this.beside.answers[name] || "yes";
    this.showQuestions();
  }

  tell(words, look = "") {
    byId("saved").textContent = words;
    byId("saved").className = look;
  }

  /** Decide, and go on to the next open record once the server has it on its disk. */
  async decide(decision, more = {}, goOn = true) {
    const open = this.run.questions.filter(([name]) => !this.beside.answers[name]);
    if (decision !== "undo" && open.length) {
      this.tell(`Answer first: ${open.map(([, asked]) => asked).join(" ")}`, "bad");
      return;
    }
    this.isSaving = true;
    const { head } = this;
    const began = performance.now();
    this.tell("Saving…");
    try {
      const text = await this.outbox.send({
        id: crypto.randomUUID(), reviewer: this.reviewer, record: head.id, digest: this.entry.digest,
        known: this.entry.mine ? this.entry.mine.id : null, decision, ...this.beside.asJson(), ...more,
      });
      this.lastSaveMs = performance.now() - began;
      if (decision === "mend") this.mending.forget();
      this.panels.close();
      const saved = JSON.parse(text);
      await this.readState();
      const words = decision === "undo" ? "taken back" : DECIDED[decision];
      const others = saved.others ? saved.others.map((other) => `${other.reviewer} ${DECIDED[other.decision]} it`) : [];
      const next = goOn && decision !== "undo" ? this.nextOpen(head) : null;
      if (next) await this.open(next);
      else this.take(text);
      this.tell(`Saved: ${head.id} ${words}. ${others.length ? `${others.join(", ")}. ` : ""}${next || decision === "undo" || !goOn ? "" : "All are decided."}`, "good");
    } catch (error) {
      await this.explain(error);
    } finally {
      this.isSaving = false;
    }
  }

  /** Say why a decision was not saved, and show how things stand. */
  async explain(error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === "unproved") {
      this.mending.show(JSON.stringify(error.body));
    } else if (["elsewhere", "changed"].includes(error.code)) {
      await this.readState();
      await this.read(this.head);
    }
    const kept = error.status === 403 ? " The decision is kept in this browser and saved when you open the new address." : "";
    this.tell(`Not saved: ${error.message}${kept}`, "bad");
  }

  /** Open the record so many rows further on in the list. */
  step(by) {
    const { found } = this.list;
    const at = found.indexOf(this.head);
    const head = found[at < 0 ? 0 : Math.max(0, Math.min(found.length - 1, at + by))];
    return head && head !== this.head ? this.open(head) : undefined;
  }

  nextOpen(head) {
    const at = this.list.found.indexOf(head);
    const order = at < 0 ? this.heads : [...this.list.found.slice(at + 1), ...this.list.found.slice(0, at)];
    return order.find((each) => !each.mine) || this.heads.find((each) => !each.mine && each !== head) || null;
  }

  async undo() {
    if (!this.entry.mine) {
      const last = this.heads.find((head) => head.id === this.state.last);
      if (!last) {
        this.tell("There is nothing to undo.");
        return;
      }
      await this.open(last);
    }
    if (this.entry.mine) await this.decide("undo", { undoes: this.entry.mine.id, note: "", tags: [], answers: {} }, false);
  }

  askReason() {
    const failed = this.run.questions.filter(([name]) => this.beside.answers[name] === "no");
    byId("reason").value = this.entry.mine && this.entry.mine.decision === "reject" ? this.entry.mine.reason
      : failed.map(([name]) => REASONS[this.run.questions.findIndex(([other]) => other === name)]).join("; ");
    this.panels.show("reason-form", "reason");
  }

  askNote(field) {
    byId("note").value = this.beside.note;
    byId("tags").value = this.beside.tags.join(", ");
    this.panels.show("note-form", field);
  }

  /** Keep a note and tags: with the decision that stands, or until there is one. */
  async keepNote() {
    this.beside.note = byId("note").value.trim();
    this.beside.tags = [...new Set(byId("tags").value.split(",").map((tag) => tag.trim()).filter(Boolean))];
    const { mine } = this.entry;
    this.panels.close();
    if (mine) {
      const same = { reason: mine.reason, ...(mine.mended ? { mended: mine.mended } : {}) };
      await this.decide(mine.decision, same, false);
    } else {
      this.tell(this.beside.isSaid ? "The note and tags are saved with your decision." : "");
    }
  }

  startMending() {
    if (!this.entry.draft.turns.length) {
      this.tell("It has no words to be mended.");
      return;
    }
    this.mending.begin(this.entry.draft, `draft:${this.reviewer}:${this.run.key}:${this.head.id}`);
    this.panels.show("mend-form", "drafts");
    this.mending.areas[0][0].focus();
    this.mending.areas[0][0].setSelectionRange(0, 0);
  }

  async changeName() {
    this.reviewer = await this.panels.askName(this.reviewer, this.run.reviewers);
    sessionStorage.setItem("reviewer", this.reviewer);
    byId("reviewer").textContent = this.reviewer;
    if (!this.list) return;
    this.heads.forEach((head) => { head.mine = null; });
    await this.readState();
    this.list.rows.replaceChildren();
    this.list.draw();
    await this.read(this.head);
  }

  async showAgreement() {
    await this.readState();
    this.panels.showAgreement(this.state.agreement);
  }

  /** Do one thing after the other; what fails is told, and what was pressed after it is forgotten. */
  async perform(work) {
    if (this.isWorking) {
      if (!this.outbox.isWaiting) this.kept.push(work);
      return;
    }
    this.isWorking = true;
    try {
      for (let next = work; next; next = this.kept.shift()) await next();
    } catch (error) {
      this.kept = [];
      const isAway = error instanceof TypeError && /fetch/i.test(error.message);
      if (error instanceof Refused) this.tell(error.message, "bad");
      else if (isAway) this.tell("The server cannot be reached. Start toolgrad review again; what you decided is not lost.", "bad");
      else {
        this.tell(`Something is wrong with this page: ${error.message}`, "bad");
        throw error;
      }
    } finally {
      this.isWorking = false;
    }
  }

  /** Take a key that was pressed while something else was done: it is meant for what stands there now. */
  replay(key) {
    const field = document.activeElement;
    if (!field.matches("#desk input, #desk textarea")) return key.length === 1 && key !== " " && !this.panels.open ? this.onKey(key) : undefined;
    if (key === "Enter") return this.submit(field.form);
    if (field.id === "reason" && !field.value && this.panels.takeDigit(key)) return undefined;
    return field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
  }

  /** Do what a panel is for. */
  submit(form) {
    return { "reason-form": () => this.reject(), "note-form": () => this.keepNote(), "mend-form": () => this.mend() }[form.id]();
  }

  reject() {
    const reason = byId("reason").value.trim();
    if (reason) return this.decide("reject", { reason });
    return this.tell("A rejection needs a reason.", "bad");
  }

  mend() {
    return this.decide("mend", { mended: this.mending.draft, reason: byId("mend-reason").value.trim() });
  }

  onKey(key) {
    const at = Number(key) - 1;
    if (this.run.questions[at]) return this.answer(at);
    const does = {
      a: () => this.decide("accept"), r: () => this.askReason(), m: () => this.startMending(), n: () => this.askNote("note"), t: () => this.askNote("tags"),
      u: () => this.undo(), j: () => this.step(1), k: () => this.step(-1), g: () => this.showAgreement(), w: () => this.changeName(),
      o: () => { const next = this.nextOpen(this.head); if (next) return this.open(next); return this.tell("All are decided."); },
      l: () => byId("list").focus(), "/": () => byId("filters").elements.text.focus(), "?": () => byId("help-dialog").showModal(),
      y: () => this.run.questions.length && this.answerRest(),
    }[key];
    return does && does();
  }

  listen() {
    const perform = (work) => this.perform(work);
    window.addEventListener("hashchange", () => perform(() => this.route()));
    document.addEventListener("visibilitychange", () => document.hidden || perform(() => this.readState()));
    document.addEventListener("keydown", (event) => this.onKeyDown(event));
    for (const button of document.querySelectorAll("#buttons button")) button.addEventListener("click", () => perform(() => this.onKey(button.dataset.key)));
    for (const [id, key] of [["show-help", "?"], ["show-agreement", "g"], ["change-name", "w"]]) byId(id).addEventListener("click", () => perform(() => this.onKey(key)));
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault();
      byId("record").focus();
    });
    for (const form of document.querySelectorAll("#desk form")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        perform(() => this.submit(form));
      });
    }
    byId("mend-form").addEventListener("closed", () => {
      if (this.isSaving) return;
      this.mending.stop();
      perform(() => this.read(this.head));
    });
  }

  onKeyDown(event) {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (this.panels.open) this.panels.close();
      else if (this.light) this.light.hold(null);
      if (event.target.matches("#filters *, #list")) byId("record").focus({ preventScroll: true });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || (event.repeat && !"jk".includes(event.key))) return;
    const isCommand = event.key.length === 1 && event.key !== " ";
    if (this.isWorking && !event.target.matches("#filters *")) {
      if (event.key.length > 1 && event.key !== "Enter") return;
      event.preventDefault();
      this.perform(() => this.replay(event.key));
    } else if (isCommand && !event.target.matches("input, select, textarea") && !this.panels.open) {
      event.preventDefault();
      this.perform(() => this.onKey(event.key));
    }
  }
}

const review = new Review(new Server());
review.start().catch((error) => {
  byId("loading").hidden = false;
  byId("loading").textContent = error instanceof Refused ? error.message : `The page cannot go on: ${error.message}`;
});
