package dev.sigillo.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code sigillo serve}: the server in the foreground, for service managers and containers.
 *
 * <p>The launcher asks for the command and becomes it (exec), so that whoever started {@code sigillo serve} watches the
 * server itself and not a process in front of it.
 */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Run the server in the foreground, for systemd or a container; its log goes to standard output.",
            "It ends by SIGTERM or Ctrl-C; machines and control planes live on."
        },
        footer = {"", "Examples:", "  sigillo serve", "  cp scripts/sigillo.service /etc/systemd/system/"})
final class ServeCommand implements Callable<Integer> {
    private final Context context;

    @Option(
            names = "--print-command",
            hidden = true,
            description = "print what the launcher is to become, NUL-separated")
    private boolean print;

    ServeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (!print) {
            throw Failure.because(
                    "This is the launcher's part.", "Start it by ./sigillo serve, without other options.");
        }
        context.home().server().filter(Home.Server::alive).ifPresent(server -> {
            throw Failure.because(
                    "A server of this home runs already, process " + server.pid() + ".",
                    "sigillo down --server-only stops it.");
        });
        UpCommand.checkPort(context);
        new ServerProcess(context)
                .command()
                .forEach(word -> context.console().out().print(word + "\0"));
        context.console().out().flush();
        return ExitCode.DONE;
    }
}
