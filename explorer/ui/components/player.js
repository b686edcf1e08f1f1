// Gives the slider and the buttons of plotly's figures to the keyboard and to screen readers.
function sliderOf(figure) {
  const plot = figure.querySelector(".js-plotly-plot");
  const group = plot && plot.querySelector(".slider-group");
  const layout = plot && plot._fullLayout && plot._fullLayout.sliders && plot._fullLayout.sliders[0];
  return group && layout ? { plot, group, layout } : null;
}

function press(target, x, y) {
  const options = { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, button: 0 };
  ["mousedown", "mouseup", "click"].forEach((name) => target.dispatchEvent(new MouseEvent(name, options)));
}

function describe(figure, label) {
  const slider = sliderOf(figure);
  if (!slider) return;
  const { group, layout, plot } = slider;
  const told = {
    role: "slider", tabindex: "0", "aria-label": label, "aria-valuemin": "0",
    "aria-valuemax": String(layout.steps.length - 1), "aria-valuenow": String(layout.active),
    "aria-valuetext": layout.steps[layout.active] ? layout.steps[layout.active].label : "",
  };
  Object.entries(told).forEach(([name, value]) => {
    if (group.getAttribute(name) !== value) group.setAttribute(name, value);
  });
  plot.querySelectorAll(".updatemenu-button").forEach((button) => {
    if (button.getAttribute("role") === "button") return;
    button.setAttribute("role", "button");
    button.setAttribute("tabindex", "0");
    button.setAttribute("aria-label", button.textContent);
  });
}

function move(figure, to) {
  const slider = sliderOf(figure);
  const ticks = slider ? slider.group.querySelectorAll(".slider-tick-rect") : [];
  const rail = slider && slider.group.querySelector(".slider-rail-touch-rect");
  if (!rail || !ticks.length) return;
  const box = ticks[Math.max(0, Math.min(ticks.length - 1, to))].getBoundingClientRect();
  const ground = rail.getBoundingClientRect();
  press(rail, box.left + box.width / 2, ground.top + ground.height / 2);
}

export default function (component) {
  const { data, parentElement } = component;
  const document = parentElement.ownerDocument;
  const figure = document.querySelector(`.st-key-figure-${data.key}`);
  if (!figure) return undefined;
  const keyed = (event) => {
    const button = event.target.closest && event.target.closest(".updatemenu-button");
    if (button && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      press(button, 0, 0);
      return;
    }
    const slider = sliderOf(figure);
    if (!slider || !slider.group.contains(event.target)) return;
    const { active, steps } = slider.layout;
    const last = steps.length - 1;
    const by = { ArrowRight: 1, ArrowUp: 1, PageUp: 3, ArrowLeft: -1, ArrowDown: -1, PageDown: -3 };
    const ends = { Home: 0, End: last };
    const to = event.key in by ? active + by[event.key] : ends[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(figure, to);
  };
  const watch = new MutationObserver(() => describe(figure, data.label));
  watch.observe(figure, { childList: true, subtree: true, attributes: true, attributeFilter: ["transform"] });
  figure.addEventListener("keydown", keyed);
  describe(figure, data.label);
  return () => {
    watch.disconnect();
    figure.removeEventListener("keydown", keyed);
  };
}
