package dev.sigillo.attest;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy asks of the kernel's command line. Words that must be there are the kernel's own ({@link
 * CommandLineWords#heeded}), words that must not be there anybody's ({@link CommandLineWords#readings}).
 *
 * @param exact the whole lines allowed, character for character; empty: any
 * @param required for each a word must be of that form
 * @param forbidden no word may be of one of these forms
 * @param regex what the whole line must match
 */
public record CommandLineRule(
        List<String> exact, List<WordPattern> required, List<WordPattern> forbidden, Optional<BoundedRegex> regex) {

    public CommandLineRule {
        exact = List.copyOf(exact);
        required = List.copyOf(required);
        forbidden = List.copyOf(forbidden);
    }

    /** One finding on {@link Check#COMMAND_LINE}. */
    public Finding judge(String line) {
        if (!exact.isEmpty() && !exact.contains(line)) {
            return broken(String.join("\" or \"", exact), line);
        }
        List<String> heeded = CommandLineWords.heeded(line);
        for (WordPattern pattern : required) {
            if (heeded.stream().noneMatch(word -> CommandLineWords.matches(pattern, word))) {
                return broken("the word " + pattern, line);
            }
        }
        Set<String> words = CommandLineWords.readings(line);
        for (WordPattern pattern : forbidden) {
            Optional<String> found = words.stream()
                    .filter(word -> CommandLineWords.matches(pattern, word))
                    .findFirst();
            if (found.isPresent()) {
                return broken("no word " + pattern, Printable.text(found.get()) + " in: " + line);
            }
        }
        if (regex.isEmpty()) {
            return Finding.held(Check.COMMAND_LINE);
        }
        Optional<Boolean> matches = regex.get().matches(line);
        if (matches.isEmpty()) {
            return Finding.undecided(
                    Check.COMMAND_LINE, "an answer within its bounds: the expression takes too long on this line");
        }
        return matches.get()
                ? Finding.held(Check.COMMAND_LINE)
                : broken("a line that matches " + regex.get().pattern().pattern(), line);
    }

    private static Finding broken(String expected, String was) {
        return Finding.broken(Check.COMMAND_LINE, expected, Printable.text(was), "PCR 8 or 12");
    }
}
