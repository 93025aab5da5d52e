package dev.sigillo.arm;

import java.util.Arrays;
import java.util.List;

/** What follows when a node of a pool fails attestation after it was let in. */
public enum OnUntrusted {
    /** An alert, and nothing else: the node goes on. */
    ALERT_ONLY("alert-only"),
    /** The node is cut off and kept to be looked at, and its pool has failed until somebody acts. */
    QUARANTINE("quarantine"),
    /** As QUARANTINE, until a clean machine has taken its place: then it is removed. */
    REPLACE("replace");

    private final String word;

    OnUntrusted(String word) {
        this.word = word;
    }

    static List<String> words() {
        return Arrays.stream(values()).map(each -> each.word).toList();
    }

    /** Of a word that was checked. */
    static OnUntrusted of(String word) {
        return Arrays.stream(values())
                .filter(each -> each.word.equals(word))
                .findFirst()
                .orElse(QUARANTINE);
    }
}
