// The lane of possible duplicates: whoever decides sees the next group at once. The server has sent it
// along; while it works, the next group stands where the last one was, and stays if it was right.
const AT_ONCE = new Set(["merge", "not_same", "later"]);
// A second press so soon was meant for the group before.
const MEANT_FROM_MS = 200;
const KEPT = "lane-kept";
let left = null; // the form that is on its way, and the one shown instead
let shownAt = -Infinity;

const formOf = (place) => [...(place?.children ?? [])].find((part) => part.matches("form"));

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("#lane > form") || performance.now() - shownAt > MEANT_FROM_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener("htmx:beforeSend", ({ detail: { elt, requestConfig } }) => {
  if (!elt.matches("#lane > form") || !AT_ONCE.has(requestConfig.parameters.do)) return;
  const lane = elt.parentElement;
  const next = lane.querySelector(":scope > template[data-lane-next]");
  if (!next) return;
  const shown = document.importNode(formOf(next.content), true);
  next.remove();
  elt.before(shown); // which is found first wherever both have the same id
  elt.hidden = true; // and in the page still: what the server announces is heard through it
  htmx.process(shown);
  left = { sent: elt, shown };
  shownAt = performance.now();
  shown.querySelector("[autofocus]").focus({ preventScroll: true });
  // U takes back what was done last: not before that is known to be done.
  for (const undo of document.querySelectorAll('.wf-toast [data-key="u"]')) delete undo.dataset.key;
});

// The group that is shown stays as it is, ticks and choices included; what is around it is renewed.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!left || detail.target.id !== "lane" || detail.xhr.status !== 200) return;
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  const theirs = formOf(answer.getElementById("lane"));
  if (theirs?.dataset.group !== left.shown.dataset.group) return;
  theirs.id = left.shown.id = KEPT;
  theirs.setAttribute("hx-preserve", "true");
  detail.serverResponse = answer.body.innerHTML;
});
document.addEventListener("htmx:afterSwap", () => document.getElementById(KEPT)?.removeAttribute("id"));

// Where the server failed, nothing was decided: the group is back.
document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  if (!left || requestConfig.elt !== left.sent) return;
  const isAnswered = xhr.status === 200 || xhr.status === 409 || xhr.status === 422;
  if (!isAnswered) {
    left.shown.remove();
    left.sent.hidden = false;
  }
  left = null;
});
