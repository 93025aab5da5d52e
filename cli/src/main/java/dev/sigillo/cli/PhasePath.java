package dev.sigillo.cli;

import java.util.Arrays;
import java.util.List;

/**
 * A phase path of systemd-pcrphase as it is typed: {@code enter-initrd:leave-initrd}.
 *
 * @param words what PCR 11 is extended with, one after the other
 */
record PhasePath(List<String> words) {

    PhasePath {
        words = List.copyOf(words);
    }

    /** As systemd-measure has it: empty words are left out. */
    static PhasePath of(String text) {
        return new PhasePath(Arrays.stream(text.split(":", -1))
                .filter(word -> !word.isEmpty())
                .toList());
    }
}
