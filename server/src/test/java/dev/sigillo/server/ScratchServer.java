package dev.sigillo.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Serves the API in a folder until it is killed, for trying az by hand: {@code ScratchServer FOLDER PORT}. */
final class ScratchServer {
    private ScratchServer() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Files.createDirectories(Path.of(arguments[0]));
        try (ArmHarness harness = new ArmHarness(home, Integer.parseInt(arguments[1]), Clock.systemUTC())) {
            System.out.println(harness.endpoint());
            Thread.currentThread().join();
        }
    }
}
