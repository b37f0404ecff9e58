// Live news: listens to the address in <meta name="upheld-live">, says "2 new" in a line, and never moves a list by
// itself. The address carries a short-lived ticket, so when the stream has ended for good a fresh one is asked for.
const meta = document.querySelector('meta[name="upheld-live"]');
const words = JSON.parse(document.querySelector('meta[name="upheld-words"]')?.content ?? "{}");
const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));

class LiveNews extends HTMLElement {
  #source = null;
  #count = 0;
  #wait = 1000; // ms until the next try, doubling up to a minute
  #timer = 0;

  connectedCallback() {
    if (!meta?.content) return;
    this.querySelector("[data-news-show]")?.addEventListener("click", () => this.#show());
    addEventListener("pagehide", () => this.#close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.#open(meta.content); });
    this.#open(meta.content);
  }

  disconnectedCallback() { this.#close(); }

  #open(address) {
    this.#close();
    this.#source = new EventSource(address);
    this.#source.onopen = () => { this.#wait = 1000; };
    this.#source.onmessage = (event) => this.#hear(event);
    this.#source.addEventListener("news", (event) => this.#hear(event));
    this.#source.onerror = () => {
      // While it is CONNECTING the browser tries again by itself.
      if (this.#source?.readyState === EventSource.CLOSED) this.#later();
    };
  }

  #close() { clearTimeout(this.#timer); this.#source?.close(); this.#source = null; }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      this.#wait = Math.min(this.#wait * 2, 60000);
      try {
        const renew = meta.dataset.renew;
        const answer = renew ? await fetch(renew, { headers: { Accept: "text/plain" } }) : null;
        if (answer && !answer.ok) throw new Error(String(answer.status));
        this.#open(answer ? (await answer.text()).trim() : meta.content);
      } catch { this.#later(); }
    }, this.#wait);
  }

  #hear(event) {
    let news = event.data;
    try { news = JSON.parse(event.data); } catch { /* plain words are news too */ }
    tell("upheld:news", news);
    if (news?.quiet) return;
    this.#count += 1;
    const line = this.querySelector(".news");
    if (!line) return;
    line.hidden = false;
    line.querySelector("[data-news-says]").textContent = (words.news ?? "{n} new").replace("{n}", this.#count);
  }

  #show() {
    this.#count = 0;
    this.querySelector(".news").hidden = true;
    if (document.querySelector('[hx-trigger*="upheld:show"]')) tell("upheld:show");
    else location.reload();
  }
}
customElements.define("live-news", LiveNews);
