/* One level down or up without loading the page anew: chart, path, table and address change together.
 *
 * Every step is a link of the page (?code=…#tree) and stays one: where the fetch fails the link is
 * followed. The part after # names the figure that changes; data-page is the path of the page.
 */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  // What depends on the step: the figures that lead down, choices, the list of lines.
  const changing = "figure[data-steps], [data-follows]";
  let asked = 0;

  /** The figure of this page that an address changes, if it changes no more than that. */
  function figureOf(address) {
    const url = new URL(address, window.location.href);
    const found = url.hash ? document.getElementById(url.hash.slice(1)) : null;
    const page = found && "steps" in found.dataset ? found.closest("[data-page]") : null;
    return page && url.origin === window.location.origin && url.pathname === page.dataset.page ? found : null;
  }

  async function fetched(url) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  /** Show the page as it is at an address, this figure staying where it is in the window. */
  async function go(address, id, done) {
    const mine = ++asked;
    const url = new URL(address, window.location.href);
    try {
      const page = await fetched(url);
      if (mine !== asked) return;
      const old = [...document.querySelectorAll(changing)];
      const pairs = old.map((each) => [each, page.getElementById(each.id)]);
      if (pairs.some(([, next]) => !next || !next.closest(".gm-budget"))) throw new Error("no figure");
      const top = () => (id ? document.getElementById(id).getBoundingClientRect().top : 0);
      const before = top();
      for (const [each, next] of pairs) replace(each, document.importNode(next, true));
      window.scrollBy(0, top() - before);
      done(url);
    } catch {
      if (mine === asked) window.location.assign(url);
    }
  }

  function replace(old, next) {
    const focused = old.contains(document.activeElement);
    charts.forget(old);
    old.replaceWith(next);
    if (next.dataset.chart) charts.draw(next);
    if (focused) focus(next);
  }

  function focus(figure) {
    const title = figure.querySelector("h1, h2, h3") || figure;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  function step(address, figure) {
    const id = figure.id;
    go(address, id, (url) => {
      window.history.pushState({ gmStep: true }, "", url);
      const next = document.getElementById(id);
      focus(next);
      if (next.getBoundingClientRect().top < 0) next.scrollIntoView();
    });
  }

  /** Follow the address of a node: within the page if it is a step, else as a link. */
  charts.follow = function (address) {
    const figure = figureOf(address);
    if (figure) step(address, figure);
    else window.location.assign(address);
  };

  charts.listen = function () {
    if (!document.querySelector("[data-page] figure[data-steps]")) return;
    // Back to the page as it came is a step too.
    window.history.replaceState({ gmStep: true }, "");
    document.addEventListener("click", (event) => {
      const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      const link = event.target.closest("figure[data-steps] .gm-figure-table a[href], figure[data-steps] .gm-path a[href]");
      const figure = plain && !event.defaultPrevented && link && figureOf(link.href);
      if (!figure) return;
      event.preventDefault();
      step(link.href, figure);
    });
    window.addEventListener("popstate", (event) => {
      if (event.state && event.state.gmStep) go(window.location.href, "", () => {});
    });
  };
})();
