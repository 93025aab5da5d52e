package dev.sigillo.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the node image and prints its folder on standard output, progress on standard error.
 *
 * <pre>BuildMain --cache DIR --distribution DIR --kubernetes DIR --agent DIR [--java-home DIR] [--firmware DIR]</pre>
 */
public final class BuildMain {

    private static final List<String> REQUIRED = List.of("--cache", "--distribution", "--kubernetes", "--agent");
    private static final List<String> OPTIONAL = List.of("--java-home", "--firmware");

    private BuildMain() {}

    public static void main(String[] args) throws IOException {
        Map<String, Path> given = new LinkedHashMap<>();
        try {
            parse(args, given);
            BuildInputs inputs = new BuildInputs(
                    folder(given, "--cache"),
                    folder(given, "--distribution"),
                    folder(given, "--kubernetes"),
                    folder(given, "--agent"),
                    given.getOrDefault("--java-home", Path.of(System.getProperty("java.home"))),
                    given.getOrDefault("--firmware", Path.of("/usr/share/OVMF")));
            System.out.println(new ImageBuild(inputs, System.err).run());
        } catch (ImageException e) {
            System.err.println("node image: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void parse(String[] args, Map<String, Path> given) {
        for (int i = 0; i < args.length; i += 2) {
            if (!(REQUIRED.contains(args[i]) || OPTIONAL.contains(args[i])) || i + 1 == args.length) {
                throw new ImageException("\"%s\" is not an option with a folder; known are %s and %s"
                        .formatted(args[i], REQUIRED, OPTIONAL));
            }
            given.put(args[i], Path.of(args[i + 1]).toAbsolutePath());
        }
    }

    private static Path folder(Map<String, Path> given, String option) {
        Path folder = Optional.ofNullable(given.get(option))
                .orElseThrow(() -> new ImageException(option + " is missing; it names a folder"));
        if (!option.equals("--cache") && !Files.isDirectory(folder)) {
            throw new ImageException("%s %s is no folder".formatted(option, folder));
        }
        return folder;
    }
}
