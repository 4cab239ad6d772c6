// Search boxes whose results are buttons or radio buttons: `data-finder` names their list.
// Arrow down leads from the box into the list, up and Escape back; the number found is announced.
const CHOICES = "button:not(:disabled), input[type=radio], a[href]";

const boxOf = (list) => document.querySelector(`[data-finder="#${CSS.escape(list.id)}"]`);
const listOf = (box) => document.querySelector(box.dataset.finder);
const choicesIn = (list) => [...list.querySelectorAll(CHOICES)];

// The list around a choice, for what has been pressed inside one.
function listAround(element) {
  for (const box of document.querySelectorAll("[data-finder]")) {
    const list = listOf(box);
    if (list?.contains(element)) return list;
  }
  return null;
}

function back(list) {
  const box = boxOf(list);
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

function fromBox(event, box) {
  if (event.key !== "ArrowDown") return;
  const first = choicesIn(listOf(box))[0];
  if (!first) return;
  event.preventDefault();
  first.focus();
}

function inList(event, list) {
  const all = choicesIn(list);
  const at = all.indexOf(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" || (step === -1 && at === 0)) {
    event.preventDefault();
    event.stopPropagation();
    back(list);
  } else if (event.target.type === "radio") {
    if (event.key !== "Enter") return; // arrows are the browser's own here
    event.preventDefault();
    event.target.click();
  } else if (step) {
    event.preventDefault();
    all[at + step]?.focus();
  }
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches?.("[data-finder]")) return fromBox(event, event.target);
    const list = listAround(event.target);
    if (list) inList(event, list);
  },
  true,
);

// What is chosen stays: an answer to what was typed before would replace the list and the choice.
document.addEventListener("change", ({ target }) => {
  const list = target.type === "radio" && listAround(target);
  if (list) boxOf(list).dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
});

// Beside the box and not in the list: a region that is swapped is not read out.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const said = target.closest?.("[data-found]") ?? target.querySelector?.("[data-found]");
  const status = said && document.getElementById(said.dataset.foundIn);
  if (status) status.textContent = said.dataset.found;
});
