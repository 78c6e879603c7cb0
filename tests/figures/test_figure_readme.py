"""The README's picture is small and says where it comes from."""

import pytest
from example_charts import CHARTS
from PIL import Image

from featurefate.figures import readme_figure, theme


def test_picture_is_small_and_has_a_caption(tmp_path, monkeypatch):
    theme.use()
    chart = CHARTS["flow"]()
    path = tmp_path / "docs" / "flow.png"
    readme_figure.save(chart, path, profile="laptop", commit="0123abc")
    assert path.stat().st_size < 60_000
    with Image.open(path) as picture:
        assert picture.width >= 700
    monkeypatch.setattr(readme_figure, "LARGEST", 100)
    with pytest.raises(ValueError, match="limit 100"):
        readme_figure.save(chart, path, profile="laptop", commit="0123abc")
