"""What packages say about their licences, as the short names of the SPDX list where that is clear.

What a package says is taken in this order: its expression, a short name, its classifiers, the
licence's own text. "BSD" alone does not say which of the BSD licences, so there the text decides.
"""

import re
from importlib import metadata
from pathlib import Path

UNKNOWN = "not stated"

# What stands near the start of each licence's text. Of two that start alike the first counts.
_TEXTS = (
    ("Apache-2.0", r"Apache License,?\s+Version 2\.0"),
    ("MPL-2.0", r"Mozilla Public License,?\s+(Version|v\.?)\s*2\.0"),
    ("LGPL-3.0", r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3"),
    ("LGPL-2.1", r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1"),
    ("GPL-3.0", r"GNU GENERAL PUBLIC LICENSE\s+Version 3"),
    ("PSF-2.0", r"PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2"),
    ("BSD-3-Clause", r"Redistribution and use in source and binary forms[\s\S]{0,1500}"
                     r"(Neither the name|names? of [\s\S]{0,200}may( not)? be used to endorse)"),
    ("BSD-2-Clause", r"Redistribution and use in source and binary forms"),
    ("ISC", r"Permission to use, copy, modify, and(/or)? distribute this software for any"),
    ("MIT", r"Permission is hereby granted, free of charge, to any person obtaining"),
    ("Unlicense", r"This is free and unencumbered software released into the public domain"),
)  # fmt: skip

# Short names as packages write them, in lower case and without "the", "license", signs.
_NAMES = {
    "Apache-2.0": "apache, apache 2, apache 2.0, apache-2.0, apache software, apache version 2.0, "
    "asl 2, apache software 2.0",
    "BSD-2-Clause": "bsd-2-clause, 2-clause bsd, bsd 2-clause, simplified bsd",
    "BSD-3-Clause": "bsd-3-clause, 3-clause bsd, bsd 3-clause, new bsd, modified bsd, bsd-3",
    "ISC": "isc, iscl, isc isc, isc iscl",
    "MIT": "mit, mit style, expat",
    "MIT-CMU": "hpnd, historical permission notice and disclaimer hpnd",
    "MPL-2.0": "mpl-2.0, mpl 2.0, mozilla public 2.0 mpl 2.0",
    "PSF-2.0": "psf, psfl, psf-2.0, python software foundation",
    "Public Domain": "public domain",
    "BSD": "bsd",
}
_SHORT = {name: spdx for spdx, names in _NAMES.items() for name in names.split(", ")}
_EXPRESSION = re.compile(r"[\w.+-]+( (AND|OR|WITH) [\w.+-]+)+")
_FILE = re.compile(r"(^|/)(LICEN[CS]E|COPYING)([-._]\w+)*$", re.IGNORECASE)


def licence_of(package: str) -> str:
    """The licence of an installed package (`python`: of the standard library) in a few words.

    Raises `importlib.metadata.PackageNotFoundError` for a package that is not installed.
    """
    if package == "python":
        return "PSF-2.0"
    distribution = metadata.distribution(package)
    about = distribution.metadata
    if about.get("License-Expression"):
        return about["License-Expression"].strip()
    stated = (about.get("License") or "").strip()
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    if short_name(stated) not in (None, "BSD"):
        return short_name(stated)
    if _EXPRESSION.fullmatch(stated):
        return stated
    names = [short_name(words) for words in classifiers]
    if len(names) > 1:  # parts under different licences, or a choice: it does not say
        return "; ".join(name or words for name, words in zip(names, classifiers, strict=True))
    if names and names[0] not in (None, "BSD"):
        return names[0]
    texts = [stated, *_licence_files(distribution)]
    recognised = next((name for text in texts if (name := _recognise(text))), None)
    short = stated if len(stated) <= 60 and stated != "UNKNOWN" else None
    return recognised or short or next(iter(classifiers), UNKNOWN)


def short_name(words: str) -> str | None:
    """The SPDX name of a licence called `words`; None where it is not clear which is meant."""
    plain = re.sub(r"\bthe\b|\blicen[cs]ed?\b|[(),\"]", " ", words.lower())
    plain = re.sub(r"[_\s]+", " ", re.sub(r"\bv(ersion)? ?(?=\d)", "", plain)).strip()
    return _SHORT.get(plain)


def _recognise(text: str) -> str | None:
    """The licence whose text comes first; those of bundled libraries follow."""
    found = [(match.start(), place) for place, (_, pattern) in enumerate(_TEXTS)
             if (match := re.search(pattern, text, re.IGNORECASE))]  # fmt: skip
    return _TEXTS[min(found)[1]][0] if found else None


def _licence_files(distribution: metadata.Distribution) -> list[str]:
    """The texts of the package's licence files; the shortest name first (LICENSE)."""
    names = sorted(
        (file for file in distribution.files or [] if _FILE.search(str(file))),
        key=lambda file: (len(str(file)), str(file)),
    )
    return [
        path.read_text(encoding="utf-8", errors="replace")
        for path in (Path(str(file.locate())) for file in names)
        if path.is_file()
    ]
