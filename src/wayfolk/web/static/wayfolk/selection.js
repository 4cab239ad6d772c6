// Ticked rows: the head's checkbox ticks all, Shift ticks a range, the bar says how many.
// The bar shows itself by CSS. A list is `.wf-list`; its checkboxes carry data-select.
let last = null;

const boxes = (list) => [...list.querySelectorAll("[data-select]")];

function refresh(list) {
  const all = boxes(list);
  const ticked = all.filter((box) => box.checked).length;
  for (const place of list.querySelectorAll("[data-selection-count]")) place.textContent = String(ticked);
  const head = list.querySelector("[data-select-all]");
  if (!head) return;
  head.checked = ticked > 0 && ticked === all.length;
  head.indeterminate = ticked > 0 && ticked < all.length;
}

function tick(list, checked) {
  for (const box of boxes(list)) box.checked = checked;
  refresh(list);
}

function tickRange(list, box) {
  const all = boxes(list);
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from === -1) return;
  for (const between of all.slice(from, to + 1)) between.checked = box.checked;
}

document.addEventListener("click", (event) => {
  const list = event.target.closest(".wf-list");
  if (!list) return;
  if (event.target.closest("[data-selection-clear]")) {
    tick(list, false);
    list.querySelector("[data-select]")?.focus();
  } else if (event.target.matches("[data-select-all]")) {
    tick(list, event.target.checked);
  } else if (event.target.matches("[data-select]")) {
    if (event.shiftKey && last) tickRange(list, event.target);
    last = event.target;
    refresh(list);
  }
});

function refreshAll(root) {
  for (const list of root.querySelectorAll(".wf-list")) refresh(list);
  const around = root.closest?.(".wf-list");
  if (around) refresh(around);
}
document.addEventListener("htmx:load", ({ detail }) => refreshAll(detail.elt));
window.addEventListener("pageshow", () => refreshAll(document)); // ticks that the browser restored
refreshAll(document);
