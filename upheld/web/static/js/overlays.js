// Dialogs, menus and toasts. data-opens="id" opens a <dialog> (a link with it works without JavaScript), data-closes
// shuts the one it stands in; a menu shuts when a person looks elsewhere; a toast goes by itself, but not while it is
// looked at and not when it says that something is wrong.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  }
  event.target.closest?.("[data-closes]")?.closest("dialog")?.close();
  if (event.target.matches?.("dialog.dialog")) event.target.close(); // the backdrop
  event.target.closest?.("[data-dismiss]")?.closest("[data-toast]")?.remove();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest("[data-opens]")) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});

function settle(toast) {
  if (toast.getAttribute("role") === "alert" || toast.dataset.settled) return;
  toast.dataset.settled = "yes";
  const go = () => { if (!toast.matches(":hover, :focus-within")) toast.remove(); else setTimeout(go, 3000); };
  setTimeout(go, toast.querySelector("form") ? 12000 : 6000);
}
const place = document.getElementById("toasts");
if (place) {
  place.querySelectorAll("[data-toast]").forEach(settle);
  new MutationObserver(() => place.querySelectorAll("[data-toast]").forEach(settle)).observe(place, { childList: true });
}
