"""What a CSMS says of the idTokens of its description, where nobody has arranged that."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.ocppj.frames import Payload
from harness.sut.model import Sut, Token

#: IdTokens that the CSMS is to accept, each with the one that names its group.
ACCEPTED = {"valid": "group", "valid2": "group", "master_pass": "master_group"}
#: IdTokens that it is to refuse, each with what it says of them; "" for anything but Accepted.
REFUSED = {"invalid": "", "blocked": "Blocked", "expired": "Expired"}

#: What an operator does who sets up an idToken.
ARRANGE = "arrange.token"
#: What to do about a difference.
SET_IT_UP = f"set it up there, describe another one, or have the operator do {ARRANGE}"


@dataclass(frozen=True)
class Said:
    """An answer: an AuthorizationStatusEnumType value, and the id of the group, "" for none."""

    status: str
    group: str = ""


@dataclass(frozen=True)
class Doubt:
    """A difference between description and CSMS; ``key``: where it stands, such as tokens.valid.

    ``judged``: whoever described it says that the CSMS was set up so, and what is told shows that
    it knows the idToken: then its answer is what a case judges.
    """

    key: str
    text: str
    judged: bool = False


@dataclass
class IdTokens:
    """The described idTokens and what the CSMS says of each, by their names in the description.

    ``stranger`` is what it says of an idToken that nobody has. ``arranged``: those that the
    operator has seen to, and the groups of which it has: what is said of them is for cases to
    judge.
    """

    sut: Sut
    asked: bool = False
    said: dict[str, Said] = field(default_factory=dict[str, Said])
    stranger: str = ""
    arranged: set[str] = field(default_factory=set[str])

    def named(self, id_token: Payload) -> list[str]:
        """What the description calls an idToken; idTokens are case-insensitive (Part 2)."""
        wanted = (str(id_token.get("idToken", "")).casefold(), id_token.get("type"))
        return [name for name in (*ACCEPTED, *REFUSED) if _key(self.of(name)) == wanted]

    def of(self, name: str) -> Token:
        """The idToken that the description calls so."""
        token: Token = getattr(self.sut.tokens, name)
        return token

    def settle(self, id_token: Payload, *, group: bool = False) -> None:
        """The operator has arranged what the CSMS says of it, of its ``group`` too."""
        for name in self.named(id_token):
            self.arranged.add(name)
            if group and name in ACCEPTED:
                self.arranged.add(_in_group(name))

    def doubts(self) -> list[Doubt]:
        """Everything in which the CSMS differs from the description."""
        found = [self.doubt(name) for name in (*ACCEPTED, *REFUSED)]
        found += [self.doubt_of_group(name) for name in ACCEPTED]
        return [each for each in found if each is not None]

    def doubt(self, name: str) -> Doubt | None:
        """Whether the CSMS takes an idToken for something else than the description."""
        said = self.said.get(name)
        if said is None or name in self.arranged:
            return None
        if name in ACCEPTED:
            wanted = "" if said.status == "Accepted" else "Accepted"
            judged = False
        else:
            wanted = self._wanted_refusal(name, said.status)
            # Who accepts anybody is wrong, however the idToken is set up.
            anybody = said.status == self.stranger == "Accepted"
            set_up = name != "invalid" and name in self.sut.described_tokens
            judged = anybody or (set_up and said.status != "Unknown")
        if not wanted:
            return None
        text = f"the CSMS says {said.status} of {self._shown(name)}, and is to say {wanted}"
        return Doubt(f"tokens.{name}", text, judged)

    def _wanted_refusal(self, name: str, status: str) -> str:
        """What it should say instead; "" if it says that, or Invalid, as cases let it."""
        usual = REFUSED[name]
        if not usual:
            return "Invalid or Unknown" if status == "Accepted" else ""
        return "" if status in (usual, "Invalid") else usual

    def doubt_of_group(self, name: str) -> Doubt | None:
        """Whether the CSMS accepts an idToken, and names another group or none."""
        said, group = self.said.get(name), ACCEPTED[name]
        wanted = self.of(group).id_token
        if said is None or said.status != "Accepted" or _in_group(name) in self.arranged:
            return None
        if said.group.casefold() == wanted.casefold():
            return None
        shown = f"group {said.group}" if said.group else "no group"
        text = f"the CSMS names {shown} of {self._shown(name)}, and is to name {wanted}"
        return Doubt(f"tokens.{group}", text, {name, group} <= self.sut.described_tokens)

    def _shown(self, name: str) -> str:
        return f"tokens.{name} ({self.of(name).id_token})"


def _in_group(name: str) -> str:
    return f"{name} in {ACCEPTED[name]}"


def _key(token: Token) -> tuple[str, str]:
    return token.id_token.casefold(), token.type
