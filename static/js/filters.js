// The filter bar: one popover open at a time, Esc and a click outside close it, the open one survives an update,
// empty fields stay out of the address, and long lists can be searched.
(() => {
  const open = () => document.querySelector("details.chip[open]");
  let reopen = null;

  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details.chip") || !event.target.open) return;
    document.querySelectorAll("details.chip[open]").forEach((other) => { if (other !== event.target) other.open = false; });
  }, true);

  document.addEventListener("click", (event) => {
    const chip = open();
    if (chip && !chip.contains(event.target)) chip.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const chip = open();
    if (event.key !== "Escape" || !chip) return;
    chip.open = false;
    chip.querySelector("summary").focus();
  });

  document.addEventListener("input", (event) => {
    const search = event.target.closest("[data-search]");
    if (!search) return;
    const wanted = search.value.trim().toLowerCase();
    search.closest(".popover").querySelectorAll(".choice").forEach((choice) => {
      choice.hidden = wanted !== "" && !choice.textContent.toLowerCase().includes(wanted) && !choice.querySelector(":checked");
    });
  });

  // A preset of the period fills the two dates.
  document.addEventListener("change", (event) => {
    const preset = event.target.closest("[data-since]");
    if (!preset) return;
    const form = preset.form;
    form.elements.since.value = preset.dataset.since;
    form.elements.until.value = preset.dataset.until;
  });

  document.addEventListener("htmx:configRequest", (event) => {
    const kept = new FormData();
    for (const [name, value] of event.detail.formData.entries()) {
      if (value === "" || name === "preset") continue;
      kept.append(name, value === "__empty__" ? "" : value);
    }
    if (!event.detail.elt.closest("form[data-filters]")) return;
    for (const name of new Set(event.detail.formData.keys())) event.detail.formData.delete(name);
    for (const [name, value] of kept.entries()) event.detail.formData.append(name, value);
  });

  document.addEventListener("htmx:beforeSwap", () => { reopen = open()?.id ?? null; });
  document.addEventListener("htmx:afterSettle", () => {
    const chip = reopen && document.getElementById(reopen);
    if (chip) chip.open = true;
    reopen = null;
  });
})();
