// Live news: listens to the address in <meta name="upheld-live">, says "2 new" in a line, and never moves a list by
// itself. The line counts cases, not facts, and nothing that this person did. Who listens is said by a short-lived
// ticket: the first connection takes the one that came with the page, each later one a fresh one from data-renew (a
// ticket, or a whole address, as plain text).
const meta = document.querySelector('meta[name="upheld-live"]');
const words = JSON.parse(document.querySelector('meta[name="upheld-words"]')?.content ?? "{}");
const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
const LONGEST = 60000; // ms between two tries

const ticketed = (ticket) => { const whole = new URL(meta.content, location.href); whole.searchParams.set("ticket", ticket); return whole.href; };
let brought = meta?.dataset.ticket; // came with the page, for the first connection

async function address() {
  if (brought) { const ticket = brought; brought = ""; return ticketed(ticket); }
  if (!meta.dataset.renew) return meta.content;
  const answer = await fetch(meta.dataset.renew, { headers: { Accept: "text/plain" }, cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  const said = (await answer.text()).trim();
  if (/^(https?:|\/)/.test(said)) return said;
  return ticketed(said);
}

class LiveNews extends HTMLElement {
  #source = null;
  #fresh = new Set();
  #wait = 1000; // ms, doubling
  #timer = 0;

  connectedCallback() {
    if (!meta?.content) return;
    this.querySelector("[data-news-show]")?.addEventListener("click", () => this.#show());
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.#open(); });
    this.#open();
  }

  disconnectedCallback() { this.#close(); }

  async #open() {
    this.#close();
    try {
      const source = new EventSource(await address());
      this.#source = source;
      source.onopen = () => { this.#wait = 1000; };
      source.onmessage = (event) => this.#hear(event);
      source.addEventListener("news", (event) => this.#hear(event));
      // By itself the browser would come back with the ticket of before, which is too old by then.
      source.onerror = () => { source.close(); if (this.#source === source) this.#later(); };
    } catch { this.#later(); }
  }

  #close() { clearTimeout(this.#timer); this.#source?.close(); this.#source = null; }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), this.#wait * (0.75 + Math.random() / 2));
    this.#wait = Math.min(this.#wait * 2, LONGEST);
  }

  #hear(event) {
    let news = event.data;
    try { news = JSON.parse(event.data); } catch { /* plain words are news too */ }
    tell("upheld:news", news);
    const line = this.querySelector(".news");
    if (news?.quiet || !line) return;
    this.#fresh.add(news?.case ?? news?.kind ?? "");
    line.hidden = false;
    line.querySelector("[data-news-says]").textContent = (words.news ?? "{n} new").replace("{n}", this.#fresh.size);
  }

  #show() {
    this.#fresh.clear();
    this.querySelector(".news").hidden = true;
    if (document.querySelector('[hx-trigger*="upheld:show"]')) tell("upheld:show");
    else location.reload();
  }
}
customElements.define("live-news", LiveNews);
