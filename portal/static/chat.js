/* Makes the chat page quicker and is the life of the widget's frame. Without it the page posts plain forms. */
(() => {
  "use strict";
  const root = document.querySelector("[data-chat]");
  if (!root || !window.fetch) return;
  const isWidget = root.dataset.chat === "widget";
  const log = root.querySelector("[data-log]");
  const composer = root.querySelector("[data-composer]");
  const box = composer.querySelector("textarea");
  const count = composer.querySelector("[data-count]");
  const word = (name) => root.dataset["word" + name[0].toUpperCase() + name.slice(1)];
  const MOST = 1000, SLOW = 6000, LONGEST = 60000, POLL = 20000, POLL_SOON = 2000, POLL_HANDED = 3000, TYPING = 4000;
  const newId = () => (crypto.randomUUID ? crypto.randomUUID() : Date.now().toString(36) + Math.random().toString(36).slice(2));
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // --- two ways to the server: the page's session, the widget's own token ---
  const key = "wenban:" + (new URLSearchParams(location.search).get("key") || "main");
  const memory = {};
  const store = {
    read() { try { return JSON.parse(localStorage.getItem(key)) || memory[key] || null; } catch { return memory[key] || null; } },
    write(value) { memory[key] = value; try { value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key); } catch { /* kept in memory */ } },
  };
  const kept = root.querySelector("[data-kept]");
  const handed = root.querySelector("[data-handover]"), announce = root.querySelector("[data-announce]");
  function remember(reply) {
    if (typeof reply.kept_html === "string") kept.innerHTML = reply.kept_html; // rendered and escaped by the server
    if (typeof reply.handover_html === "string") showHandover(reply.handover_html, reply.handover);
    return reply;
  }
  handed.querySelector("[data-refresh]")?.remove();
  let shownHandover = "", place = "";
  function showHandover(html, now) {
    const state = now ? now.state : "";
    if (state !== root.dataset.handed) { root.dataset.handed = state; wait(); }
    const worded = JSON.stringify(now && [now.state, now.text, now.typing]); // tokens differ at every look
    if (worded === shownHandover) return;
    const focused = handed.contains(document.activeElement);
    shownHandover = worded;
    handed.innerHTML = html; // rendered and escaped by the server
    handed.querySelector("[data-refresh]")?.remove(); // for pages that do not look by themselves
    if (focused) handed.querySelector("button")?.focus();
    if (now && now.text !== place) announce.textContent = now.text;
    place = now ? now.text : "";
  }
  async function call(url, options = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LONGEST);
    try {
      const reply = await fetch(url, { ...options, signal: stop.signal, headers: { Accept: "application/json", ...options.headers } });
      const body = await reply.json().catch(() => ({}));
      if (!reply.ok) throw Object.assign(new Error((body.error && body.error.message) || word("failed")), { status: reply.status, told: Boolean(body.error) });
      return body;
    } finally { clearTimeout(timer); }
  }
  const bearer = (held) => ({ Authorization: "Bearer " + held.token, "Content-Type": "application/json" });
  const session = {
    async say(fields) {
      const data = new FormData(composer);
      data.delete("text");
      for (const [name, value] of Object.entries(fields)) data.set(name, value);
      const reply = await call(root.dataset.post, { method: "POST", body: data });
      let held = composer.querySelector("[name=conversation]");
      if (!held) { held = document.createElement("input"); held.type = "hidden"; held.name = "conversation"; composer.append(held); }
      held.value = reply.conversation;
      composer.querySelector("[name=item]")?.remove();
      return reply;
    },
    list: (after) => call(`${root.dataset.poll}?after=${after}`),
    typing: () => { const data = new FormData(); data.set("csrf_token", composer.querySelector("[name=csrf_token]").value); return call(root.dataset.typing, { method: "POST", body: data }); },
    judge: (form) => call(form.action, { method: "POST", body: new FormData(form) }),
  };
  const frame = {
    async held() {
      let held = store.read();
      if (!held) {
        const made = await call(root.dataset.api + "?render=html", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ language: root.dataset.lang }) });
        held = { id: made.conversation_id, token: made.token };
        store.write(held);
        made.messages.forEach(show);
      }
      return held;
    },
    async say(fields) {
      const held = await frame.held();
      return call(`${root.dataset.api}/${held.id}/messages?render=html`, { method: "POST", headers: bearer(held), body: JSON.stringify(fields) });
    },
    async list(after) {
      const held = store.read();
      if (!held) return { messages: [] };
      return call(`${root.dataset.api}/${held.id}/messages?render=html&after=${after}`, { headers: bearer(held) });
    },
    async typing() {
      const held = store.read();
      if (held) await call(`${root.dataset.api}/${held.id}/typing`, { method: "POST", headers: bearer(held) });
    },
    async judge(form) {
      const held = await frame.held(), data = new FormData(form);
      return call(`${root.dataset.api}/${held.id}/messages/${data.get("message")}/feedback`, { method: "POST", headers: bearer(held), body: JSON.stringify({ helpful: false, reason: data.get("reason") }) });
    },
  };
  const server = isWidget ? frame : session;

  // --- the list of messages ---
  const newest = () => Math.max(0, ...[...log.querySelectorAll("[data-id]")].map((li) => Number(li.dataset.id)));
  function show(message) {
    if (log.querySelector(`[data-id="${Number(message.id)}"]`)) return null;
    if (isWidget) log.querySelector("[data-welcome]")?.remove(); // there the stored greeting takes its place
    document.querySelector(".examples")?.remove();
    const part = document.createElement("template");
    part.innerHTML = message.html; // rendered and escaped by the server's own template
    const item = part.content.querySelector("li.msg");
    const place = message.reply_to && [...log.querySelectorAll(`#m${message.reply_to}, [data-turn="${message.reply_to}"]`)].pop();
    place ? place.after(item) : log.append(item);
    return item;
  }
  function line(text, kind) {
    const item = document.createElement("li"), p = document.createElement("p");
    item.className = "msg " + kind;
    p.textContent = text;
    if (kind === "assistant waiting") p.className = "typing";
    item.append(p);
    log.append(item);
    item.scrollIntoView({ block: "nearest" });
    return item;
  }
  const reveal = (item) => item && item.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });

  // --- what would be starred is shown before it is sent ---
  const preview = root.querySelector("[data-preview]");
  function showPreview(html, text) {
    preview.innerHTML = html; // rendered and escaped by the server
    box.value = text; measure();
    preview.firstElementChild.scrollIntoView({ block: "nearest" });
    preview.firstElementChild.focus();
  }

  let busy = Promise.resolve();
  function send(fields, shown) {
    busy = busy.then(() => sendNow(fields, shown));
    return busy;
  }
  async function sendNow(fields, shown) {
    const mine = line(shown, "user"), typing = line(word("typing"), "assistant waiting");
    const slow = setTimeout(() => { typing.firstChild.textContent = word("slow"); }, SLOW);
    try {
      const reply = remember(await server.say({ ...fields, message_id: newId() }));
      mine.remove(); typing.remove();
      if (reply.preview_html) { showPreview(reply.preview_html, fields.text); return; }
      const items = reply.messages.map(show);
      reveal(items[1] || items[0]);
      tell("answered");
    } catch (error) {
      mine.remove(); typing.remove();
      if (fields.text && !box.value) box.value = fields.text;
      if (isWidget && error.status === 401) { store.write(null); line(word("reconnect"), "system notice"); }
      else line(error.told ? error.message : word("failed"), "system notice");
      box.focus();
    } finally { clearTimeout(slow); measure(); }
  }

  // --- what people do ---
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value, starred = Boolean(event.submitter && event.submitter.matches("[data-starred]"));
    if (!text.trim()) { box.focus(); return; }
    const shown = starred ? preview.querySelector("blockquote").textContent.trim() : text;
    box.value = ""; preview.replaceChildren(); measure(); box.focus();
    send(isWidget ? { text, preview: !starred } : { text, ...(starred && { starred: "yes" }) }, shown);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); composer.requestSubmit(); }
  });
  function measure() {
    const left = MOST - [...box.value].length;
    count.textContent = left < 0 ? word("over").replace("{n}", -left) : left < 200 ? word("count").replace("{n}", left) : "";
    count.className = left < 0 ? "over" : "";
  }
  let told = 0;
  function tellTyping() {
    if (root.dataset.handed !== "taken" || Date.now() - told < TYPING) return;
    told = Date.now();
    server.typing().catch(() => { /* the next letter tells again */ });
  }
  box.addEventListener("input", () => { measure(); tellTyping(); });
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("form.press")) {
      const button = event.submitter;
      if (!button) return;
      event.preventDefault();
      send({ [button.name]: button.value }, button.getAttribute("aria-label") || button.textContent.trim());
      box.focus();
    } else if (form.matches("form.feedback")) {
      event.preventDefault();
      server.judge(form).then(() => { const p = document.createElement("p"); p.setAttribute("role", "status"); p.textContent = word("thanks"); form.replaceWith(p); }, (error) => line(error.message, "system notice"));
    }
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-token]");
    if (button) { send({ button: button.dataset.token }, button.getAttribute("aria-label") || button.textContent.trim()); box.focus(); }
    const person = event.target.closest("button[data-person]");
    if (person) { send({ person: true }, person.textContent.trim()); box.focus(); }
    const ref = event.target.closest("a.ref");
    if (ref) {
      const card = document.getElementById(ref.hash.slice(1));
      if (card) { event.preventDefault(); card.focus(); card.scrollIntoView({ block: "nearest" }); }
    }
  });

  if (isWidget) document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-receipt]");
    if (!button) return;
    button.disabled = true;
    try {
      const held = await frame.held();
      const made = await call(`${root.dataset.api}/${held.id}${button.dataset.receipt}`, { method: "POST", headers: bearer(held) });
      const item = line(`${button.textContent.trim()} ${made.code} `, "system notice"), link = document.createElement("a");
      Object.assign(link, { href: made.page, target: "_blank", rel: "noopener", textContent: word("receipt") });
      item.firstChild.append(link);
      link.focus();
    } catch (error) { line(error.message, "system notice"); }
    button.disabled = false;
  });

  // --- what comes by itself: an answer that was on its way, an officer's reply ---
  async function poll() {
    if (document.hidden) return false;
    const { messages, status } = remember(await server.list(newest()));
    const items = messages.map(show).filter(Boolean);
    if (items.length) tell("answered");
    return status === "answering";
  }
  async function watch() {
    let soon = false;
    try { soon = await poll(); } catch (error) { if (isWidget && error.status === 401) store.write(null); }
    wait(soon);
  }
  let timer;
  function wait(soon) {
    clearTimeout(timer);
    timer = setTimeout(watch, soon ? POLL_SOON : root.dataset.handed ? POLL_HANDED : POLL);
  }
  const settled = () => { const last = log.querySelector(".msg:last-child"); if (last && (isWidget || location.hash)) last.scrollIntoView({ block: "nearest" }); };
  if (isWidget) {
    poll().catch((error) => { if (error.status === 401) store.write(null); }).finally(() => { settled(); wait(); });
  } else {
    wait(root.dataset.state === "answering");
    const here = location.hash && log.querySelector(location.hash);
    if (here) reveal(here);
  }
  document.getElementById("error-summary")?.focus();

  // --- the widget's frame and the page around it ---
  function tell(what) { if (isWidget && parent !== window) parent.postMessage({ wenban: what, key }, "*"); }
  if (isWidget) {
    const close = document.querySelector("[data-close]");
    if (parent !== window) close.hidden = false;
    close.addEventListener("click", () => tell("close"));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) tell("close"); });
    document.querySelector("[data-new]").addEventListener("click", () => { store.write(null); log.replaceChildren(); kept.replaceChildren(); frame.held().catch((error) => line(error.message, "system notice")); box.focus(); });
    addEventListener("message", (event) => { if (event.source === parent && event.data && event.data.wenban === "focus") box.focus(); });
    tell("ready");
  }
  measure();
})();
