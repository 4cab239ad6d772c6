// What happens around each request: errors in words, no double submits, focus where it belongs.
const WORDS = {
  0: "Wayfolk cannot be reached. Check the connection, then try again; nothing was changed.",
  403: "Your role does not include this, so nothing was changed.",
  404: "That record is no longer there. Reload the page.",
  413: "That is too large to be sent.",
  429: "Too many attempts. Wait a few minutes, then try again.",
};
const SWAPPED = new Set([409, 422]); // their bodies say it, see the htmx-config of the page
const FAILED = "Something went wrong in Wayfolk, and nothing was changed. Try once more.";
const TOO_SLOW = "No answer yet. Reload the page to see whether it was done.";

function toast(text) {
  document.dispatchEvent(new CustomEvent("wayfolk:toast", { detail: { text, level: "error" } }));
}

// A toggle that was not saved goes back to what is stored.
function putBack(toggle) {
  if (toggle.form?.matches("[data-toggle-form]")) toggle.form.reset();
}

document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (xhr.status < 400) return;
  putBack(elt);
  // The server has said it in its own words already.
  if (xhr.getResponseHeader("HX-Trigger")?.includes("wayfolk:toast")) return;
  if (!SWAPPED.has(xhr.status)) toast(WORDS[xhr.status] ?? FAILED);
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  putBack(detail.elt);
  toast(WORDS[0]);
});
document.addEventListener("htmx:timeout", ({ detail }) => {
  putBack(detail.elt);
  toast(TOO_SLOW);
});

// The thin line under the top bar
let underWay = 0;
const count = (by) => {
  underWay = Math.max(0, underWay + by);
  document.documentElement.classList.toggle("wf-busy", underWay > 0);
};
document.addEventListener("htmx:beforeSend", () => count(1));
document.addEventListener("htmx:afterRequest", () => count(-1));

// A form that is on its way is not sent again: a double click makes one customer, not two.
// After five seconds it may be: a download leaves the page as it was.
const ONCE_IN_MS = 5000;
let sent = new WeakSet();
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sent.add(form);
    setTimeout(() => sent.delete(form), ONCE_IN_MS);
  },
  true,
);
// The form itself, also where it has left the page meanwhile.
document.addEventListener("htmx:afterRequest", ({ detail }) => sent.delete(detail.requestConfig.elt));
// Not sent after all (a guard said no): it may be tried again.
document.addEventListener("submit", (event) => {
  setTimeout(() => event.defaultPrevented && !event.target.matches(".htmx-request") && sent.delete(event.target), 0);
});
window.addEventListener("pageshow", () => (sent = new WeakSet()));

// Focus after a swap: the errors of a refused form; else, where the focused element has gone,
// the part that took its place, so that the keyboard goes on from there. What the page loads by
// itself (no event, or scrolled into view) takes it from nobody.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const { target, xhr, requestConfig } = detail;
  const place = target.isConnected ? target : document.getElementById(target.id);
  if (!place) return;
  const refused = place.querySelector("[data-form-errors]") ?? place.querySelector("[aria-invalid=true]");
  if (xhr?.status === 422 && refused) {
    refused.focus();
  } else if ((requestConfig?.triggeringEvent?.type ?? "revealed") !== "revealed" && document.activeElement === document.body && !place.closest("dialog:not([open])")) {
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
});
