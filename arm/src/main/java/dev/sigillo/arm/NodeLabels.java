package dev.sigillo.arm;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a user may set as labels and taints of a pool's nodes.
 *
 * <p>Nobody may write the labels by which Sigillo says that a node is trusted and to which pool it belongs, nor Kubernetes'
 * own: AKS reserves the same prefixes.
 */
final class NodeLabels {
    private static final List<String> RESERVED =
            List.of("kubernetes.azure.com", "kubernetes.io", "k8s.io", "sigillo.dev");
    private static final List<String> RESERVED_NAMES = List.of("agentpool", "storageprofile", "storagetier");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern PREFIX =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern TAINT =
            Pattern.compile("([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)");

    private NodeLabels() {}

    static void checkLabels(ObjectNode pool) {
        Fields.object(pool, "nodeLabels").properties().forEach(label -> {
            String at = "properties.nodeLabels";
            checkKey(at, label.getKey(), true);
            checkValue(at, label.getValue().asString(""));
        });
    }

    static void checkTaints(ObjectNode pool) {
        Set<String> taken = new HashSet<>();
        for (String taint : Fields.strings(pool.path("nodeTaints"))) {
            String at = "properties.nodeTaints";
            var parts = TAINT.matcher(taint);
            if (!parts.matches()) {
                throw ArmError.INVALID_PARAMETER.at(
                        at,
                        "The value of parameter %s is invalid: '%s' is not of the form key=value:Effect with the effect NoSchedule, PreferNoSchedule or NoExecute.",
                        at,
                        Fields.clip(taint));
            }
            checkKey(at, parts.group(1), false);
            checkValue(at, parts.group(2) == null ? "" : parts.group(2));
            String key = parts.group(1) + ":" + parts.group(3);
            if (!taken.add(key)) {
                throw ArmError.INVALID_PARAMETER.at(
                        at,
                        "The value of parameter %s is invalid: two taints have the key and effect '%s', and Kubernetes takes one of each.",
                        at,
                        Fields.clip(key));
            }
        }
    }

    private static void checkKey(String at, String key, boolean label) {
        int slash = key.indexOf('/');
        String prefix = slash < 0 ? "" : key.substring(0, slash);
        String name = key.substring(slash + 1);
        if (!NAME.matcher(name).matches()
                || (slash >= 0 && !PREFIX.matcher(prefix).matches())) {
            throw ArmError.INVALID_PARAMETER.at(
                    at,
                    "The value of parameter %s is invalid: '%s' is not a Kubernetes label key ([prefix/]name; the name has at most 63 letters, digits, '-', '_' and '.').",
                    at,
                    Fields.clip(key));
        }
        String lower = prefix.toLowerCase(Locale.ROOT);
        boolean reserved = RESERVED.stream().anyMatch(each -> lower.equals(each) || lower.endsWith("." + each))
                || (label && slash < 0 && RESERVED_NAMES.contains(name.toLowerCase(Locale.ROOT)));
        if (reserved) {
            throw ArmError.INVALID_PARAMETER.at(
                    at,
                    "The value of parameter %s is invalid: '%s' is reserved; keys of kubernetes.azure.com, kubernetes.io, k8s.io and sigillo.dev are set by the service alone. Use another prefix.",
                    at,
                    Fields.clip(key));
        }
    }

    private static void checkValue(String at, String value) {
        if (!value.isEmpty() && !NAME.matcher(value).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    at,
                    "The value of parameter %s is invalid: '%s' is not a Kubernetes label value (at most 63 letters, digits, '-', '_' and '.').",
                    at,
                    Fields.clip(value));
        }
    }
}
