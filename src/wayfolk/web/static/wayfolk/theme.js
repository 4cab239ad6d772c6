// The choice of theme: Auto follows the system, also while the page is open and from other tabs.
const KEY = "wayfolk.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function choice() {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto";
  }
}

function show(chosen) {
  const dark = chosen === "dark" || (chosen === "auto" && system.matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  const chosen = button.dataset.themeChoice;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Not kept for the next page, shown on this one.
  }
  show(chosen);
});
system.addEventListener("change", () => show(choice()));
window.addEventListener("storage", (event) => event.key === KEY && show(choice()));
show(choice());
