/* Draws the figures of a page from the JSON in them; without this script their tables remain.
 *
 * A figure is drawn when it comes near the window, again when its width changes, and is described to
 * screen readers by its own caption.
 */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  const states = new Map();

  function read(figure) {
    const source = figure.querySelector("script.gm-chart-data");
    const data = source ? JSON.parse(source.textContent) : null;
    return data && ((data.nodes || []).length || (data.categories || []).length) ? data : null;
  }

  function element(name, classes, attributes) {
    const found = document.createElement(name);
    found.className = classes;
    for (const [key, value] of Object.entries(attributes || {})) found.setAttribute(key, value);
    return found;
  }

  /** Where the chart stands: after the caption, before notes and table. */
  function frame(figure) {
    const heading = figure.querySelector(".gm-figure-title");
    const hint = element("p", "visually-hidden", { id: "keys-" + figure.id });
    hint.textContent = charts.word("keys");
    const canvas = element("div", "gm-canvas", {
      tabindex: "0",
      role: "application",
      "aria-roledescription": charts.word("chart"),
      "aria-label": heading ? heading.textContent.trim() : "",
      "aria-describedby": hint.id,
    });
    const said = element("p", "visually-hidden", { role: "status" });
    figure.querySelector("figcaption").after(canvas, hint, said);
    return { canvas, said };
  }

  /** Make room for the chart of a figure; what cannot be drawn keeps its table. */
  function prepare(figure) {
    const kind = figure.dataset.chart;
    const data = charts.kinds[kind] && read(figure);
    if (!data || states.has(figure)) return;
    const { canvas, said } = frame(figure);
    const state = { figure, kind, data, canvas, chart: null, places: [] };
    states.set(figure, state);
    plan(state);
    charts.walk(canvas, said, state, (node) => charts.follow(node.href));
    const actions = figure.querySelector(".gm-actions");
    if (actions) {
      const item = document.createElement("li");
      item.append(charts.pictureButton(figure, kind, () => state.data));
      actions.append(item);
    }
    const table = figure.querySelector("details.gm-figure-table");
    // The table of a tree is the way down for those who do not click on areas.
    if (table && !("steps" in figure.dataset) && !figure.closest(".gm-embed")) table.open = false;
    near.observe(canvas);
    widths.observe(canvas);
  }

  /** What is to be drawn in the width that there is; the height is known before anything is drawn. */
  function plan(state) {
    const room = { width: state.canvas.clientWidth || 600 };
    const made = charts.kinds[state.kind](state.data, room);
    const common = charts.common(room);
    common.textStyle.fontFamily = getComputedStyle(state.canvas).fontFamily;
    state.width = room.width;
    state.places = made.places;
    state.option = { ...common, ...made.option };
    state.after = made.after;
    state.canvas.style.height = made.height + "px";
  }

  function paint(state) {
    if (state.chart) {
      state.chart.resize();
    } else {
      state.chart = window.echarts.init(state.canvas, null, { renderer: "canvas" });
      state.chart.on("click", (found) => {
        const place = found.data && state.places[found.data.at];
        if (place && place.node && place.node.href) charts.follow(place.node.href);
      });
      state.figure.classList.add("gm-drawn");
    }
    state.chart.setOption(state.option, true);
    if (state.after) state.after(state.chart);
  }

  /** Draw a figure now, as one that has just come into the page. */
  charts.draw = function (figure) {
    prepare(figure);
    const state = states.get(figure);
    if (state && !state.chart) paint(state);
  };

  charts.forget = function (figure) {
    const state = states.get(figure);
    if (!state) return;
    near.unobserve(state.canvas);
    widths.unobserve(state.canvas);
    if (state.chart) state.chart.dispose();
    states.delete(figure);
  };

  const stateOf = (canvas) => [...states.values()].find((each) => each.canvas === canvas);

  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const state = entry.isIntersecting && stateOf(entry.target);
      if (!state) continue;
      near.unobserve(state.canvas);
      if (!state.chart) paint(state);
    }
  }, { rootMargin: "600px 0px" });

  const widths = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const state = stateOf(target);
      if (!state || !target.clientWidth || target.clientWidth === state.width) continue;
      plan(state);
      if (state.chart) paint(state);
    }
  });

  function start() {
    const figures = document.querySelectorAll("figure.gm-chart[data-chart]");
    if (!window.echarts || !figures.length) return;
    figures.forEach(prepare);
    charts.listen();
    // Room was made above the place that the address names.
    const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
    if (target) target.scrollIntoView();
    window.addEventListener("beforeprint", () => {
      for (const state of states.values()) {
        plan(state);
        state.option.animation = false;
        paint(state);
      }
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
