/* Shares of a whole as areas, two levels at once; each area leads one level down. */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  charts.kinds = charts.kinds || {};
  const head = 24;

  /** Nodes that can be an area, the largest first: what is negative or unknown is in the table. */
  charts.areas = function (nodes) {
    return nodes.filter((node) => Number(node.value) > 0).sort((a, b) => Number(b.value) - Number(a.value));
  };

  charts.ofNode = function (node) {
    const lines = [["", charts.amount(node.value)]];
    if (node.share !== undefined && node.share !== null) lines.push([charts.word("share"), charts.share(node.share)]);
    return { title: (node.code ? node.code + " " : "") + node.label, lines };
  };

  charts.kinds.treemap = function (data, room) {
    const small = room.width < charts.narrow;
    const size = small ? 12 : 13;
    const places = [];
    const groups = charts.areas(data.nodes);

    function item(node, colour, isTop) {
      const below = isTop ? charts.areas(node.children || []) : [];
      const at = places.push({ told: charts.ofNode(node), node }) - 1;
      return {
        name: node.label,
        value: Number(node.value),
        at,
        itemStyle: below.length
          ? { color: colour, borderColor: colour, borderWidth: 2, gapWidth: 1 }
          : { color: colour, borderColor: isTop ? "#fff" : "rgba(255, 255, 255, 0.7)", borderWidth: 1 },
        label: { show: false },
        upperLabel: { show: below.length > 0 },
        ...(below.length ? { children: below.map((each) => item(each, colour, false)) } : {}),
      };
    }

    const items = groups.map((node, at) => item(node, charts.colours[at % charts.colours.length], true));
    return {
      height: small ? 440 : 480,
      places,
      after: (chart) => label(chart, items, places, size),
      option: {
        // Each area is named or has a border; patterns would lie under the names.
        aria: { enabled: true, label: { enabled: false }, decal: { show: false } },
        tooltip: charts.tip((found) => (places[found.data.at] || places[0]).told),
        series: [{
          type: "treemap",
          left: 0, top: 0, right: 0, bottom: 0,
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          visibleMin: 1,
          itemStyle: { borderColor: "#fff", borderWidth: 0, gapWidth: 3 },
          label: { color: "#fff", fontSize: size, lineHeight: size + 4, position: "insideTopLeft", padding: 5, overflow: "none" },
          upperLabel: { height: head, color: "#fff", fontSize: size, fontWeight: "bold", overflow: "none", padding: [0, 4] },
          emphasis: { itemStyle: { borderColor: charts.ink, borderWidth: 2 }, upperLabel: { color: "#fff" } },
          data: items,
        }],
      },
    };
  };

  /** Name the areas that have room for it, once their sizes are known. */
  function label(chart, items, places, size) {
    const areas = chart.getModel().getSeriesByIndex(0).getData();
    const line = size + 4;

    function name(item) {
      const area = areas.getItemLayout(item.at + 1);
      const node = places[item.at].node;
      if (!area || area.invisible) return;
      const width = area.width - 12;
      if (item.children) {
        const text = charts.wrap(node.label + " – " + charts.share(node.share), width, 1, "bold " + size);
        item.upperLabel = { show: true, formatter: () => text.join("") };
        item.children.forEach(name);
        return;
      }
      const room = Math.floor((area.height - 10) / line);
      const short = charts.short(node.value);
      const figure = [charts.share(node.share) + " · " + short, charts.share(node.share)].find((text) => charts.wide(text, size) <= width);
      const text = room > 0 ? charts.wrap(node.label, width, Math.max(1, room - (figure ? 1 : 0)), size) : [];
      if (!text.length) return;
      if (figure && text.length < room) text.push(figure);
      item.label = { show: true, formatter: () => text.join("\n") };
    }

    items.forEach(name);
    chart.setOption({ animation: false, series: [{ data: items }] });
  }
})();
