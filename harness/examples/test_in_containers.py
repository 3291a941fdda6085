"""The cases against a CSMS in a container of its own; needs `pip install testcontainers`."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

#: What needs nobody at the CSMS.
CASES = "TC_A_01 or TC_A_02 or TC_B_01 or TC_E_0"
COMMAND = ["python", "-m", "harness", "csms", "--host", "0.0.0.0", "--profile", "1"]


def test_the_csms_conforms() -> None:
    password = secrets.token_hex(16)
    csms = DockerContainer("ocpp-conformance").with_exposed_ports(9000)
    csms = csms.with_env("OCPP_PASSWORD", password).with_kwargs(entrypoint=COMMAND)
    with csms.waiting_for(LogMessageWaitStrategy("may connect")):
        where = f"{csms.get_container_host_ip()}:{csms.get_exposed_port(9000)}"
        settings = {"CSMS_URL": f"ws://{where}/ocpp", "CSMS_STATION_PASSWORD": password}
        description = Path(__file__).with_name("embedded_csms.yaml")
        run = [sys.executable, "-m", "pytest", "--pyargs", "cases_csms", "-k", CASES]
        done = subprocess.run(
            [*run, f"--sut={description}"], env={**os.environ, **settings}, check=False
        )
        assert done.returncode == 0
