/* One level down or up without loading the page anew: chart, path, table and address change together.
 *
 * Every step is a link of the page (?code=…) and stays one: where the fetch fails the link is followed.
 */
(function () {
  "use strict";

  const charts = (window.greekMunicipalCharts = window.greekMunicipalCharts || {});
  const id = "tree";
  let asked = 0;

  function isStep(address) {
    const url = new URL(address, window.location.href);
    return url.origin === window.location.origin && url.pathname === window.location.pathname && url.hash === "#" + id;
  }

  async function go(address, remember) {
    const mine = ++asked;
    const url = new URL(address, window.location.href);
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById(id);
      if (!next || !next.closest(".gm-budget")) throw new Error("no figure");
      if (mine === asked) show(page, document.importNode(next, true), url, remember);
    } catch {
      if (mine === asked) window.location.assign(url);
    }
  }

  function show(page, next, url, remember) {
    const old = document.getElementById(id);
    const path = document.querySelector(".gm-path");
    const nextPath = page.querySelector(".gm-path");
    charts.forget(old);
    if (path) path.remove();
    if (nextPath) old.before(document.importNode(nextPath, true));
    old.replaceWith(next);
    charts.draw(next);
    if (remember) window.history.pushState({ gmStep: true }, "", url);
    const title = next.querySelector(".gm-figure-title");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    if (next.getBoundingClientRect().top < 0) next.scrollIntoView();
  }

  /** Follow the address of a node: within the page if it is a step, else as a link. */
  charts.follow = function (address) {
    if (isStep(address)) go(address, true);
    else window.location.assign(address);
  };

  charts.listen = function () {
    if (!document.getElementById(id) || !document.querySelector(".gm-lines-form")) return;
    window.history.replaceState({ gmStep: true }, "");
    document.addEventListener("click", (event) => {
      const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      const link = event.target.closest("#" + id + " .gm-figure-table a[href], .gm-path a[href]");
      if (!plain || event.defaultPrevented || !link || !isStep(link.href)) return;
      event.preventDefault();
      go(link.href, true);
    });
    window.addEventListener("popstate", (event) => {
      if (event.state && event.state.gmStep) go(window.location.href, false);
    });
  };
})();
