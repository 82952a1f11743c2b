// Labelling by keys. On the labelling page a digit chooses and Enter (or the same digit) keeps; on a record a letter
// names what is wrong and a digit says what is right. Without this file everything is done by pointer or Tab.
(() => {
  const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable], dialog[open]");
  let group = null;

  function submit(form) { if (form) form.requestSubmit(); }

  function onDesk(desk, event) {
    const form = desk.querySelector("[data-answer]");
    const choice = form && /^[1-9]$/.test(event.key) ? form.querySelector(`[data-key="${event.key}"]`) : null;
    if (choice) {
      if (choice.checked) return submit(form), true;
      choice.checked = true;
      choice.focus();
      return true;
    }
    if (event.key === "Enter" && form && !event.target.closest("button, a, summary")) return submit(form), true;
    if (event.key === "s") return submit(desk.querySelector("[data-skip]")), true;
    if (event.key === "u") return submit(desk.querySelector("[data-undo]")), true;
    return event.key === "?" ? toggle(desk.querySelector("[data-help]")) : false;
  }

  function onRecord(box, event) {
    if (event.key === "?") return toggle(box);
    if (group && /^[1-9]$/.test(event.key)) {
      const button = group.querySelector(`[data-key="${event.key}"]`);
      if (button) return button.form.requestSubmit(button), true;
    }
    const found = box.querySelector(`[data-group="${CSS.escape(event.key)}"]`);
    if (!found) { mark(null); return false; }
    box.open = true;
    mark(found);
    const first = found.querySelector("button, select");
    if (first) first.focus();
    return true;
  }

  function mark(found) {
    if (group) group.classList.remove("is-on");
    group = found;
    if (group) group.classList.add("is-on");
  }

  function toggle(details) {
    if (!details) return false;
    details.open = !details.open;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const desk = document.querySelector("[data-labelling]"), box = document.querySelector("[data-correct]");
    const done = desk ? onDesk(desk, event) : box ? onRecord(box, event) : false;
    if (done) event.preventDefault();
  });
})();
