package dev.sigillo.fuzz;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What Jazzer calls: one target, named by the system property {@code fuzz.target}. Anything thrown is a finding. */
public final class Driver {

    private static Target target = Target.EVENT_LOG;

    private Driver() {}

    public static void fuzzerInitialize() {
        target = Target.valueOf(System.getProperty("fuzz.target", "event-log")
                .toUpperCase(Locale.ROOT)
                .replace('-', '_'));
    }

    public static void fuzzerTestOneInput(byte[] hostile) {
        target.takes(Bytes.of(hostile));
    }

    /** Writes each target's seeds into a folder of its own, and prints the targets. */
    public static void main(String[] args) throws IOException {
        for (Target each : Target.values()) {
            Path folder = Files.createDirectories(Path.of(args[0], each.folder()));
            int number = 0;
            for (Bytes seed : Seeds.of(each)) {
                Files.write(folder.resolve("seed" + number++), seed.toByteArray());
            }
            System.out.println(each.folder());
        }
    }
}
