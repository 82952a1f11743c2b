// The menu on narrow screens.
(() => {
  const rail = document.getElementById("rail");
  const button = document.querySelector("[data-menu]");
  if (!rail || !button) return;
  const set = (open) => { rail.toggleAttribute("data-open", open); button.setAttribute("aria-expanded", String(open)); };
  button.addEventListener("click", () => set(!rail.hasAttribute("data-open")));
  rail.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !rail.hasAttribute("data-open")) return;
    set(false);
    button.focus();
  });
})();
