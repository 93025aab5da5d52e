package dev.sigillo.portal;

import dev.sigillo.portal.BootChain.Fact;
import dev.sigillo.portal.BootChain.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What the event log shows of one link: signer, authority and SBAT of its boot image, and what it was told. */
final class BootFactRows {
    private BootFactRows() {}

    static List<Fact> of(Stage stage, JsonNode boot) {
        List<Fact> facts = new ArrayList<>();
        switch (stage) {
            case FIRMWARE -> {
                if (boot.has("secureBoot")) {
                    facts.add(new Fact("Secure Boot", boot.path("secureBoot").asBoolean(false) ? "on" : "off"));
                }
            }
            case SHIM -> {
                image(facts, boot, 0);
                list(facts, "SBAT level in force", boot.path("sbatLevel"));
            }
            case GRUB -> {
                image(facts, boot, 1);
                if (!boot.path("grubCommands").isEmpty()) {
                    facts.add(new Fact("Commands", boot.path("grubCommands").size() + " measured"));
                }
            }
            case KERNEL -> {
                image(facts, boot, 2);
                text(facts, "Command line", boot.path("kernelCommandLine"));
            }
            case AGENT, PROOF -> {}
        }
        return facts;
    }

    /** The image that was started at that place, counted over the last attempt: one that stands twice running counts once. */
    private static void image(List<Fact> facts, JsonNode boot, int place) {
        List<JsonNode> images = new ArrayList<>();
        for (JsonNode image : boot.path("images")) {
            if (!images.isEmpty()
                    && image.path("attempt").asInt(1)
                            != images.getLast().path("attempt").asInt(1)) {
                images.clear();
            }
            if (images.isEmpty()
                    || !image.path("digest")
                            .asString("")
                            .equals(images.getLast().path("digest").asString(""))) {
                images.add(image);
            }
        }
        if (place >= images.size()) {
            return;
        }
        JsonNode image = images.get(place);
        JsonNode reasons = image.path("reasons");
        text(facts, "Image", image.path("name"));
        text(facts, "Path", image.path("path"));
        known(facts, "Signer", image.path("signer"), reasons.path("signer"));
        if (image.path("authorisedBy").isString() || image.path("candidates").isEmpty()) {
            known(facts, "Authority", image.path("authorisedBy"), reasons.path("authorisedBy"));
        } else {
            list(facts, "Authority, one of", image.path("candidates"));
        }
        if (image.path("sbat").isArray()) {
            list(facts, "SBAT", image.path("sbat"));
        } else {
            known(facts, "SBAT", image.path("sbat"), reasons.path("sbat"));
        }
        text(facts, "Digest", image.path("digest"));
    }

    private static void known(List<Fact> facts, String name, JsonNode value, JsonNode reason) {
        if (value.isString()) {
            facts.add(new Fact(name, value.asString()));
        } else if (reason.isString()) {
            facts.add(new Fact(name, reason.asString()));
        }
    }

    private static void text(List<Fact> facts, String name, JsonNode value) {
        if (value.isString()) {
            facts.add(new Fact(name, value.asString()));
        }
    }

    private static void list(List<Fact> facts, String name, JsonNode values) {
        if (values.isArray() && !values.isEmpty()) {
            facts.add(new Fact(
                    name, values.valueStream().map(each -> each.asString("")).collect(Collectors.joining("; "))));
        }
    }
}
