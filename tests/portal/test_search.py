"""Search for datasets on a stock Solr schema, in Greek however it is typed."""

from __future__ import annotations

import sys
from typing import Any

import ckan.lib.search as ckan_search
import ckan.plugins.toolkit as tk
import portal_catalogue as catalogue
import pytest
import search_corpus as corpus

from ckanext.greekmunicipal import search as our_search
from ckanext.greekmunicipal.greek.sorting import sort_key

pytestmark = [pytest.mark.ckan]

_measured_on_stock: list[list[corpus.Measured]] = []


@pytest.fixture
def municipal(
    with_plugins: None,
    reset_db: Any,
    migrate_db_for: Any,
    monkeypatch: Any,
    request: pytest.FixtureRequest,
) -> list[corpus.Measured]:
    """The invented datasets, made once for all tests of this module; what stock finds of them."""
    if not _measured_on_stock:
        reset_db()
        migrate_db_for("harvest")
        ckan_search.clear_all()
        with monkeypatch.context() as off:
            off.setattr(our_search, "document", as_stock_indexes)
            corpus.build()
            _measured_on_stock.append(corpus.measure(stock))
        ckan_search.rebuild()
        request.node.getparent(pytest.Module).addfinalizer(_measured_on_stock.clear)
    return _measured_on_stock[0]


def as_stock_indexes(dataset: dict[str, Any]) -> dict[str, Any]:
    """What CKAN indexes; without the fields whose length Solr would refuse."""
    return {k: v for k, v in dataset.items() if k not in our_search.NOT_AS_ONE_TERM}


def stock(query: str) -> list[str]:
    """What CKAN finds when no plugin changes the query."""
    try:
        found = ckan_search.query_for("package").run({"q": query, "rows": 100, "fl": "name"}, None)
    except ckan_search.SearchError:
        return []
    return found["results"]


def test_greek_is_found_better_than_on_stock_and_english_no_worse(
    municipal: list[corpus.Measured], capsys: pytest.CaptureFixture[str]
) -> None:
    on_stock = {measured.group: measured for measured in municipal}
    ours = {measured.group: measured for measured in corpus.measure(corpus.search)}
    table = ["", "", "group        queries  recall (stock)  MRR (stock)   with wrong (stock)"]
    for group, measured in ours.items():
        was = on_stock[group]
        table.append(
            f"{group:<12} {measured.questions:>7}"
            f"  {measured.recall:>6.2f} ({was.recall:.2f})"
            f"  {measured.reciprocal_rank:>6.2f} ({was.reciprocal_rank:.2f})"
            f"  {measured.with_wrong:>9} ({was.with_wrong})"
        )
    with capsys.disabled():
        sys.stdout.write("\n".join(table) + "\n")
    for group in ours.keys() - {"negative"}:
        assert ours[group].recall >= max(0.99, on_stock[group].recall), group
        assert ours[group].reciprocal_rank >= 0.9, group
    english, was = ours["english"], on_stock["english"]
    assert english.reciprocal_rank >= was.reciprocal_rank - 0.01
    assert ours["negative"].with_wrong == 0


def test_each_query_finds_what_it_must_and_nothing_that_it_must_not(municipal: object) -> None:
    failures = []
    for question in corpus.questions():
        found = corpus.search(question.query)
        if missing := question.missing(found):
            failures.append(f"{question.query}: misses {sorted(missing)}")
        if wrong := question.wrong(found):
            failures.append(f"{question.query}: finds {sorted(wrong)}")
    assert not failures, "\n".join(failures)


BAD_INPUT = [
    '"', '"a', "'", "(", ")", "((a)", "a)", ":", "::", "a:", ":a", "title:", "title:(", 'title:"',
    "AND", "OR", "NOT", "a AND", "AND a", "a AND AND b", "a OR OR b", "OR OR", "NOT NOT a", "ή", "+",
    "-", "+-a", "--", "- -", "!", "!!a", "&&", "||", "a && || b", "*", "**", "?", "a*b?c*", "*a", "~",
    "a~", "a~~2", "^", "a^", "a^x", "a^^2", "[", "]", "[a TO", "[a TO b]", "[a TO b", "{a TO b]",
    "metadata_modified:[* TO", "metadata_modified:x", "metadata_modified:[a TO b]",
    "views_total:abc", "some_date:x", "\\", "a\\", "\\\\", "/", "/a", "/a/", "http://x.gr/?a=b&c=d",
    "x:y:z", "a:b:c:d", "<script>", "%", "α/β/γ", "Κως:", "Κως:δρομολόγια", "text:*", "*:a", "#",
    "a\x00b", "\x01", "\ud800", "😀", "a" * 5000, "α " * 3000, "aB1" * 1200, "a.b" * 900,
    "(" * 500 + "a" + ")" * 500, "dromologia " * 400, '"' + "proypologismos " * 90 + '"',
    "title:(" * 60 + "α", "a OR " * 900, "+".join("αβγ"), "thessaloniki* " * 60,
]  # fmt: skip


