package dev.sigillo.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A completion script for fish, which picocli does not make.
 *
 * <p>A subcommand is offered where the words before the cursor, options left out, are exactly its parents; options of a
 * command where they begin with that command. An option's value counts as a word, so options that come before the
 * subcommand end the offers of subcommands.
 */
final class FishCompletion {
    private final String name;
    private final StringBuilder script = new StringBuilder();

    private FishCompletion(String name) {
        this.name = name;
    }

    static String of(String name, CommandSpec root) {
        FishCompletion completion = new FishCompletion(name);
        completion.script.append("""
                function __%1$s_words
                    set -l words
                    for word in (commandline -opc)[2..]
                        string match -q -- '-*' $word; or set -a words $word
                    end
                    string join ' ' -- $words
                end
                function __%1$s_at
                    test "$(__%1$s_words)" = "$argv[1]"
                end
                function __%1$s_in
                    string match -q -- "$argv[1] *" "$(__%1$s_words) "
                end
                complete -c %1$s -f
                """.formatted(name));
        completion.add("", root);
        return completion.script.toString();
    }

    private void add(String path, CommandSpec command) {
        // A command and its aliases are one entry each.
        Map<String, CommandLine> below = new TreeMap<>(command.subcommands());
        below.forEach((word, line) -> {
            if (!line.getCommandSpec().usageMessage().hidden()) {
                line("__" + name + "_at " + quoted(path), "-a " + word, summary(line.getCommandSpec()));
                add((path + " " + word).strip(), line.getCommandSpec());
            }
        });
        String here = below.isEmpty() ? "__" + name + "_in " + quoted(path) : "__" + name + "_at " + quoted(path);
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                line(here, names(option) + value(option), first(option.description()));
            }
        }
        if (command.positionalParameters().stream().anyMatch(FishCompletion::isFile)) {
            line(here, "-F", "");
        }
        command.positionalParameters().stream()
                .filter(parameter -> parameter.completionCandidates() != null)
                .forEach(parameter -> line("__" + name + "_at " + quoted(path), "-a " + candidates(parameter), ""));
    }

    private void line(String condition, String what, String description) {
        script.append("complete -c ")
                .append(name)
                .append(" -n ")
                .append(quoted(condition))
                .append(' ')
                .append(what);
        if (!description.isEmpty()) {
            script.append(" -d ").append(quoted(description));
        }
        script.append('\n');
    }

    private static String names(OptionSpec option) {
        StringBuilder names = new StringBuilder();
        for (String each : option.names()) {
            names.append(each.startsWith("--") ? " -l " + each.substring(2) : " -s " + each.substring(1));
        }
        return names.toString().strip();
    }

    /** What follows an option: nothing, a file, one of some words, or any word. */
    private static String value(OptionSpec option) {
        if (option.arity().max() == 0) {
            return "";
        }
        if (option.completionCandidates() != null) {
            return " -x -a " + candidates(option);
        }
        return isFile(option) ? " -r -F" : " -x";
    }

    /** Constants as people write them: picocli takes them in either case. */
    private static String candidates(ArgSpec argument) {
        String words = String.join(" ", argument.completionCandidates());
        return quoted(argument.typeInfo().isEnum() ? words.toLowerCase(Locale.ROOT) : words);
    }

    private static boolean isFile(ArgSpec argument) {
        return List.of(Path.class, File.class).contains(argument.typeInfo().getType())
                || Arrays.asList(argument.typeInfo().getAuxiliaryTypes()).contains(Path.class);
    }

    private static String summary(CommandSpec command) {
        return first(command.usageMessage().description());
    }

    private static String first(String[] description) {
        return description.length == 0
                ? ""
                : description[0].replaceAll("\\$\\{[^}]*}", "").strip();
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
