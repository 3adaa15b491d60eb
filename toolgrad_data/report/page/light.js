// Light: what a value that is pointed at came from and went to, on the page and in words.
"use strict";

class Light {
  constructor(view, trail, shown, entry) {
    Object.assign(this, { view, trail, shown, entry, held: null });
    this.trail.hidden = true;
    this.trail.replaceChildren();
  }

  listen() {
    const placeAt = (event) => {
      const element = event.target.closest && event.target.closest(".value");
      return element && this.shown.placeOf.get(element);
    };
    const hold = (event) => {
      const one = placeAt(event);
      if (!one) return;
      if (event.type === "keydown") event.preventDefault();
      this.hold(this.held && this.held.key === one.key ? null : one);
    };
    // One record is shown at a time: what listened for the one before goes.
    this.view.onclick = hold;
    this.view.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === " ") hold(event);
    };
    this.view.onmouseover = (event) => this.held || this.show(placeAt(event) || null);
    this.view.onmouseleave = () => this.held || this.show(null);
    this.view.addEventListener("grown", () => this.held && this.show(this.held));
  }

  /** Keep the light of a place on, and say in words where its value came from and went; null lets go. */
  hold(one) {
    this.held = one;
    this.show(one);
    this.trail.hidden = !one;
    document.body.classList.toggle("holding", Boolean(one));
    this.trail.replaceChildren(...(one ? this.inWords(one) : []));
  }

  /** Hold a place and bring it to the eye. */
  goTo(one) {
    this.hold(one);
    const [element] = this.shown.elementsOf(one);
    if (element) reveal(element);
  }

  show(one) {
    for (const element of this.view.querySelectorAll(".lit, .via, .point")) {
      element.classList.remove("lit", "via", "point");
      if (element.hasAttribute("aria-pressed")) element.removeAttribute("aria-pressed");
    }
    if (!one) return;
    const reached = [...this.shown.flow.trace(one).values()];
    // The strong ones last: a place that a value reaches itself is not shown as one through a call.
    for (const { place: other, how } of reached.sort((a, b) => (a.how < b.how ? -1 : 1))) {
      for (const element of this.shown.elementsOf(other)) {
        if (how === "value") element.classList.remove("via");
        element.classList.add(how === "value" ? "lit" : "via");
      }
    }
    for (const element of this.shown.elementsOf(one)) {
      element.classList.remove("via");
      element.classList.add("lit", "point");
      if (this.held && element.getAttribute("role") === "button") element.setAttribute("aria-pressed", "true");
    }
  }

  inWords(one) {
    const reached = [...this.shown.flow.trace(one).values()];
    const order = ["ask", "query", "context", "argument", "call", "result", "response"];
    const list = (way, how) => reached.filter((each) => each.way === way && each.how === how)
      .sort((a, b) => order.indexOf(a.place.kind) - order.indexOf(b.place.kind) || (a.place.turn ?? 0) - (b.place.turn ?? 0));
    const parts = [
      ["Came from", list("from", "value")], ["Through calls, from", list("from", "call")],
      ["Went to", list("to", "value")], ["Through calls, to", list("to", "call")], ["The same place", list("same", "value")],
    ];
    const close = el("button", { type: "button", class: "close", "aria-label": "Let go of the value", on: { click: () => this.hold(null) } }, "×");
    const groups = parts.filter(([, places]) => places.length).flatMap(([title, places]) => [
      el("h4", {}, title), el("ul", {}, places.map(({ place: other }) => el("li", {}, this.link(other)))),
    ]);
    return [close, el("h3", {}, this.nameOf(one)), ...(groups.length ? groups : [el("p", { class: "hint" }, "It came from nowhere else and went nowhere.")])];
  }

  link(one) {
    const go = () => {
      const [element] = this.shown.elementsOf(one);
      if (element) reveal(element);
    };
    return el("button", { type: "button", class: "go", on: { click: go } }, this.nameOf(one));
  }

  /** Return a place in words, with its value. */
  nameOf(one) {
    const { record } = this.entry;
    const quoted = (text) => said("q", {}, short(Array.from(text).slice(one.start, one.end).join(""), 80));
    const value = (of, pointer) => said("code", {}, short(JSON.stringify(valueAt(of, pointer)) ?? "nothing", 60));
    const call = this.shown.flow.calls.get(one.step);
    const turn = record.turns.length > 1 && one.turn !== undefined ? ` of turn ${one.turn + 1}` : "";
    switch (one.kind) {
      case "query": return el("span", {}, `query${turn} `, quoted(record.turns[one.turn].query));
      case "ask": return el("span", {}, `asked in the query${turn} `, quoted(record.turns[one.turn].query));
      case "response": return el("span", {}, `response${turn} `, quoted(record.turns[one.turn].response));
      case "argument": return el("span", {}, said("b", {}, `${one.step} ${one.pointer.slice(1)}`), " = ", value(call && call.arguments, one.pointer));
      case "result": return el("span", {}, said("b", {}, `${one.step} result ${one.pointer}`), " ", value(call && call.result, one.pointer));
      case "context": return el("span", {}, said("b", {}, `context ${one.pointer}`), " ", value(record.context, one.pointer));
      default: return el("span", {}, "call ", said("b", {}, `${one.step} ${call ? call.tool : ""}`));
    }
  }
}
