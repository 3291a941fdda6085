#!/usr/bin/env bash
# Runs the cases as SUT, KNOWN, SELECTION and RESULTS say; the exit code is pytest's, or the gate's.
set -euo pipefail

arguments=(--pyargs cases_cs cases_csms "--results=$RESULTS")
while IFS= read -r description; do
  [[ -z "$description" ]] || arguments+=("--sut=$description")
done <<<"${SUT:-}"
# Of the embedded systems every worker has its own; any other system there is only once.
[[ -n "${SUT:-}" ]] || arguments+=(-n auto --dist worksteal)
[[ -z "${KNOWN:-}" ]] || arguments+=("--gate=$KNOWN")
[[ -z "${SELECTION:-}" ]] || arguments+=(-k "$SELECTION")

# A job may use the action several times, in a matrix too: no two artifacts have one name.
count=$(($(cat "${RUNNER_TEMP:-/tmp}/ocpp-conformance.count" 2>/dev/null || echo 0) + 1))
echo "$count" >"${RUNNER_TEMP:-/tmp}/ocpp-conformance.count"
echo "artifact=conformance-${JOB:-job}-$count-${GITHUB_RUN_ATTEMPT:-1}" >>"${GITHUB_OUTPUT:-/dev/null}"

exec "${PYTHON:-python}" -m pytest "${arguments[@]}"
