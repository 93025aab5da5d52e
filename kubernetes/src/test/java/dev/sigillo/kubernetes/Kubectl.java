package dev.sigillo.kubernetes;

import dev.sigillo.process.Command;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The real kubectl with one kubeconfig. */
record Kubectl(Path program, Path kubeconfig) {

    Command.Result run(String... arguments) {
        return run("", arguments);
    }

    Command.Result run(String stdin, String[] arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--kubeconfig", kubeconfig.toString()));
        command.addAll(Arrays.asList(arguments));
        return Command.attempt(Duration.ofSeconds(60), command, stdin.getBytes(StandardCharsets.UTF_8));
    }

    /** Both streams: what a person sees. */
    String says(String... arguments) {
        Command.Result result = run(arguments);
        return result.exit() + " " + result.out() + result.err();
    }

    String apply(String manifest, String... more) {
        List<String> arguments = new ArrayList<>(List.of("apply", "-f", "-"));
        arguments.addAll(Arrays.asList(more));
        Command.Result result = run(manifest, arguments.toArray(String[]::new));
        return result.exit() + " " + result.out() + result.err();
    }
}
