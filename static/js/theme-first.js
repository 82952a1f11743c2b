// Runs before the first paint, so that a chosen theme never flashes the other one.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("cxhub-theme"); } catch { chosen = null; } // storage may be forbidden: then the system decides
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
