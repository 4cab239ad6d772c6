// Unsaved changes. `form[data-guard]`: fields that differ from what was loaded are marked, and
// leaving asks first, by whatever way: a link, the browser, htmx replacing the form, a dialog's Esc.
const QUESTION = "Your changes are not saved yet. Leave without saving them?";
const loaded = new WeakMap(); // form -> Map(field name -> values as text)
const leaving = new WeakSet(); // forms on their way to the server

function values(form) {
  const found = new Map();
  const skipped = new Set([...form.querySelectorAll("[data-guard-skip]")].map((field) => field.name)); // a search box
  for (const [name, value] of new FormData(form)) {
    if (skipped.has(name)) continue;
    const text = value instanceof File ? (value.name ? `${value.name} ${value.size}` : "") : value;
    found.set(name, `${found.get(name) ?? ""}\u0000${text}`);
  }
  return found;
}

function changedNames(form) {
  const before = loaded.get(form);
  if (!before) return [];
  const now = values(form);
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].filter((name) => name !== "csrfmiddlewaretoken" && before.get(name) !== now.get(name));
}

function isDirty(form) {
  if (leaving.has(form)) return false;
  // A refused form came back with the person's values: they are not stored anywhere.
  return form.dataset.guard === "dirty" || form.querySelector("[aria-invalid=true]") !== null || changedNames(form).length > 0;
}

const dirtyForms = (root) => [...root.querySelectorAll("form[data-guard]")].filter(isDirty);

function mark(form) {
  const changed = new Set(changedNames(form));
  for (const field of form.querySelectorAll("[data-field]")) {
    field.classList.toggle("is-changed", changed.has(field.dataset.field));
  }
  const bar = form.querySelector("[data-guard-notice]");
  if (bar) bar.hidden = !isDirty(form);
}

function watch(root) {
  const forms = root.matches?.("form[data-guard]") ? [root] : root.querySelectorAll("form[data-guard]");
  for (const form of forms) {
    if (loaded.has(form)) continue;
    loaded.set(form, values(form));
    mark(form);
  }
}

for (const name of ["input", "change", "reset"]) {
  document.addEventListener(name, ({ target }) => {
    const form = target.form ?? target.closest?.("form");
    if (!form || !loaded.has(form)) return;
    leaving.delete(form); // sent before, changed again since
    setTimeout(() => mark(form), 0); // a reset empties the fields only after its event
  });
}

document.addEventListener("submit", ({ target }) => {
  if (loaded.has(target)) leaving.add(target);
});
// Only a form that is still there after the answer was refused, or stays open to go on.
document.addEventListener("htmx:afterRequest", ({ detail }) => leaving.delete(detail.elt));
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-guard]")) leaving.delete(form);
});

window.addEventListener("beforeunload", (event) => {
  if (dirtyForms(document).length > 0) event.preventDefault();
});
document.addEventListener("wayfolk:dialog-closing", (event) => {
  if (dirtyForms(event.target).length > 0 && !confirm(QUESTION)) event.preventDefault();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, elt } = event.detail;
  const lost = dirtyForms(target).filter((form) => form !== elt && !form.contains(elt));
  if (target.matches("form[data-guard]") && isDirty(target) && !target.contains(elt)) lost.push(target);
  if (lost.length === 0 || confirm(QUESTION)) return;
  event.preventDefault();
  setTimeout(() => leaving.delete(elt), 0); // the form that asked is not on its way after all
});
document.addEventListener("htmx:load", ({ detail }) => watch(detail.elt));
watch(document);
