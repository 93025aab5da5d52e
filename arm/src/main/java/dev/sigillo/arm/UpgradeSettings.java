package dev.sigillo.arm;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the nodes of a pool are replaced: {@code AgentPool.properties.upgradeSettings}.
 *
 * @param maxSurge so many machines more than asked for at a time: a number, or a part of the pool in percent, rounded up
 * @param drain how long the pods of one node may take to leave it
 * @param soak how long a new node must have been Ready before the next old one goes
 * @param cordons a node that cannot be drained stays cordoned, and the others are replaced; else it goes on, and they stay
 */
public record UpgradeSettings(String maxSurge, Duration drain, Duration soak, boolean cordons) {
    /** AKS's own defaults. */
    private static final String DEFAULT_SURGE = "10%";

    private static final int DEFAULT_DRAIN_MINUTES = 30;
    private static final int LONGEST_DRAIN_MINUTES = 1440;
    private static final int LONGEST_SOAK_MINUTES = 30;

    private static final String SURGE = "maxSurge";
    private static final String DRAIN = "drainTimeoutInMinutes";
    private static final String SOAK = "nodeSoakDurationInMinutes";
    private static final String UNAVAILABLE = "maxUnavailable";
    private static final String UNDRAINABLE = "undrainableNodeBehavior";
    private static final String CORDON = "Cordon";
    static final Map<String, FieldKind> FIELDS = Map.of(
            SURGE, FieldKind.STRING,
            DRAIN, FieldKind.INTEGER,
            SOAK, FieldKind.INTEGER,
            UNAVAILABLE, FieldKind.STRING,
            UNDRAINABLE, FieldKind.STRING);

    private static final Pattern NUMBER = Pattern.compile("(\\d{1,4})(%?)");
    private static final String PATH = "properties.upgradeSettings.";

    static UpgradeSettings of(JsonNode settings) {
        String surge = settings.path(SURGE).asString("");
        return new UpgradeSettings(
                surge.isEmpty() ? DEFAULT_SURGE : surge,
                Duration.ofMinutes(
                        settings.path(DRAIN).asInt(0) == 0
                                ? DEFAULT_DRAIN_MINUTES
                                : settings.path(DRAIN).asInt(0)),
                Duration.ofMinutes(settings.path(SOAK).asInt(0)),
                ArmId.same(settings.path(UNDRAINABLE).asString(""), CORDON));
    }

    /** How many machines more than {@code count} there may be, at least one: nodes are never changed in place. */
    public int surge(int count) {
        Matcher number = NUMBER.matcher(maxSurge);
        if (!number.matches()) {
            throw new IllegalStateException("maxSurge was accepted as " + maxSurge);
        }
        int value = Integer.parseInt(number.group(1));
        return Math.max(1, number.group(2).isEmpty() ? value : (int) Math.ceil(count * value / 100.0));
    }

    /** @throws ArmException with what is wrong and what would be right */
    static void check(ObjectNode pool) {
        ObjectNode settings = Fields.object(pool, "upgradeSettings");
        Fields.check(settings, PATH, FIELDS);
        Fields.text(settings, SURGE).ifPresent(UpgradeSettings::checkSurge);
        range(settings, DRAIN, LONGEST_DRAIN_MINUTES);
        range(settings, SOAK, LONGEST_SOAK_MINUTES);
        Optional<String> unavailable = Fields.text(settings, UNAVAILABLE).filter(each -> !each.matches("0%?"));
        if (unavailable.isPresent()) {
            throw ArmError.NOT_SUPPORTED.at(
                    PATH + UNAVAILABLE,
                    "properties.upgradeSettings.maxUnavailable '%s' is not supported: an old node goes only when a new one is Ready. Leave it out and set maxSurge.",
                    Fields.clip(unavailable.get()));
        }
        Fields.text(settings, UNDRAINABLE).ifPresent(UpgradeSettings::checkUndrainable);
    }

    private static void checkUndrainable(String given) {
        String _ = Fields.oneOf(PATH + UNDRAINABLE, given, List.of("Schedule", CORDON));
    }

    private static void checkSurge(String given) {
        Matcher number = NUMBER.matcher(given);
        boolean percent = number.matches() && !number.group(2).isEmpty();
        if (!number.matches() || (percent && Integer.parseInt(number.group(1)) > 100)) {
            throw ArmError.INVALID_PARAMETER.at(
                    PATH + SURGE,
                    "The value of parameter agentPoolProfile.upgradeSettings.maxSurge is invalid: '%s' is neither a number of nodes nor 0%% to 100%% of them.",
                    Fields.clip(given));
        }
    }

    private static void range(ObjectNode settings, String field, int most) {
        int value = settings.path(field).asInt(0);
        if (value < 0 || value > most) {
            throw ArmError.INVALID_PARAMETER.at(
                    PATH + field,
                    "The value of parameter agentPoolProfile.upgradeSettings.%s is invalid: %d is not in the range 0 to %d minutes.",
                    field,
                    value,
                    most);
        }
    }
}
