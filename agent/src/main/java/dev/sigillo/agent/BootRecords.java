package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The logs that the kernel keeps of what was measured into the TPM. They prove nothing without a quote. */
final class BootRecords {

    /** Both logs are some ten KiB; more than this would be refused by the server anyhow. */
    private static final int MAX_LOG = 1024 * 1024;

    private final Path security;

    /** @param root {@code /}, or a folder in its place in tests */
    BootRecords(Path root) {
        security = root.resolve("sys/kernel/security");
    }

    /** TCG PC Client event log of firmware and boot loaders; fixed once the kernel runs. */
    Bytes eventLog() throws IOException {
        return read("tpm0/binary_bios_measurements");
    }

    /** IMA's list, which grows: read it after the quote, so that it covers what the quoted PCR 10 does. */
    Bytes imaList() throws IOException {
        return read("ima/binary_runtime_measurements");
    }

    private Bytes read(String name) throws IOException {
        Path file = security.resolve(name);
        if (!Files.exists(file)) {
            return Bytes.empty(); // the server's finding says what is missing
        }
        try (InputStream in = Files.newInputStream(file)) { // size is 0 in securityfs, so read to the end
            return Bytes.of(in.readNBytes(MAX_LOG));
        }
    }
}
