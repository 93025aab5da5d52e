package dev.sigillo.portal;

import dev.sigillo.arm.ProvisioningState;
import tools.jackson.databind.JsonNode;

/**
 * What is under way with a cluster or pool, in ARM's word for it.
 *
 * @param tone class of its badge
 * @param error why it failed, in the API's words; empty if it did not
 */
record State(String word, String tone, boolean busy, String error) {
    static State of(JsonNode properties) {
        String word = properties.path("provisioningState").asString("");
        boolean busy = !ProvisioningState.isEnd(word);
        boolean stopped =
                properties.path("powerState").path("code").asString("").equals("Stopped");
        String error = properties
                .path("status")
                .path("provisioningError")
                .path("message")
                .asString("");
        if (busy) {
            return new State(word, "wait", true, error);
        }
        if (word.equals(ProvisioningState.FAILED)) {
            return new State(word, "bad", false, error);
        }
        return stopped ? new State("Stopped", "none", false, error) : new State(word, "good", false, error);
    }
}
