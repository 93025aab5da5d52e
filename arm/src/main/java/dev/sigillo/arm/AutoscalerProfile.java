package dev.sigillo.arm;

import static java.util.Map.entry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the pools of a cluster are scaled by themselves: {@code ManagedCluster.properties.autoScalerProfile}.
 *
 * @param scanInterval between two looks
 * @param newPodDelay a pod younger than this makes no pool grow
 * @param delayAfterAdd how long after a node was asked for none is taken away
 * @param delayAfterDelete how long after a node was taken away no other is
 * @param delayAfterFailure how long after a machine failed no node is taken away
 * @param unneeded how long a node must not be needed before it goes
 * @param utilization a node of which as much or more is requested, as a part of 1, is needed
 * @param graceful how long the pods of a node that goes may take to leave it
 * @param expander which pool grows if several could
 * @param emptyBulk how many nodes without pods may go at once
 * @param skipLocalStorage a pod with local storage holds its node
 * @param skipSystemPods a pod of kube-system without a PodDisruptionBudget holds its node
 * @param ignoreDaemonSets what pods of DaemonSets request does not count as use
 */
public record AutoscalerProfile(
        Duration scanInterval,
        Duration newPodDelay,
        Duration delayAfterAdd,
        Duration delayAfterDelete,
        Duration delayAfterFailure,
        Duration unneeded,
        double utilization,
        Duration graceful,
        Expander expander,
        int emptyBulk,
        boolean skipLocalStorage,
        boolean skipSystemPods,
        boolean ignoreDaemonSets) {

    /** Which pool grows if several could take a pod. */
    public enum Expander {
        RANDOM("random"),
        MOST_PODS("most-pods"),
        LEAST_WASTE("least-waste");

        private final String word;

        Expander(String word) {
            this.word = word;
        }
    }

    static final String FIELD = "autoScalerProfile";
    private static final String PATH = "properties." + FIELD + ".";

    private static final String SCAN = "scan-interval";
    private static final String NEW_POD = "new-pod-scale-up-delay";
    private static final String AFTER_ADD = "scale-down-delay-after-add";
    private static final String AFTER_DELETE = "scale-down-delay-after-delete";
    private static final String AFTER_FAILURE = "scale-down-delay-after-failure";
    private static final String UNNEEDED = "scale-down-unneeded-time";
    private static final String UTILIZATION = "scale-down-utilization-threshold";
    private static final String GRACEFUL = "max-graceful-termination-sec";
    private static final String EXPANDER = "expander";
    private static final String EMPTY_BULK = "max-empty-bulk-delete";
    private static final String LOCAL_STORAGE = "skip-nodes-with-local-storage";
    private static final String SYSTEM_PODS = "skip-nodes-with-system-pods";
    private static final String IGNORE_DAEMONS = "ignore-daemonsets-utilization";
    private static final String BALANCE = "balance-similar-node-groups";

    /** What a value has to be. */
    private enum Kind {
        DURATION("a duration, such as 30s, 10m or 1h30m"),
        NUMBER("a whole number of at least 0"),
        PART("a number from 0 to 1"),
        YES_OR_NO("true or false"),
        /** The same, and JSON's own in the API. */
        FLAG("true or false"),
        EXPANDER("random, most-pods or least-waste");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private record Key(Kind kind, String byDefault) {}

    /** AKS's keys and defaults, but for three: 5 minutes where Azure has 10, and local storage is kept. */
    private static final Map<String, Key> KEYS = Map.ofEntries(
            entry(SCAN, new Key(Kind.DURATION, "10s")),
            entry(NEW_POD, new Key(Kind.DURATION, "0s")),
            entry(AFTER_ADD, new Key(Kind.DURATION, "5m")),
            entry(AFTER_DELETE, new Key(Kind.DURATION, "10s")),
            entry(AFTER_FAILURE, new Key(Kind.DURATION, "3m")),
            entry(UNNEEDED, new Key(Kind.DURATION, "5m")),
            entry(UTILIZATION, new Key(Kind.PART, "0.5")),
            entry(GRACEFUL, new Key(Kind.NUMBER, "600")),
            entry(EXPANDER, new Key(Kind.EXPANDER, "random")),
            entry(EMPTY_BULK, new Key(Kind.NUMBER, "10")),
            entry(LOCAL_STORAGE, new Key(Kind.YES_OR_NO, "true")),
            entry(SYSTEM_PODS, new Key(Kind.YES_OR_NO, "true")),
            entry(IGNORE_DAEMONS, new Key(Kind.FLAG, "false")),
            entry(BALANCE, new Key(Kind.YES_OR_NO, "false")),
            // Echoed: a machine that does not come up is given up by its own rules, and nodes are drained but for
            // DaemonSets.
            entry("daemonset-eviction-for-empty-nodes", new Key(Kind.FLAG, "false")),
            entry("daemonset-eviction-for-occupied-nodes", new Key(Kind.FLAG, "true")),
            entry("max-node-provision-time", new Key(Kind.DURATION, "15m")),
            entry("max-total-unready-percentage", new Key(Kind.NUMBER, "45")),
            entry("ok-total-unready-count", new Key(Kind.NUMBER, "3")),
            entry("scale-down-unready-time", new Key(Kind.DURATION, "20m")));

    private static final Pattern DURATION = Pattern.compile("(?=\\d)(?:(\\d{1,5})h)?(?:(\\d{1,5})m)?(?:(\\d{1,5})s)?");
    private static final Duration SHORTEST_SCAN = Duration.ofSeconds(1);

    /** Every key that is known. */
    static TreeSet<String> keys() {
        return new TreeSet<>(KEYS.keySet());
    }

    /** Reads a stored profile, which was checked when it was accepted; one that is not there is the default. */
    static AutoscalerProfile of(JsonNode profile) {
        return new AutoscalerProfile(
                duration(profile, SCAN),
                duration(profile, NEW_POD),
                duration(profile, AFTER_ADD),
                duration(profile, AFTER_DELETE),
                duration(profile, AFTER_FAILURE),
                duration(profile, UNNEEDED),
                Double.parseDouble(value(profile, UTILIZATION)),
                Duration.ofSeconds(Integer.parseInt(value(profile, GRACEFUL))),
                expander(value(profile, EXPANDER)),
                Integer.parseInt(value(profile, EMPTY_BULK)),
                Boolean.parseBoolean(value(profile, LOCAL_STORAGE)),
                Boolean.parseBoolean(value(profile, SYSTEM_PODS)),
                Boolean.parseBoolean(value(profile, IGNORE_DAEMONS)));
    }

    /**
     * Checks a cluster's profile, if it has one, and fills in what it leaves out.
     *
     * @throws ArmException with what is wrong and what would be right
     */
    static void complete(ObjectNode properties) {
        if (!(properties.get(FIELD) instanceof ObjectNode profile)) {
            return;
        }
        for (String name : List.copyOf(profile.propertyNames())) {
            if (!KEYS.containsKey(name)) {
                throw ArmError.INVALID_PARAMETER.at(
                        PATH + Fields.clip(name),
                        "The value of parameter autoScalerProfile is invalid: it has no '%s'. It has: %s.",
                        Fields.clip(name),
                        String.join(", ", keys()));
            }
            if (Fields.shownOrNothing(profile.path(name)).equals("nothing")) {
                profile.remove(name);
            }
        }
        KEYS.forEach((name, key) -> put(profile, name, key));
        refuse(profile);
    }

    private static void put(ObjectNode profile, String name, Key key) {
        JsonNode given = profile.path(name);
        boolean text = given.isString() || given.isBoolean() || given.isNumber();
        String value = given.isMissingNode() ? key.byDefault() : text ? ArmId.key(given.asString()) : "";
        if (!holds(key.kind(), value)) {
            throw ArmError.INVALID_PARAMETER.at(
                    PATH + name,
                    "The value of parameter autoScalerProfile.%s is invalid: it is %s and must be %s.",
                    name,
                    Fields.shownOrNothing(given),
                    key.kind().words);
        }
        if (key.kind() == Kind.FLAG) {
            profile.put(name, Boolean.parseBoolean(value));
        } else {
            profile.put(name, value);
        }
    }

    private static boolean holds(Kind kind, String value) {
        return switch (kind) {
            case DURATION -> DURATION.matcher(value).matches();
            case NUMBER -> value.matches("\\d{1,7}");
            case PART -> value.matches("0|1|0?\\.\\d{1,9}|0\\.|1\\.0{1,9}");
            case YES_OR_NO, FLAG -> value.matches("true|false");
            case EXPANDER -> value.equals("priority") || expanders().contains(value);
        };
    }

    private static void refuse(ObjectNode profile) {
        if (value(profile, EXPANDER).equals("priority")) {
            throw ArmError.NOT_SUPPORTED.at(
                    PATH + EXPANDER,
                    "properties.autoScalerProfile.expander 'priority' is not supported: no ConfigMap is read here. It can be %s.",
                    String.join(", ", expanders()));
        }
        if (Boolean.parseBoolean(value(profile, BALANCE))) {
            throw ArmError.NOT_SUPPORTED.at(
                    PATH + BALANCE,
                    "properties.autoScalerProfile.balance-similar-node-groups 'true' is not supported: all machines are on this one host, and one pool does as well as two. Leave it out.");
        }
        if (duration(profile, SCAN).compareTo(SHORTEST_SCAN) < 0) {
            throw ArmError.INVALID_PARAMETER.at(
                    PATH + SCAN,
                    "The value of parameter autoScalerProfile.scan-interval is invalid: it is %s and must be at least 1s.",
                    value(profile, SCAN));
        }
    }

    private static List<String> expanders() {
        return List.of(Expander.values()).stream().map(each -> each.word).toList();
    }

    private static Expander expander(String word) {
        return List.of(Expander.values()).stream()
                .filter(each -> each.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("expander was accepted as " + word));
    }

    private static String value(JsonNode profile, String name) {
        JsonNode value = profile.path(name);
        return value.isMissingNode()
                ? KEYS.getOrDefault(name, new Key(Kind.NUMBER, "")).byDefault()
                : value.asString();
    }

    private static Duration duration(JsonNode profile, String name) {
        Matcher parts = DURATION.matcher(value(profile, name));
        if (!parts.matches()) {
            throw new IllegalStateException(name + " was accepted as " + value(profile, name));
        }
        return Duration.ofHours(number(parts, 1)).plusMinutes(number(parts, 2)).plusSeconds(number(parts, 3));
    }

    private static long number(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }
}
