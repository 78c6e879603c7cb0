"""All ways of merging two children by one name each: `merge_by(family, name, t)`."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from featurefate.merging.arithmetic import model_stock, task_arithmetic
from featurefate.merging.interpolation import linear, slerp, slerp_whole
from featurefate.merging.sparsified import dare_linear, dare_ties, random_masks, ties
from featurefate.merging.state import StateDict
from featurefate.merging.with_data import Grams, regmean, regmean_layer


@dataclass(frozen=True)
class Family:
    """What a merge can be made of: the two children and, where known, more.

    base: the parent that both children were fine-tuned from. first_grams, second_grams: what each
    child's linear maps are fed (`with_data.input_grams`).
    """

    first: StateDict
    second: StateDict
    base: StateDict | None = None
    first_grams: Grams | None = None
    second_grams: Grams | None = None


@dataclass(frozen=True)
class Method:
    """One way of merging.

    needs: fields of `Family` it rests on beyond the children, in the order of its arguments.
    exact: whether t = 0 and t = 1 give the children themselves, to the last bit. seeded: whether
    it draws random masks, from the settings `density` and `seed`.
    """

    function: Callable[..., StateDict]
    needs: tuple[str, ...] = ()
    exact: bool = False
    seeded: bool = False


METHODS = {
    "slerp": Method(slerp, exact=True),
    "slerp_whole": Method(slerp_whole, exact=True),
    "linear": Method(linear, exact=True),
    "regmean": Method(regmean, ("first_grams", "second_grams"), exact=True),
    "regmean_layer": Method(regmean_layer, ("first_grams", "second_grams"), exact=True),
    "task_arithmetic": Method(task_arithmetic, ("base",)),
    "model_stock": Method(model_stock, ("base",)),
    "ties": Method(ties, ("base",)),
    "dare_linear": Method(dare_linear, ("base",), seeded=True),
    "dare_ties": Method(dare_ties, ("base",), seeded=True),
}


def merge_by(family: Family, name: str, t: float, **settings: Any) -> StateDict:
    """Return the merge of a family's children by the method `name`; t is the second's weight.

    settings: what the method takes beyond models and t (`scale`, `density`, `keep`; `seed` for
    DARE, whose two children get different masks). Raises ValueError for a method that is not
    there, settings that do not fit it, or what it needs and the family does not have.
    """
    check_method(name, settings)
    method = METHODS[name]
    if missing := [need for need in method.needs if getattr(family, need) is None]:
        raise ValueError(f"{name} needs {' and '.join(missing)}, which the family does not have")
    extra = {need: getattr(family, need) for need in method.needs}
    if method.seeded:
        density, seed = settings.pop("density"), settings.pop("seed")
        both = (random_masks(family.base, density, 2 * seed + child) for child in (0, 1))
        extra["masks"] = tuple(both)
    return method.function(first=family.first, second=family.second, t=t, **extra, **settings)


def check_method(name: str, settings: Iterable[str]) -> None:
    """Raise ValueError unless there is such a method and `settings` names what it takes."""
    if name not in METHODS:
        raise ValueError(f"no merge method {name!r}; there are {', '.join(METHODS)}")
    takes = _settings(METHODS[name])
    if unknown := sorted(set(settings) - takes.keys()):
        known = ", ".join(takes) or "none"
        raise ValueError(f"{name} has no setting {', '.join(unknown)}; it takes {known}")
    if missing := [key for key, required in takes.items() if required and key not in settings]:
        raise ValueError(f"{name} needs the setting {' and '.join(missing)}")


def _settings(method: Method) -> dict[str, bool]:
    """What a method takes beyond models and t, and whether it must be given."""
    if method.seeded:
        return {"density": True, "seed": True}
    given = {"first", "second", "t", *method.needs}
    declared = inspect.signature(method.function).parameters.values()
    return {p.name: p.default is p.empty for p in declared if p.name not in given}
