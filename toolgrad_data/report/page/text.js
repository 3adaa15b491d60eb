// Elements and text. All that tools and models said becomes text nodes, never HTML; what is invisible in it is shown.
"use strict";

// Control, format and bidirectional characters and lone surrogates; not tabs, line breaks, the joiners of scripts and
// emoji, and the few format characters that have a shape.
const INVISIBLE = /(?![\t\n\u200c\u200d\u0600-\u0605\u06dd\u070f\u08e2])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Return an element with the attributes and children (nodes or strings, which become text). */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") made.className = value;
    else if (key === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** Return the text of a tool or model as nodes; characters that cannot be seen stand there by their code point. */
function visible(text) {
  const shown = document.createDocumentFragment();
  let done = 0;
  for (const found of text.matchAll(INVISIBLE)) {
    shown.append(text.slice(done, found.index));
    const code = found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    shown.append(el("span", { class: "unseen", title: "a character that cannot be seen" }, `U+${code}`));
    done = found.index + found[0].length;
  }
  shown.append(text.slice(done));
  return shown;
}

/** Return an element whose text is a tool's or model's: its direction is its own and turns nothing around it. */
function said(name, attributes, text) {
  return el(name, { dir: "auto", ...attributes, class: `said ${attributes.class || ""}`.trim() }, visible(text));
}

/** Return a label as plain text for a drawing. */
function plain(label, longest = 34) {
  return short(visible(label).textContent, longest);
}

/** Return the text cut to a length. */
function short(text, longest) {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** Return a number as people read it. */
function count(number) {
  return Number.isInteger(number) ? number.toLocaleString("en") : number.toLocaleString("en", { maximumSignificantDigits: 4 });
}

/** Return "1 call", "2 calls". */
function counted(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** Return a name such as follow_up in words. */
function words(name) {
  return name.replaceAll("_", " ");
}

/** Return a table with a caption; each cell is text. */
function table(caption, heads, rows) {
  const cell = (value, index) => {
    const attributes = typeof value === "number" ? { class: "number" } : { dir: "auto" };
    const text = typeof value === "number" ? count(value) : visible(String(value));
    return index ? el("td", attributes, text) : el("th", { ...attributes, scope: "row" }, text);
  };
  const head = el("tr", {}, heads.map((name) => el("th", { scope: "col" }, name)));
  const body = rows.map((row) => el("tr", {}, row.map(cell)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {}, el("caption", {}, caption), el("thead", {}, head), el("tbody", {}, body)));
}
