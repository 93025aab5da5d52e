package dev.sigillo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The server as a process of this host: started as a daemon, stopped by its number and start time. */
final class ServerProcess {
    private static final String MAIN = "dev.sigillo.server.Main";
    private static final Duration START_PATIENCE = Duration.ofSeconds(90);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private final Context context;

    ServerProcess(Context context) {
        this.context = context;
    }

    /** Starts it in a session of its own, with its output in a log that never grows beyond 10 MB, and waits until it answers. */
    void start() {
        Home home = context.home();
        try {
            Files.createDirectories(home.logFolder());
            Files.setPosixFilePermissions(home.logFolder(), PosixFilePermissions.fromString("rwx------"));
            List<String> command = new ArrayList<>(List.of("setsid"));
            command.addAll(command());
            List<Process> pipeline = ProcessBuilder.startPipeline(List.of(
                    inHome(command)
                            .redirectErrorStream(true)
                            .redirectInput(ProcessBuilder.Redirect.from(
                                    Path.of("/dev/null").toFile())),
                    new ProcessBuilder(
                                    "setsid",
                                    "rotatelogs",
                                    "-n",
                                    "2",
                                    home.logFile().getFileName().toString(),
                                    "5M")
                            .directory(home.logFolder().toFile())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)));
            awaitAnswer(pipeline.getFirst());
        } catch (IOException e) {
            throw Failure.because(
                    "The server does not start: " + e.getMessage() + ".", "./run installs what it needs.");
        }
    }

    /** Stops the server only; machines and control planes live on. */
    void stop(Home.Server server) {
        ProcessHandle.of(server.pid()).filter(_ -> server.alive()).ifPresent(process -> {
            process.destroy();
            long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
            while (server.alive() && System.nanoTime() < deadline) {
                sleep();
            }
            if (server.alive()) {
                process.destroyForcibly();
            }
        });
    }

    /** Ends machines and control planes and removes every tap and namespace, in a one-off process; its output is shown. */
    int clear() {
        try {
            return inHome(down()).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because("Interrupted while machines were stopped.", "sigillo down can be repeated.");
        }
    }

    private void awaitAnswer(Process process) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < START_PATIENCE.toNanos()) {
            context.console().progress("server starts", (System.nanoTime() - began) / 1_000_000);
            if (answers()) {
                return;
            }
            if (!process.isAlive()) {
                context.console().clearProgress();
                throw Failure.because(
                        "The server ended while it started, with exit code " + process.exitValue() + ":\n" + logTail(),
                        "The whole log is " + context.home().logFile() + ".");
            }
            sleep();
        }
        context.console().clearProgress();
        // Else it would keep the home to itself, and the next start would fail for that.
        process.destroy();
        throw Failure.because(
                "The server did not answer within " + START_PATIENCE.toSeconds() + " s:\n" + logTail(),
                "The whole log is " + context.home().logFile() + ".");
    }

    /** True when the server of this home lives and its API answers. */
    boolean answers() {
        return context.home().server().filter(Home.Server::alive).isPresent() && Reach.answers(context.home());
    }

    private ProcessBuilder inHome(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SIGILLO_HOME", context.home().root().toString());
        for (String name : List.of("SIGILLO_DIST", "SIGILLO_KUBERNETES")) {
            builder.environment().remove(name);
            context.variable(name).ifPresent(value -> builder.environment().put(name, value));
        }
        return builder;
    }

    private List<String> down() {
        List<String> command = new ArrayList<>(command());
        command.add("down");
        return command;
    }

    /** The program and arguments of a server in the foreground. */
    List<String> command() {
        Path dist = Path.of(context.variable("SIGILLO_DIST")
                .orElseThrow(
                        () -> Failure.because("SIGILLO_DIST is not set.", "Start this by ./sigillo, which sets it.")));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                // One line an entry: time, level, text, trace.
                "-Djava.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n"));
        Path cache = dist.resolve("server.aot");
        if (Files.exists(cache)) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.addAll(List.of("-cp", jars(dist.resolve("server")), MAIN));
        return command;
    }

    private static String jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return String.join(
                    ":",
                    files.map(Path::toString)
                            .filter(name -> name.endsWith(".jar"))
                            .sorted()
                            .toList());
        } catch (IOException e) {
            throw Failure.because("The server's jars are missing: " + folder + ".", "./run builds them.");
        }
    }

    /** The end of the log that was written last: rotatelogs fills server.log and server.log.1 in turn. */
    private String logTail() {
        Path log = context.home().logFile();
        Path other = log.resolveSibling(log.getFileName() + ".1");
        try {
            boolean otherIsNewer = Files.exists(other)
                    && Files.getLastModifiedTime(other).compareTo(Files.getLastModifiedTime(log)) > 0;
            List<String> lines = Files.readAllLines(otherIsNewer ? other : log);
            if (!lines.isEmpty() && lines.getLast().startsWith("ERROR: ")) {
                // The server's own last words say all.
                return lines.getLast().substring("ERROR: ".length());
            }
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because("Interrupted.", "sigillo status says how it stands.");
        }
    }
}
