package dev.sigillo.portal;

import tools.jackson.databind.JsonNode;

/** What is known of a node, in one word. */
enum Trust {
    TRUSTED("trusted", "good", "its latest verdict passes"),
    UNTRUSTED("untrusted", "bad", "its latest verdict does not pass"),
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

    /** @param machine as the API shows it */
    static Trust of(JsonNode machine) {
        JsonNode properties = machine.path("properties");
        if (!properties.path("securityProfile").path("enableVTPM").asBoolean(false)) {
            return UNATTESTED;
        }
        JsonNode passing = properties.path("verdict").path("passing");
        if (passing.isBoolean() && !passing.asBoolean()) {
            return UNTRUSTED;
        }
        String phase = properties.path("phase").asString("");
        boolean letIn = phase.equals("ADMITTED") || phase.equals("READY");
        return passing.isBoolean() && letIn ? TRUSTED : UNJUDGED;
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
