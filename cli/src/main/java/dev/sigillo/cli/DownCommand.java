package dev.sigillo.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sigillo down}: nothing of this home runs any more; what was asked for is remembered. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stop the server, machines and control planes, and remove every tap and namespace.",
        footer = {
            "",
            "What clusters there are to be is kept: sigillo up makes them again, with new machines.",
            "",
            "Examples:",
            "  sigillo down",
            "  sigillo down --server-only"
        })
final class DownCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--server-only", description = "stop the server only; machines and control planes live on")
    private boolean serverOnly;

    DownCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        ServerProcess server = new ServerProcess(context);
        long began = System.nanoTime();
        Optional<Home.Server> running = context.home().server().filter(Home.Server::alive);
        running.flatMap(Home.Server::unit).ifPresent(unit -> {
            throw Failure.because(
                    "systemd unit " + unit + " runs the server, and would start it again.",
                    serverOnly
                            ? "systemctl stop " + unit + " stops it."
                            : "systemctl stop " + unit + ", then sigillo down.");
        });
        boolean ran = running.isPresent();
        running.ifPresent(server::stop);
        context.console().step(ran ? "server stopped" : "server did not run", (System.nanoTime() - began) / 1_000_000);
        if (serverOnly) {
            return ExitCode.DONE;
        }
        began = System.nanoTime();
        int code = server.clear();
        if (code != 0) {
            throw Failure.because(
                    "Not everything could be stopped: the clean-up ended with exit code " + code + ".",
                    "Its own words are above; sigillo down can be repeated.");
        }
        context.console()
                .step("machines, control planes and networks removed", (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }
}
