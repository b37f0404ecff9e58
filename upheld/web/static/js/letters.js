// The desk: a letter that is chosen opens beside the list, where there is room for both. Without this, and on a phone, a
// row is a link to the case's own page.
const beside = document.getElementById("beside");
const list = document.getElementById("list");
const together = () => beside && getComputedStyle(beside).display !== "none";

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("#list [data-row] a");
  if (!link || !together()) return;
  event.preventDefault();
  open(link);
});

// The list was fetched anew: the row of the case that is open beside it is marked again.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== list) return;
  const number = new URLSearchParams(location.search).get("case");
  if (number) list.querySelector(`a[href="/cases/${CSS.escape(number)}"]`)?.closest("[data-row]")?.setAttribute("aria-current", "true");
});

async function open(link) {
  const row = link.closest("[data-row]");
  for (const other of list.querySelectorAll("[data-row][aria-current]")) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  const view = list.dataset.desk;
  await globalThis.htmx.ajax("GET", `${link.pathname}?desk=${encodeURIComponent(view)}`, { target: "#beside", swap: "innerHTML" });
  row.classList.replace("unread", "read");
  row.querySelector(".subj .hide")?.remove();
  beside.scrollTop = 0;
  const number = link.pathname.split("/").pop();
  history.replaceState(null, "", `?view=${encodeURIComponent(view)}&case=${number}`);
  if (link.matches(":focus")) beside.focus({ preventScroll: true });
}
