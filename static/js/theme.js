// The theme button: as the system, light, dark, and round again. Charts listen to "themechange".
(() => {
  const root = document.documentElement;
  const words = { "": "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const order = ["", "light", "dark"];

  function tell() {
    const word = words[root.dataset.theme || ""];
    document.querySelectorAll("[data-theme-word]").forEach((element) => { element.textContent = word; });
  }

  function choose(theme) {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    try {
      if (theme) localStorage.setItem("cxhub-theme", theme); else localStorage.removeItem("cxhub-theme");
    } catch { return; } finally {
      tell();
      document.dispatchEvent(new CustomEvent("themechange"));
    }
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const now = order.indexOf(root.dataset.theme || "");
    choose(order[(now + 1) % order.length]);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new CustomEvent("themechange")));
  tell();
})();
