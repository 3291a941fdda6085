#!/usr/bin/env bash
# Annotations and job summary of the results folder RESULTS, whose reports are at LINK.
set -euo pipefail

# A run that could not begin has said why.
[[ -f "$RESULTS/run.json" ]] || exit 0
arguments=("$RESULTS" "--link=${LINK:-}")
[[ -z "${KNOWN:-}" ]] || arguments+=("--known=$KNOWN")
exec "${PYTHON:-python}" -m harness github "${arguments[@]}"
