// The import page: files can be dropped as well as chosen, the upload shows how far it is, and what was unfolded stays so.
(() => {
  const drop = (event) => event.target.closest?.("[data-drop]");

  document.addEventListener("dragover", (event) => {
    const place = drop(event);
    if (!place) return;
    event.preventDefault();
    place.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    const place = drop(event);
    if (place && !place.contains(event.relatedTarget)) place.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const place = drop(event);
    if (!place || event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    place.classList.remove("is-over");
    place.elements.file.files = event.dataTransfer.files;
    place.requestSubmit();
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = drop(event)?.querySelector("progress");
    if (!bar || !event.detail.lengthComputable || event.detail.total === 0) return;
    bar.hidden = false;
    bar.value = (event.detail.loaded / event.detail.total) * 100;
  });

  // While the server looks, a person goes on: what was unfolded or changed since it was asked is put back over its answer.
  const kept = () => document.querySelector("[data-keep-open]");
  const told = (field) => (field.type === "checkbox" ? field.checked : field.value);
  const fields = (form) => [...form.querySelectorAll("input[id], select[id], textarea[id]")];
  let unfolded = [];
  let asked = new Map();
  let changed = [];
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target === kept()) asked = new Map(fields(event.target).map((field) => [field.id, told(field)]));
  });
  document.addEventListener("htmx:beforeSwap", () => {
    const form = kept();
    unfolded = form ? [...form.querySelectorAll("details[id]")].map((one) => [one.id, one.open]) : [];
    changed = form ? fields(form).filter((field) => asked.has(field.id) && asked.get(field.id) !== told(field)).map((field) => [field.id, told(field)]) : [];
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const [id, open] of unfolded) {
      const details = document.getElementById(id);
      if (details) details.open = open;
    }
    unfolded = [];
    const later = changed;
    changed = [];
    setTimeout(() => {
      for (const [id, value] of later) {
        const field = document.getElementById(id);
        if (!field || told(field) === value) continue;
        if (field.type === "checkbox") field.checked = value; else field.value = value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  });
})();
