// The browser's twin of portal/forms/values.py: checks a typed value with the server's own patterns and words, so that
// a slip is told at once. The server decides; tests/contracts/form_values.json holds what both must answer.
(() => {
  const USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"; // GB 32100-2015
  const MARKUP = /<\s*[/!a-zA-Z][^>]*>|&#?\w+;|javascript:/i;
  const CONTROL = /[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]/;
  const DAY = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/;

  const fold = (text) => text.normalize("NFKC").replace(/[\u200b-\u200f\u2060\ufeff]/g, "").trim();
  const nospace = (text) => fold(text).replace(/\s+/g, "");
  const tidy = {
    plain: fold,
    nospace,
    compact: (text) => nospace(text).toUpperCase(),
    lower: (text) => nospace(text).toLowerCase(),
    digits: (text) => nospace(text).replace(/-/g, "").replace(/^\+86/, ""),
  };
  const powers = (base, modulus, exponents) => exponents.map((n) => {
    let power = 1;
    for (let i = 0; i < n; i += 1) power = (power * base) % modulus;
    return power;
  });
  const weigh = (digits, weights) => digits.reduce((total, digit, n) => total + digit * weights[n], 0);
  const seventeen = [...Array(17).keys()];
  const checks = {
    "": () => true,
    uscc: (code) => {
      const total = weigh([...code.slice(0, 17)].map((c) => USCC.indexOf(c)), powers(3, 31, seventeen));
      return USCC[(31 - (total % 31)) % 31] === code[17];
    },
    id_card: (code) => {
      const total = weigh([...code.slice(0, 17)].map(Number), powers(2, 11, seventeen.map((n) => 17 - n)));
      return "10X98765432"[total % 11] === code[17];
    },
  };

  // Field: {type, format, low, high}; low and high are null when there is no bound. Gives {value} or {error}.
  function read(field, raw, data) {
    const say = (key, words = {}) => ({
      error: data.texts[key].replace(/%\((\w+)\)s/g, (_all, name) => words[name]),
    });
    if (raw === "") return { value: null };
    const text = raw.replace(/\r\n/g, "\n");
    if (CONTROL.test(text)) return say("control");
    if (field.type === "number") return readNumber(field, text, say, data);
    if (field.type === "date") return readDay(text, say);
    return readText(field, text, say, data);
  }

  function readText(field, raw, say, data) {
    const known = data.formats[field.format];
    const text = known ? tidy[known.tidy](raw) : (field.type === "long_text" ? raw.trim() : fold(raw));
    if (!text) return { value: null };
    if (field.type === "text" && text.includes("\n")) return say("line");
    if (MARKUP.test(text)) return say("markup");
    const length = [...text].length;
    const high = field.high || (known ? known.longest : data.limits[field.type]);
    if (length > high) return say("long", { count: high, now: length });
    if (field.low && length < field.low) return say("short", { count: field.low });
    if (known && known.pattern && !(new RegExp(`^(?:${known.pattern})$`, "u").test(text) && checks[known.check](text))) {
      return { error: known.error };
    }
    return { value: text };
  }

  function readNumber(field, raw, say, data) {
    const text = fold(raw).replace(/,/g, "").replace(/%+$/, "").trim();
    if (!text) return { value: null };
    if (text.length > data.limits.number || !/^-?[0-9]+(\.[0-9]+)?$/.test(text)) return say("number");
    const [low, high] = field.format === "percent" ? [0, 100] : [field.low, field.high];
    const number = Number(text);
    if ((low !== null && number < low) || (high !== null && number > high)) {
      return high === null ? say("least", { low }) : say("between", { low, high });
    }
    if (field.format === "percent" && (text.split(".")[1] || "").length > 6) return say("decimals");
    const plain = text.replace(/^(-?)0+(?=[0-9])/, "$1").replace(/(\.[0-9]*?)0+$/, "$1").replace(/\.$/, "");
    return { value: plain === "-0" ? "0" : plain };
  }

  function readDay(raw, say) {
    const found = DAY.exec(fold(raw));
    if (!fold(raw)) return { value: null };
    if (!found) return say("day");
    const [year, month, day] = found.slice(1).map(Number);
    const made = new Date(Date.UTC(year, month - 1, day));
    const real = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
    if (!real || year < 1900 || year > 2200) return say("day");
    return { value: made.toISOString().slice(0, 10) };
  }

  globalThis.wenbanFormats = { read };
})();
