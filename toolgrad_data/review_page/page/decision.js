// What was decided about the record that is shown, in words; notes, tags and an audit's answers on their way.
"use strict";

const DECIDED = { accept: "accepted", reject: "rejected", mend: "mended" };
const ANSWERS = ["yes", "no", "unsure"];

/** Return what the reviewer decided, and what they may see since: others' decisions and a judge's scores. */
function verdictOf(entry) {
  const { mine, others, judge, stale } = entry;
  if (!mine) return [el("b", {}, "Not decided. "), el("span", { class: "hint" }, "Others’ decisions and a judge’s scores are shown once you have.")];
  const about = (review) => [
    review.reason ? [": ", said("q", {}, review.reason)] : [], review.note ? [" — note: ", said("span", {}, review.note)] : [],
    review.tags.length ? [" — tags: ", said("span", {}, review.tags.join(", "))] : [],
  ].flat(2);
  const made = [el("b", { class: `decided ${mine.decision}` }, `You ${DECIDED[mine.decision]} it`), ...about(mine), ". "];
  if (stale) made.push(el("b", { class: "wrong" }, "It was changed since. "));
  for (const other of others ?? []) made.push(said("b", {}, other.reviewer), ` ${DECIDED[other.decision]} it`, ...about(other), ". ");
  if (others && !others.length) made.push("Nobody else has decided it. ");
  if (judge) {
    made.push(said("span", {}, `Judge ${judge.model}: natural ${judge.naturalness} of 5, would ask ${judge.would_ask} of 5, solved ${judge.solved} of ${judge.trials}${judge.disagreement ? `, ${words(judge.disagreement)}` : ""}.`));
  }
  return made;
}

/** What is said beside a decision, kept with its record until one is made. */
class Beside {
  constructor(entry) {
    const { mine } = entry;
    this.note = mine ? mine.note : "";
    this.tags = mine ? [...mine.tags] : [];
    this.answers = mine ? { ...mine.answers } : {};
  }

  get isSaid() {
    return Boolean(this.note || this.tags.length);
  }

  asJson() {
    return { note: this.note, tags: this.tags, answers: this.answers };
  }
}

/** Show the audit's questions with the answers so far; `answer(at)` is called with the number of one that is pressed. */
function showQuestions(questions, answers, answer) {
  byId("audit").hidden = !questions.length;
  byId("audit").replaceChildren(...questions.map(([name, asked], at) => {
    const given = answers[name];
    return el("button", { type: "button", class: `question ${given || "open"}`, "data-question": name, on: { click: () => answer(at) } },
      el("kbd", {}, at + 1), ` ${asked} `, el("b", {}, given || "open"));
  }));
}

/** Return the answer that comes after this one. */
function nextAnswer(answer) {
  return ANSWERS[(ANSWERS.indexOf(answer) + 1) % ANSWERS.length];
}
