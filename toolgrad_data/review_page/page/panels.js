// Panels above the buttons, and dialogs: what is asked for before something is done, the keys, and the agreement.
"use strict";

const KEYS = [
  ["a", "accept"], ["r", "reject, with a reason"], ["1 … 5", "in the reason: a usual one; in an audit: answer that question"],
  ["m", "mend the words; Ctrl Enter saves"], ["n", "note"], ["t", "tags"], ["u", "undo: yours on this record, else your last one"],
  ["j, k", "next and previous record"], ["o", "next record that you have not decided"], ["y", "in an audit: yes to all that is open"],
  ["↑ ↓ Space", "scroll the record"], ["Tab, Enter", "go to a value; hold its light"], ["l", "the list; ↑ ↓ Enter open a record"],
  ["/", "search"], ["g", "agreement of reviewers"], ["w", "who reviews"], ["Esc", "leave a panel, let go of a value"], ["?", "this help"],
];

const REASONS = [
  "no person would send it", "the calls do not answer it", "an argument is wrong", "the response is wrong or incomplete",
  "something is revealed or made up",
];

class Panels {
  constructor() {
    this.open = null;
    byId("help").append(el("table", {}, el("tbody", {}, KEYS.map(([key, does]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, key)), el("td", {}, does))))));
    REASONS.forEach((reason, at) => byId("reasons").append(
      el("button", { type: "button", on: { click: () => this.useReason(at) } }, el("kbd", {}, at + 1), ` ${reason}`)));
    for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => this.close());
    byId("reason").addEventListener("keydown", (event) => {
      if (!byId("reason").value && this.takeDigit(event.key)) event.preventDefault();
    });
    for (const form of document.querySelectorAll("#desk form")) {
      form.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault(); // a field of one line would be submitted twice
        form.requestSubmit();
      });
    }
  }

  /** Take the usual reason of that number, if there is one. */
  takeDigit(key) {
    const at = Number(key) - 1;
    if (REASONS[at]) this.useReason(at);
    return Boolean(REASONS[at]);
  }

  useReason(at) {
    byId("reason").value = REASONS[at];
    byId("reason").focus();
  }

  /** Show the form and put the keys into a field of it. */
  show(name, field) {
    this.close();
    this.open = name;
    byId(name).hidden = false;
    byId("buttons").hidden = true;
    byId(field).focus();
  }

  close() {
    if (!this.open) return;
    const was = this.open;
    byId(was).hidden = true;
    byId("buttons").hidden = false;
    this.open = null;
    byId("record").focus({ preventScroll: true });
    byId(was).dispatchEvent(new CustomEvent("closed"));
  }

  /** Ask for a name until there is one. */
  async askName(known, names) {
    byId("names").replaceChildren(...names.map((name) => el("option", { value: name })));
    byId("name").value = known;
    byId("name-dialog").showModal();
    byId("name").select();
    await new Promise((done) => byId("name-dialog").addEventListener("close", done, { once: true }));
    return byId("name").value.trim() || known || this.askName(known, names);
  }

  showAgreement(pairs) {
    const figure = (share) => share.toLocaleString("en", { style: "percent", maximumFractionDigits: 1 });
    byId("agreement").replaceChildren(pairs.length
      ? table("Agreement of each two reviewers", ["reviewers", "records", "agree", "Cohen’s kappa"], pairs.map((pair) =>
        [`${pair.first} and ${pair.second}`, pair.of, figure(pair.agreement), pair.kappa === null ? "none: both always say the same" : pair.kappa.toFixed(2)]))
      : el("p", {}, "No record was decided by you and somebody else yet."));
    byId("agreement-dialog").showModal();
  }
}
