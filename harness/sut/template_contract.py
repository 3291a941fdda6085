"""What the templates of an operator can say: their keys, and the names in their texts.

The checks of a sut.yaml, the operators and the tables in the documents come from here
(``python -m harness.sut.template_contract`` prints these).
"""

from __future__ import annotations

from dataclasses import dataclass

HTTP, WEBSOCKET, COMMAND = "http", "websocket", "command"
_BOTH = (HTTP, WEBSOCKET)
#: The kinds that are described by templates.
BY_TEMPLATES = (*_BOTH, COMMAND)


@dataclass(frozen=True)
class Key:
    """A key of a template: what it means, and for which kinds.

    ``around``: it is of the template as a whole, and not of each of its exchanges.
    """

    name: str
    meaning: str
    kinds: tuple[str, ...] = _BOTH
    around: bool = False


KEYS = (
    Key("when", "expression: of a list of templates the first counts whose holds", around=True),
    Key("steps", "a list: several exchanges one after the other, in place of one", around=True),
    Key("method", "`POST`, if it is not said otherwise", (HTTP,)),
    Key("url", "after `base_url`; what is put in is quoted", (HTTP,)),
    Key("query", "keys and values behind the `?` of the URL", (HTTP,)),
    Key("headers", "beside those of the settings", (HTTP,)),
    Key("json", "the body, as data", (HTTP,)),
    Key("body", "the body, as text", (HTTP,)),
    Key("send", "the frame, as data or text; a later step may only wait", (WEBSOCKET,)),
    Key("match", "conditions: which frame is the reply", (WEBSOCKET,)),
    Key("unsupported", "conditions, or a list of statuses (501): it cannot be done"),
    Key("expect", "conditions that the reply must meet; any status 2xx if none is named"),
    Key("until", "conditions for which the exchange is done again, as often as needed"),
    Key("every", "seconds between two of these, 0.5 if it is not said"),
    Key("within", "seconds for all of these, `timeout` if it is not said"),
    Key("result", "what `look` answers: JSON pointer into the last reply, or text", around=True),
)


@dataclass(frozen=True)
class Word:
    """A name that texts of templates may use beside the parameters of their action."""

    name: str
    meaning: str
    kinds: tuple[str, ...] = BY_TEMPLATES


WORDS = (
    Word("identity", "the station"),
    Word("csms_url", "where its CSMS listens, without the identity"),
    Word("action", "the action, such as `ask`"),
    Word("parameters", "all parameters of the action in one object"),
    Word("now", "this moment, as `2026-01-31T12:00:00Z`"),
    Word("omit", "in an expression: leaves the entry out"),
    Word("unique", "a text that is new in each exchange", _BOTH),
    Word("request_id", "the same; that of a report is `parameters.request_id`", (WEBSOCKET,)),
    Word("reply", "the last reply: `reply.json`; of http `.status`, `.headers.location`", _BOTH),
    Word("login", "the last reply of `login`: `login.json.token`; in the `headers` too", (HTTP,)),
    Word("replies", "those of all steps so far: `replies.0.json.id`", _BOTH),
    Word("absent", "in conditions: there is nothing there", _BOTH),
    Word("present", "in conditions: there is something there", _BOTH),
)


def keys(kind: str, *, around: bool) -> tuple[str, ...]:
    """Keys of a template as a whole, or of each exchange in it."""
    return tuple(each.name for each in KEYS if kind in each.kinds and each.around is around)


def words(kind: str) -> tuple[str, ...]:
    """Names that texts of that kind may use."""
    return tuple(each.name for each in WORDS if kind in each.kinds)


def tables() -> str:
    """Both as tables of Markdown."""
    head = "| {} | of | meaning |\n|---|---|---|\n"
    listed = (("key of a template", KEYS), ("name in a text", WORDS))
    return "\n".join(
        head.format(title) + "".join(_row(each) for each in rows) for title, rows in listed
    )


def _row(each: Key | Word) -> str:
    return f"| `{each.name}` | {', '.join(each.kinds)} | {each.meaning} |\n"


def main() -> None:
    """Print the tables."""
    print(tables(), end="")


if __name__ == "__main__":
    main()
