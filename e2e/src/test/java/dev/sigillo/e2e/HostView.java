package dev.sigillo.e2e;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One machine as the host sees it: its QEMU's command line and its variable store. */
record HostView(List<String> commandLine, Bytes varstore) {

    static HostView of(Installation sigillo, String machine) throws IOException {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            List<String> words;
            try {
                words = List.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\0", -1));
            } catch (IOException gone) {
                continue;
            }
            if (words.getFirst().endsWith("qemu-system-x86_64") && words.contains(machine)) {
                return new HostView(
                        words,
                        Bytes.of(Files.readAllBytes(sigillo.home()
                                .resolve("machines")
                                .resolve(machine)
                                .resolve("qemu/varstore.fd"))));
            }
        }
        throw new AssertionError("no QEMU of machine " + machine);
    }

    boolean secureBootEnabled() throws IOException {
        return parsed().secureBoot();
    }

    List<String> variables() throws IOException {
        return parsed().variables().stream().map(variable -> variable.name()).toList();
    }

    private VarStore parsed() throws IOException {
        try {
            return VarStore.parse(varstore);
        } catch (MalformedException e) {
            throw new IOException("the varstore does not parse", e);
        }
    }
}
