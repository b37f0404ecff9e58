// The theme, before anything is drawn: the system's, or what this person chose in this browser. A plain script in the
// head, because a module would come after the first paint and flash.
(() => {
  const root = document.documentElement;
  const given = root.dataset.theme ?? "";
  const read = () => { try { return localStorage.getItem("upheld:theme"); } catch { return null; } };
  const wear = (theme) => { if (theme) root.dataset.theme = theme; else delete root.dataset.theme; };

  root.classList.add("js");
  wear(read() ?? given);

  const order = ["", "light", "dark"];
  const words = () => JSON.parse(document.querySelector('meta[name="upheld-words"]')?.content ?? "{}").theme ?? {};
  const say = () => {
    for (const place of document.querySelectorAll("[data-theme-says]")) {
      const word = words()[read() ?? given];
      if (word) place.textContent = word;
    }
  };
  document.addEventListener("DOMContentLoaded", say);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    const next = order[(order.indexOf(read() ?? given) + 1) % order.length];
    try { localStorage.setItem("upheld:theme", next); } catch { /* a browser without storage keeps it for this page */ }
    wear(next);
    say();
  });
})();
