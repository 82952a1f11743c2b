// Charts: figures computed by the server, drawn when they come into view, in the page's own colours.
// T or the button shows the same figures as a table. Plotly is fetched only when a chart is near.
(() => {
  const source = document.querySelector("meta[name='plotly-source']")?.content;
  let library = null;

  function plotly() {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("The chart library could not be loaded."));
      document.head.append(script);
    });
    return library;
  }

  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);

  // "var(--surveys)" in a figure becomes the colour of the current theme.
  function coloured(value) {
    if (typeof value === "string" && value.startsWith("var(--")) {
      probe.style.color = value;
      return getComputedStyle(probe).color;
    }
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
    return value;
  }

  async function draw(chart) {
    const figure = coloured(JSON.parse(document.getElementById(chart.dataset.figure).textContent));
    const plot = chart.querySelector(".plot");
    try {
      const library = await plotly();
      const family = getComputedStyle(document.body).fontFamily;
      figure.layout.font = { ...figure.layout.font, family };
      if (plot.clientWidth < 520) narrow(figure.layout);
      await library.react(plot, figure.data, figure.layout, { displayModeBar: false, responsive: true, doubleClick: false, showTips: false });
      chart.querySelector(".waiting")?.remove();
      chart.dataset.drawn = "yes";
    } catch (trouble) {
      chart.querySelector(".waiting").textContent = `${trouble.message} The table below holds the same numbers.`;
      view(chart.closest(".chart-box"), "table");
    }
  }

  function narrow(layout) {
    const axes = Object.keys(layout).filter((name) => name.startsWith("xaxis"));
    for (const name of axes) layout[name].nticks = axes.length > 1 ? 3 : 4;
    if (axes.length < 2) { layout.margin.r = 72; return; }
    for (const mark of layout.annotations) mark.text = mark.text.replace(/^(.{8,}?) /, "$1<br>");
    layout.margin.t = 52;
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "400px" });

  function find(root) {
    root.querySelectorAll(".chart[data-figure]:not([data-drawn])").forEach((chart) => seen.observe(chart));
    const wanted = remembered();
    if (wanted === "table") root.querySelectorAll(".chart-box").forEach((box) => view(box, "table"));
  }

  function remembered() {
    try { return localStorage.getItem("cxhub-view"); } catch { return null; }
  }

  function view(box, which) {
    if (!box) return;
    box.dataset.view = which;
    const button = box.querySelector("[data-twin]");
    if (button) {
      button.setAttribute("aria-pressed", String(which === "table"));
      button.querySelector("[data-word]").textContent = which === "table" ? "Chart" : "Table";
    }
    const chart = box.querySelector(".chart[data-drawn]");
    if (which === "chart" && chart && window.Plotly) window.Plotly.Plots.resize(chart.querySelector(".plot"));
  }

  function toggleAll() {
    const boxes = [...document.querySelectorAll(".chart-box")];
    if (boxes.length === 0) return;
    const next = boxes[0].dataset.view === "table" ? "chart" : "table";
    boxes.forEach((box) => view(box, next));
    try { localStorage.setItem("cxhub-view", next); } catch { return; }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-twin]");
    if (!button) return;
    const box = button.closest(".chart-box");
    view(box, box.dataset.view === "table" ? "chart" : "table");
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog[open]")) return;
    toggleAll();
  });

  document.addEventListener("themechange", () => {
    document.querySelectorAll(".chart[data-drawn]").forEach((chart) => draw(chart));
  });
  document.addEventListener("htmx:afterSettle", (event) => find(event.detail.elt ?? document));
  find(document);
  document.body.dataset.ready = "yes";
})();
