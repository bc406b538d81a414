// Saves each answer as soon as it is given. Without this file every answer is saved by the button of its section.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const version = form.elements.version;
  const status = document.getElementById("autosave");
  let queue = Promise.resolve();
  let waiting = 0;
  let blocked = false;
  let checks = null; // the server's formats and sentences; until they are here the server alone checks
  fetch(form.dataset.checks).then((reply) => (reply.ok ? reply.json() : null)).then((data) => { checks = data; }, () => {});

  const bound = (text) => (text === undefined ? null : Number(text));

  // The slip in a typed value in words, "" when there is none or only the server can tell.
  function findSlip(box, input) {
    const { type, format = "", low, high } = box.dataset;
    if (!checks || !["text", "long_text", "number", "date"].includes(type) || input.name !== box.dataset.field) return "";
    const field = { type, format, low: bound(low), high: bound(high) };
    return globalThis.wenbanFormats.read(field, input.value, checks).error || "";
  }

  const cell = /^([a-z][a-z0-9_]*)\[([A-Za-z0-9_-]+)\]\.([a-z][a-z0-9_]*)$/;

  function collect(box) {
    const id = box.dataset.field;
    const type = box.dataset.type;
    const body = { values: {}, clear: [], chosen: {} };
    const chosen = box.querySelector(`input[name="choice-${id}"]:checked`);
    if (chosen && chosen.value !== "other") {
      body.chosen[id] = chosen.value;
      return body;
    }
    let value = "";
    if (type === "repeat") {
      const rows = [];
      box.querySelectorAll("[data-row]").forEach((li) => {
        const row = { _id: li.dataset.row };
        li.querySelectorAll("input, select, textarea").forEach((input) => {
          const found = cell.exec(input.name);
          if (found) row[found[3]] = input.value;
        });
        rows.push(row);
      });
      value = rows;
    } else if (type === "choices") {
      value = [...box.querySelectorAll(`input[name="${id}"]:checked`)].map((i) => i.value);
    } else if (type === "yes_no" || type === "declaration" || box.querySelector(`input[type=radio][name="${id}"]`)) {
      const on = box.querySelector(`input[name="${id}"]:checked`);
      value = on ? on.value : "";
    } else {
      const input = box.querySelector(`[name="${id}"]`);
      value = input ? input.value : "";
    }
    const empty = type === "repeat"
      ? value.every((row) => Object.entries(row).every(([k, v]) => k === "_id" || !v.trim()))
      : value.length === 0 || (typeof value === "string" && !value.trim());
    body.values[id] = value;
    if (empty) body.clear.push(id);
    return body;
  }

  function say(box, text, bad) {
    const line = box.querySelector("[data-saved]");
    if (!line) return;
    line.textContent = text;
    line.classList.toggle("bad", Boolean(bad));
  }

  async function save(box) {
    if (blocked) return;
    status.textContent = form.dataset.saving;
    try {
      const reply = await fetch(form.dataset.autosave, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
        body: JSON.stringify({ version: Number(version.value), ...collect(box) }),
      });
      const data = await reply.json();
      if (reply.status === 409) {
        blocked = true;
        status.textContent = form.dataset.stale;
        return;
      }
      if (!reply.ok) {
        status.textContent = data.error.message;
        return;
      }
      version.value = data.version;
      status.textContent = data.text;
      const errors = Object.values(data.errors);
      say(box, errors.length ? errors.join(" ") : data.text, errors.length > 0);
      const marker = form.querySelector(`input[name="had-${box.dataset.field}"]`);
      if (data.saved.includes(box.dataset.field) && !marker) {
        const hidden = document.createElement("input");
        hidden.type = "hidden";
        hidden.name = `had-${box.dataset.field}`;
        hidden.value = "1";
        box.append(hidden);
      }
    } catch (error) {
      status.textContent = form.dataset.failed;
    }
  }

  form.addEventListener("change", (event) => {
    const box = event.target.closest("[data-field]");
    if (!box || event.target.type === "file" || /^(remove|reason)-/.test(event.target.name)) return;
    const slip = findSlip(box, event.target);
    event.target.toggleAttribute("aria-invalid", Boolean(slip));
    if (slip) {
      event.target.setAttribute("aria-invalid", "true");
      setTimeout(() => say(box, slip, true), 200); // not while a button below is being pressed: it must not move away
      return;
    }
    waiting += 1;
    queue = queue.then(() => save(box)).finally(() => { waiting -= 1; });
  });

  // Switching the language comes back to the control that was being answered, or to its place among those of its field:
  // a row that holds nothing has another name on each page.
  const listControls = (box) => [...box.querySelectorAll("input:not([type=hidden]), select, textarea, summary, button")];
  let last = null;
  form.addEventListener("focusin", (event) => { last = event.target; });
  function keepFocus() {
    const box = last && last.closest("[data-field]");
    if (!last) return;
    const place = { id: last.id, field: box ? box.dataset.field : "", at: box ? listControls(box).indexOf(last) : -1 };
    sessionStorage.setItem("focus", JSON.stringify(place));
  }
  function giveFocusBack() {
    const kept = JSON.parse(sessionStorage.getItem("focus") || "null");
    sessionStorage.removeItem("focus");
    if (!kept) return;
    const box = [...form.querySelectorAll("[data-field]")].find((one) => one.dataset.field === kept.field);
    const back = document.getElementById(kept.id) || (box && listControls(box)[kept.at]);
    if (!back) return;
    const folded = back.matches("summary") ? null : back.closest("details");
    if (folded) folded.open = true;
    back.focus();
  }
  giveFocusBack();

  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.value === "stay") keepFocus();
    if (!waiting) return;
    event.preventDefault();
    const button = event.submitter;
    queue.then(() => form.requestSubmit(button));
  });

  const first = document.getElementById("error-summary") || document.getElementById("stale");
  if (first) first.focus();
})();
