/* A chart as a picture: drawn anew in one size, with its title, period and source. */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  const width = 1200;
  const foot = 56;

  function text(figure, selector) {
    const found = figure.querySelector(selector);
    return found ? found.textContent.trim().replace(/\s+/g, " ") : "";
  }

  /** dimos-tinou-2025-tree.png, after the address of the figure's CSV file. */
  function name(figure) {
    const file = figure.querySelector(".gm-actions a[href*='.csv']");
    const parts = file ? new URL(file.href).pathname.split("/") : [];
    const at = parts.indexOf("organization");
    const known = at < 0 ? [] : [parts[at + 1], parts[at + 3]];
    return [...known, figure.id].filter(Boolean).join("-") + ".png";
  }

  function canvas(figure, kind, data) {
    const room = { width, still: true };
    const made = charts.kinds[kind](data, { ...room, width: width - 40 });
    const head = 78;
    const inner = place(width - 40, made.height);
    const chart = window.echarts.init(inner, null, { renderer: "canvas" });
    chart.setOption({ ...charts.common(room), ...made.option, tooltip: { show: false } });
    if (made.after) made.after(chart);
    const drawn = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: "#fff" });
    const sheet = document.createElement("canvas");
    sheet.width = width * 2;
    sheet.height = (made.height + head + foot) * 2;
    const pen = sheet.getContext("2d");
    const family = getComputedStyle(figure).fontFamily;
    const write = (line, size, weight, y, colour) => {
      pen.font = weight + " " + size * 2 + "px " + family;
      pen.fillStyle = colour;
      pen.fillText(line, 40, y * 2, (width - 40) * 2);
    };
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, sheet.width, sheet.height);
    write(text(figure, ".gm-figure-title"), 22, "bold", 32, charts.ink);
    write(text(figure, "figcaption .gm-note"), 14, "normal", 58, charts.quiet);
    pen.drawImage(drawn, 40, head * 2);
    write(text(figure, ".gm-sources li"), 13, "normal", head + made.height + 24, charts.quiet);
    write([text(document, ".gm-brand"), window.location.host].filter(Boolean).join(" – "), 13, "normal", head + made.height + 44, charts.quiet);
    chart.dispose();
    return sheet;
  }

  /** An element that is in no page, of a size that ECharts can measure. */
  function place(wide, high) {
    const found = document.createElement("div");
    found.style.width = wide + "px";
    found.style.height = high + "px";
    return found;
  }

  /** A button that saves the chart as PNG. */
  charts.pictureButton = function (figure, kind, current) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-default gm-picture";
    button.append(charts.word("picture"));
    const about = document.createElement("span");
    about.className = "visually-hidden";
    about.textContent = ": " + text(figure, ".gm-figure-title");
    button.append(about);
    button.addEventListener("click", () => {
      canvas(figure, kind, current()).toBlob((blob) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = name(figure);
        document.body.append(link);
        link.click();
        link.remove();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      }, "image/png");
    });
    return button;
  };
})();
