// The records of the page: packed in blocks, of which the one that is needed is unpacked.
"use strict";

/** Return the text of a packed element. */
async function unpack(element) {
  const bytes = Uint8Array.from(atob(element.textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** Return the JSON value; a number that JavaScript would round or write otherwise keeps its digits, if the browser can. */
function parseExactly(text) {
  return JSON.parse(text, (key, value, context) => {
    const exact = typeof value !== "number" || !context || String(value) === context.source || !JSON.rawJSON;
    return exact ? value : JSON.rawJSON(context.source);
  });
}

/** Say whether a JSON value has members or items. */
function hasParts(value) {
  return typeof value === "object" && value !== null && !(JSON.isRawJSON && JSON.isRawJSON(value));
}

function withValuesOf(call, exact) {
  call.arguments = exact.arguments;
  call.result = exact.result;
}

/** Return the record of a body in JSON, with the tells that are shown; `texts` are its words where the body lacks them. */
function entryOf(text, texts) {
  const { record, tools, tells, traces } = JSON.parse(text);
  const exact = parseExactly(text).record;
  if (texts) for (const one of [record, exact]) one.turns.forEach((turn, index) => ([turn.query, turn.response] = texts[index]));
  // What tools took and gave is shown with its own digits; the rest is computed with.
  record.turns.forEach((turn, index) => turn.steps.forEach((step, at) => withValuesOf(step, exact.turns[index].steps[at])));
  for (const name of ["attempts", "pruned"]) record[name].forEach((one, at) => withValuesOf(one, exact[name][at]));
  return { record, exact, tools, traces: traces || [], tells: record.turns.map((turn, index) => (tells ? tells[index] : turn.tells) || []) };
}

class Blocks {
  constructor(name) {
    this.elements = [...document.querySelectorAll(`script.${name}`)];
    this.firsts = this.elements.map((element) => Number(element.dataset.first));
    this.kept = new Map(); // the last few, as lists of lines
  }

  /** Return the lines of a block. */
  async lines(block) {
    let lines = this.kept.get(block);
    if (!lines) {
      lines = (await unpack(this.elements[block])).split("\n");
      this.kept.set(block, lines);
      if (this.kept.size > 4) this.kept.delete(this.kept.keys().next().value);
    }
    return lines;
  }

  /** Return the line with that number, counted over all blocks. */
  async line(number) {
    let block = this.firsts.length - 1;
    while (this.firsts[block] > number) block -= 1;
    return (await this.lines(block))[number - this.firsts[block]];
  }
}

class Report {
  constructor() {
    this.overview = JSON.parse(document.getElementById("overview-data").textContent);
    this.bodies = new Blocks("bodies");
    this.specs = new Blocks("specs");
    this.heads = [];
    this.byLink = new Map();
  }

  /** Read what the list needs of all records, block by block; `told` is called after each. */
  async readHeads(told) {
    const blocks = new Blocks("heads");
    for (let block = 0; block < blocks.elements.length; block += 1) {
      for (const line of (await unpack(blocks.elements[block])).split("\n")) {
        const head = { run: 0, rejected: false, codes: [], ...JSON.parse(line), number: this.heads.length };
        head.search = [head.id, ...head.texts.flat(), ...head.tools].join("\n").toLowerCase();
        head.link = this.linkOf(head);
        this.byLink.set(head.link, head);
        this.heads.push(head);
      }
      told();
    }
  }

  /** Return the permalink of a record: its id, with its run and its number where the id alone names another one. */
  linkOf(head) {
    const id = encodeURIComponent(head.id);
    const taken = (link) => this.byLink.has(link) || ["overview", "records", "main", ""].includes(link);
    if (!taken(id)) return id;
    const ofRun = `${head.run + 1}/${id}`;
    return taken(ofRun) ? `${ofRun}/${head.number}` : ofRun;
  }

  /** Return a record as its file has it, with the tells that are shown. */
  async record(head) {
    return entryOf(await this.bodies.line(head.number), head.texts);
  }

  /** Return the specs of tools by their numbers. */
  async specsOf(numbers) {
    return Promise.all(numbers.map(async (number) => parseExactly(await this.specs.line(number))));
  }
}
