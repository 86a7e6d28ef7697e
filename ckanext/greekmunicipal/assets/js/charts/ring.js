/* Shares of a whole as slices of a ring, with a legend that tells the share of each. */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  charts.kinds = charts.kinds || {};

  /** Shares of what is drawn, where the page gives none. */
  function withShares(nodes) {
    const whole = nodes.reduce((sum, node) => sum + Number(node.value), 0);
    return nodes.map((node) => (node.share === undefined ? { ...node, share: Number(node.value) / whole } : node));
  }

  charts.kinds.sunburst = function (data, room) {
    const nodes = withShares(charts.areas(data.nodes));
    const small = room.width < charts.narrow;
    const wide = small ? room.width - 50 : room.width * 0.5;
    const ring = small ? 280 : 360;
    const names = nodes.map((node) => charts.wrap(charts.share(node.share) + "  " + node.label, wide, 1, 13)[0] || "");
    return {
      height: small ? ring + nodes.length * 26 : Math.max(ring, nodes.length * 26 + 40),
      places: nodes.map((node) => ({ told: charts.ofNode(node), node })),
      option: {
        tooltip: charts.tip((found) => charts.ofNode(nodes[found.data.at])),
        legend: {
          orient: "vertical",
          ...(small ? { top: ring, left: 0 } : { left: Math.min(400, room.width * 0.42), top: "middle" }),
          icon: "rect",
          textStyle: { color: charts.ink, fontSize: 13 },
          formatter: (id) => names[Number(id)],
          selectedMode: false,
        },
        series: [{
          type: "pie",
          center: [small ? room.width / 2 : Math.min(190, room.width * 0.2), small ? ring / 2 : "50%"],
          radius: small ? [60, 125] : [Math.min(80, room.width * 0.09), Math.min(165, room.width * 0.18)],
          itemStyle: { borderColor: "#fff", borderWidth: 2 },
          label: { show: false },
          data: nodes.map((node, at) => ({
            name: String(at), value: Number(node.value), at,
            itemStyle: { color: charts.colours[at % charts.colours.length] },
          })),
        }],
      },
    };
  };
})();
