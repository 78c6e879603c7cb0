"""Profiles: what is accepted, and what each error tells the reader."""

import pytest

from featurefate.study import profiles
from featurefate.study.profiles import ProfileError


def cell(lines: str) -> str:
    return f'# %% tags=["parameters"]\n{lines}\n# %%\nprint()\n'


def error_of(call, *arguments) -> str:
    with pytest.raises(ProfileError) as caught:
        call(*arguments)
    return str(caught.value)


def test_declared_parameters_in_order_with_their_meaning(miniature):
    parameters = profiles.declared("01_first")
    assert list(parameters) == ["profile", "width", "rate", "domains", "shares", "debug"]
    assert parameters["width"].value == 8
    assert parameters["width"].meaning == "features"
    assert parameters["shares"].value == {"english": 0.5, "python": 0.5}


def test_literals_may_be_negative_and_span_lines(miniature):
    miniature.write(
        "notebooks/01_first.py",
        cell(
            'profile = "laptop"  # size\na = -1  # x\nb = 1e-3  # x\nc = 3_000_000  # tokens\n'
            "d = [\n  1,\n  2,\n]  # seeds"
        ),
    )
    values = {name: p.value for name, p in profiles.declared("01_first").items()}
    assert values == {"profile": "laptop", "a": -1, "b": 0.001, "c": 3_000_000, "d": [1, 2]}


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("width = 8 * 2  # x", "a number, text, a boolean, a list or a dict"),
        ("width = None  # x", "a number, text, a boolean, a list or a dict"),
        ("a = b = 1  # x", "only plain assignments"),
        ("import os  # x", "only plain assignments"),
        ("width = 8", "add a comment"),
        ("width = 8  # x\nwidth = 9  # x", "assigned twice"),
    ],
)
def test_a_parameters_cell_that_is_not_plain(miniature, lines, complaint):
    miniature.write("notebooks/01_first.py", cell(f'profile = "laptop"  # size\n{lines}'))
    message = error_of(profiles.declared, "01_first")
    assert "01_first.py" in message
    assert complaint in message


def test_the_parameters_cell_begins_with_the_profile(miniature):
    miniature.write("notebooks/01_first.py", cell("width = 8  # features"))
    assert 'begins with profile = "laptop"' in error_of(profiles.declared, "01_first")


def test_too_few_parameters_and_no_parameters_cell(miniature):
    miniature.write("notebooks/01_first.py", cell('profile = "laptop"  # size'))
    assert "1 parameters" in error_of(profiles.declared, "01_first")
    miniature.write("notebooks/01_first.py", "# %%\nprint()\n")
    assert "0 cells are tagged" in error_of(profiles.declared, "01_first")


def test_laptop_is_what_the_notebook_says(miniature):
    assert profiles.overrides("laptop", "01_first") == {}
    assert profiles.settings("laptop", "01_first")["profile"] == "laptop"


def test_a_profile_changes_what_it_names(miniature):
    miniature.profile("01_first:\n  width: 4\n  rate: 1\n  domains: [lua]\n")
    changes = profiles.overrides("smoke", "01_first")
    assert changes == {"width": 4, "rate": 1.0, "domains": ["lua"]}
    assert type(changes["rate"]) is float
    settings = profiles.settings("smoke", "01_first")
    assert (settings["profile"], settings["width"], settings["debug"]) == ("smoke", 4, False)
    assert profiles.overrides("smoke", "02_second") == {}


def test_numbers_are_read_as_python_reads_them(miniature):
    miniature.profile("01_first:\n  rate: 1e-3\n  width: 3_000\n")
    assert profiles.overrides("smoke", "01_first") == {"rate": 0.001, "width": 3000}


@pytest.mark.parametrize(
    ("line", "found", "wanted"),
    [
        ("width: 4.0", "a number", "an integer"),
        ("width: true", "a boolean", "an integer"),
        ("width: '4'", "text", "an integer"),
        ("width:", "nothing", "an integer"),
        ("rate: true", "a boolean", "a number"),
        ("debug: 1", "an integer", "a boolean"),
        ("profile: big", None, None),
        ("domains: english", "text", "a list"),
        ("domains: [english, 3]", "an integer", "text"),
        ("shares: {english: 1.0, lua: 0.0}", "keys", "'python'"),
        ("shares: {english: 1.0, python: half}", "text", "a number"),
    ],
)
def test_a_value_of_another_kind_names_file_notebook_and_key(miniature, line, found, wanted):
    miniature.profile(f"01_first:\n  {line}\n")
    message = error_of(profiles.overrides, "smoke", "01_first")
    assert f"notebooks/profiles/smoke.yaml, 01_first, {line.split(':')[0]}" in message
    if found:
        assert found in message and wanted in message


def test_an_unknown_key_lists_what_there_is(miniature):
    miniature.profile("01_first:\n  widht: 4\n")
    message = error_of(profiles.overrides, "smoke", "01_first")
    assert "smoke.yaml, 01_first, widht" in message and "width, rate" in message


def test_an_unknown_notebook_is_found_whichever_notebook_runs(miniature):
    miniature.profile("03_third:\n  width: 4\n")
    message = error_of(profiles.overrides, "smoke", "01_first")
    assert "smoke.yaml" in message and "03_third" in message and "01_first, 02_second" in message


def test_an_unknown_profile_lists_the_profiles(miniature):
    assert "laptop, smoke" in error_of(profiles.overrides, "huge", "01_first")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("01_first:\n  width: 4\n  width: 5\n", "width twice"),
        ("01_first:\n  width: 4\n01_first:\n  rate: 1.0\n", "01_first twice"),
        ("01_first: 4\n", "name: value"),
        ("- 01_first\n", "one section per notebook"),
        ("01_first: [\n", "not readable"),
    ],
)
def test_a_profile_that_is_not_well_formed(miniature, text, complaint):
    miniature.profile(text)
    message = error_of(profiles.overrides, "smoke", "01_first")
    assert "notebooks/profiles/smoke.yaml" in message and complaint in message


def test_an_empty_profile_changes_nothing(miniature):
    miniature.profile("# all as laptop\n")
    assert profiles.overrides("smoke", "01_first") == {}
