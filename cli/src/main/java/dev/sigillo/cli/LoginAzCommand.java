package dev.sigillo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
    private final Context context;

    @Option(names = "--az", paramLabel = "PROGRAM", description = "the az to use; by default the one on PATH")
    private String az = "";

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
        login(program, credentials);
        String caFile = context.home().caFile().toString();
        if (!context.variable("REQUESTS_CA_BUNDLE").orElse("").equals(caFile)) {
            context.console().err().println("az also needs the server's CA in this shell: eval \"$(sigillo env)\"");
        }
        return ExitCode.DONE;
    }

    /** The secret goes by file (az reads {@code @file}): arguments can be seen by every user of the host. */
    private void login(String program, Home.Credentials credentials) {
        try {
            Path secret = Files.createTempFile(
                    "sigillo", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(secret, credentials.clientSecret());
                List<String> arguments = List.of(
                        "login",
                        "--service-principal",
                        "--username",
                        credentials.clientId(),
                        "--password",
                        "@" + secret,
                        "--tenant",
                        credentials.tenant(),
                        "--output",
                        "none");
                context.console()
                        .err()
                        .println("az "
                                + String.join(" ", arguments).replace("@" + secret, "\"$SIGILLO_CLIENT_SECRET\""));
                finish(start(program, arguments, true));
            } finally {
                Files.delete(secret);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String program, String... arguments) {
        context.console().err().println("az " + String.join(" ", arguments));
        finish(start(program, List.of(arguments), true));
    }

    private static void finish(Process process) {
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw Failure.because("az ended with exit code " + code + "; its own words are above.", "");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because("Interrupted while az ran.", "sigillo login-az can be repeated.");
        }
    }

    /** What az prints; empty when it fails, as for a cloud it does not know. */
    private String output(String program, String... arguments) {
        Process process = start(program, List.of(arguments), false);
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? text : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private Process start(String program, List<String> arguments, boolean shown) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("REQUESTS_CA_BUNDLE", context.home().caFile().toString());
        builder.environment().putIfAbsent("AZURE_CORE_COLLECT_TELEMETRY", "0");
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        if (shown) {
            builder.redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT);
        } else {
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        }
        try {
            return builder.start();
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
                "Install it (python3 -m venv az && az/bin/pip install azure-cli==2.91.0), or name it by --az PROGRAM.");
    }
}
