/* Words and numbers of the charts in the language of the page.
 *
 * The words come from the page (script.gm-chart-words), so that each is translated in one place.
 * Amounts come as decimal strings and are shown from them: no cent is lost to binary fractions.
 */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  const source = document.querySelector("script.gm-chart-words");
  const words = source ? JSON.parse(source.textContent) : {};
  const greek = document.documentElement.lang.startsWith("el");
  const point = greek ? "," : ".";
  const group = greek ? "." : ",";
  const unknown = "–";

  /** A text of the page with its {names} filled in. */
  charts.word = function (name, values) {
    return (words[name] || "").replace(/\{(\w+)\}/g, (_, key) => (values || {})[key] ?? "");
  };

  /** "-1234.5" -> "-1.234,50" in Greek: exact, since it works on the text. */
  function exact(text) {
    const [whole, cents = ""] = String(text).replace("-", "").split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
    return (String(text).startsWith("-") ? "-" : "") + grouped + point + cents.padEnd(2, "0");
  }

  /** An amount to the cent; what is not known is a dash, never 0. */
  charts.amount = function (text) {
    return text === null || text === undefined || text === "" ? unknown : exact(text) + " €";
  };

  function fixed(number, digits) {
    return number.toFixed(digits).replace(/\.0+$/, "").replace(".", point);
  }

  /** An amount for an axis or a narrow place: 1,2 εκατ. €. */
  charts.short = function (value) {
    const number = Number(value);
    const size = Math.abs(number);
    if (size >= 999.5e6) return fixed(number / 1e9, 2) + " " + charts.word("billions") + " €";
    if (size >= 999.5e3) return fixed(number / 1e6, size < 99.5e6 ? 1 : 0) + " " + charts.word("millions") + " €";
    if (size >= 1e4) return fixed(number / 1e3, size < 99.5e3 ? 1 : 0) + " " + charts.word("thousands") + " €";
    return exact(number.toFixed(size < 100 && size % 1 ? 2 : 0)).replace(/[,.]00$/, "") + " €";
  };

  /** A share: "0.2543" -> "25,4 %". */
  charts.share = function (value) {
    return value === null || value === undefined ? unknown : (Number(value) * 100).toFixed(1).replace(".", point) + " %";
  };

  const pen = document.createElement("canvas").getContext("2d");

  /** Width of a text in pixels; the size is a number or «bold» and a number. */
  charts.wide = function (text, size) {
    const [digits, weight = ""] = String(size).split(" ").reverse();
    pen.font = weight + " " + digits + "px " + getComputedStyle(document.body).fontFamily;
    return pen.measureText(text).width;
  };

  /**
   * Lines of a text within a width, the last one cut with a mark where it does not end.
   *
   * ECharts breaks lines too, but takes every letter that is not Latin for as wide as a Chinese one.
   * No line at all is given where not even a few letters have room.
   */
  charts.wrap = function (text, width, most, size) {
    const fits = (part) => charts.wide(part, size) <= width;
    const lines = [];
    let rest = text.trim();
    while (rest && lines.length < most) {
      if (fits(rest)) return [...lines, rest];
      const parts = rest.split(" ");
      let count = 1;
      while (count < parts.length && fits(parts.slice(0, count + 1).join(" "))) count += 1;
      const line = parts.slice(0, count).join(" ");
      if (!fits(line) || lines.length + 1 === most) return [...lines, ...cut(rest, fits)];
      lines.push(line);
      rest = parts.slice(count).join(" ");
    }
    return lines;
  };

  function cut(text, fits) {
    let end = text.length;
    while (end > 0 && !fits(text.slice(0, end) + "…")) end -= 1;
    return end < 4 ? [] : [text.slice(0, end).replace(/[\s,;:–-]+$/, "") + "…"];
  }
})();
