// Sections that open and close: remembered in a cookie, so that the server renders them as left.
// `data-close-all="#container"` closes every section in it; tabs with a fault are brought forward.
const COOKIE = "wayfolk_sections";
const AT_MOST = 60;
const YEAR_S = 31_536_000;

function remember(section) {
  const found = document.cookie.split("; ").find((entry) => entry.startsWith(`${COOKIE}=`));
  const entries = (found?.slice(COOKIE.length + 1) ?? "").split("~").filter(Boolean);
  const others = entries.filter((entry) => !entry.startsWith(`${section.id}.`));
  const kept = [...others, `${section.id}.${section.open ? 1 : 0}`].slice(-AT_MOST);
  document.cookie = `${COOKIE}=${kept.join("~")}; path=/; max-age=${YEAR_S}; samesite=lax`;
}

// Only what a person does is remembered, not the first rendering (which also fires `toggle`).
document.addEventListener("click", (event) => {
  const section = event.target.closest("summary")?.parentElement;
  if (section?.matches("[data-section]")) setTimeout(() => remember(section), 0);

  const closer = event.target.closest("[data-close-all]");
  if (!closer) return;
  for (const open of document.querySelectorAll(`${closer.dataset.closeAll} [data-section][open]`)) {
    open.open = false;
    remember(open);
  }
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
