package dev.sigillo.machine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the embedded engine keeps things.
 *
 * <pre>
 * home/machines/ID/          root only: machine.json, console.log, tpm.log, ek.der, varstore.template
 * home/machines/ID/qemu/     varstore, overlay and scratch disk of QEMU's own user, config disk of root
 * home/machines/ID/tpm/      owned by swtpm's own user: encrypted state
 * home/machine-keys/ID       root only: the key of that state, apart from it
 * home/networks/ID.json      open networks
 * home/firmware/             what firmware probes told that this home's machines may need
 * run/ID/q, run/ID/t         sockets of QEMU and swtpm
 * cache/firmware/            answers of firmware probes
 * </pre>
 *
 * @param home durable, on a file system with sparse files
 * @param run short (unix sockets have 108 bytes) and emptied by a restart of the host, such as /run/sigillo-3f2a
 * @param cache may be deleted at any time
 * @param tag four hex digits that tell the homes of one host apart in names of interfaces and processes
 */
public record EngineHome(Path home, Path run, Path cache, String tag) {
    /** @throws IllegalArgumentException if the tag is not four hex digits or a path is not absolute */
    public EngineHome {
        if (!tag.matches("[0-9a-f]{4}")) {
            throw new IllegalArgumentException("a home's tag is four hex digits, not \"" + tag + "\"");
        }
        if (!home.isAbsolute() || !run.isAbsolute() || !cache.isAbsolute()) {
            throw new IllegalArgumentException("home, run and cache are absolute paths");
        }
        if (run.toString().length() > 60) {
            throw new IllegalArgumentException("the run folder's path has at most 60 characters, not " + run);
        }
    }

    Path machines() {
        return home.resolve("machines");
    }

    Path machine(MachineId id) {
        return machines().resolve(id.value());
    }

    /** The machine's copy of the template of its varstore. */
    Path varstoreTemplate(MachineId id) {
        return machine(id).resolve("varstore.template");
    }

    Path keys() {
        return home.resolve("machine-keys");
    }

    Path key(MachineId id) {
        return keys().resolve(id.value());
    }

    Path networks() {
        return home.resolve("networks");
    }

    Path firmwareCache() {
        return cache.resolve("firmware");
    }

    Path run(MachineId id) {
        return run.resolve(id.value());
    }

    /** Mount point inside which each child sees its own files and sockets, and of the others none. */
    Path jail() {
        return run.resolve("jail");
    }

    Path qmpSocket(MachineId id) {
        return run(id).resolve("q").resolve("qmp.sock");
    }

    Path tpmControlSocket(MachineId id) {
        return run(id).resolve("t").resolve("ctrl.sock");
    }

    Path tpmDataSocket(MachineId id) {
        return run(id).resolve("t").resolve("data.sock");
    }

    /** Names of all the engine's children start so. */
    String childPrefix() {
        return "sigillo/" + tag + "/machine/";
    }

    /** Whose child it is; empty for a name that is no machine's, which any local process may bear. */
    Optional<MachineId> machineOf(String child) {
        return Optional.of(child)
                .filter(name -> name.startsWith(childPrefix()))
                .map(name -> name.substring(childPrefix().length()).split("/", 2)[0])
                .filter(MachineId::matches)
                .map(MachineId::new);
    }

    String child(MachineId id, String role) {
        return childPrefix() + id + "/" + role;
    }
}
