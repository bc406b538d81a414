/* Wenban's widget in one line: <script src="https://…/static/widget.js" data-lang="zh" async></script> (docs/embedding.md) */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return;
  const origin = new URL(script.src).origin;
  const lang = script.dataset.lang === "en" || (!script.dataset.lang && /^en/i.test(document.documentElement.lang || navigator.language)) ? "en" : "zh";
  const id = (script.dataset.id || "main").replace(/[^\w-]/g, "").slice(0, 30) || "main";
  const name = "wenban-" + id + "-" + origin.replace(/\W+/g, "-");
  if (document.getElementById(name)) return; // the same line twice is one widget
  const words = lang === "en" ? { open: "Ask Wenban", close: "Close Wenban" } : { open: "问办：咨询与办事", close: "关闭问办" };
  const label = script.dataset.label || words.open;
  const left = script.dataset.side === "left";
  const before = document.querySelectorAll("[data-wenban-widget]").length;
  const remembered = {
    read() { try { return sessionStorage.getItem(name) === "open"; } catch { return false; } },
    write(open) { try { sessionStorage.setItem(name, open ? "open" : "closed"); } catch { /* not remembered */ } },
  };

  const host = document.createElement("div");
  host.id = name;
  host.dataset.wenbanWidget = "";
  const shadow = host.attachShadow({ mode: "open" });
  const css = `
    :host { all: initial; }
    button { position: fixed; ${left ? "left" : "right"}: 16px; bottom: ${16 + before * 68}px; z-index: 2147483000; min-height: 52px; max-width: calc(100vw - 32px); padding: 0 20px; border: 2px solid #fff; border-radius: 26px; background: #0b57a4; color: #fff; font: 600 16px/1.3 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; cursor: pointer; box-shadow: 0 2px 10px rgba(0,0,0,.3); }
    button:hover { background: #084483; }
    button:focus-visible { outline: 3px solid #ffbf00; outline-offset: 2px; box-shadow: 0 0 0 5px #1b1f24; }
    button.news::after { content: "●"; color: #ffbf00; margin-left: 8px; }
    div { position: fixed; ${left ? "left" : "right"}: 16px; bottom: ${80 + before * 68}px; z-index: 2147483001; width: 420px; max-width: calc(100vw - 32px); height: 640px; max-height: calc(100vh - ${96 + before * 68}px); border: 1px solid #6e7781; border-radius: 8px; overflow: hidden; background: #fff; box-shadow: 0 6px 30px rgba(0,0,0,.3); }
    div[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 600px) { div { inset: 0; width: 100vw; max-width: none; height: 100vh; height: 100dvh; max-height: none; border: 0; border-radius: 0; } }
    @media print { :host { display: none; } }`;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement("style");
    style.textContent = css;
    shadow.append(style);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-haspopup", "dialog");
  const panel = document.createElement("div");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", label);
  panel.hidden = true;
  shadow.append(button, panel);
  let frame = null;

  function open(focus) {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.referrerPolicy = "origin";
      frame.src = `${origin}/chat/widget?lang=${lang}&key=${encodeURIComponent(id)}`;
      frame.dataset.focus = focus ? "1" : "";
      panel.append(frame);
    }
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    button.textContent = words.close;
    button.className = "";
    remembered.write(true);
    if (focus) { frame.focus(); frame.contentWindow && frame.contentWindow.postMessage({ wenban: "focus" }, origin); }
  }
  function close() {
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.textContent = label;
    remembered.write(false);
    button.focus();
  }
  button.addEventListener("click", () => (panel.hidden ? open(true) : close()));
  shadow.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) close(); });
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin || !event.data) return;
    if (event.data.wenban === "close") close();
    if (event.data.wenban === "ready" && frame.dataset.focus) frame.contentWindow.postMessage({ wenban: "focus" }, origin);
    if (event.data.wenban === "answered" && panel.hidden) button.className = "news";
  });
  const begin = () => { document.body.append(host); if (remembered.read()) open(false); };
  document.body ? begin() : addEventListener("DOMContentLoaded", begin);
})();
