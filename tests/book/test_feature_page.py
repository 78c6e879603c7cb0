"""The page of features, opened from disk: filters, cards on demand, the keyboard."""

import re
import shutil

import pytest
from example_cards import example_cards

from featurefate.figures import feature_browser
from featurefate.figures.feature_browser import write_feature_data
from featurefate.study import folders


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """The page's own part of book/features.md, with planted data in many small scripts."""
    folder = tmp_path_factory.mktemp("features")
    static = folder / "_static" / "features"
    shutil.copytree(folders.root() / "book" / "_static" / "features", static)
    cards = example_cards()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feature_browser, "LARGEST", 4_000)
        models = {"base": cards, "lua": cards.iloc[:7]}
        fates = {"lua": {2: ["emerged since base"], 3: ["persisted, from base"]}}
        write_feature_data(static, models, fates, {"concept 1": "one"})
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
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("requestfailed", lambda request: page.complaints.append(request.url))
    page.goto(page_file.as_uri())
    page.wait_for_selector(".ff-features a")
    yield page
    page.close()
    assert page.complaints == []


def counted(page) -> str:
    return page.locator("[role=status]").inner_text()


def chosen(page, name: str):
    return page.locator(f"select[name={name}]")


def test_features_are_listed_and_filtered(page):
    cards = example_cards()
    assert counted(page) == "96 of 96 features"
    assert page.locator(".ff-features li").count() == 40
    page.get_by_role("button", name="more").click()
    assert page.locator(".ff-features li").count() == 80
    chosen(page, "stable").select_option("stable")
    assert counted(page) == f"{cards['stable'].sum()} of 96 features"
    chosen(page, "density").select_option("never fires")
    dead = cards["firing_rate"] == 0
    assert counted(page) == f"{(cards['stable'] & dead).sum()} of 96 features"
    chosen(page, "density").select_option("any")
    chosen(page, "stable").select_option("any")
    chosen(page, "concept").select_option("concept 1")
    sure = (cards["concept"] == "concept 1") & (cards["p"] <= 0.05) & (cards["f1"] > 0)
    assert counted(page) == f"{sure.sum()} of 96 features"
    assert not chosen(page, "fate").is_visible()  # no fates of this model


def test_another_model_has_its_own_features_and_fates(page):
    chosen(page, "model").select_option("lua")
    page.wait_for_function("document.querySelectorAll('.ff-features li').length === 7")
    chosen(page, "fate").select_option("emerged since base")
    assert counted(page) == "1 of 7 features"
    page.locator(".ff-features a").click()
    page.wait_for_selector("article[aria-label='feature 2 of lua']")


def test_cards_come_when_they_are_asked_for(page):
    loaded = "[...document.scripts].filter(s => s.src.includes('.cards.')).length"
    assert page.evaluate(loaded) == 0
    chosen(page, "order").select_option("by number")
    page.locator(".ff-features a").nth(5).focus()
    page.keyboard.press("Enter")  # a reader needs no mouse
    card = page.locator("article[aria-label='feature 5 of base']")
    card.wait_for()
    assert page.evaluate(loaded) == 1
    assert card.locator(".ff-contexts li").count() == 3
    text = card.inner_text()
    assert "9 documents" in text and "0.812" in text and "lua, document 0" in text
    assert card.locator("[title='activation 0.33']").count() == 3
    assert "</script>" in text  # text of the corpora is shown, never run


def test_a_feature_has_an_address(browser, page_file):
    page = browser.new_page()
    page.goto(page_file.as_uri() + "#lua/4")
    page.wait_for_selector("article[aria-label='feature 4 of lua'] >> text=never fires here")
    page.evaluate("location.hash = '#base/95'")
    page.wait_for_selector("article[aria-label='feature 95 of base']")
    page.evaluate("location.hash = '#base/960'")  # none such: the card stays
    assert page.locator("article").count() == 1
    page.close()


def test_without_data_the_page_says_so(browser, page_file, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(page_file.parents[1], folder)
    write_feature_data(folder / "_static" / "features", {}, {}, {})
    page = browser.new_page()
    page.goto((folder / "book" / "features.html").as_uri())
    assert "not written down in this profile" in page.locator("#feature-browser").inner_text()
    page.close()
