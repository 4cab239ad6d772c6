// Keys of one letter or digit, never while typing or in a dialog. They can be switched off (WCAG 2.1.4).
const KEY = "wayfolk.keys";
const GO_WITHIN_MS = 1500;
let goUntil = 0;

function areOn() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

function isTyping(target) {
  return target.isContentEditable || target.closest("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button])") !== null;
}

const rows = () => [...document.querySelectorAll("[data-list] [data-row]")].filter((row) => row.offsetParent !== null);
const rowOf = (element) => element?.closest("[data-list] [data-row]");

function moveRow(step) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.indexOf(rowOf(document.activeElement));
  const next = all[at === -1 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  (next.querySelector("[data-row-link]") ?? next.querySelector("a")).focus();
}

function tickRow() {
  rowOf(document.activeElement)?.querySelector("[data-select]")?.click();
}

const press = (selector) => {
  const found = [...document.querySelectorAll(selector)].find((element) => element.offsetParent !== null);
  found?.click();
  return Boolean(found);
};

const ACTIONS = {
  "/": () => document.dispatchEvent(new CustomEvent("wayfolk:palette")),
  "?": () => document.getElementById("keyboard-help")?.showModal(),
  g: () => (goUntil = performance.now() + GO_WITHIN_MS),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: tickRow,
  u: () => [...document.querySelectorAll('[data-key="u"]')].at(-1)?.click(), // the latest notice
};

function act(key) {
  if (performance.now() < goUntil) {
    goUntil = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    link?.click();
    return Boolean(link);
  }
  if (ACTIONS[key]) {
    ACTIONS[key]();
    return true;
  }
  return /^[a-z1-9]$/.test(key) && press(`[data-key="${key}"]`);
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("dialog:modal")) ACTIONS["/"]();
    return;
  }
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (hasModifier || event.isComposing || event.repeat && event.key === "x") return;
  if (!areOn() || isTyping(event.target) || document.querySelector("dialog:modal, [popover]:popover-open")) return;
  if (act(event.key.toLowerCase())) event.preventDefault();
});

const toggle = document.querySelector("[data-keyboard-switch]");
if (toggle) {
  toggle.checked = areOn();
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(KEY, toggle.checked ? "on" : "off");
    } catch {
      toggle.checked = true; // nothing can be kept in this browser: the keys stay on
    }
  });
}
