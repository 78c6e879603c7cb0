"""Real functions answer in Lua what they answer in Python, on random arguments.

The functions are all the pure ones in the installed packages' files that serve the lua domain, and
in as many other files as are needed for a good number. What may differ is listed in
`featurefate.corpora.lua.translation`; `agreement.py` leaves just that out.
"""

import json
import queue
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from featurefate.corpora.installed.source_files import installed_versions, source_files
from featurefate.corpora.splits import is_for_lua

PROGRAM = Path(__file__).with_name("agreement.py")
ENOUGH = 500  # agreeing functions, after which no files beyond those of the lua domain are read
LONGEST_SILENCE = 20  # seconds; a function that does not end is stopped then


def verdicts_of(files: list[tuple[str, str]], enough: int, at_least: int) -> list[list[str]]:
    """[verdict, details, origin, function] of the pure functions of these files, in their order.

    Stops after `at_least` files as soon as `enough` functions agree.
    """
    found: list[list[str]] = []
    done = agreeing = 0
    while done < len(files) and (done < at_least or agreeing < enough):
        program = subprocess.Popen(
            [sys.executable, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_read, args=(program, lines), daemon=True).start()
        program.stdin.write(json.dumps(files[done:]))
        program.stdin.close()
        try:
            while line := lines.get(timeout=LONGEST_SILENCE):
                row = json.loads(line)
                if row[0] == "file":
                    if done >= at_least and agreeing >= enough:
                        break
                    done += 1
                    continue
                agreeing += row[0] == "agrees"
                found.append(row)
            else:
                assert program.wait() == 0, "agreement.py failed; see its message above"
        except queue.Empty:
            found.append(["did not end", "", files[done - 1][0], "?"])
        finally:
            program.kill()
            program.wait()
    return found


def _read(program: subprocess.Popen, lines: queue.Queue) -> None:
    for line in program.stdout:
        lines.put(line)
    lines.put("")


@pytest.fixture(scope="module")
def verdicts() -> list[list[str]]:
    files = source_files(installed_versions())
    ours = [file for file in files if is_for_lua(file.origin, seed=1)]
    others = [file for file in files if not is_for_lua(file.origin, seed=1)]
    return verdicts_of(
        [(file.origin, str(file.path)) for file in [*ours, *others]], ENOUGH, len(ours)
    )


def test_at_least_300_installed_functions_agree(verdicts):
    counts = Counter(verdict for verdict, *_ in verdicts)
    print(dict(counts))
    assert counts["agrees"] >= 300, counts


def test_no_installed_function_disagrees(verdicts):
    differing = [row for row in verdicts if row[0] == "differs"]
    shown = "\n\n".join(f"{origin} {name}: {details}" for _, details, origin, name in differing[:5])
    assert not differing, f"{len(differing)} functions differ, among them\n{shown}"


def test_a_wrong_translation_is_noticed():
    import agreement

    source = "def double(n: int):\n    return 2 * n\n"
    right = "local M = {}\nfunction M.double(n) return 2 * n end\nreturn M"
    wrong = "local M = {}\nfunction M.double(n) return 2 + n end\nreturn M"
    endless = "local M = {}\nfunction M.double(n) while true do end end\nreturn M"
    assert agreement.compare("double", source, right)[0] == "agrees"
    assert agreement.compare("double", source, wrong)[0] == "differs"
    assert agreement.compare("double", source, endless)[0] == "differs"
