// Walks from exhibit to exhibit by keys while a page is presented.
export default function (component) {
  const document = component.parentElement.ownerDocument;
  const slides = () =>
    [...document.querySelectorAll('[class*="st-key-figure-"]')].filter((slide) => slide.offsetHeight);
  const current = (all) => {
    const distances = all.map((slide) => Math.abs(slide.getBoundingClientRect().top));
    return distances.indexOf(Math.min(...distances));
  };
  const steps = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1,
    ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -Infinity, End: Infinity,
  };
  const keyed = (event) => {
    if (event.key === "Escape") {
      document.querySelector(".st-key-leave-slides button")?.click();
      return;
    }
    const busy = event.target.closest?.("input, textarea, button, .slider-group, [contenteditable]");
    if (busy || !(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = slides();
    if (!all.length) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(all.length - 1, current(all) + steps[event.key]));
    all[to].scrollIntoView({ block: "start" });
  };
  document.addEventListener("keydown", keyed, true);
  document.querySelector(".st-key-leave-slides button")?.setAttribute("aria-keyshortcuts", "Escape");
  return () => document.removeEventListener("keydown", keyed, true);
}
