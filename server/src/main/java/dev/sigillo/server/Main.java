package dev.sigillo.server;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * The server: {@code Main} serves until it is told to end, {@code Main down} takes machines, control planes and networks
 * down and keeps what is desired.
 *
 * <p>Environment: SIGILLO_HOME, SIGILLO_CACHE, SIGILLO_KUBERNETES (folder with the programs), SIGILLO_PORT (optional).
 */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        Settings settings = Settings.of(System.getenv());
        Home home = Home.open(settings.home(), settings.port());
        boolean down = arguments.length == 1 && arguments[0].equals("down");
        if (arguments.length > 0 && !down) {
            System.err.println("usage: no argument (serve), or down");
            System.exit(2);
        }
        // Held until the process ends.
        home.lock();
        Clock clock = Clock.systemUTC();
        if (down) {
            Standing.open(home, settings, clock).takeDown();
            return;
        }
        Serving serving = Serving.start(Standing.open(home, settings, clock));
        Runtime.getRuntime().addShutdownHook(new Thread(serving::close, "shutdown"));
        Thread.currentThread().join();
    }

    /**
     * Where things are.
     *
     * @param kubernetes folder with the programs control-plane and kubectl
     */
    record Settings(Path home, Path cache, Path kubernetes, Optional<Integer> port) {

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
                    Optional.ofNullable(environment.get("SIGILLO_PORT"))
                            .filter(port -> !port.isEmpty())
                            .map(Settings::port));
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
