// Dialogs: those in the page (data-dialog-open) and pages shown in #dialog by htmx.
// guard.js may refuse a closing: it listens to the cancelable event `wayfolk:dialog-closing`.
const shared = document.getElementById("dialog");
const FIRST = "[aria-invalid=true], [autofocus], input:not([type=hidden]):not([disabled]), select, textarea";

function open(dialog) {
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("[data-form-errors]") ?? dialog.querySelector(FIRST);
  first?.focus();
}

function mayClose(dialog) {
  return dialog.dispatchEvent(new CustomEvent("wayfolk:dialog-closing", { bubbles: true, cancelable: true }));
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    open(document.getElementById(opener.dataset.dialogOpen));
    return;
  }
  const dialog = event.target.closest("dialog:modal");
  if (!dialog) return;
  const isBackdrop = event.target === dialog && dialog.hasAttribute("data-light-dismiss");
  if (isBackdrop || event.target.closest("[data-dialog-close]")) {
    event.preventDefault(); // Cancel is a link, for pages without JavaScript
    if (mayClose(dialog)) dialog.close();
  }
});

// Esc
document.addEventListener(
  "cancel",
  (event) => {
    if (event.target.matches("dialog") && !mayClose(event.target)) event.preventDefault();
  },
  true,
);

// Nothing of a closed dialog stays behind: no ids twice, no half-filled form that submits.
shared?.addEventListener("close", () => {
  for (const child of [...shared.children]) if (child.id !== "toasts") child.remove();
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === shared && shared.querySelector(".modal-header")) open(shared);
});
document.addEventListener("wayfolk:dialog-close", () => shared?.open && shared.close());
