// Menus are popovers: the browser opens, closes and layers them, and places them by CSS where it
// can. This places one elsewhere, and lets the arrow keys go through it.
const GAP = 4;
const items = (menu) => [...menu.querySelectorAll(".dropdown-item, .btn")].filter((item) => item.offsetParent !== null);

function place(menu) {
  const opens = `[popovertarget="${CSS.escape(menu.id)}"]`; // several may; the one in use did
  const button = document.activeElement?.closest(opens) ?? document.querySelector(opens);
  if (!button) return;
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = at.left + width > innerWidth - GAP ? at.right - width : at.left;
  const below = at.bottom + GAP;
  const top = below + height > innerHeight - GAP ? at.top - height - GAP : below;
  menu.style.margin = "0";
  menu.style.inset = `${Math.max(GAP, top)}px auto auto ${Math.max(GAP, left)}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("[data-menu]") || event.newState !== "open") return;
    if (CSS.supports("position-area", "block-end")) return;
    place(menu);
    // The page moves on under an open menu: close it rather than let it float.
    addEventListener("scroll", () => menu.hidePopover(), { once: true, passive: true });
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = document.querySelector("[data-menu]:popover-open");
  if (!step || !menu) return;
  event.preventDefault();
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  all[at === -1 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]?.focus();
});

// Choosing closes the menu also where the page stays (a dialog opens, htmx answers).
document.addEventListener("click", (event) => {
  const menu = event.target.closest("[data-menu]");
  if (menu && event.target.closest(".dropdown-item")) menu.hidePopover();
});