@pytest.mark.parametrize("typed", BAD_INPUT, ids=lambda typed: ascii(typed[:24]))
def test_nothing_that_is_typed_ends_in_an_error(municipal: object, typed: str) -> None:
    tk.get_action("package_search")({}, {"q": typed})


@pytest.mark.parametrize("typed", ['"', "title:(", "Κως: δρομολόγια", "AND", "a" * 5000, "[a TO"])
def test_the_search_page_answers_whatever_is_typed(app: Any, municipal: object, typed: str) -> None:
    answer = app.get("/dataset/", query_string={"q": typed})
    assert answer.status_code == 200
    assert "error" not in answer.get_data(as_text=True).lower().split("<main")[-1]


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "*:*"},
        {"q": ""},
        {"q": "name:bus-kos", "defType": "lucene"},
        {"q": "bus", "qf": "name"},
    ],
    ids=str,
)
def test_a_query_that_says_how_it_is_meant_is_left_as_it_is(asked: dict[str, Any]) -> None:
    assert our_search.parameters(dict(asked)) == asked


@pytest.mark.parametrize("typed", ['_query_:"{!func}1"', "{!func}1", "a {!lucene}b", "_val_:1"])
def test_what_ckan_refuses_stays_refused(municipal: object, typed: str) -> None:
    assert our_search.parameters({"q": typed}) == {"q": typed}
    with pytest.raises(ckan_search.SearchError):
        tk.get_action("package_search")({}, {"q": typed})


def test_the_fields_of_the_index_are_in_no_answer(municipal: object) -> None:
    found = tk.get_action("package_search")({}, {"q": "ύδρευση", "fl": ["*"]})
    assert found["results"][0]["title"] == "Κατανάλωση νερού – Ύδρευση"
    assert not [key for key in found["results"][0] if "greek_" in key]
    whole = tk.get_action("package_search")({}, {"q": "ύδρευση"})["results"][0]
    assert not [key for key in whole if "greek_" in key]
    assert not [extra for extra in whole.get("extras", []) if "greek_" in extra["key"]]


def test_facets_and_filters_work_with_a_query_in_any_spelling(municipal: object) -> None:
    found = tk.get_action("package_search")(
        {}, {"q": "ADEIES", "facet.field": '["organization"]', "fq": 'organization:"dimos-volou"'}
    )
    assert found["facets"]["organization"] == {"dimos-volou": found["count"]}
    assert {d["name"] for d in found["results"]} == {"permits-volos", "shops-volos"}


def test_titles_stand_before_descriptions(municipal: object) -> None:
    assert corpus.search("προϋπολογισμοί")[-1] not in ("budget-tinos", "execution-tinos")
    found = corpus.search("προυπολογισμος")
    assert found.index("budget-tinos") < found.index("works-chania")
    assert found.index("execution-tinos") < found.index("works-chania")


def test_a_private_dataset_is_found_only_by_those_who_may_see_it(municipal: object) -> None:
    organization = tk.get_action("organization_show")({}, {"id": "dimos-ko"})
    secret = {**catalogue.budget_dataset(organization), "name": "secret", "private": True}
    catalogue.create({**secret, "title_translated": {"el": "Απόρρητα μυστικά"}})
    assert corpus.search("αποροητα OR ΑΠΟΡΡΗΤΑ OR aporrita") == []
    assert tk.get_action("package_search")(
        catalogue.context(), {"q": "aporrita", "include_private": True}
    )["count"]
    tk.get_action("dataset_purge")(catalogue.context(), {"id": "secret"})


def test_datasets_are_sorted_by_title_in_greek_order(municipal: object) -> None:
    found = tk.get_action("package_search")({}, {"sort": "title_string asc", "rows": 100})
    titles = [dataset["title"] for dataset in found["results"]]
    assert titles == sorted(titles, key=sort_key)
    assert (
        titles.index("Άδειες λειτουργίας καταστημάτων")
        < titles.index("Αδέσποτα ζώα συντροφιάς") + 2
    )
    assert titles.index("Άδειες λειτουργίας καταστημάτων") < titles.index("Ακίνητη περιουσία")
    assert titles.index("Ακίνητη περιουσία") < titles.index("Χώροι στάθμευσης")


def test_datasets_indexed_with_other_rules_are_counted(
    municipal: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert our_search.stale() == 0
    monkeypatch.setattr(our_search, "VERSION", "other")
    assert our_search.stale() >= 61
