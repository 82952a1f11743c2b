// The side sheet for evidence. Its address is the link's own, so it can be shared; Back and Esc close it,
// the browser keeps the focus inside and gives it back to where it was.
(() => {
  const sheet = document.getElementById("sheet");
  if (!sheet) return;
  const body = document.getElementById("sheet-body");
  let origin = null;

  async function show(link) {
    origin = link;
    await htmx.ajax("GET", link.getAttribute("href"), { target: body, swap: "innerHTML", headers: { "X-Sheet": "1" } });
    if (!body.querySelector(".card")) return;
    if (!sheet.open) sheet.showModal();
    history.pushState({ sheet: true }, "", link.getAttribute("href"));
    body.querySelector("h2")?.focus();
  }

  function hide() {
    if (sheet.open) sheet.close();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-sheet]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      show(link);
      return;
    }
    if (event.target === sheet || event.target.closest("[data-close-sheet]")) hide();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const said = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Copying is not allowed here";
    }
    setTimeout(() => { button.textContent = said; }, 2000);
  });

  sheet.addEventListener("close", () => {
    body.replaceChildren();
    if (history.state?.sheet) history.back();
    origin?.focus();
  });
  window.addEventListener("popstate", (event) => { if (sheet.open && !event.state?.sheet) hide(); });
})();
