// Sections that open and close. The server is told how each was left and renders it so next time,
// in every browser. `data-close-all="#container"` and `data-open-all` close and open all sections
// in it; tabs with a fault are brought forward.
const ADDRESS = "/sections/";
const REST_MS = 150; // several at once are told in one request
let waiting = new Map();
let timer = 0;

function tell() {
  clearTimeout(timer);
  if (!waiting.size) return;
  const body = new URLSearchParams();
  for (const [id, isOpen] of waiting) body.append(isOpen ? "open" : "closed", id);
  waiting = new Map();
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  // Nothing is lost but the place of a fold when this fails: nobody is told.
  fetch(ADDRESS, { method: "POST", body, headers, keepalive: true }).catch(() => {});
}

function remember(section) {
  waiting.set(section.dataset.section, section.open);
  clearTimeout(timer);
  timer = setTimeout(tell, REST_MS);
}
addEventListener("pagehide", tell);

function setAll(container, isOpen) {
  for (const section of document.querySelectorAll(`${container} [data-section]`)) {
    if (section.open === isOpen) continue;
    section.open = isOpen;
    remember(section);
  }
}

// Only what a person does is remembered, not the first rendering (which also fires `toggle`).
document.addEventListener("click", (event) => {
  const section = event.target.closest("summary")?.parentElement;
  if (section?.matches("[data-section]")) setTimeout(() => remember(section), 0);

  const closer = event.target.closest("[data-close-all]");
  if (closer) setAll(closer.dataset.closeAll, false);
  const opener = event.target.closest("[data-open-all]");
  if (opener) setAll(opener.dataset.openAll, true);
});

// The browser refuses to send a form for a field that it cannot show: show its tab and section.
document.addEventListener(
  "invalid",
  ({ target }) => {
    const panel = target.closest(".wf-tab-panel");
    const choice = panel?.previousElementSibling?.previousElementSibling;
    if (choice) choice.checked = true;
    const section = target.closest("details");
    if (section) section.open = true;
  },
  true,
);
