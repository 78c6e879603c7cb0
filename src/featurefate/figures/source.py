"""A function of the package as it stands, shown in a notebook."""

import inspect
from collections.abc import Callable


class Source:
    """The source code of a function; the book and JupyterLab colour it as code."""

    def __init__(self, function: Callable):
        self.code = inspect.getsource(function).rstrip()

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```"

    def __repr__(self) -> str:
        return self.code
