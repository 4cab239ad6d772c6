// The mapping page comes anew after each change. What somebody writes or chooses while the answer
// is on its way is put back, so that nothing is lost to it.
const FORM = "import-mapping";
let sent = new Map(); // name -> value, as the request took them
let newer = new Map(); // id -> value, changed since

const controls = () => document.getElementById(FORM)?.querySelectorAll("input:not([type=hidden]), select") ?? [];

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target?.id !== FORM) return;
  sent = new Map([...controls()].map((control) => [control.name, control.value]));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id !== FORM) return;
  const changed = [...controls()].filter(({ name, value }) => sent.has(name) && sent.get(name) !== value);
  newer = new Map(changed.map(({ id, value }) => [id, value]));
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [id, value] of newer) {
    const control = document.getElementById(id);
    if (control?.form?.id === FORM) control.value = value;
  }
  newer = new Map();
});
