// A file that is too large is refused when it is chosen, not after it was sent.
document.addEventListener("change", ({ target }) => {
  const most = Number(target.dataset?.maxBytes);
  if (!most || target.type !== "file") return;
  const size = target.files[0]?.size ?? 0;
  const inMB = (bytes) => Math.round(bytes / 1e6).toLocaleString("en-GB");
  target.setCustomValidity(
    size > most ? `This file has ${inMB(size)} MB; at most ${inMB(most)} MB can be imported at once. Split the file.` : "",
  );
  target.reportValidity();
});
