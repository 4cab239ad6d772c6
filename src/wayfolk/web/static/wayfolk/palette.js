// The command palette: a combobox over search results (htmx) and the commands of the product.
// The results stay until newer ones come; Enter waits for those of what was typed.
const palette = document.getElementById("palette");
const box = document.getElementById("palette-box");
const results = document.getElementById("palette-results");
const commands = document.getElementById("palette-commands");
const status = document.getElementById("palette-status"); // the page's own is inert meanwhile
const form = document.querySelector("[data-palette-form]");

let isAsking = false; // typed, and the answer to it is not here yet
let opensFirst = false; // Enter was pressed meanwhile

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
const options = () => [...palette.querySelectorAll("[role=option]")].filter((option) => !option.closest("[hidden]"));
const active = () => palette.querySelector("[aria-selected=true]");
// What only resembles the query, and what makes a new record, gives way to a command named so.
const likeliest = () => options().find((option) => !option.hasAttribute("data-unsure")) ?? options()[0];

function choose(option) {
  active()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
}

function move(step) {
  const all = options();
  if (all.length === 0) return;
  const at = all.indexOf(active());
  choose(all[(at + step + all.length) % all.length]);
}

// Commands are few and known here: each word typed must begin a word of the command.
function filterCommands() {
  const words = fold(box.value).split(/\s+/).filter(Boolean);
  for (const group of commands.querySelectorAll("[role=group]")) {
    for (const option of group.querySelectorAll("[role=option]")) {
      const label = fold(option.querySelector("span").textContent).split(/\s+/);
      option.hidden = !words.every((word) => label.some((part) => part.startsWith(word)));
    }
    group.hidden = !group.querySelector("[role=option]:not([hidden])");
  }
  commands.hidden = !commands.querySelector("[role=option]:not([hidden])");
}

function announce() {
  const found = results.querySelectorAll("[role=group] [role=option]").length;
  const count = found === 0 ? "Nothing found" : found === 1 ? "1 result" : `${found} results`;
  const message = results.querySelector("[data-search-message]")?.textContent ?? "";
  status.textContent = found === 0 && message ? message : `${count}. ${message}`.trim();
}

function open(text = "") {
  if (!palette.open) palette.showModal();
  box.value = text;
  results.replaceChildren();
  refresh();
  box.focus();
  box.setSelectionRange(text.length, text.length);
  isAsking = text.trim() !== "";
  if (isAsking) box.dispatchEvent(new Event("palette:search"));
}

function refresh() {
  if (box.value.trim() === "") results.replaceChildren();
  filterCommands();
  choose(likeliest());
}

if (palette && form) {
  const start = form.querySelector("input");
  document.addEventListener("wayfolk:palette", () => open());
  start.addEventListener("click", () => open(start.value));
  // Tab reaches the box without a surprise; the first letter opens the palette with it.
  start.addEventListener("input", () => {
    open(start.value);
    start.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(start.value);
  });

  box.addEventListener("input", () => {
    isAsking = box.value.trim() !== "";
    opensFirst = false;
    refresh();
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      move(step);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (isAsking) opensFirst = true;
      else active()?.click();
    }
  });
  palette.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== active()) choose(option);
  });
  palette.addEventListener("click", (event) => {
    const opens = event.target.closest("[role=option]");
    if (event.target === palette || (opens && !event.ctrlKey && !event.metaKey)) palette.close();
  });
  // An emptied box asks nothing; an answer to an older question is dropped.
  palette.addEventListener("htmx:configRequest", (event) => {
    if (box.value.trim() === "") event.preventDefault();
  });
  palette.addEventListener("htmx:beforeSwap", (event) => {
    if (box.value.trim() === "") event.detail.shouldSwap = false;
  });
  palette.addEventListener("htmx:afterSwap", () => {
    isAsking = false;
    choose(likeliest());
    announce();
    if (opensFirst) active()?.click();
    opensFirst = false;
  });
  palette.addEventListener("htmx:afterRequest", () => (isAsking = false));
  palette.addEventListener("close", () => (start.value = ""));
}
