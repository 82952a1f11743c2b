// The tree of reasons folds and unfolds without asking the server; what is open stays in the address and in the form.
// Arrow keys move between reasons that are seen: right unfolds or goes in, left folds or goes out.
(() => {
  const tree = () => document.querySelector("[data-tree]");
  const rows = () => [...tree().querySelectorAll("tr[data-key]")];
  const fold = (row) => row.querySelector("[data-fold]");
  const isOpen = (row) => fold(row)?.getAttribute("aria-expanded") === "true";

  function show() {
    const seen = new Map([["", true]]);
    for (const row of rows()) {
      const isSeen = seen.get(row.dataset.above) ?? true;
      row.hidden = !isSeen;
      seen.set(row.dataset.key, isSeen && isOpen(row));
    }
  }

  function remember() {
    const open = rows().filter(isOpen).map((row) => row.dataset.key);
    const form = document.getElementById("filters");
    form.querySelectorAll("[data-open]").forEach((field) => field.remove());
    const address = new URL(location.href);
    address.searchParams.delete("open");
    address.searchParams.delete("toggle");
    for (const key of open.length ? open : ["none"]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "open", value: key });
      field.dataset.open = "";
      form.append(field);
      address.searchParams.append("open", key);
    }
    history.replaceState(history.state, "", address);
  }

  function set(row, open) {
    fold(row)?.setAttribute("aria-expanded", String(open));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fold]"), all = event.target.closest("[data-fold-all]");
    if (!button && !all) return;
    event.preventDefault();
    if (button) set(button.closest("tr"), button.getAttribute("aria-expanded") !== "true");
    else rows().forEach((row) => set(row, all.dataset.foldAll === "open"));
    show();
    remember();
  });

  function neighbour(row, way) {
    const seen = rows().filter((one) => !one.hidden);
    return seen[seen.indexOf(row) + way];
  }

  function turn(row, open) {
    set(row, open);
    show();
    remember();
  }

  function target(row, key) {
    if (key === "ArrowDown") return neighbour(row, 1);
    if (key === "ArrowUp") return neighbour(row, -1);
    if (key === "ArrowRight") {
      if (fold(row) && !isOpen(row)) return turn(row, true), row;
      return fold(row) ? neighbour(row, 1) : row;
    }
    if (isOpen(row)) return turn(row, false), row;
    return rows().find((one) => one.dataset.key === row.dataset.above) ?? row;
  }

  document.addEventListener("keydown", (event) => {
    const step = event.target.closest("[data-step]");
    if (!step || !/^Arrow(Up|Down|Left|Right)$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    target(step.closest("tr"), event.key)?.querySelector("[data-step]").focus();
  });
})();
