"use strict";
// Draws the pictures anew, to be pointed at and zoomed. Without scripts, or where
// anything here fails, the pictures stay as they are.
(async () => {
  const read = (id) => document.getElementById(id).textContent;
  const packed = Uint8Array.from(atob(read("library")), (sign) => sign.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const library = document.createElement("script");
  library.textContent = await new Response(unpacked).text();
  document.head.append(library);
  if (!window.Plotly) return;
  const templates = JSON.parse(read("templates"));
  const prefers = window.matchMedia("(prefers-color-scheme: dark)");
  const template = () => {
    const theme = document.documentElement.dataset.theme;
    return templates[theme === "dark" || (theme === "auto" && prefers.matches) ? "dark" : "light"];
  };
  const config = { displaylogo: false, responsive: true,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
  const draw = async (place) => {
    const figure = JSON.parse(read(`drawing-${place.dataset.block}`));
    const live = document.createElement("div");
    const still = place.querySelector("svg");
    live.className = "live";
    live.setAttribute("role", "group");
    live.setAttribute("aria-label", still.getAttribute("aria-label"));
    place.append(live);
    const layout = { ...figure.layout, template: template(), autosize: true };
    delete layout.width;
    try {
      await window.Plotly.newPlot(live, figure.data, layout, config);
      place.classList.add("drawn");
    } catch (error) {
      live.remove();
      console.warn("This picture stays as it is:", error);
    }
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "600px" });
  for (const place of document.querySelectorAll(".picture")) seen.observe(place);
  prefers.addEventListener("change", () => {
    for (const live of document.querySelectorAll(".live")) {
      window.Plotly.relayout(live, { template: template() });
    }
  });
})();
