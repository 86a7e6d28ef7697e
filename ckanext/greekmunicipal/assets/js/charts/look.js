/* How all charts look: colours that colour-blind readers tell apart, patterns beside them, text.
 *
 * Each colour has at least 4.5:1 against white, so that white text stands on it and lines show.
 */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});

  charts.colours = ["#0b5c8f", "#a8480c", "#00714f", "#8a3b7c", "#6b5900", "#3f5ba9", "#8c2f39", "#4a5a66"];
  charts.ink = "#1c2b36";
  charts.quiet = "#53636e";
  charts.line = "#d9e0e5";
  charts.symbols = ["circle", "diamond", "rect", "triangle", "pin", "roundRect"];
  charts.dashes = ["solid", [8, 4], [2, 3], [10, 3, 2, 3], "solid"];
  charts.narrow = 520;

  charts.calm = function () {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  };

  /** What every chart has in common. */
  charts.common = function (room) {
    const size = room.width < charts.narrow ? 12 : 13;
    return {
      color: charts.colours,
      animation: !charts.calm() && !room.still,
      animationDuration: 350,
      animationDurationUpdate: 350,
      textStyle: { fontFamily: "inherit", fontSize: size, color: charts.ink },
      // The page describes the chart itself; only the patterns are taken from ECharts.
      aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: charts.decals } },
    };
  };

  const mark = "rgba(255, 255, 255, 0.28)";
  const stripes = (angle, gap) => ({
    symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, gap], rotation: angle, color: mark,
  });
  /** Patterns in the order of the colours; the first is plain. */
  charts.decals = [
    { symbol: "none" },
    stripes(-Math.PI / 4, 6),
    { symbol: "circle", dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0], symbolSize: 0.7, color: mark },
    stripes(Math.PI / 4, 6),
    stripes(0, 6),
    { symbol: "triangle", dashArrayX: [[9, 9], [0, 9, 9, 0]], dashArrayY: [7, 2], symbolSize: 0.75, color: mark },
    stripes(Math.PI / 2, 6),
    { symbol: "rect", dashArrayX: [[5, 5], [0, 5, 5, 0]], dashArrayY: [5, 0], symbolSize: 0.8, color: mark },
  ];

  /** A tooltip made of elements, not of text with styles, which a strict policy would refuse. */
  charts.tip = function (content, more) {
    return Object.assign({
      confine: true,
      className: "gm-tip",
      backgroundColor: "#fff",
      borderColor: charts.quiet,
      padding: 10,
      transitionDuration: charts.calm() ? 0 : 0.2,
      textStyle: { color: charts.ink, fontSize: 13 },
      formatter: (found) => charts.box(content(found)),
    }, more);
  };

  /** Lines of [name, value] under a title as an element. */
  charts.box = function (told) {
    const box = document.createElement("div");
    const title = document.createElement("strong");
    title.textContent = told.title;
    box.append(title);
    for (const [name, value] of told.lines) {
      const row = document.createElement("div");
      row.className = "gm-tip-row";
      for (const text of [name, value]) {
        const cell = document.createElement("span");
        cell.textContent = text;
        row.append(cell);
      }
      box.append(row);
    }
    return box;
  };

  /** What is told of a place, in one sentence, for a screen reader. */
  charts.sentence = function (told) {
    return told.title + ": " + told.lines.map(([name, value]) => (name ? name + " " : "") + value).join(", ");
  };
})();
