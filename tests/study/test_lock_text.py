"""The text of requirements.lock."""

from featurefate.study import lock


def test_what_is_locked_and_what_is_left_out():
    versions = {
        "torch": "2.13.0+cpu",
        "Jinja2": "3.1",
        "featurefate": "0.1.0",
        "nvidia-cublas-cu12": "12",
        "triton": "3",
        "cuda-bindings": "13",
        "ruamel.yaml": "0.18",
        "tritonclient-like": "1",
    }
    lines = [x for x in lock.lock_text(versions).splitlines() if not x.startswith("#")]
    assert lines == ["jinja2==3.1", "ruamel-yaml==0.18", "torch==2.13.0", "tritonclient-like==1"]
