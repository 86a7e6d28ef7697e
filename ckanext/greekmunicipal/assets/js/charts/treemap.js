/* Shares of a whole: areas that lead one level down, and a ring of slices. */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  charts.kinds = charts.kinds || {};

  const positive = (node) => Number(node.value) > 0;

  function told(node) {
    const lines = [["", charts.amount(node.value)]];
    if (node.share !== undefined) lines.push([charts.word("share"), charts.share(node.share)]);
    return { title: (node.code ? node.code + " " : "") + node.label, lines };
  }

  /** Shares of what is drawn, where the page gives none. */
  function withShares(nodes) {
    const whole = nodes.reduce((sum, node) => sum + Math.max(0, Number(node.value)), 0);
    return nodes.map((node) => (node.share === undefined && whole ? { ...node, share: Number(node.value) / whole } : node));
  }

  charts.kinds.treemap = function (data, room) {
    const nodes = data.nodes.filter(positive).sort((a, b) => Number(b.value) - Number(a.value));
    const small = room.width < charts.narrow;
    const height = small ? 400 : 440;
    const whole = nodes.reduce((sum, node) => sum + Number(node.value), 0);
    // A tile that has no room for a word has no label: the table and the tooltip have it.
    const hasRoom = (node) => (Number(node.value) / whole) * room.width * height > (small ? 2600 : 3200);
    return {
      height,
      places: nodes.map((node) => ({ told: told(node), node })),
      option: {
        tooltip: charts.tip((found) => told(nodes[found.data.at])),
        series: [{
          type: "treemap",
          left: 0, top: 0, right: 0, bottom: 0,
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          visibleMin: 1,
          itemStyle: { borderColor: "#fff", borderWidth: 2, gapWidth: 2 },
          label: {
            color: "#fff", fontSize: small ? 12 : 13, lineHeight: small ? 16 : 18,
            position: "insideTopLeft", padding: 4, overflow: "break",
            formatter: (found) => found.data.text,
          },
          emphasis: { itemStyle: { borderColor: charts.ink }, label: { color: "#fff" } },
          data: nodes.map((node, at) => ({
            name: node.label,
            value: Number(node.value),
            at,
            label: { show: hasRoom(node) },
            text: node.label + "\n" + charts.share(node.share) + " · " + charts.short(node.value),
            itemStyle: { color: charts.colours[at % charts.colours.length] },
          })),
        }],
      },
    };
  };

  charts.kinds.sunburst = function (data, room) {
    const nodes = withShares(data.nodes.filter(positive)).sort((a, b) => Number(b.value) - Number(a.value));
    const small = room.width < charts.narrow;
    return {
      height: small ? 300 + nodes.length * 24 : 360,
      places: nodes.map((node) => ({ told: told(node), node })),
      option: {
        tooltip: charts.tip((found) => told(nodes[found.data.at])),
        legend: {
          type: "plain", orient: "vertical",
          ...(small ? { bottom: 0, left: 0 } : { right: 0, top: "middle" }),
          icon: "rect",
          textStyle: { color: charts.ink, width: small ? room.width - 60 : room.width * 0.42, overflow: "truncate" },
          formatter: (name) => {
            const node = nodes.find((each) => each.label === name);
            return charts.share(node.share) + "  " + name;
          },
          selectedMode: false,
        },
        series: [{
          type: "pie",
          center: small ? ["50%", 140] : ["24%", "50%"],
          radius: small ? [60, 125] : [80, 160],
          itemStyle: { borderColor: "#fff", borderWidth: 2 },
          label: { show: false },
          data: nodes.map((node, at) => ({
            name: node.label, value: Number(node.value), at,
            itemStyle: { color: charts.colours[at % charts.colours.length] },
          })),
        }],
      },
    };
  };
})();
