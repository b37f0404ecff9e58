// What a person is writing survives a closed tab: forms with data-keep="case-42-letter" keep their words in this browser
// until they are sent. Nothing is kept after signing out, and two people at one browser never see each other's.
const words = JSON.parse(document.querySelector('meta[name="upheld-words"]')?.content ?? "{}");
const whose = `upheld:draft:${document.body.dataset.person ?? "-"}:`;
const DAYS = 14;
const kinds = "textarea, input:not([type=hidden], [type=password], [type=file], [type=checkbox], [type=radio], [type=submit])";
const clock = (at) => new Intl.DateTimeFormat(document.documentElement.lang || "en", { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
const storage = {
  read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith("upheld:draft:")); } catch { return []; } },
};
// A page reached by a redirect after a form was sent: the server took it, so the kept words may go.
const taken = (performance.getEntriesByType("navigation")[0]?.redirectCount ?? 0) > 0;

const bound = new WeakSet();

function keep(form, arrived) {
  if (bound.has(form)) return;
  bound.add(form);
  const key = whose + form.dataset.keep;
  const fields = [...form.querySelectorAll(kinds)].filter((field) => field.name);
  const given = Object.fromEntries(fields.map((field) => [field.name, field.defaultValue]));
  const place = form.querySelector("[data-kept]");
  const kept = storage.read(key);

  if (kept?.sent && arrived && taken) storage.drop(key);
  else if (kept && Date.now() - kept.at < DAYS * 864e5) {
    if (kept.sent) storage.write(key, { at: kept.at, values: kept.values }); // sent, and not taken
    restore();
  }

  function restore() {
    const changed = fields.filter((field) => kept.values[field.name] !== undefined && kept.values[field.name] !== field.value);
    if (!changed.length) return;
    for (const field of changed) field.value = kept.values[field.name];
    form.closest("details")?.setAttribute("open", "");
    if (!place) return;
    const discard = Object.assign(document.createElement("button"), { type: "button", className: "word", textContent: words.throw ?? "Throw it away" });
    discard.addEventListener("click", () => {
      for (const field of fields) field.value = given[field.name];
      storage.drop(key);
      place.replaceChildren();
    });
    place.replaceChildren(`${(words.back ?? "{time}").replace("{time}", clock(kept.at))} `, discard);
  }

  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const values = Object.fromEntries(fields.map((field) => [field.name, field.value]));
      if (fields.every((field) => field.value === given[field.name])) { storage.drop(key); place?.replaceChildren(); return; }
      if (storage.write(key, { at: Date.now(), values })) place?.replaceChildren((words.kept ?? "{time}").replace("{time}", clock(Date.now())));
    }, 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    storage.write(key, { at: Date.now(), values, sent: true });
  });
  // The server's word that it took them, before it sends the browser elsewhere.
  form.addEventListener("upheld:taken", () => storage.drop(key));
}

const look = (arrived) => document.querySelectorAll("form[data-keep]").forEach((form) => keep(form, arrived));
look(true);
document.addEventListener("htmx:afterSwap", () => look(false));
for (const form of document.querySelectorAll("form[data-forgets]")) {
  form.addEventListener("submit", () => storage.keys().forEach((key) => storage.drop(key)));
}
for (const key of storage.keys()) {
  const kept = storage.read(key);
  if (!kept || Date.now() - kept.at > DAYS * 864e5) storage.drop(key);
}
