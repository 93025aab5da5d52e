package dev.sigillo.cli;

import dev.sigillo.eventlog.ParsedLog;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Of a log that holds several boots, the one that is meant: the last, whose registers the TPM has, unless another is named. */
final class WhichBoot {
    @Option(
            names = "--boot",
            paramLabel = "N",
            description = "of a log with several boots this one, the first being 1; by default the last")
    Optional<Integer> boot = Optional.empty();

    ParsedLog of(ParsedLog log) {
        int boots = log.earlierBoots().size() + 1;
        int number = boot.orElse(boots);
        if (number < 1 || number > boots) {
            throw Failure.usage("--boot is " + number + "; the log has "
                    + (boots == 1 ? "one boot: leave the option out." : boots + " boots: 1 to " + boots + "."));
        }
        return number == boots ? log : log.earlierBoots().get(number - 1);
    }
}
