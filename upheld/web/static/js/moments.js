// "in 1 h 18 min" stays true: each <time datetime data-tick> is said anew every half minute, in the page's language.
const words = JSON.parse(document.querySelector('meta[name="upheld-words"]')?.content ?? "{}");
const lang = document.documentElement.lang || "en";
const days = new Intl.NumberFormat(lang, { style: "unit", unit: "day", unitDisplay: "long", maximumFractionDigits: 0 });

function length(minutes) {
  const fill = (pattern, h, m) => pattern.replace("{h}", h).replace("{m}", m);
  if (minutes < 60) return fill(words.minutes ?? "{m} min", 0, minutes);
  if (minutes < 24 * 60) return fill(words.hours ?? "{h} h {m} min", Math.floor(minutes / 60), minutes % 60);
  return days.format(Math.round(minutes / (24 * 60)));
}

function say() {
  for (const time of document.querySelectorAll("time[datetime][data-tick]")) {
    const ms = Date.parse(time.dateTime) - Date.now();
    if (Number.isNaN(ms)) continue;
    const minutes = Math.floor(Math.abs(ms) / 60000);
    const pattern = minutes === 0 ? words.now ?? "now" : ms > 0 ? words.in ?? "in {time}" : words.ago ?? "{time} ago";
    const said = pattern.replace("{time}", length(minutes));
    if (time.textContent !== said) time.textContent = said;
  }
}
let timer = setInterval(say, 30000);
document.addEventListener("visibilitychange", () => {
  clearInterval(timer);
  if (!document.hidden) { say(); timer = setInterval(say, 30000); }
});
document.addEventListener("htmx:afterSwap", say);
