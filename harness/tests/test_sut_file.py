import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from harness.spec.roles import Role
from harness.sut.file import SutFileError, load
from harness.sut.model import NetworkProfile, Token
from harness.sut.schema import schema

ENVIRON = {
    "STATION_PASSWORD": "0123456789abcdef",
    "CSMS_STATION_PASSWORD": "fedcba9876543210",
    "CSMS_API_TOKEN": "a-token-of-the-api",
}
SUTS = Path(str(resources.files("harness"))) / "suts"
SCHEMA_FILE = Path(__file__).parents[2] / "schemas" / "sut.schema.json"

STATION = """\
name: A station
role: CS
security_profile: 0
features: [C-06.1, C-09.1, C-10.1, C-12.1, C-36, C-48.1]
"""
CSMS = """\
name: A CSMS
role: CSMS
security_profile: 0
url: ws://127.0.0.1:9000/ocpp
features: [C-50.1]
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    """Everything that is wrong with a file of this text, as ``LINE: …``."""
    path = tmp_path / "sut.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SutFileError) as caught:
        load(path, {})
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}:") for line in lines)
    return [line.removeprefix(f"{path}:") for line in lines]


@pytest.mark.parametrize("name", ["example_station", "example_csms"])
def test_the_examples_load(name: str) -> None:
    sut = load(SUTS / f"{name}.yaml", ENVIRON)
    assert sut.role is (Role.STATION if name.endswith("station") else Role.CSMS)
    assert sut.password in ENVIRON.values()


@pytest.mark.parametrize("name", ["embedded_station", "embedded_csms"])
def test_the_embedded_systems_need_nothing_from_outside(name: str) -> None:
    sut = load(SUTS / f"{name}.yaml", {})
    assert (sut.operator.kind, sut.password, sut.url) == ("embedded", "", "")


@pytest.mark.parametrize("path", sorted(SUTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_loads_also_fits_the_json_schema(path: Path) -> None:
    data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8"))))
    jsonschema.Draft202012Validator(schema()).validate(data)


def test_the_committed_json_schema_is_in_step() -> None:
    is_in_step = json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == schema()
    assert is_in_step, "python -m harness.sut.schema > schemas/sut.schema.json"
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_json_schema_refuses_what_is_wrong() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    good = {"name": "x", "role": "CS"}
    validator.validate(good)
    for bad in ({"rol": "CS"}, {"features": ["C-999"]}, {"limits": {"boot": "1"}}, {"hidden": []}):
        assert not validator.is_valid(good | bad)


def test_values_and_defaults(tmp_path: Path) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text(
        STATION + "limits: {event: 5}\n"
        "tokens: {valid: {id_token: '01'}}\n"
        "configured: {slot_2: {message_timeout: 9}, connector_id: 2}\n"
        "evses: {1: [1, 2]}\n"
    )
    sut = load(path, {})
    assert sut.limits.event == 5.0
    assert isinstance(sut.limits.event, float)
    assert sut.limits.response == 30.0
    assert sut.tokens.valid == Token("01", "ISO14443")
    assert sut.configured.slot_2 == NetworkProfile(2, 9)
    assert sut.evses == {1: (1, 2)}
    assert sut.profiles == {"Core", "Advanced Security"}


def test_a_date_in_place_of_a_text_is_that_text(tmp_path: Path) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text(STATION + "version: 2025-03-01\n")
    assert load(path, {}).version == "2025-03-01"


def test_secrets_come_from_the_environment_and_are_hidden(tmp_path: Path) -> None:
    sut = load(SUTS / "example_csms.yaml", ENVIRON)
    assert sut.operator.settings["headers"] == {"Authorization": "Bearer a-token-of-the-api"}
    assert set(sut.secrets) == {"fedcba9876543210", "a-token-of-the-api"}
    path = tmp_path / "sut.yaml"
    path.write_text(CSMS + "operator: {kind: http, settings: {a: '${NOT_SET}'}}\n")
    with pytest.raises(SutFileError, match=r":6: operator.settings.a .* NOT_SET, which is not set"):
        load(path, {})


def test_ca_file_is_looked_up_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text("")
    path = tmp_path / "sut.yaml"
    path.write_text(STATION + "ca_file: root.pem\n")
    assert load(path, {}).ca_file == str(tmp_path / "root.pem")
    path.write_text(STATION + "ca_file: other.pem\n")
    with pytest.raises(SutFileError, match=r":5: there is no file .*other.pem"):
        load(path, {})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("heartbeat: 1", "5: there is no key 'heartbeat': the keys here are"),
        ("idenity: x", "5: there is no key 'idenity': did you mean identity?"),
        ("limits: {bot: 1}", "5: there is no key 'bot': did you mean boot?"),
        ("limits:\n  boot: 1\n  evnt: 1", "7: there is no key 'evnt': did you mean event?"),
        ("hidden: [x]", "5: there is no key 'hidden'"),
        ("name: B", "5: 'name' is there twice, first on line 1: keep one of them"),
        ("evses: {1: [1], 1: [2]}", "5: 1 is there twice, first on line 5"),
        ("identity: 0123", "5: identity is 0123, which is not a text: write it in quotes"),
        ("identity: 'a:b'", "5: identity 'a:b' is not allowed"),
        ("identity: ''", "5: identity '' is not allowed"),
        ("identity:", "5: identity is empty, which is not a text"),
        ("limits: {boot: soon}", "5: limits.boot is soon, which is not a number"),
        ("limits: {boot: .inf}", "5: limits.boot is .inf, which is not a number"),
        (
            "limits: {case: 100}",
            "5: limits.case is 100, but cases wait for 660 s (limits.boot, limits.connect and"
            " configured.aligned_data_interval): write 1320 or more",
        ),
        (
            "configured: {ev_connection_time_out: 1}\npace: {reaction: 1}",
            "6: pace.reaction is 1, too slow to plug in within 1 s: write less than configured.ev",
        ),
        ("pace: {reaction: -1}", "5: pace.reaction is -1.0: write 0 or more"),
        ("limits: {boot: 0}", "5: limits.boot is not above zero: write seconds"),
        ("limits: 5", "5: limits must hold keys and values"),
        ("start_button: 1", "5: start_button is 1, which is not true or false"),
        (
            "start_button: true\nauthorization: remote",
            "6: authorization is 'remote', but drivers press the start button of this station:"
            " write local",
        ),
        ("configured: {evse_id: 1.5}", "5: configured.evse_id is 1.5, which is not a whole"),
        ("configured: {evse_id: true}", "5: configured.evse_id is true, which is not a whole"),
        ("configured: {evse_id: 2}", "5: configured.evse_id is 2, which is not in evses: write"),
        ("configured: {connector_id: 2}", "5: configured.connector_id 2 is not at that EVSE"),
        ("configured: {offline_threshold: 1}", "5: configured.offline_threshold is 1: write 2"),
        ("configured: {slot_2: {slot: 1}}", "5: slot_1 and slot_2 are both configuration slot 1"),
        ("configured:\n  slot_1: {ocpp_interface: Wire}", "6: configured.slot_1.ocpp_interface"),
        ("evses: {}", "5: evses is empty"),
        ("evses: {1: 1}", "5: evses.1 must be a list"),
        ("evses: {a: [1]}", "5: key 'a' of evses is not a whole number"),
        ("evses: {0: [1], 1: [1]}", "5: EVSE 0 with connectors [1] cannot be"),
        ("evses: {1: []}", "5: EVSE 1 with connectors [] cannot be"),
        ("tokens: {valid: {type: RFID}}", "5: tokens.valid.type is 'RFID', which does not exist"),
        ("tokens: {valid: {id_token: ''}}", "5: tokens.valid.id_token '' is not allowed"),
        ("numbers: {HFS-8: 2}", "5: HFS-8 is 2, but evses names 1"),
        ("numbers: {HFS-7: 2}", "5: there is no counted feature 'HFS-7'"),
        ("profiles: [Core, Smart Chargin]", "5: there is no certification profile"),
        ("profiles: [Advanced Security]", "5: the profile Core is missing"),
        ("profiles: [Core, Core]", "5: 'Core' is in profiles twice"),
        ("product_subtype: Scooter", "5: product_subtype is 'Scooter'"),
        ("authorization: phone", "5: authorization is 'phone', which does not exist: write one of"),
        ("operator: {kind: promt}", "5: operator.kind is 'promt', which does not exist: did you"),
        ("listen: {port: 70000}", "5: listen.port is 70000"),
        ("listen: {file_protocol: GOPHER}", "5: listen.file_protocol is GOPHER"),
        ("listen: {port: 9, port_2: 9}", "5: listen.port and listen.port_2 are both 9"),
        ("deviation: -1", "5: deviation is -1.0"),
        ("limits: &a {boot: 1}\nconfigured: *a", "5: an alias (*) repeats"),
        ("limits: {boot: !!python/name:os.system x}", "5: limits.boot cannot be read"),
        ("limits: [", "6: this is no YAML"),
        ("--- {}", "5: this is no YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, line: str, expected: str) -> None:
    found = problems(tmp_path, STATION + line + "\n")
    assert [text for text in found if text.startswith(expected)], found
    assert len(found) == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("role: CS\n", "role: Station\n", "2: role is 'Station', which does not exist: write CS"),
        ("role: CS\n", "", "1: the file has no role: add 'role: CS or CSMS'"),
        ("name: A station\n", "", "1: the file has no name: add 'name:"),
        ("name: A station", "name: ' '", "1: name is empty"),
        ("profile: 0", "profile: 4", "3: security_profile is 4: write 0, 1, 2 or 3"),
        ("C-12.1", "C-12.9", "4: a CS has no feature 'C-12.9': did you mean C-12."),
        ("C-12.1", "C-12", "4: a CS has no feature 'C-12': name its options: C-12.1, C-12.2"),
        ("C-12.1", "C-12.1, HFS-8", "4: a CS has no feature 'HFS-8': write it under numbers"),
        ("C-12.1", "C-12.1, C-44", "4: a CS has no feature 'C-44'"),
        ("C-12.1, ", "", "4: none of C-12.1, C-12.2 is declared"),
    ],
)
def test_a_mistake_in_what_must_be_there(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in STATION
    found = problems(tmp_path, STATION.replace(old, new))
    assert [text for text in found if text.startswith(expected)], found


def test_a_serial_number_fits_into_a_boot_of_the_fake_station(tmp_path: Path) -> None:
    identity = f"identity: {'A' * 26}\n"
    [found] = problems(tmp_path, CSMS + identity)
    assert "too long for a BootNotificationRequest: write serial_number, at most 25" in found
    for text in (CSMS + identity + "serial_number: SN-1\n", STATION + identity):
        path = tmp_path / "sut.yaml"
        path.write_text(text)
        assert load(path, {}).identity == "A" * 26


def test_a_feature_in_a_long_list_is_found_on_its_own_line(tmp_path: Path) -> None:
    text = CSMS.replace("features: [C-50.1]", "features:\n- C-50.1\n- C-13\n- C-99")
    assert problems(tmp_path, text)[0].startswith("8: a CSMS has no feature 'C-99'")


@pytest.mark.parametrize(
    ("password", "allowed"),
    [
        ("0123456789abcde", False),
        ("0123456789abcdef", True),
        ("Az09*-_=:+|@.aaaa", True),
        ("a" * 40, True),
        ("a" * 65, False),
        ("0123456789abcdef!", False),
        ("0123456789abcdeé", False),
        ("0123456789abcdef\\n", False),
    ],
)
@pytest.mark.parametrize("profile", [1, 2])
def test_passwords_of_a00(tmp_path: Path, profile: int, password: str, allowed: bool) -> None:
    text = STATION.replace("profile: 0", f"profile: {profile}") + f'password: "{password}"\n'
    if allowed:
        (tmp_path / "sut.yaml").write_text(text)
        assert load(tmp_path / "sut.yaml", {}).password == password
    else:
        [found] = problems(tmp_path, text)
        assert found.startswith("5: the password is no passwordString")
        assert password not in found


def test_profiles_1_and_2_need_a_password_and_3_does_not(tmp_path: Path) -> None:
    for profile in (1, 2):
        [found] = problems(tmp_path, STATION.replace("profile: 0", f"profile: {profile}"))
        assert found.startswith(f"1: security profile {profile} needs a password: add 'password:")
    (tmp_path / "sut.yaml").write_text(STATION.replace("profile: 0", "profile: 3"))
    assert load(tmp_path / "sut.yaml", {}).password == ""


@pytest.mark.parametrize(
    ("url", "profile", "allowed"),
    [
        ("ws://host:1/x", 0, True),
        ("wss://host:1/x", 0, False),
        ("wss://host", 3, True),
        ("ws://host", 3, False),
        ("http://host", 0, False),
        ("ws://", 0, False),
        ("ws://host:notaport", 0, False),
        ("ws://[::1", 0, False),
    ],
)
def test_the_url_of_a_csms_fits_its_security_profile(
    tmp_path: Path, url: str, profile: int, allowed: bool
) -> None:
    text = CSMS.replace("ws://127.0.0.1:9000/ocpp", f"'{url}'")
    text = text.replace("security_profile: 0", f"security_profile: {profile}")
    if allowed:
        (tmp_path / "sut.yaml").write_text(text)
        assert load(tmp_path / "sut.yaml", {}).url == url
    else:
        assert problems(tmp_path, text)[0].startswith("4: url ")


def test_a_csms_needs_a_url(tmp_path: Path) -> None:
    [found] = problems(tmp_path, CSMS.replace("url: ws://127.0.0.1:9000/ocpp\n", ""))
    assert found.startswith("1: a CSMS needs a url: write 'ws://host:port/path'")


def test_all_mistakes_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    found = problems(tmp_path, STATION + "limits: {boot: soon}\nidenity: x\ndeviation: -1\n")
    assert [text.split(":")[0] for text in found] == ["5", "6", "7"]
    found = problems(tmp_path, STATION + "deviation: -1\nauthorization: x\nlisten: {port: -1}\n")
    assert [text.split(":")[0] for text in found] == ["5", "6", "7"]


def test_a_mistake_does_not_bring_others_in_its_train(tmp_path: Path) -> None:
    text = CSMS.replace("profile: 0", "profile: 1") + "password: ${NOT_SET}\n"
    text += "evses: {1: 1}\nconfigured: {evse_id: 2}\n"
    found = problems(tmp_path, text)
    assert [line.split(" ")[1] for line in found] == ["password", "evses.1"]


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text) == ["1: the file is empty: write 'name: …' and 'role: …'"]


@pytest.mark.parametrize(("text", "line"), [("{", 1), ("name: x\n~", 2), ("name: x\r\n{", 2)])
def test_what_is_missing_at_the_end_is_missing_on_a_line_of_the_file(
    tmp_path: Path, text: str, line: int
) -> None:
    assert problems(tmp_path, text)[0].startswith(f"{line}: this is no YAML")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SutFileError, match=r"none\.yaml:1: there is no such file"):
        load(tmp_path / "none.yaml", {})
    with pytest.raises(SutFileError, match="cannot be read"):
        load(tmp_path, {})
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    with pytest.raises(SutFileError, match="is no UTF-8 text"):
        load(tmp_path / "latin.yaml", {})
    (tmp_path / "nul.yaml").write_bytes(b"name: \x00\n")
    with pytest.raises(SutFileError, match="this is no YAML"):
        load(tmp_path / "nul.yaml", {})


def test_a_csms_has_an_endpoint_for_each_profile(tmp_path: Path) -> None:
    path = tmp_path / "sut.yaml"
    path.write_text(
        f"{CSMS}password: 0123456789abcdef\nendpoints: {{2: 'wss://a', 3: 'wss://b'}}\n"
    )
    sut = load(path, {})
    assert sut.urls == {0: "ws://127.0.0.1:9000/ocpp", 2: "wss://a", 3: "wss://b"}
    assert sut.serial == "CS001"
    path.write_text(f"{CSMS}endpoints: {{3: 'wss://b'}}\nserial_number: SN1\n")
    assert load(path, {}).serial == "SN1"


@pytest.mark.parametrize(
    ("endpoints", "problem"),
    [
        ("{4: 'wss://a'}", "endpoints names security profile 4"),
        ("{3: 'ws://a'}", "endpoints.3 'ws://a' does not fit security profile 3"),
        ("{1: ''}", "a CSMS needs a url in endpoints.1"),
    ],
)
def test_an_endpoint_that_cannot_be_is_named(tmp_path: Path, endpoints: str, problem: str) -> None:
    found = problems(tmp_path, f"{CSMS}password: 0123456789abcdef\nendpoints: {endpoints}\n")
    assert any(problem in each for each in found)


def test_a_profile_with_a_password_needs_one(tmp_path: Path) -> None:
    [found] = problems(tmp_path, f"{CSMS}endpoints: {{2: 'wss://a'}}\n")
    assert "security profile 2 needs a password" in found
