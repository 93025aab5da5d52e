package dev.sigillo.server;

import dev.sigillo.machine.Gpus;
import dev.sigillo.pki.PkiException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The server: {@code Main} serves until it is told to end, {@code Main down} takes machines, control planes and networks
 * down and keeps what is desired.
 *
 * <p>Environment: SIGILLO_HOME, SIGILLO_CACHE, SIGILLO_KUBERNETES (folder with the programs); SIGILLO_DIST (folder this
 * server runs from), SIGILLO_PORT, SIGILLO_MEMORY_MIB (most memory that control planes and machines may have together),
 * SIGILLO_GPUS (PCI addresses of GPUs that machines may have),
 * SIGILLO_LOG (json or text) and what {@link Limits} reads are optional.
 */
public final class Main {

    private static final System.Logger LOG = System.getLogger(Main.class.getName());

    private Main() {}

    public static void main(String[] arguments) {
        boolean down = arguments.length == 1 && arguments[0].equals("down");
        if (arguments.length > 0 && !down) {
            System.err.println("usage: no argument (serve), or down");
            System.exit(2);
        }
        try {
            JsonLines.configure(System.getenv());
            Settings settings = Settings.of(System.getenv());
            alone(settings.home(), () -> {
                // A GPU that is gone must not keep anybody from taking all down.
                Gpus gpus = down ? Gpus.NONE : Gpus.of(settings.gpus());
                Standing standing =
                        Standing.open(Home.open(settings.home(), settings.port()), settings, gpus, Clock.systemUTC());
                if (down) {
                    standing.takeDown();
                } else {
                    serve(standing);
                }
            });
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException | PkiException e) {
            // Said in words for people: a setting that is wrong, a home in use, a port or file that cannot be had.
            LOG.log(System.Logger.Level.DEBUG, "the start failed", e);
            System.err.println("ERROR: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Runs the work as the only process on the home, until it ends. */
    static void alone(Path home, Runnable work) {
        try (HomeLock held = HomeLock.take(home)) {
            work.run();
            LOG.log(System.Logger.Level.DEBUG, "{0} is done with the home", held);
        }
    }

    private static void serve(Standing standing) {
        Serving serving = Serving.start(standing);
        Runtime.getRuntime().addShutdownHook(new Thread(serving::close, "shutdown"));
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Where things are.
     *
     * @param kubernetes folder with the programs of the control plane and kubectl
     * @param dist folder of the jars that this server runs from; empty when nobody said
     * @param gpus PCI addresses of GPUs that machines may have, with commas between them
     * @param memoryMib most memory that control planes and machines may have together; 0 for none of them
     */
    record Settings(
            Path home,
            Path cache,
            Path kubernetes,
            String dist,
            Optional<Integer> port,
            OptionalLong memoryMib,
            String gpus,
            Limits limits) {
        private static final long MOST_MIB = 1L << 30;

        static Settings of(Map<String, String> environment) {
            return new Settings(
                    Path.of(required(environment, "SIGILLO_HOME"))
                            .toAbsolutePath()
                            .normalize(),
                    Path.of(required(environment, "SIGILLO_CACHE"))
                            .toAbsolutePath()
                            .normalize(),
                    Path.of(required(environment, "SIGILLO_KUBERNETES"))
                            .toAbsolutePath()
                            .normalize(),
                    environment.getOrDefault("SIGILLO_DIST", ""),
                    Optional.ofNullable(environment.get("SIGILLO_PORT"))
                            .filter(port -> !port.isEmpty())
                            .map(Settings::port),
                    number(environment, "SIGILLO_MEMORY_MIB", 0, MOST_MIB),
                    environment.getOrDefault("SIGILLO_GPUS", ""),
                    Limits.of(environment));
        }

        /**
         * A number that may be left out.
         *
         * @throws IllegalArgumentException when it is none, or not from {@code least} to {@code most}
         */
        static OptionalLong number(Map<String, String> environment, String name, long least, long most) {
            String text = environment.getOrDefault(name, "");
            if (text.isEmpty()) {
                return OptionalLong.empty();
            }
            if (!text.matches("[0-9]{1,12}") || Long.parseLong(text) < least || Long.parseLong(text) > most) {
                throw new IllegalArgumentException(
                        name + " is \"" + text + "\"; it is a whole number from " + least + " to " + most);
            }
            return OptionalLong.of(Long.parseLong(text));
        }

        private static int port(String text) {
            if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535 || Integer.parseInt(text) < 1) {
                throw new IllegalArgumentException("SIGILLO_PORT is \"" + text + "\"; a port is 1 to 65535");
            }
            return Integer.parseInt(text);
        }

        private static String required(Map<String, String> environment, String name) {
            String value = environment.get(name);
            if (value == null || value.isEmpty()) {
                throw new IllegalArgumentException(name + " is not set; ./sigillo up sets it");
            }
            return value;
        }
    }
}
