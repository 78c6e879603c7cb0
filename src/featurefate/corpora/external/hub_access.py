"""Reaching the hub: the libraries' switches, and what their errors mean for the reader."""

from collections.abc import Iterator
from contextlib import contextmanager

# Where the network's errors come from; they share no base class.
NETWORK_LIBRARIES = ("httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "urllib3")


class HubError(RuntimeError):
    """A data set of the hub cannot be read (on); says what to do."""


@contextmanager
def online() -> Iterator[None]:
    """Let `datasets` and `huggingface_hub` use the network, whatever the environment says.

    A notebook runs with both switched off (HF_HUB_OFFLINE, HF_DATASETS_OFFLINE), so that nothing
    is fetched unasked; who names a set of the hub asks. The libraries look at these variables only
    when they are imported, so the switches themselves are moved, and moved back. `datasets` would
    try a broken connection again for ten minutes, which is left to `HubStream`.
    """
    import datasets.config
    import huggingface_hub.constants

    switches = [
        (huggingface_hub.constants, "HF_HUB_OFFLINE", False),
        (datasets.config, "HF_HUB_OFFLINE", False),
        (datasets.config, "HF_DATASETS_OFFLINE", False),
        (datasets.config, "STREAMING_READ_MAX_RETRIES", 1),
        (datasets.config, "STREAMING_OPEN_MAX_RETRIES", 1),
    ]
    before = [getattr(module, name) for module, name, _ in switches]
    for module, name, value in switches:
        setattr(module, name, value)
    try:
        yield
    finally:
        for (module, name, _), value in zip(switches, before, strict=True):
            setattr(module, name, value)


def is_of_network(error: BaseException) -> bool:
    """Return whether an error, or what led to it, is one that may be gone in a minute."""
    from huggingface_hub.errors import HfHubHTTPError

    while error is not None:
        if isinstance(error, HfHubHTTPError):  # the server's word
            return _status(error) in (408, 429) or _status(error) >= 500
        library = type(error).__module__.split(".")[0]
        if isinstance(error, ConnectionError | TimeoutError) or library in NETWORK_LIBRARIES:
            return True
        error = error.__cause__ or error.__context__
    return False


def explained(error: Exception, path: str, revision: str | None, row: int) -> str:
    """Return what an error that no waiting mends means, and what to do about it."""
    from datasets.exceptions import DatasetNotFoundError
    from huggingface_hub.errors import HfHubHTTPError

    if isinstance(error, DatasetNotFoundError) and str(error).startswith("Revision"):
        return f"{path} has no commit {revision}; {where_commits_are(path)}"
    if isinstance(error, DatasetNotFoundError) or (
        isinstance(error, HfHubHTTPError) and _status(error) in (401, 403, 404)
    ):
        return (
            f"{path} cannot be read: {said_by(error)} If it is private, or gated (access is asked "
            "for on its page), set the environment variable HF_TOKEN to a token of an account "
            "that may read it, made at https://huggingface.co/settings/tokens"
        )
    place = f"after row {row}" if row else "at all"
    return f"{path} cannot be read {place}: {said_by(error)} ({type(error).__name__})"


def where_commits_are(path: str) -> str:
    """Return where a reader finds the commit to pin a set to."""
    return f"its commits are listed at https://huggingface.co/datasets/{path}/commits/main"


def said_by(error: Exception) -> str:
    """Return the first line of an error's message."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _status(error: Exception) -> int:
    response = getattr(error, "response", None)
    return 0 if response is None else response.status_code
