package dev.sigillo.arm;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Kubernetes versions that this Sigillo can run.
 *
 * @param supported full versions, the default first and then the newest first, each once
 */
public record KubernetesVersions(List<String> supported) {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?");

    /** By number: 1.9.1 is before 1.10.0. */
    private static final Comparator<String> BY_NUMBER = Comparator.comparingInt(KubernetesVersions::major)
            .thenComparingInt(KubernetesVersions::minorNumber)
            .thenComparingInt(KubernetesVersions::patch);

    /** The first version with Trusted Launch (AKS documentation, Trusted Launch, limitations). */
    public static final String FIRST_WITH_TRUSTED_LAUNCH = "1.25.2";

    /** So many minors may a node be older than its control plane (Kubernetes, version skew policy; AKS from 1.28 on). */
    public static final int OLDEST_NODE = 3;

    /**
     * @param supported the default first, the others in any order
     * @throws IllegalArgumentException if there is none, or one is no full version
     */
    public KubernetesVersions {
        if (supported.isEmpty()) {
            throw new IllegalArgumentException("at least one Kubernetes version must be supported");
        }
        supported.stream().filter(version -> !isFull(version)).findFirst().ifPresent(version -> {
            throw new IllegalArgumentException(version + " is no full version of Kubernetes, such as 1.35.4");
        });
        supported = Stream.concat(
                        Stream.of(supported.getFirst()), supported.stream().sorted(BY_NUMBER.reversed()))
                .distinct()
                .toList();
    }

    public String byDefault() {
        return supported.getFirst();
    }

    /** The full version for a full one, a {@code major.minor} (its newest patch), or nothing (the default). */
    public Optional<String> resolve(String asked) {
        if (asked.isEmpty()) {
            return Optional.of(byDefault());
        }
        return supported.stream()
                .filter(version -> version.equals(asked) || minor(version).equals(asked))
                .max(BY_NUMBER);
    }

    /** As {@link #resolve}, or {@code error} at {@code target} in Azure's words. */
    String require(String asked, ArmError error, String target) {
        return resolve(asked)
                .orElseThrow(() -> error.at(
                        target,
                        "Version %s is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region (here: %s). For more information, please check https://aka.ms/supported-version-list",
                        Fields.clip(asked),
                        String.join(", ", supported)));
    }

    /** Where a control plane or a pool may go from here, the oldest first: newer ones of its minor and of the next one. */
    public List<String> upgradesOf(String version) {
        return supported.stream()
                .filter(other -> isNewer(other, version)
                        && major(other) == major(version)
                        && minorNumber(other) - minorNumber(version) <= 1)
                .sorted(BY_NUMBER)
                .toList();
    }

    /** Where a pool may go from here: not past its control plane. */
    public List<String> upgradesOf(String version, String controlPlane) {
        return upgradesOf(version).stream()
                .filter(other -> !isNewer(other, controlPlane))
                .toList();
    }

    /** What a node may be of beside that control plane: not newer, and at most {@link #OLDEST_NODE} minors older. */
    public List<String> ofNodes(String controlPlane) {
        return supported.stream()
                .filter(version ->
                        !isNewer(version, controlPlane) && minorsBehind(version, controlPlane) <= OLDEST_NODE)
                .toList();
    }

    /** By number; both full. */
    public static boolean isNewer(String version, String than) {
        return BY_NUMBER.compare(version, than) > 0;
    }

    /** By how many minors the pool is behind its control plane; less than none if it is ahead. */
    static int minorsBehind(String pool, String controlPlane) {
        return minorNumber(controlPlane) - minorNumber(pool);
    }

    /** {@code 1.35} of {@code 1.35.4}. */
    public static String minor(String version) {
        return version.substring(0, version.lastIndexOf('.'));
    }

    /** Whether it is of the form {@code 1.35.4}. */
    public static boolean isFull(String version) {
        Matcher parts = VERSION.matcher(version);
        return parts.matches() && parts.group(3) != null;
    }

    private static int major(String version) {
        return part(version, 0);
    }

    private static int minorNumber(String version) {
        return part(version, 1);
    }

    private static int patch(String version) {
        return part(version, 2);
    }

    private static int part(String version, int at) {
        return Integer.parseInt(version.split("\\.", -1)[at]);
    }

    /** True for a version, known or not, that is certainly before 1.25.2; {@code 1.25} stands for its newest patch. */
    public static boolean isBeforeTrustedLaunch(String asked) {
        Matcher parts = VERSION.matcher(asked);
        if (!parts.matches()) {
            return false;
        }
        int major = Integer.parseInt(parts.group(1));
        int minor = Integer.parseInt(parts.group(2));
        String patch = parts.group(3);
        if (major != 1) {
            return major < 1;
        }
        return minor < 25 || (minor == 25 && patch != null && Integer.parseInt(patch) < 2);
    }
}
