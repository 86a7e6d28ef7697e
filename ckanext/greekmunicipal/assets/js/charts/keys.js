/* Charts by keyboard: arrows go from place to place, Enter follows, each place is said aloud. */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  /**
   * Let a chart be walked through.
   *
   * @param canvas  the element that has the focus
   * @param said    element whose text a screen reader says
   * @param state   chart, places and kind of now
   * @param follow  called with the place on which Enter was pressed
   */
  charts.walk = function (canvas, said, state, follow) {
    let at = -1;

    function show() {
      const { chart, places, kind } = state;
      chart.dispatchAction({ type: "downplay", seriesIndex: 0 });
      if (at < 0) return chart.dispatchAction({ type: "hideTip" });
      // The first datum of a treemap is the whole.
      const dataIndex = kind === "treemap" ? at + 1 : at;
      chart.dispatchAction({ type: "highlight", seriesIndex: 0, dataIndex });
      chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex });
      said.textContent = charts.sentence(places[at].told);
    }

    canvas.addEventListener("keydown", (event) => {
      const count = state.places.length;
      if (!count) return;
      if (event.key in steps) at = at < 0 ? (steps[event.key] > 0 ? 0 : count - 1) : (at + steps[event.key] + count) % count;
      else if (event.key === "Home") at = 0;
      else if (event.key === "End") at = count - 1;
      else if (event.key === "Escape") at = -1;
      else if (event.key === "Enter" && at >= 0 && state.places[at].node && state.places[at].node.href) return follow(state.places[at].node);
      else return;
      event.preventDefault();
      show();
    });
    canvas.addEventListener("blur", () => {
      at = -1;
      show();
      said.textContent = "";
    });
    return () => {
      at = -1;
      said.textContent = "";
    };
  };
})();
