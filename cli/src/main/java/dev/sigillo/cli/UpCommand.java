package dev.sigillo.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sigillo up}: a running server for the home. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Start the server; after a down it brings the clusters back with new machines.",
        footer = {"", "Examples:", "  sigillo up", "  SIGILLO_HOME=/srv/sigillo SIGILLO_PORT=18443 sigillo up"})
final class UpCommand implements Callable<Integer> {
    private final Context context;

    UpCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        ServerProcess server = new ServerProcess(context);
        long began = System.nanoTime();
        boolean already = server.answers();
        if (!already) {
            server.start();
        }
        context.console()
                .step(
                        "server " + (already ? "already runs" : "answers") + " at "
                                + context.home().runningServer().endpoint(),
                        (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }
}
