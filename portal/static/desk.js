/* Keeps the officers' desk up to date. Without it the page is as it was when it was opened, and everything works. */
(() => {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  if (!desk || !window.fetch) return;
  const EVERY = 4000, QUEUE_EVERY = 8000, TYPING = 4000;
  const list = desk.querySelector("[data-queue-list]"), matter = desk.querySelector("[data-matter]");
  const get = async (url) => {
    const reply = await fetch(url, { headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(String(reply.status));
    return reply.json();
  };
  async function refreshQueue() {
    try {
      if (!document.hidden) {
        const focused = list.contains(document.activeElement) && document.activeElement.getAttribute("href");
        const { html } = await get(desk.dataset.queue);
        list.innerHTML = html; // rendered and escaped by the server
        if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      }
    } catch { /* asked again */ }
    setTimeout(refreshQueue, QUEUE_EVERY);
  }
  setTimeout(refreshQueue, QUEUE_EVERY);
  if (!matter) return;

  const transcript = matter.querySelector("[data-transcript]"), box = matter.querySelector("[data-scroll]");
  const writing = matter.querySelector("[data-person-typing]"), changed = matter.querySelector("[data-changed]");
  const bottom = () => { if (box) box.scrollTop = box.scrollHeight; };
  bottom();
  async function refresh() {
    try {
      if (!document.hidden && transcript) {
        const after = Math.max(0, ...[...transcript.querySelectorAll("[data-id]")].map((li) => Number(li.dataset.id)));
        const news = await get(`${matter.dataset.news}?after=${after}`);
        for (const html of news.messages) transcript.insertAdjacentHTML("beforeend", html); // escaped by the server
        if (news.messages.length) bottom();
        writing.hidden = !news.typing;
        if (news.state !== matter.dataset.state || String(news.holder || "") !== matter.dataset.holder) changed.hidden = false;
      }
    } catch { /* asked again */ }
    setTimeout(refresh, EVERY);
  }
  setTimeout(refresh, EVERY);

  const reply = matter.querySelector("[data-reply] textarea");
  let told = 0;
  reply?.addEventListener("input", () => {
    if (Date.now() - told < TYPING) return;
    told = Date.now();
    fetch(matter.dataset.typing, { method: "POST", headers: { "X-CSRFToken": matter.dataset.csrf, Accept: "application/json" } }).catch(() => { /* the next letter tells again */ });
  });
  document.getElementById("error-summary")?.focus();
})();
