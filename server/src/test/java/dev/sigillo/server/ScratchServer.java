package dev.sigillo.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.OptionalLong;

/**
 * Serves the API in a folder until it is killed, for trying az or Schemathesis by hand:
 * {@code ScratchServer FOLDER PORT [MEMORY_MIB]}.
 */
final class ScratchServer {
    private ScratchServer() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createDirectories(Path.of(arguments[0]));
        OptionalLong most = arguments.length > 2 ? OptionalLong.of(Long.parseLong(arguments[2])) : OptionalLong.empty();
        try (ArmHarness harness =
                new ArmHarness(home, Integer.parseInt(arguments[1]), Clock.systemUTC(), ArmHarness.UNLIMITED, most)) {
            System.out.println(harness.endpoint());
            Thread.currentThread().join();
        }
    }
}
