/* Forms of datasets, files and organisations. They work without this script;
 * with it choices can be searched, suggestions come at once and what depends on
 * another field follows it.
 */
(function ($) {
  "use strict";

  /* Whether a person may have written a field: what we filled in ourselves may change. */
  function isFree(field) {
    return !field.value || field.dataset.gmFilled === field.value;
  }

  function fill(field, value) {
    if (!field || !isFree(field) || field.value === value) { return; }
    field.value = value;
    field.dataset.gmFilled = value;
    field.dispatchEvent(new Event("input", {bubbles: true}));
    $(field).trigger("change");
    var aside = field.closest("details");
    if (aside && value && aside.classList.contains("gm-aside")) { aside.open = true; }
  }

  function chosen(select) {
    return Array.from(select.selectedOptions).map(function (option) { return option.value; })
      .filter(Boolean);
  }

  function choose(select, values) {
    var now = chosen(select).join(" ");
    if (now && select.dataset.gmFilled !== now) { return; }
    Array.from(select.options).forEach(function (option) {
      option.selected = values.indexOf(option.value) >= 0;
    });
    select.dataset.gmFilled = values.join(" ");
    $(select).trigger("change");
  }

  /* Searchable selects are read out with the label and the explanation of the select. */
  function nameSearchable() {
    document.querySelectorAll(".gm-field select.select2-hidden-accessible").forEach(function (select) {
      var shown = select.nextElementSibling;
      var control = shown && shown.querySelector(".select2-selection, .select2-search__field");
      var label = document.getElementById(select.id + "-label");
      if (!control || !label) { return; }
      var names = label.id + " " + (control.getAttribute("aria-labelledby") || "");
      control.setAttribute("aria-labelledby", names.trim());
      if (select.hasAttribute("aria-describedby")) {
        control.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
      }
      var search = shown.querySelector("input.select2-search__field, textarea.select2-search__field");
      if (search) { search.setAttribute("aria-label", label.textContent.trim()); }
    });
  }

  /* A new dataset: the server says what suits a commitment, the form takes what is still empty. */
  ckan.module("municipal-indicator", {
    initialize: function () {
      var form = this.el[0];
      var select = form.querySelector("select");
      form.querySelector(".gm-plain").hidden = true;
      form.addEventListener("submit", function (event) { event.preventDefault(); });
      select.addEventListener("change", function () {
        var owner = document.querySelector("#dataset-edit [name=owner_org]");
        var address = form.action + "?indicator=" + encodeURIComponent(select.value) +
          (owner && owner.value ? "&owner_org=" + encodeURIComponent(owner.value) : "");
        fetch(address, {credentials: "same-origin"})
          .then(function (answer) { return answer.text(); })
          .then(function (text) {
            var page = new DOMParser().parseFromString(text, "text/html");
            take(page);
            form.querySelector("#gm-indicator-expected").replaceChildren(
              ...page.querySelector("#gm-indicator-expected").childNodes);
          });
      });
      function take(page) {
        page.querySelectorAll("#dataset-edit [name]").forEach(function (theirs) {
          if (theirs.type === "hidden" || theirs.type === "radio") { return; }
          var ours = document.getElementById(theirs.id);
          if (!ours) { return; }
          if (theirs.tagName === "SELECT") {
            choose(ours, chosen(theirs));
          } else {
            fill(ours, theirs.value);
          }
        });
      }
    }
  });

  /* An organisation: choosing a municipality fills what the register knows of it,
   * as the server does with what is left empty. */
  function organizationFacts(entry) {
    return {
      "title_translated-el": entry.name_el,
      "title_translated-en": entry.name_en,
      "name": entry.slug,
      "diavgeia_uid": entry.diavgeia_uid,
      "afm": entry.afm,
      "elstat_code": entry.elstat_code,
      "elstat_edition": entry.elstat_edition,
      "region-el": entry.region_el,
      "region-en": entry.region_en,
      "regional_unit": entry.regional_unit_el,
      "nuts": "http://data.europa.eu/nuts/code/" + entry.nuts3,
      "geonames": entry.geonames_id ? "https://sws.geonames.org/" + entry.geonames_id + "/" : "",
      "bbox": entry.bbox ? entry.bbox.join(",") : "",
      "area_km2": entry.area_km2 || "",
      "population": entry.population_2021 || "",
      "population_year": entry.population_2021 ? 2021 : "",
      "website": entry.website,
      "established": entry.established
    };
  }

  ckan.module("municipal-register", {
    initialize: function () {
      var select = this.el[0];
      var client = this.sandbox.client;
      $(select).on("change", function () {
        if (!select.value) { return; }
        client.call("GET", "greekmunicipal_municipality_show", "?id=" + encodeURIComponent(select.value),
          function (answer) {
            var facts = organizationFacts(answer.result);
            Object.keys(facts).forEach(function (name) {
              var field = document.getElementById("field-" + name);
              var value = String(facts[name]);
              if (field && field.tagName === "SELECT") {
                choose(field, [value]);
              } else {
                fill(field, value);
              }
            });
          });
      });
    }
  });

  /* An area: what described the one before does not describe the new one. */
  $(document).on("change", "select[name^='spatial_coverage-'][name$='-uri']", function () {
    var prefix = this.name.replace(/uri$/, "");
    ["text", "geom", "bbox", "centroid"].forEach(function (part) {
      var field = document.getElementById("field-" + prefix + part);
      if (field) { field.value = ""; }
    });
  });

  $(function () {
    window.setTimeout(nameSearchable, 0);
    document.querySelectorAll(".gm-group").forEach(function (group) {
      group.addEventListener("toggle", nameSearchable);
    });
    /* A refused or linked field in a folded group is shown; a name may stand for its Greek
     * input or its first entry. */
    function meant(name) {
      return document.getElementById(name) || document.getElementById(name + "-el") ||
        document.querySelector("[id^='" + CSS.escape(name) + "-0-']");
    }
    function unfold() {
      var target = location.hash && meant(decodeURIComponent(location.hash.slice(1)));
      if (!target) { return; }
      for (var up = target.closest("details"); up; up = up.parentElement.closest("details")) {
        up.open = true;
      }
      target.closest(".gm-field, .gm-group, .form-group").scrollIntoView();
      (target.nextElementSibling && target.nextElementSibling.querySelector(".select2-selection") || target)
        .focus({preventScroll: true});
    }
    window.addEventListener("hashchange", unfold);
    unfold();
  });
})(this.jQuery);
