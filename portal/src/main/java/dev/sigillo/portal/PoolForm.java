package dev.sigillo.portal;

import dev.sigillo.arm.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a pool is asked to be, as text that somebody typed: shown again as it was when the API refuses it.
 *
 * @param etag of the pool that the person saw; empty for a new one
 */
record PoolForm(
        String name,
        String mode,
        String size,
        String count,
        boolean secureBoot,
        boolean vtpm,
        String surge,
        boolean autoscale,
        String least,
        String most,
        String etag) {
    private static final int MOST_DIGITS = 6;

    /** The choice for those who do not choose: everything proved. */
    static PoolForm fresh() {
        return new PoolForm("", "User", "", "1", true, true, "1", false, "1", "3", "");
    }

    static PoolForm of(Form form, String name) {
        return new PoolForm(
                name,
                form.text("mode"),
                form.text("size"),
                form.text("count"),
                form.ticked("secureBoot"),
                form.ticked("vtpm"),
                form.text("surge"),
                form.ticked("autoscale"),
                form.text("least"),
                form.text("most"),
                form.text("etag"));
    }

    /** As the API shows the pool. */
    static PoolForm of(JsonNode pool) {
        JsonNode properties = pool.path("properties");
        JsonNode security = properties.path("securityProfile");
        int count = properties.path("count").asInt(0);
        return new PoolForm(
                pool.path("name").asString(""),
                properties.path("mode").asString(""),
                properties.path("vmSize").asString(""),
                Integer.toString(count),
                security.path("enableSecureBoot").asBoolean(false),
                security.path("enableVTPM").asBoolean(false),
                properties.path("upgradeSettings").path("maxSurge").asString(""),
                properties.path("enableAutoScaling").asBoolean(false),
                Integer.toString(properties.path("minCount").asInt(Math.max(1, count))),
                Integer.toString(properties.path("maxCount").asInt(Math.max(1, count))),
                properties.path("eTag").asString(""));
    }

    /** The body of the PUT that makes the pool. */
    ObjectNode body() {
        ObjectNode body = Json.newObject();
        ObjectNode properties = body.putObject("properties");
        properties.put("osType", "Linux");
        properties.put("type", "VirtualMachineScaleSets");
        properties.put("mode", mode);
        if (!size.isEmpty()) {
            properties.put("vmSize", size);
        }
        into(properties);
        return body;
    }

    /** The pool as the API shows it, with what is asked for; the API leaves out what is read-only. */
    ObjectNode body(JsonNode pool) {
        ObjectNode body = ((ObjectNode) pool).deepCopy();
        into(body.withObject("properties"));
        return body;
    }

    private void into(ObjectNode properties) {
        properties
                .withObject("securityProfile")
                .put("enableSecureBoot", secureBoot)
                .put("enableVTPM", vtpm);
        if (!surge.isEmpty()) {
            properties.withObject("upgradeSettings").put("maxSurge", surge);
        }
        properties.put("enableAutoScaling", autoscale);
        if (autoscale) {
            properties.put("minCount", number("the fewest nodes", least));
            properties.put("maxCount", number("the most nodes", most));
        } else {
            properties.putNull("minCount");
            properties.putNull("maxCount");
            properties.put("count", number("the number of nodes", count));
        }
    }

    private static int number(String what, String text) {
        if (!text.matches("[0-9]{1," + MOST_DIGITS + "}")) {
            throw Refused.because(
                    400,
                    "InvalidParameter",
                    "Nothing was changed: " + what + " is '" + text.substring(0, Math.min(40, text.length()))
                            + "', which is no whole number. Give one such as 3.");
        }
        return Integer.parseInt(text);
    }
}
