package dev.sigillo.portal;

import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** What is known of a node, in one word. */
enum Trust {
    TRUSTED("trusted", "good", "its latest verdict passes, and counts now"),
    UNTRUSTED("untrusted", "bad", "its latest verdict does not pass or has run out"),
    UNJUDGED("not judged yet", "wait", "no verdict has been given, or it is not in the cluster"),
    UNATTESTED("not attested", "none", "its pool has no vTPM");

    private final String word;
    private final String tone;
    private final String meaning;

    Trust(String word, String tone, String meaning) {
        this.word = word;
        this.tone = tone;
        this.meaning = meaning;
    }

    /** @param machine as the API shows it, which says so by the constant's name */
    static Trust of(JsonNode machine) {
        String name = machine.path("properties").path("trust").asString("");
        return Arrays.stream(values())
                .filter(trust -> trust.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(UNJUDGED);
    }

    String word() {
        return word;
    }

    /** The class of its badge. */
    String tone() {
        return tone;
    }

    String meaning() {
        return meaning;
    }
}
