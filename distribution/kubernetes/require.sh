#!/bin/bash
# require.sh VERSION: has distribution/build know that Kubernetes, by the files MINOR.mod and MINOR.sum (1.36.mod for 1.36.3), which are
# to be looked at and committed. A version of the same minor takes the former one's place; the default one's are go.mod and go.sum.
set -euo pipefail
version=${1:-}
[[ $version =~ ^1\.[0-9]{1,3}\.[0-9]{1,3}$ ]] || { echo "require.sh: \"$version\" is no version of Kubernetes such as 1.36.3" >&2; exit 2; }
cd "$(dirname "$0")"
minor=${version#1.} patch=${version##*.}
minor=${minor%.*}
go=${GO:-go}
export GOFLAGS=-mod=mod GOWORK=off
export GOMODCACHE=${SIGILLO_GOMODCACHE:-${SIGILLO_CACHE:-$HOME/.cache/sigillo}/go-mod}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
outside() { (cd "$work" && "$go" "$@"); }
printf 'module outside\n' > "$work/go.mod"
theirs=$(outside mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
# All of them with one etcd, or a newer one: an upgraded cluster's etcd must not meet data of a later one.
etcd=$(awk '$1 == "go.etcd.io/etcd/server/v3" { print $2; exit }' go.mod)
# What lies in Kubernetes' own tree is a module of the same number beside it; where that is not to be had, the newest of its minor.
staged() {
  local module have
  for module in $(awk '/=> .\/staging/ { print $1 }' "$theirs" | sort -u); do
    have=$(outside list -m -versions "$module" 2> /dev/null | tr ' ' '\n' | grep "^v0\.$minor\.[0-9]*$" || true)
    have=$(grep -x "v0\.$minor\.$patch" <<< "$have" || tail -n 1 <<< "$have")
    if [ -n "$have" ]; then printf '\t%s => %s %s\n' "$module" "$module" "$have"; fi
  done
}
{
  printf 'module sigillo.dev/distribution/kubernetes\n\n'
  sed -n 's/^go /go /p' "$theirs" | head -n 1
  printf '\nrequire (\n\tgithub.com/spf13/cobra v1.10.2\n\tgo.etcd.io/etcd/server/v3 %s\n\tk8s.io/kubernetes v%s\n)\n\nreplace (\n' \
    "$etcd" "$version"
  staged
  printf ')\n'
} > "$work/new.mod"
name=1.$minor
if grep -q "k8s.io/kubernetes v$name\." go.mod; then name=go; fi
cp "$work/new.mod" "$name.mod"
rm -f "$name.sum"
"$go" mod tidy -modfile="$name.mod"
