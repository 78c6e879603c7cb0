"""The page of features, opened from disk: filters, the table, lineages on demand, the keyboard."""

import re
import shutil

import pytest
from example_cards import example_cards, example_partners

from featurefate.figures import feature_browser
from featurefate.figures.feature_browser import write_feature_data
from featurefate.study import folders

FEATURES = {"base": 96, "stories": 24, "lua": 24, "merge": 24}
EVERY = sum(FEATURES.values())
CARDS_LOADED = "[...document.scripts].filter(s => s.src.includes('.cards.')).length"


@pytest.fixture(scope="module")
def partners():
    return example_partners(FEATURES)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory, partners):
    """The page's own part of book/features.md, with planted data in many small scripts."""
    folder = tmp_path_factory.mktemp("features")
    static = folder / "_static" / "features"
    shutil.copytree(folders.root() / "book" / "_static" / "features", static)
    cards = example_cards()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feature_browser, "LARGEST", 4_000)
        models = {model: cards.iloc[:features] for model, features in FEATURES.items()}
        write_feature_data(static, models, partners, {"concept 1": "one"})
    source = (folders.root() / "book" / "features.md").read_text(encoding="utf-8")
    html = re.search(r"```\{raw\} html\n(.*?)```", source, re.DOTALL)[1]
    (folder / "book").mkdir()
    path = folder / "book" / "features.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{html}", encoding="utf-8")
    return path


@pytest.fixture
def page(browser, page_file):
    page = browser.new_page()
    page.complaints = []
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("requestfailed", lambda request: page.complaints.append(request.url))
    page.goto(page_file.as_uri())
    page.wait_for_selector(".ff-features td a")
    yield page
    page.close()
    assert page.complaints == []


def counted(page) -> str:
    return page.locator("p[role=status]").inner_text()


def chosen(page, name: str):
    return page.locator(f"select[name={name}]")


def column(page, heading: str) -> list[str]:
    """What the visible rows of the table say in one column."""
    heads = page.locator(".ff-features th:visible").all_inner_texts()
    number = [head.strip(" ↑↓") for head in heads].index(heading) + 1
    return page.locator(f".ff-features td:nth-child({number})").all_inner_texts()


def planted(partners, model, other, feature):
    rows = partners.query("model == @model and other == @other and feature == @feature")
    return next(rows.itertuples())


def with_interval(row) -> str:
    r, low, high = (f"{float(f'{value:.3g}'):.2f}" for value in (row.r, row.low, row.high))
    return f"{r} ({low} to {high})"


def test_features_are_filtered(page):
    cards = example_cards()
    assert counted(page) == f"{EVERY} of {EVERY} features"
    chosen(page, "model").select_option("base")
    assert counted(page) == f"96 of {EVERY} features"
    chosen(page, "stable").select_option("stable")
    assert counted(page) == f"{cards['stable'].sum()} of {EVERY} features"
    chosen(page, "density").select_option("never fires")
    dead = cards["firing_rate"] == 0
    assert counted(page) == f"{(cards['stable'] & dead).sum()} of {EVERY} features"
    chosen(page, "density").select_option("any")
    chosen(page, "stable").select_option("any")
    chosen(page, "concept").select_option("concept 1")
    sure = (cards["concept"] == "concept 1") & (cards["p"] <= 0.05) & (cards["f1"] > 0)
    assert counted(page) == f"{sure.sum()} of {EVERY} features"
    assert set(column(page, "detects")) == {"concept 1"}


def test_fates_are_filtered(page, partners):
    lost = partners.query("model == 'base' and other == 'lua' and r < 0.8")
    chosen(page, "fate").select_option("disappeared in lua")
    assert counted(page) == f"{len(lost)} of {EVERY} features"
    assert all(cell.endswith("disappeared") for cell in column(page, "base → lua"))
    chosen(page, "model").select_option("merge")  # which has no such fate: the filter is reset
    assert counted(page) == f"24 of {EVERY} features"
    chosen(page, "fate").select_option("persisted from stories")
    kept = partners.query("model == 'merge' and other == 'stories' and r >= 0.8")
    assert counted(page) == f"{len(kept)} of {EVERY} features"
    heads = page.locator(".ff-features th:visible").all_inner_texts()
    assert [head for head in heads if "→" in head] == ["stories → merge", "lua → merge"]


def test_the_table_is_sorted_by_any_column(page, partners):
    shares = [float(text.removesuffix(" %")) for text in column(page, "fires on")]
    assert shares == sorted(shares, reverse=True) and len(shares) == 20
    page.get_by_role("button", name="base → lua").click()
    edge = "(model == 'base' and other == 'lua') or (model == 'lua' and other == 'base')"
    r = partners.query(edge)["r"].sort_values(ascending=False)
    shown = [float(cell.split()[0]) for cell in column(page, "base → lua")]
    assert shown == pytest.approx(r[:20].tolist(), abs=0.006)
    page.get_by_role("button", name="base → lua").focus()
    page.keyboard.press("Enter")  # a reader needs no mouse
    shown = [float(cell.split()[0]) for cell in column(page, "base → lua")]
    assert shown == pytest.approx(r[::-1][:20].tolist(), abs=0.006)
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("base → lua")
    assert page.locator("th[aria-sort]").count() == 1


