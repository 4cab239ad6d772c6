// Runs before the first paint: the theme and the width of the navigation, so that nothing flashes.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is switched off: follow the system
    }
  };
  const choice = stored("wayfolk.theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.bsTheme = choice === "dark" || (choice !== "light" && prefersDark) ? "dark" : "light";
  if (stored("wayfolk.navigation") === "narrow") root.dataset.navigation = "narrow";
})();
