// The letter's sheet: bold, lists and quotations for a person who writes, the same words as HTML for the form. The
// editor is large, so it is fetched when somebody begins to write; until then, and without it, a plain field is there.
const markup = /^\s*<(p|ul|ol|blockquote|h[1-6]|pre|div)[\s>]/i;
const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
const asMarkup = (text) => markup.test(text) ? text : text.split(/\n\s*\n/).filter((part) => part.trim())
  .map((part) => `<p>${escaped(part.trim()).replace(/\n/g, "<br>")}</p>`).join("");

async function enrich(field) {
  if (field.dataset.enriched) return;
  field.dataset.enriched = "yes";
  let parts;
  try { parts = await import("../django_prose_editor/editor.js"); } catch { return; } // the plain field stays
  if (!field.isConnected) return;
  const { Editor, Document, Paragraph, Text, HardBreak, Bold, Italic, BulletList, OrderedList, ListItem, Blockquote, Link, History } = parts;
  const words = JSON.parse(field.dataset.words ?? "{}");
  const form = field.form;
  const flag = form.querySelector("[data-rich-flag]");
  const begins = () => field.value === field.defaultValue && field.dataset.html ? field.dataset.html : asMarkup(field.value);
  const hadFocus = document.activeElement === field;
  const place = document.createElement("div");
  place.className = "rich";
  field.before(place);

  const editor = new Editor({
    element: place,
    injectCSS: false,
    extensions: [Document, Paragraph, Text, HardBreak, Bold, Italic, BulletList, OrderedList, ListItem, Blockquote, History,
      Link.configure({ enableTarget: false, openOnClick: false })],
    content: begins(),
    editorProps: { attributes: { class: "people", role: "textbox", "aria-multiline": "true", "aria-label": field.getAttribute("aria-label"), dir: "auto" } },
    onUpdate: ({ editor: now }) => take(now),
    onTransaction: () => light(),
  });
  field.hidden = true;
  flag.value = "1";
  const bar = tools();
  place.before(bar);
  field.value = editor.isEmpty ? "" : editor.getHTML();
  if (hadFocus) editor.commands.focus("end");
  light();

  function take(now) {
    field.value = now.isEmpty ? "" : now.getHTML();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function tools() {
    const made = document.createElement("div");
    made.className = "tools";
    made.setAttribute("role", "toolbar");
    made.setAttribute("aria-label", words.tools ?? "");
    for (const [name, sign, run] of [
      ["bold", "B", (chain) => chain.toggleBold()], ["italic", "I", (chain) => chain.toggleItalic()],
      ["bullets", "•", (chain) => chain.toggleBulletList()], ["numbers", "1.", (chain) => chain.toggleOrderedList()],
      ["quote", "“", (chain) => chain.toggleBlockquote()],
    ]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: `btn small quiet ${name}`, textContent: sign, title: words[name] ?? name });
      button.setAttribute("aria-label", words[name] ?? name);
      button.dataset.tool = name;
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => run(editor.chain().focus()).run());
      made.append(button);
    }
    return made;
  }
  function light() {
    const names = { bold: "bold", italic: "italic", bullets: "bulletList", numbers: "orderedList", quote: "blockquote" };
    for (const button of bar?.children ?? []) button.setAttribute("aria-pressed", editor.isActive(names[button.dataset.tool]));
  }
  // "Throw it away" in the head sets the plain field; the sheet follows.
  form.querySelector("[data-kept]")?.addEventListener("click", () => queueMicrotask(() => {
    if (field.value === field.defaultValue) editor.commands.setContent(begins());
  }));
}

for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(trouble, (event) => {
    const form = event.target.closest?.("form.composer");
    const said = JSON.parse(form?.querySelector("[data-words]")?.dataset.words ?? "{}").unsent;
    const place = form?.querySelector("[data-kept]");
    if (place && said) place.replaceChildren(Object.assign(document.createElement("b"), { className: "bad", textContent: said }));
  });
}

function look() {
  for (const field of document.querySelectorAll("textarea[data-rich]")) {
    const fold = field.closest("details");
    if (!fold || fold.open) enrich(field);
    else if (!fold.dataset.listens) { fold.dataset.listens = "yes"; fold.addEventListener("toggle", () => fold.querySelectorAll("textarea[data-rich]").forEach(enrich), { once: true }); }
  }
}
look();
document.addEventListener("htmx:afterSwap", look);

document.addEventListener("click", (event) => {
  const out = event.target.closest?.("[data-removes]");
  if (out) out.closest(out.dataset.removes)?.remove();
  const show = event.target.closest?.("a[data-frame]");
  if (!show || event.metaKey || event.ctrlKey) return;
  // A letter's own HTML: in a frame without scripts, as high as the letter is long.
  event.preventDefault();
  const place = document.getElementById(show.dataset.frame);
  if (!place.firstChild) {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    frame.title = show.textContent.trim();
    frame.addEventListener("load", () => { frame.height = Math.min((frame.contentDocument?.documentElement.scrollHeight ?? 400) + 2, 4000); });
    frame.src = show.href;
    place.append(frame);
  }
  place.hidden = !place.hidden;
});
