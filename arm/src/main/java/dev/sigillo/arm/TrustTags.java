package dev.sigillo.arm;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tags by which a cluster says how often its nodes attest themselves, and a pool what follows when one does not pass
 * and what a drill does to its machines. Azure has no field for any of them; names of tags are the same in any case, their
 * values are not.
 */
public final class TrustTags {
    /** Of a cluster: seconds from one attestation of a node to the next. */
    public static final String INTERVAL = "sigillo-attestation-interval";

    /** Of a pool: see {@link OnUntrusted}. */
    public static final String ON_UNTRUSTED = "sigillo-on-untrusted";

    /** Of a pool: what ends a quarantine besides a new machine. */
    public static final String RECOVERY = "sigillo-recovery";

    /** Of a pool: the {@link DrillFault} that its machines get. */
    public static final String DRILL = "sigillo-drill";

    /** What a pool with a drill must have: nothing that works is to be on machines that are broken on purpose. */
    public static final String DRILL_TAINT = DRILL + "=true:NoSchedule";

    private static final int LEAST = 10;
    private static final int MOST = 3600;
    private static final Duration DEFAULT = Duration.ofSeconds(60);
    private static final int INTERVALS = 3;
    private static final Duration LEAST_SLACK = Duration.ofSeconds(30);
    private static final String NEW_MACHINE = "new-machine";
    private static final String REBOOT = "reboot";

    private TrustTags() {}

    /** @throws ArmException INVALID_PARAMETER with what would be right */
    public static void checkCluster(JsonNode tags) {
        find(tags, INTERVAL).ifPresent(value -> {
            if (seconds(value).isEmpty()) {
                throw ArmError.INVALID_PARAMETER.at(
                        "tags." + INTERVAL,
                        "The tag %s is '%s'; it must be a whole number of seconds from %d to %d, such as '60'. Without"
                                + " the tag nodes attest themselves every %d seconds.",
                        INTERVAL,
                        Fields.clip(value),
                        LEAST,
                        MOST,
                        DEFAULT.toSeconds());
            }
        });
    }

    /** @throws ArmException INVALID_PARAMETER with what would be right */
    static void checkPool(ObjectNode pool) {
        JsonNode tags = pool.path("tags");
        oneOf(tags, ON_UNTRUSTED, OnUntrusted.words());
        oneOf(tags, RECOVERY, List.of(NEW_MACHINE, REBOOT));
        oneOf(tags, DRILL, DrillFault.words());
        find(tags, DRILL).filter(_ -> !attestsAlone(pool)).ifPresent(value -> {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.tags." + DRILL,
                    "The tag %s is '%s', and is for a pool of mode User with Secure Boot, vTPM and the taint %s alone: its"
                            + " machines are broken on purpose. Leave the tag out, or make such a pool; sigillo drill"
                            + " does.",
                    DRILL,
                    Fields.clip(value),
                    DRILL_TAINT);
        });
    }

    /** Whether every fault of its machines meets attestation, and the cluster needs none of them. */
    private static boolean attestsAlone(ObjectNode pool) {
        JsonNode security = pool.path("securityProfile");
        return security.path("enableSecureBoot").asBoolean(false)
                && security.path("enableVTPM").asBoolean(false)
                && Fields.text(pool, "mode").orElse("User").equals("User")
                && pool.path("nodeTaints").valueStream().anyMatch(taint -> DRILL_TAINT.equals(taint.asString("")));
    }

    private static void oneOf(JsonNode tags, String name, List<String> allowed) {
        find(tags, name).filter(value -> !allowed.contains(value)).ifPresent(value -> {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.tags." + name,
                    "The tag %s is '%s'; allowed are '%s'.",
                    name,
                    Fields.clip(value),
                    String.join("', '", allowed));
        });
    }

    /** From one attestation of a node to the next, by tags that were checked. */
    public static Duration interval(JsonNode tags) {
        return find(tags, INTERVAL)
                .flatMap(TrustTags::seconds)
                .map(Duration::ofSeconds)
                .orElse(DEFAULT);
    }

    /**
     * For how long a verdict counts. A node that misses two rounds and makes the third has not lost its trust, though the
     * third be late: by half an interval, and by no less than what the agent's time-outs, its next try and a verdict take.
     */
    public static Duration holds(Duration interval) {
        return interval.multipliedBy(INTERVALS).plus(slack(interval));
    }

    /** How late a round may be. */
    public static Duration slack(Duration interval) {
        Duration half = interval.dividedBy(2);
        return half.compareTo(LEAST_SLACK) > 0 ? half : LEAST_SLACK;
    }

    static OnUntrusted onUntrusted(JsonNode tags) {
        return find(tags, ON_UNTRUSTED).map(OnUntrusted::of).orElse(OnUntrusted.QUARANTINE);
    }

    static boolean recoversByReboot(JsonNode tags) {
        return find(tags, RECOVERY).filter(REBOOT::equals).isPresent();
    }

    static Optional<DrillFault> drill(JsonNode tags) {
        return find(tags, DRILL).flatMap(DrillFault::of);
    }

    private static Optional<Integer> seconds(String value) {
        return value.matches("[1-9][0-9]{0,3}")
                ? Optional.of(Integer.parseInt(value)).filter(seconds -> seconds >= LEAST && seconds <= MOST)
                : Optional.empty();
    }

    private static Optional<String> find(JsonNode tags, String name) {
        return tags.properties().stream()
                .filter(tag -> tag.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .map(value -> value.asString(""))
                .findFirst();
    }
}
