/* Bars that lie, so that long Greek labels can be read, and lines over time with marked breaks. */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  charts.kinds = charts.kinds || {};

  const drawn = (text) => (text === null || text === undefined ? null : Number(text));

  /** Pieces of one series, cut at a break, have one name and thus one colour. */
  function names(data) {
    return [...new Set(data.series.map((each) => each.label))];
  }

  function told(data, at) {
    const lines = [];
    for (const name of names(data)) {
      const piece = data.series.find((each) => each.label === name && each.values[at] !== null);
      lines.push([name, charts.amount(piece ? piece.values[at] : null)]);
    }
    return { title: data.categories[at].label, lines: lines.concat(data.categories[at].more || []) };
  }

  /** A legend in one row, or with a row for each name where they do not fit; and its height. */
  function legend(data, room) {
    const all = names(data);
    const wide = all.reduce((sum, name) => sum + charts.wide(name, 13) + 50, 0);
    const rows = all.length < 2 ? 0 : wide > room.width ? all.length : 1;
    const option = {
      show: rows > 0, data: all, top: 0, left: 0,
      orient: rows > 1 ? "vertical" : "horizontal", itemGap: rows > 1 ? 8 : 16,
      textStyle: { color: charts.ink, fontSize: 13, ...(rows > 1 ? { width: room.width - 44, overflow: "truncate" } : {}) },
    };
    return { option, height: rows ? rows * 24 + 12 : 0 };
  }

  function amounts(room, more) {
    return Object.assign({
      type: "value",
      splitNumber: room.width < charts.narrow ? 3 : 5,
      axisLabel: { color: charts.quiet, formatter: charts.short, hideOverlap: true },
      splitLine: { lineStyle: { color: charts.line } },
    }, more);
  }

  charts.kinds.bars = function (data, room) {
    const small = room.width < charts.narrow;
    const all = names(data);
    const one = all.length === 1;
    const below = data.series.some((each) => each.values.some((value) => Number(value) < 0));
    const thick = one ? 20 : 14;
    const key = legend(data, room);
    const row = all.length * thick + (small ? 34 : 18);
    const side = Math.min(340, room.width * 0.36);
    const named = data.categories.map((each) => charts.wrap(each.label, small ? room.width - 8 : side, small ? 1 : 2, 12).join("\n"));
    return {
      height: key.height + data.categories.length * row + 34,
      places: data.categories.map((_, at) => ({ told: told(data, at), at })),
      option: {
        tooltip: charts.tip((found) => told(data, found[0].dataIndex), { trigger: "axis", axisPointer: { type: "shadow" } }),
        legend: key.option,
        grid: { left: small ? 2 : side + 12, right: one || !small ? 84 : 12, top: key.height, bottom: 30, outerBoundsMode: "none" },
        xAxis: amounts(room, small ? { axisLabel: { color: charts.quiet, formatter: charts.short, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" } } : {}),
        yAxis: {
          type: "category",
          inverse: true,
          data: named,
          axisTick: { show: false },
          axisLine: { show: !below, lineStyle: { color: charts.quiet } },
          axisLabel: small
            ? { inside: true, align: "left", verticalAlign: "bottom", margin: 0, interval: 0, color: charts.ink, padding: [0, 0, all.length * thick / 2 + 3, 0], fontSize: 12 }
            : { interval: 0, color: charts.ink, lineHeight: 15, fontSize: 12 },
          z: 3,
        },
        series: all.map((name, number) => ({
          name,
          type: "bar",
          barWidth: thick - 3,
          barGap: "20%",
          ...(small ? { barCategoryGap: 30 } : {}),
          itemStyle: { color: charts.colours[number % charts.colours.length], borderRadius: 2 },
          label: {
            show: !small || one,
            position: "right",
            distance: 4, fontSize: 12,
            color: charts.quiet,
            formatter: (found) => (found.value === null ? "" : charts.short(found.value)),
          },
          data: data.series.find((each) => each.label === name).values.map((value) =>
            // Where there is little room, what is written beside a bar to the left stands at its root.
            Number(value) < 0 ? { value: drawn(value), label: { position: small ? "right" : "left" } } : drawn(value)),
        })),
      },
    };
  };

  charts.kinds.lines = function (data, room) {
    const small = room.width < charts.narrow;
    const all = names(data);
    const key = legend(data, room);
    const head = key.height + 10 + ((data.breaks || []).length ? 18 : 0);
    const ids = data.categories.map((each) => each.id);
    return {
      height: 300 + head,
      places: data.categories.map((_, at) => ({ told: told(data, at), at })),
      option: {
        tooltip: charts.tip((found) => told(data, found[0].dataIndex), { trigger: "axis" }),
        legend: key.option,
        grid: { left: 6, right: small ? 14 : 30, top: head, bottom: 6, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
        xAxis: {
          type: "category",
          data: data.categories.map((each) => [each.label, ...(each.more || []).map(([name, value]) => (small ? value : name + " " + value))].join("\n")),
          axisLine: { lineStyle: { color: charts.quiet } },
          axisLabel: { color: charts.ink, hideOverlap: true, width: small ? 70 : 110, overflow: "break", lineHeight: 17, fontSize: 12 },
        },
        yAxis: amounts(room, { min: 0 }),
        series: data.series.map((piece) => {
          const number = all.indexOf(piece.label);
          const colour = charts.colours[number % charts.colours.length];
          return {
            name: piece.label,
            type: "line",
            data: piece.values.map(drawn),
            connectNulls: false,
            symbol: charts.symbols[number % charts.symbols.length],
            symbolSize: 9,
            lineStyle: { width: 2.5, type: charts.dashes[number % charts.dashes.length], color: colour },
            itemStyle: { color: colour },
          };
        }).concat(breakMarks(data, ids)),
      },
    };
  };

  /** An upright line before each year in which what is compared changed. */
  function breakMarks(data, ids) {
    const marks = (data.breaks || []).filter((each) => ids.includes(each.before));
    if (!marks.length) return [];
    return [{
      type: "custom",
      silent: true,
      tooltip: { show: false },
      data: marks.map((each) => [ids.indexOf(each.before), 0]),
      renderItem: (found, api) => {
        const plot = api.coord([api.value(0), 0]);
        const band = api.size([1, 0])[0];
        const x = Math.round(plot[0] - band / 2) + 0.5;
        const top = found.coordSys.y;
        return {
          type: "group",
          children: [
            { type: "line", shape: { x1: x, x2: x, y1: top - 4, y2: plot[1] }, style: { stroke: charts.ink, lineWidth: 1.5, lineDash: [5, 4] } },
            { type: "text", style: { text: charts.word("break"), x, y: top - 8, textAlign: "center", textVerticalAlign: "bottom", fill: charts.ink, fontSize: 12 } },
          ],
        };
      },
    }];
  }
})();
