#!/bin/bash
# agent.sh ROOT AGENT JAVA_HOME: the agent's jars, a Java runtime of just the modules they need, and an archive of their classes.
set -euo pipefail
root=$1 agent=$2 java=$3
home=usr/lib/sigillo/agent
mkdir -p "$root/$home/jars"
# Annotations are for compilers: nothing reads them at run time.
jars=$(cd "$agent" && ls -- *.jar 2> /dev/null | grep -v -e '^jspecify-' -e '^error_prone_annotations-' | LC_ALL=C sort || true)
for jar in $jars; do install -m 644 "$agent/$jar" "$root/$home/jars/$jar"; done
modules=java.base
if [ -n "$jars" ]; then
  modules=$(cd "$root/$home/jars" && "$java/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps --class-path '*' $jars | tail -n 1)
fi
"$java/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages --compress=zip-0 \
  --vm=server --output "$root/$home/runtime"
rm -rf "$root/$home/runtime/legal" "$root/$home/runtime/lib/server/classes.jsa" "$root/$home/runtime/lib/server/classes_nocoops.jsa"
path=$(for jar in $jars; do printf '/%s/jars/%s:' "$home" "$jar"; done)
# Without relocation the archive's pages are read when they are used; with it all of them at the start.
options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms24m -Xmx64m -Xss512k -XX:-UsePerfData -Xshare:auto -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:SharedArchiveFile=/$home/classes.jsa"
{ printf '%s\n' $options; printf -- '-cp\n%s\n' "${path%:}"; echo dev.sigillo.agent.Main; } > "$root/$home/java.options"

# The archive records the time stamps of the jars: give them the image's before it is made.
find "$root/$home" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
# The dynamic linker finds the runtime's libraries by /proc, key generation wants /dev/urandom; both are mounted in a name
# space of their own and end with it.
inside() {
  unshare --mount sh -c 'mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && exec chroot "$@"' inside \
    "$root" timeout 300 "/$home/runtime/bin/java" "$@" >> "$root/java.log" 2>&1 ||
    { tail -n 8 "$root/java.log" >&2; echo "agent.sh: java $1 failed" >&2; exit 1; }
}
# What the agent uses: the runtime's usual classes, those that a training run loads, and all of its own.
: > "$root/trained.list"
if [ -n "$jars" ]; then inside -XX:DumpLoadedClassList=/trained.list -Xshare:off -XX:+UseSerialGC -XX:-UsePerfData -Xmx64m -cp "${path%:}" dev.sigillo.agent.Main --warm; fi
{
  cat "$root/$home/runtime/lib/classlist"
  # Loaded only when threads happen to wait for one another: the list must not hang on that.
  printf 'java/util/concurrent/locks/AbstractQueuedSynchronizer$%s\n' ConditionNode ExclusiveNode Node SharedNode
  { grep -v -e '^[#@]' "$root/trained.list" || true; } | cut -d' ' -f1 | LC_ALL=C sort
  { grep '^@lambda' "$root/trained.list" || true; } | LC_ALL=C sort   # what lambdas and string concatenation spin
  for jar in $jars; do
    "$java/bin/jar" --list --file "$agent/$jar" | sed -n -e '/^META-INF/d' -e '/-info\.class$/d' -e 's/\.class$//p' | LC_ALL=C sort
  done
} | awk '!seen[$0]++' > "$root/classes.list"
inside -Xshare:dump -XX:SharedClassListFile=/classes.list -XX:SharedArchiveFile=/$home/classes.jsa \
  -XX:+UseSerialGC -XX:-UsePerfData -Xmx64m ${path:+-cp "${path%:}"}
rm -rf "$root"/{classes.list,trained.list,java.log} "$root"/tmp/*
