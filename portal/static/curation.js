// Refreshes the part of a page that shows how far files are read or a publication is. Without this file the page reloads itself (noscript).
(() => {
  const wait = 2000;

  async function refresh() {
    const part = document.querySelector("[data-refresh]");
    if (!part) return;
    try {
      const reply = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } });
      if (!reply.ok) throw new Error(String(reply.status));
      const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById(part.id);
      if (!fresh) return; // signed out meanwhile: the page stays as it is
      if (!fresh.hasAttribute("data-refresh")) {
        window.location.reload(); // all done: the rest of the page has something to show
        return;
      }
      part.replaceWith(fresh);
    } catch {
      // Away for a moment: tried again like everything else here.
    }
    window.setTimeout(refresh, wait);
  }

  window.setTimeout(refresh, wait);
})();
