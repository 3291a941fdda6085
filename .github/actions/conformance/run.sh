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

code=0
"${PYTHON:-python}" -m pytest "${arguments[@]}" || code=$?
if [[ -f "$RESULTS/results.md" ]]; then
  # A job summary holds 1 MiB at most.
  head -c 1000000 "$RESULTS/results.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
fi
exit "$code"