def test_the_table_comes_some_rows_at_a_time(page):
    page.get_by_role("button", name="feature").click()
    rows, following = page.locator(".ff-features tbody tr"), page.get_by_role("button", name="next")
    assert page.get_by_role("button", name="previous").is_disabled()
    seen = 0
    while True:
        seen += rows.count()
        if following.is_disabled():
            break
        following.click()
    assert seen == EVERY and rows.count() == EVERY % 20
    assert column(page, "feature")[-1] == "95"
    page.get_by_role("button", name="previous").click()
    assert rows.count() == 20


def test_a_feature_is_opened_from_the_table(page):
    assert page.evaluate(CARDS_LOADED) == 0  # cards come when they are asked for
    chosen(page, "model").select_option("base")
    page.get_by_role("button", name="feature").click()
    page.locator(".ff-features td a").nth(5).focus()
    page.keyboard.press("Enter")
    card = page.locator("article[aria-label='feature 5 of base']")
    card.wait_for()
    assert 0 < page.evaluate(CARDS_LOADED) <= 5
    assert card.locator(".ff-contexts li").count() == 3
    text = card.inner_text()
    assert "9 documents" in text and "0.812" in text and "lua, document 0" in text
    assert card.locator("[title='activation 0.33']").count() == 3
    assert "</script>" in text  # text of the corpora is shown, never run
    assert page.evaluate("document.activeElement.className") == "ff-place"
    top = page.evaluate("document.querySelector('.ff-place').getBoundingClientRect().top")
    assert abs(top) < 100  # its beginning is seen


def test_a_lineage_shows_partners_with_r_and_interval(page, partners):
    row = partners.query("model == 'base' and other == 'lua' and feature < 20 and r >= 0.8").iloc[0]
    page.evaluate(f"location.hash = '#base/{row.feature}'")
    lineage = page.locator(f"[aria-label='lineage of feature {row.feature} of base']")
    lineage.wait_for()
    told = {line.split("\t")[0]: line for line in lineage.locator("tbody").inner_text().split("\n")}
    again = planted(partners, "base", "base", row.feature)
    assert f"feature {again.partner} of dictionary 202" in told["in base itself"]
    assert with_interval(again) in told["in base itself"]
    for other in ("stories", "lua"):
        link = planted(partners, "base", other, row.feature)
        assert f"feature {link.partner} of {other}" in told[f"in {other}"]
        assert with_interval(link) in told[f"in {other}"]
        fate = "persisted" if link.r >= 0.8 else "disappeared"
        assert f"{fate} in {other}" in told[f"in {other}"]
        assert "mutual" in told[f"in {other}"]
        onward = told[f"in merge, through {other}"]
        if link.r < 0.8:
            assert f"not followed: no partner in {other}" in onward
            continue
        further = planted(partners, other, "merge", link.partner)
        assert with_interval(further) in onward
        assert f"feature {further.partner} of merge" in onward
    assert lineage.locator("svg[role=img][aria-label^='r ']").count() >= 3
    cards = lineage.locator("article").evaluate_all("cards => cards.map(c => c.ariaLabel)")
    assert cards[0] == f"feature {row.feature} of base" and "of merge" in cards[-1]
    card = lineage.get_by_role("article", name=f"feature {row.partner} of lua")
    assert with_interval(row) in card.inner_text()
    card.get_by_role("link").click()  # and back
    lineage = page.locator(f"[aria-label='lineage of feature {row.partner} of lua']")
    lineage.wait_for()
    assert f"feature {row.feature} of base" in lineage.locator("tbody").inner_text()


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("low >= 0.8", "an absence elsewhere can be believed"),
        ("high < 0.8", "says nothing of the models"),
        ("low < 0.8 and high >= 0.8", "cannot be told"),
    ],
)
def test_a_lineage_says_whether_absence_can_be_believed(page, partners, wanted, says):
    again = partners.query(f"model == 'merge' and other == 'merge' and ({wanted})")
    feature = again["feature"].iloc[0]
    page.evaluate(f"location.hash = '#merge/{feature}'")
    page.wait_for_selector(f"[aria-label='lineage of feature {feature} of merge'] >> text={says}")


def test_a_feature_has_an_address(browser, page_file):
    page = browser.new_page()
    page.goto(page_file.as_uri() + "#lua/4")
    page.wait_for_selector("article[aria-label='feature 4 of lua'] >> text=never fires here")
    page.evaluate("location.hash = '#base/95'")
    page.wait_for_selector("h2 >> text=feature 95 of base")
    page.evaluate("location.hash = '#base/960'")  # none such: the lineage stays
    assert page.locator("h2").inner_text() == "The lineage of feature 95 of base"
    page.close()


def changed(page_file, tmp_path, *data):
    """The page with other data."""
    folder = tmp_path / "site"
    shutil.copytree(page_file.parents[1], folder)
    write_feature_data(folder / "_static" / "features", *data)
    return (folder / "book" / "features.html").as_uri()


def test_where_nothing_was_tracked_the_lineage_is_the_card(browser, page_file, tmp_path):
    page = browser.new_page()
    address = changed(page_file, tmp_path, {"base": example_cards()}, example_partners({}), {})
    page.goto(address + "#base/5")
    page.wait_for_selector("article[aria-label='feature 5 of base']")
    assert page.locator("article").count() == 1 and page.locator(".ff-place table").count() == 0
    assert not chosen(page, "fate").is_visible()
    assert "own model" not in page.locator("thead").inner_text()
    page.close()


def test_without_data_the_page_says_so(browser, page_file, tmp_path):
    page = browser.new_page()
    page.goto(changed(page_file, tmp_path, {}, example_partners({}), {}))
    assert "not written down in this profile" in page.locator("#feature-browser").inner_text()
    page.close()
