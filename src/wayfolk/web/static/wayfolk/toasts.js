// Toasts: announced politely, gone after ten seconds, but never while pointed at or focused.
// The server renders them; `wayfolk:toast` (an event, or an HX-Trigger) makes one in the browser.
const STAYS_MS = 10_000;
const AT_MOST = 3;
const stack = document.getElementById("toasts");
const announcer = document.getElementById("announcer");
const pattern = document.getElementById("toast-pattern");

function announce(text) {
  announcer.textContent = "";
  // A live region speaks of changes only: let the emptiness be seen first.
  setTimeout(() => (announcer.textContent = text), 150);
}

function start(toast) {
  let timer;
  const wait = () => (timer = setTimeout(() => toast.remove(), STAYS_MS));
  const isLookedAt = () => toast.matches(":hover") || toast.contains(document.activeElement);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) {
    toast.addEventListener(name, () => {
      clearTimeout(timer);
      setTimeout(() => isLookedAt() || wait(), 0);
    });
  }
  wait();
  announce(toast.querySelector(".wf-toast-text").textContent.trim());
}

// A modal dialog covers the page: only what is in the top layer too can be seen and clicked.
// Inside an open dialog the toasts move into it, and back when it closes.
function place() {
  const open = [...document.querySelectorAll("dialog:modal")].at(-1);
  const home = open ?? document.body;
  if (stack.parentElement !== home) home.append(stack);
}

function trim() {
  const shown = stack.querySelectorAll(".wf-toast");
  for (const old of [...shown].slice(0, Math.max(0, shown.length - AT_MOST))) old.remove();
}

function show(text, level) {
  const toast = pattern.content.firstElementChild.cloneNode(true);
  toast.dataset.toast = level;
  toast.querySelector(".wf-toast-text").textContent = text;
  stack.append(toast);
}

new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.matches?.(".wf-toast")) start(node);
  }
  place();
  trim();
}).observe(stack, { childList: true });

document.addEventListener("wayfolk:toast", ({ detail }) => show(detail.text, detail.level ?? "info"));
document.addEventListener("wayfolk:announce", ({ detail }) => announce(detail.text));
document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest(".wf-toast").remove();
});
document.addEventListener("close", place, true);
document.addEventListener("htmx:afterSwap", place);
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.contains(stack)) document.body.append(stack); // not to be swapped away
});
for (const toast of stack.querySelectorAll(".wf-toast")) start(toast);
