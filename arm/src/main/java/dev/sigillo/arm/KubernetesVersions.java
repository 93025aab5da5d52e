package dev.sigillo.arm;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Kubernetes versions that this Sigillo can run.
 *
 * @param supported full versions, the default first
 */
public record KubernetesVersions(List<String> supported) {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?");

    /** The first version with Trusted Launch (AKS documentation, Trusted Launch, limitations). */
    public static final String FIRST_WITH_TRUSTED_LAUNCH = "1.25.2";

    public KubernetesVersions {
        if (supported.isEmpty()) {
            throw new IllegalArgumentException("at least one Kubernetes version must be supported");
        }
        supported = List.copyOf(supported);
    }

    public String byDefault() {
        return supported.getFirst();
    }

    /** The full version for a full one, a {@code major.minor}, or nothing (the default). */
    public Optional<String> resolve(String asked) {
        if (asked.isEmpty()) {
            return Optional.of(byDefault());
        }
        return supported.stream()
                .filter(version -> version.equals(asked) || minor(version).equals(asked))
                .findFirst();
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

    /** {@code 1.35} of {@code 1.35.4}. */
    public static String minor(String version) {
        return version.substring(0, version.lastIndexOf('.'));
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
