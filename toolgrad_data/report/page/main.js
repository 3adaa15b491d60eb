// The page as a whole: which view the address names, and the keys.
"use strict";

const byId = (id) => document.getElementById(id);

async function start() {
  if (typeof DecompressionStream === "undefined") {
    byId("loading").textContent = "This browser cannot unpack the records (it has no DecompressionStream). Any browser of 2023 or later can.";
    return;
  }
  const report = new Report();
  const list = new RecordList(report, (head) => { location.hash = head.link; });
  let light = null;

  const view = (name) => {
    for (const each of ["overview", "records"]) {
      byId(each).hidden = each !== name;
      if (each === name) byId(`to-${each}`).setAttribute("aria-current", "page");
      else byId(`to-${each}`).removeAttribute("aria-current");
    }
  };

  let drawnWidth = 0;
  const overview = () => {
    view("overview");
    if (drawnWidth === document.documentElement.clientWidth) return;
    drawnWidth = document.documentElement.clientWidth;
    showOverview(byId("overview"), report);
  };

  const openRecord = async (head) => {
    view("records");
    document.body.classList.add("one");
    list.mark(head);
    const entry = await report.record(head);
    if (list.chosen !== head) return; // another one was chosen meanwhile
    light = showRecord(byId("record"), byId("trail"), head, entry, report);
    document.body.classList.remove("holding");
    byId("record").scrollTop = 0;
    byId("main").scrollTop = 0;
  };

  const route = () => {
    const hash = location.hash.slice(1);
    const head = report.byLink.get(hash);
    if (head) {
      byId("loading").hidden = true;
      return openRecord(head);
    }
    const [name, query] = hash.split("?");
    const unknown = !["", "overview", "records"].includes(name);
    byId("loading").hidden = !unknown;
    if (unknown) byId("loading").textContent = `This report has no record ${hash}.`;
    document.body.classList.remove("one");
    if (name !== "records") return overview();
    view("records");
    if (query !== undefined) list.set(new URLSearchParams(query));
    else list.draw();
    if (!list.chosen && list.found.length && matchMedia("(min-width: 60rem)").matches) {
      const first = list.found[0];
      history.replaceState(null, "", `#${first.link}`);
      return openRecord(first);
    }
    return undefined;
  };

  await report.readHeads(() => {
    byId("record-count").textContent = count(report.heads.length);
    byId("loading").textContent = `Reading the records… ${count(report.heads.length)}`;
  });
  list.offer();
  byId("loading").hidden = true;
  window.addEventListener("hashchange", route);
  window.addEventListener("resize", () => byId("overview").hidden || overview());
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && light) light.hold(null);
    if (event.target.matches("input, select, textarea") || byId("records").hidden) return;
    if (event.key === "j") list.step(1);
    if (event.key === "k") list.step(-1);
    if (event.key === "/") {
      event.preventDefault();
      byId("filters").elements.text.focus();
    }
  });
  await route();
  document.body.dataset.ready = "yes";
}

start().catch((error) => {
  byId("loading").hidden = false;
  byId("loading").textContent = `This report is damaged: ${error.message}`;
  throw error;
});
