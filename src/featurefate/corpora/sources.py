"""What a notebook says about where text comes from, and the sources that this stands for.

A domain's text is `"installed"` (files that come with the environment: english, python),
`"generated"` (stories, and Lua translated from installed files) or a dictionary: `{"files": …}` for
files of one's own, `{"hub": …}` for a data set of the Hugging Face hub (`external`).
"""

from collections.abc import Mapping
from typing import Any

from featurefate.corpora.document import Source
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.external.settings import source_from
from featurefate.corpora.installed.source_files import installed_versions

BUILT_IN = {"english": "installed", "python": "installed", "stories": "generated",
            "lua": "generated"}  # fmt: skip
EXTERNAL = ("files", "hub")
FROM_PACKAGES = ("english", "python", "lua")  # when they are built in


def identified(sources: Mapping[str, str | Mapping[str, Any]]) -> dict[str, Any]:
    """What decides the text, as JSON values: the setting `sources` of `build_documents`.

    `{"domains": {domain: {"kind": …, and for external text "settings", "fingerprint"}},
    "packages": {package: version}}`; the packages are those that built-in domains are read from.
    `settings` say where the files are, so the same files in another place are another source.
    Raises KeyError for a domain that is unknown or not given, ValueError for a kind that the
    domain does not have; external sources say themselves what is wrong with their settings.
    """
    unknown = sorted(set(sources) - set(DOMAINS))
    if unknown:
        raise KeyError(f"unknown domains {', '.join(unknown)}; there are {', '.join(DOMAINS)}")
    missing = [domain for domain in DOMAINS if domain not in sources]
    if missing:
        raise KeyError(f"sources say nothing of {', '.join(missing)}; all four domains are needed")
    domains = {domain: _identified(domain, sources[domain]) for domain in DOMAINS}
    built_in = any(domains[domain]["kind"] in BUILT_IN.values() for domain in FROM_PACKAGES)
    return {"domains": domains, "packages": installed_versions() if built_in else {}}


def external_source(identity: Mapping[str, Any]) -> Source | None:
    """The source of a domain that `identified` described; None where it is built in."""
    return source_from(identity["settings"]) if identity["kind"] in EXTERNAL else None


def _identified(domain: str, said: str | Mapping[str, Any]) -> dict[str, Any]:
    if said == BUILT_IN[domain]:
        return {"kind": said}
    if isinstance(said, Mapping):
        fingerprint = source_from(said).fingerprint()
        kind = "files" if "files" in said else "hub"
        return {"kind": kind, "settings": dict(said), "fingerprint": fingerprint}
    raise ValueError(
        f"the source of {domain} is {said!r}; it can be {BUILT_IN[domain]!r}, "
        "{'files': …} or {'hub': …}"
    )
