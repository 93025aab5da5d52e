#!/bin/bash
# relock.sh [DEBS]: takes today's packages of the archive into packages.lock. Run as root; the change is to be looked at and committed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
debs=${1:-${SIGILLO_CACHE:-$HOME/.cache/sigillo}/debs}
work=$(mktemp -d); trap 'rm -rf --one-file-system "$work"' EXIT
echo "# $(date --utc +%F)" > "$work/empty.lock"
SOURCE_DATE_EPOCH=$(date --utc --date=today +%s) "$here/base.sh" "$work/base" "$here/packages" "$work/empty.lock" "$debs"
cp "$work/base/packages.lock" "$here/packages.lock"
