"""Signed meter values: their form, their public key, and their signature where that is known."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from decimal import Decimal

from harness.evidence.matchers import Check, fact
from harness.ocppj import ocmf
from harness.ocppj.frames import Payload
from harness.ocppj.metered import REGISTER
from harness.peers.fake_csms import FakeCSMS
from harness.peers.session import Session
from harness.steps_cs.meters import Told, at_moments, moment_of, told_by

_MESSAGE = "TransactionEventRequest"
_POLICY = "OCPPCommCtrlr.PublicKeyWithSignedMeterValue"
_ALIGNED, _SAMPLED = "AlignedDataCtrlr.SignReadings", "SampledDataCtrlr.SignReadings"


async def sign_clock_values(csms: FakeCSMS) -> str:
    """Have clock-aligned values signed; which of them are to come with their key, "" if unknown.

    A station that cannot sign these has no such variable (2.7.14).
    """
    if (await csms.variables.read(_ALIGNED)).get(_ALIGNED) is None:
        raise csms.not_applicable(f"{_ALIGNED} is not there: these values cannot be signed")
    return await _sign(csms, _ALIGNED)


async def sign_samples(csms: FakeCSMS) -> str:
    """Have sampled values signed; which of them are to come with their key, "" if unknown."""
    return await _sign(csms, _SAMPLED)


async def _sign(csms: FakeCSMS, name: str) -> str:
    await csms.configure({name: "true"})
    return (await csms.variables.read(_POLICY)).get(_POLICY) or ""


def judge_signed(
    csms: FakeCSMS, step: int, session: Session, told: Sequence[Told], policy: str
) -> None:
    """Each time has a signed register; keys come as is configured; what can be verified holds.

    ``told`` are those that must be signed; ``policy`` is PublicKeyWithSignedMeterValue.
    """
    of_transaction = told_by(csms.events_of(session))
    signed = [each for each in of_transaction if each.sample.signed]
    checks = [
        _signed_check(told),
        *_form_checks(signed),
        _policy_check(signed, policy),
        _signature_check(signed),
        _value_check(signed),
    ]
    csms.judge(step, _MESSAGE, checks, "J01.FR.21, J02.FR.21, SignedMeterValueType, 2.7.17")


def _signed_check(told: Sequence[Told]) -> Check:
    """Of the values of a time, the register is what a meter signs."""
    lacking = [
        moment.isoformat()
        for moment, group in at_moments(told, 0.001).items()
        if not any(each.sample.signed for each in group)
    ]
    expected = "a signed value of each time"
    ok = not lacking and bool(told)
    actual = expected if ok else f"none at {', '.join(lacking) or 'any time'}"
    return Check("signedMeterValue", expected, actual, ok, _SIGNED)


_SIGNED = fact("signed")


def _form_checks(signed: Sequence[Told]) -> Iterator[Check]:
    data = [each for each in signed if not _is_base64(_field(each, "signedMeterData"))]
    keys = [each for each in signed if _key(each) and not _is_key(each)]
    for name, wrong in (("signedMeterData", data), ("publicKey", keys)):
        expected = "Base64" if name == "signedMeterData" else "a public key or empty"
        actual = [_field(each, name) for each in wrong] or expected
        yield Check(name, expected, actual, not wrong, fact("form"))
    unnamed = [each for each in signed if not _field(each, "encodingMethod").strip()]
    actual = f"{len(unnamed)} without"
    yield Check("encodingMethod", "a format", actual, not unnamed, fact("form"))


def _policy_check(signed: Sequence[Told], policy: str) -> Check:
    with_key = [each for each in signed if _key(each)]
    times = {each.arrival.id: moment_of(each) for each in with_key}
    fits = {
        "Never": not with_key,
        "EveryMeterValue": len(with_key) == len(signed),
        "OncePerTransaction": len(times) == 1 and len(at_moments(with_key, 0.001)) == 1,
    }
    actual = f"{len(with_key)} of {len(signed)} with a key, in {len(times)} events"
    expected = policy or "any number of keys"
    return Check("keys", expected, actual, fits.get(policy, True), fact("policy"))


def _signature_check(signed: Sequence[Told]) -> Check:
    """Those of a format and a method that are known here, by the key that the station shows."""
    texts = [key for each in signed if (key := _key(each))]
    wrong: list[str] = []
    for each in signed:
        method = _field(each, "signingMethod")
        if not _is_ocmf(each) or not texts:
            continue
        try:
            container = ocmf.read(_value(each))
            key = ocmf.public_key(_key(each) or texts[0], container.method or method)
        except ocmf.UNREADABLE:
            wrong.append(f"one that cannot be read, of {moment_of(each).isoformat()}")
            continue
        if ocmf.curve_of(container.method) is not None and not ocmf.holds(container, key):
            wrong.append(f"one that does not fit it, of {moment_of(each).isoformat()}")
    expected = "signatures by the public key"
    return Check("signatures", expected, wrong or expected, not wrong, fact("signatures"))


def _value_check(signed: Sequence[Told]) -> Check:
    """What is signed is the value beside it, as exactly as either is told."""
    wrong: list[str] = []
    for each in signed:
        plain = each.sample.value
        if not _is_ocmf(each) or each.sample.measurand != REGISTER or plain is None:
            continue
        try:
            told = ocmf.read(_value(each)).readings
        except ocmf.UNREADABLE:
            continue  # judged with the signatures
        if told and not any(_same(plain, one) for one in told):
            wrong.append(f"{', '.join(map(str, told))} Wh signed, {plain} Wh plain")
    expected = "the plain value"
    return Check("signed values", expected, wrong or expected, not wrong, fact("signed value"))


def _same(plain: Decimal, signed: Decimal) -> bool:
    digits = (each.as_tuple().exponent for each in (plain, signed))
    exponent = max((each for each in digits if isinstance(each, int)), default=0)
    return abs(plain - signed) <= Decimal(1).scaleb(exponent)


def _value(each: Told) -> Payload:
    return each.sample.signature or {}


def _field(each: Told, name: str) -> str:
    return str(_value(each).get(name, ""))


def _key(each: Told) -> str:
    return _field(each, "publicKey")


def _is_ocmf(each: Told) -> bool:
    return ocmf.FORMAT in _field(each, "encodingMethod").upper()


def _is_key(each: Told) -> bool:
    if not _is_ocmf(each):
        return _is_base64(_key(each))
    try:
        ocmf.public_key(_key(each), _field(each, "signingMethod"))
    except ocmf.UNREADABLE:
        return False
    return True


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False
