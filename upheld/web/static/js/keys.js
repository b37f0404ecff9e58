// Keys: an element says by data-key which key presses it ("r", "/", "g t"). Single keys work only outside text fields,
// never with a modifier, and can be switched off; j and k walk the rows of a list marked data-rows.
const root = document.documentElement;
const store = {
  get off() { try { return localStorage.getItem("upheld:keys") === "off"; } catch { return false; } },
  set off(value) { try { localStorage.setItem("upheld:keys", value ? "off" : "on"); } catch { /* kept for this page */ } },
};
let first = null; // the "g" of "g t", for a second and a half
let firstAt = 0;

const writes = (node) => node?.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable], [role=textbox]");
const seen = (node) => node.checkVisibility ? node.checkVisibility() : node.offsetParent !== null;

function press(node) {
  if (node.matches("input, textarea, select")) { node.focus(); node.select?.(); return; }
  if (node.matches("summary")) {
    const fold = node.parentElement;
    for (const other of fold.parentElement.querySelectorAll(":scope > details[open]")) if (other !== fold) other.open = false;
    fold.open = true;
    const words = fold.querySelector("textarea, [contenteditable]");
    (words ?? fold.querySelector("input:not([type=hidden], [type=checkbox])") ?? node).focus();
    fold.scrollIntoView({ block: "nearest" });
    return;
  }
  node.click();
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-rows] [data-row]")].filter(seen);
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row.matches("[aria-current=true]"));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  for (const row of rows) row.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.querySelector("a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function find(keys) {
  // The current row's own button comes before the page's: "c" on Today calls the person of that row.
  const row = document.querySelector("[data-rows] [aria-current=true]");
  const match = `[data-key="${CSS.escape(keys)}"]`;
  return [...(row?.querySelectorAll(match) ?? []), ...document.querySelectorAll(match)].find(seen);
}

// Caught on its way down: to the letter's editor it would mean a new line.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  const form = event.target.closest?.("form");
  const send = form?.querySelector("button.main[type=submit]") ?? form?.querySelector("button[type=submit]");
  if (!send || !event.target.matches("textarea, [contenteditable], [contenteditable] *")) return;
  event.preventDefault();
  event.stopPropagation();
  form.requestSubmit(send);
}, { capture: true });

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") { // the letter's editor keeps Escape from the browser, not from us
    if (writes(document.activeElement) && !document.querySelector("dialog[open]")) document.activeElement.blur();
    return;
  }
  if (event.defaultPrevented) return;
  if (event.metaKey || event.ctrlKey || event.altKey || writes(event.target)) return;
  if (store.off || root.dataset.keys === "off" || document.querySelector("dialog[open]")) return;

  const paired = first && Date.now() - firstAt < 1500 ? `${first} ${event.key}` : null;
  first = null;
  if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); return; }
  if (!paired && (event.key === "j" || event.key === "k") && walk(event.key === "j" ? 1 : -1)) { event.preventDefault(); return; }
  const node = find(paired ?? event.key);
  if (node) { event.preventDefault(); press(node); return; }
  if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) { first = event.key; firstAt = Date.now(); }
});

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = !store.off && root.dataset.keys !== "off";
  box.addEventListener("change", () => { store.off = !box.checked; if (box.checked) delete root.dataset.keys; });
}
