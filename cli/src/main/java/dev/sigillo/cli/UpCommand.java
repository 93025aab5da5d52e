package dev.sigillo.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sigillo up}: a running server for the home. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Start the server; after a down it brings the clusters back with new machines.",
            "A server of an earlier build is started anew; machines and control planes live on."
        },
        footer = {"", "Examples:", "  sigillo up", "  SIGILLO_HOME=/srv/sigillo SIGILLO_PORT=18443 sigillo up"})
final class UpCommand implements Callable<Integer> {
    private final Context context;

    UpCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        checkPort(context);
        ServerProcess server = new ServerProcess(context);
        long began = System.nanoTime();
        boolean already = server.answers();
        Optional<Home.Server> running = context.home().server().filter(Home.Server::alive);
        boolean outdated = running.filter(this::isOutdated).isPresent();
        if (outdated) {
            running.flatMap(Home.Server::unit).ifPresent(unit -> {
                throw Failure.because(
                        "The server runs from an earlier build, and systemd unit " + unit + " runs it.",
                        "systemctl restart " + unit + " starts the new one; machines and control planes live on.");
            });
            running.ifPresent(server::stop);
        }
        if (!already || outdated) {
            server.start();
        }
        context.console()
                .step(
                        "server "
                                + (outdated
                                        ? "started anew from the new build, answers"
                                        : already ? "already runs" : "answers")
                                + " at " + context.home().runningServer().endpoint(),
                        (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }

    /** Whether it was started from other folders than this command line would start it from. */
    private boolean isOutdated(Home.Server server) {
        List<String> mine = List.of(
                context.variable("SIGILLO_DIST").orElse(""),
                context.variable("SIGILLO_KUBERNETES").orElse(""));
        return !mine.equals(server.programs());
    }

    /** @throws Failure when SIGILLO_PORT is set to what is no port */
    static void checkPort(Context context) {
        String port = context.variable("SIGILLO_PORT").orElse("1");
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
            throw Failure.usage("SIGILLO_PORT is \"" + Fields.safe(port) + "\"; a port is a number from 1 to 65535.");
        }
    }
}
