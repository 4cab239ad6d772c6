// Narrows the navigation to its icons and back; early.js applies the choice on the next page.
const KEY = "wayfolk.navigation";
const button = document.querySelector("[data-navigation-collapse]");

function show(narrow) {
  document.documentElement.dataset.navigation = narrow ? "narrow" : "wide";
  button?.setAttribute("aria-pressed", String(narrow));
}

button?.addEventListener("click", () => {
  const narrow = document.documentElement.dataset.navigation !== "narrow";
  show(narrow);
  try {
    localStorage.setItem(KEY, narrow ? "narrow" : "wide");
  } catch {
    // Not kept for the next page.
  }
});
show(document.documentElement.dataset.navigation === "narrow");
