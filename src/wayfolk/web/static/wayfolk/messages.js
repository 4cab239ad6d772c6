// How long an SMS gets while it is typed, counted as communications.rules.texts does.
const single = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const twice = "^{}\\[~]|€\f";

function lengthOf(text) {
  let count = 0;
  for (const character of text) {
    if (single.includes(character)) count += 1;
    else if (twice.includes(character)) count += 2;
    else return { count: text.length, first: 70, further: 67 };
  }
  return { count, first: 160, further: 153 };
}

function show(field) {
  const note = field.form?.querySelector("[data-sms-length]");
  if (!note) return;
  const { count, first, further } = lengthOf(field.value);
  const parts = count <= first ? 1 : Math.ceil(count / further);
  note.textContent = count ? `${count} characters, ${parts} SMS` : "";
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-sms]")) show(event.target);
});
