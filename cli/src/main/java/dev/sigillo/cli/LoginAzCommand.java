package dev.sigillo.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sigillo login-az}: from a running server to a logged-in Azure CLI; repeatable. */
@Command(
        name = "login-az",
        mixinStandardHelpOptions = true,
        description = "Register and select this Sigillo as az's cloud, and log az in; prints the az commands it runs.",
        footer = {
            "",
            "Example:",
            "  eval \"$(sigillo env)\" && sigillo login-az && az aks list --output table",
            "az needs REQUESTS_CA_BUNDLE also afterwards: sigillo env sets it."
        })
final class LoginAzCommand implements Callable<Integer> {
    private static final String CLOUD = "sigillo";
    private static final File NOTHING = new File("/dev/null");

    /** What a shell leaves as it is. */
    private static final Pattern PLAIN = Pattern.compile("[-A-Za-z0-9_./:@%+=,]+");

    private final Context context;

    @Option(names = "--az", paramLabel = "PROGRAM", description = "the az to use; by default the one on PATH")
    private String az = "";

    @Option(
            names = "--use-device-code",
            description =
                    "log in as a user, by a code that is entered in a browser, instead of as the owner of the home")
    private boolean deviceCode;

    LoginAzCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        String endpoint = context.home().runningServer().endpoint().toString();
        Home.Credentials credentials = context.home().credentials();
        String program = az.isEmpty() ? findAz() : az;
        String registered = output(
                program, "cloud", "show", "--name", CLOUD, "--query", "endpoints.resourceManager", "--output", "tsv");
        if (!registered.equals(endpoint)) {
            if (!registered.isEmpty()) {
                // az cannot forget the cloud it is using.
                run(program, "cloud", "set", "--name", "AzureCloud");
                run(program, "cloud", "unregister", "--name", CLOUD);
            }
            run(program, "cloud", "register", "--name", CLOUD, "--endpoint-resource-manager", endpoint);
        }
        run(program, "cloud", "set", "--name", CLOUD);
        if (deviceCode) {
            run(program, "login", "--use-device-code", "--output", "none");
        } else {
            login(program, credentials);
        }
        String caFile = context.home().caFile().toString();
        if (!context.variable("REQUESTS_CA_BUNDLE").orElse("").equals(caFile)) {
            context.console().err().println("az also needs the server's CA in this shell: eval \"$(sigillo env)\"");
        }
        return ExitCode.DONE;
    }

    /** The secret goes by standard input, which az reads for {@code @-}: not by a file, and not where ps shows it. */
    private void login(String program, Home.Credentials credentials) {
        List<String> arguments = List.of(
                "login",
                "--service-principal",
                "--username",
                credentials.clientId(),
                "--password",
                "@-",
                "--tenant",
                credentials.tenant(),
                "--output",
                "none");
        say("printf %s \"$SIGILLO_CLIENT_SECRET\" | ", program, arguments);
        Process process = start(az(program, arguments).redirectInput(ProcessBuilder.Redirect.PIPE));
        try (OutputStream in = process.getOutputStream()) {
            in.write(credentials.clientSecret().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // az ended before it read: its exit code and own words say why.
            finish(process);
            throw new UncheckedIOException(e);
        }
        finish(process);
    }

    private void run(String program, String... arguments) {
        say("", program, List.of(arguments));
        finish(start(az(program, List.of(arguments))));
    }

    /** What az prints; empty when it fails, as for a cloud it does not know. */
    private String output(String program, String... arguments) {
        say("", program, List.of(arguments));
        Process process = start(az(program, List.of(arguments))
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .redirectError(ProcessBuilder.Redirect.DISCARD));
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? text : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** As a person would type it. */
    private void say(String before, String program, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(arguments);
        context.console()
                .err()
                .println(before
                        + words.stream()
                                .map(word -> PLAIN.matcher(word).matches() ? word : EnvCommand.quoted(word))
                                .collect(Collectors.joining(" ")));
    }

    private static void finish(Process process) {
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw Failure.because("az ended with exit code " + code + "; its own words are above.", "");
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static Failure interrupted() {
        Thread.currentThread().interrupt();
        return Failure.because("Interrupted while az ran.", "sigillo login-az can be repeated.");
    }

    /** Reads nothing, and prints where this prints. */
    private ProcessBuilder az(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("REQUESTS_CA_BUNDLE", context.home().caFile().toString());
        builder.environment().putIfAbsent("AZURE_CORE_COLLECT_TELEMETRY", "0");
        return builder.redirectInput(NOTHING)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    private static Process start(ProcessBuilder az) {
        try {
            return az.start();
        } catch (IOException e) {
            throw Failure.because("az does not start: " + e.getMessage() + ".", "--az PROGRAM names another one.");
        }
    }

    private String findAz() {
        for (String folder : context.variable("PATH").orElse("").split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, "az"))) {
                return Path.of(folder, "az").toString();
            }
        }
        Path tested = Path.of(context.variable("SIGILLO_CACHE").orElse("/nonexistent"), "az-2.91.0/bin/az");
        if (Files.isExecutable(tested)) {
            return tested.toString();
        }
        throw Failure.because(
                "There is no az on PATH.",
                "In a new shell, without sigillo env: python3 -m venv ~/az && ~/az/bin/pip install azure-cli==2.91.0; then"
                        + " --az ~/az/bin/az.");
    }
}
