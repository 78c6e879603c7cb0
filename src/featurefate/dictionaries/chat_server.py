"""A language model behind an address that speaks the chat protocol most servers share.

Off unless FEATUREFATE_CHAT_URL is set (up to, and without, `/chat/completions`); then
FEATUREFATE_CHAT_MODEL names the model, and FEATUREFATE_CHAT_KEY is sent where it is set.
"""

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass, field

SECONDS = 120  # to wait for one answer


class ServerError(RuntimeError):
    """The server gave no usable answer; the message says why."""


@dataclass(frozen=True)
class ChatServer:
    """Where to ask, and whom. The key is never shown."""

    url: str
    model: str
    key: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls) -> "ChatServer | None":
        """Return the server that the environment names, None where it names none.

        Raises ServerError for an address without a model.
        """
        url, model, key = (
            os.environ.get(f"FEATUREFATE_CHAT_{x}", "") for x in ("URL", "MODEL", "KEY")
        )
        if not url:
            return None
        if not model:
            raise ServerError(
                "FEATUREFATE_CHAT_URL is set: say which model in FEATUREFATE_CHAT_MODEL"
            )
        return cls(url.rstrip("/"), model, key)

    def ask(self, question: str) -> str:
        """Return the answer to one question, at temperature 0. Raises ServerError."""
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": question}],
            "temperature": 0,
        }
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            request = urllib.request.Request(
                f"{self.url}/chat/completions", json.dumps(body).encode(), headers
            )
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return json.load(answer)["choices"][0]["message"]["content"].strip()
        except urllib.error.HTTPError as error:
            said = error.read(300).decode(errors="replace")
            raise ServerError(f"{self.url} answered {error.code} {error.reason}: {said}") from error
        except (OSError, ValueError) as error:  # no connection, a time-out; no address, no JSON
            raise ServerError(f"{self.url} cannot be asked: {error}") from error
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise ServerError(f"{self.url} gave an answer without a message in it") from error
