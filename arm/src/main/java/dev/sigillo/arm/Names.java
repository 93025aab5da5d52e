package dev.sigillo.arm;

import java.util.regex.Pattern;

/** The naming rules of ARM and AKS. */
public final class Names {
    private static final Pattern POOL = Pattern.compile("[a-z][a-z0-9]{0,11}");
    private static final Pattern CLUSTER = Pattern.compile("[a-zA-Z0-9]|[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]");
    private static final Pattern GROUP = Pattern.compile("[-\\w._()]{0,89}[-\\w_()]", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern DNS_PREFIX = Pattern.compile("[a-zA-Z0-9]([-a-zA-Z0-9]{0,52}[a-zA-Z0-9])?");

    private static final int MAX_WINDOWS_POOL = 6;

    private Names() {}

    /** AKS API, AgentPool name: {@code ^[a-z][a-z0-9]{0,11}$}. The Trusted Launch article says 11 characters; the API takes 12. */
    public static String pool(String name) {
        if (!POOL.matcher(name).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "agentPoolProfile.name",
                    "The value of parameter agentPoolProfile.name is invalid: '%s' must be 1 to 12 lower-case letters and digits and begin with a letter. Please see https://aka.ms/aks-naming-rules for more details.",
                    Fields.clip(name));
        }
        return name;
    }

    /** AKS takes at most six characters for a pool of Windows nodes, whose computer names are short. */
    static void windowsPool(String name) {
        if (name.length() > MAX_WINDOWS_POOL) {
            throw ArmError.INVALID_PARAMETER.at(
                    "agentPoolProfile.name",
                    "The value of parameter agentPoolProfile.name is invalid: '%s' has %d characters, and the name of a Windows pool may have 1 to 6. Please see https://aka.ms/aks-naming-rules for more details.",
                    Fields.clip(name),
                    name.length());
        }
    }

    public static String cluster(String name) {
        if (!CLUSTER.matcher(name).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "resourceName",
                    "The value of parameter resourceName is invalid: '%s' must be 1 to 63 letters, digits, underscores and hyphens, and begin and end with a letter or digit. Please see https://aka.ms/aks-naming-rules for more details.",
                    Fields.clip(name));
        }
        return name;
    }

    public static String resourceGroup(String name) {
        if (!GROUP.matcher(name).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "resourceGroupName",
                    "The provided resource group name '%s' has these invalid characters or length: it must be 1 to 90 letters, digits, underscores, parentheses, hyphens and periods, and not end with a period.",
                    Fields.clip(name));
        }
        return name;
    }

    /** As another group's, but for its length: AKS takes 80 characters. */
    static String nodeResourceGroup(String name) {
        if (name.length() > 80 || !GROUP.matcher(name).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.nodeResourceGroup",
                    "The value of parameter properties.nodeResourceGroup is invalid: '%s' must be 1 to 80 letters, digits, underscores, parentheses, hyphens and periods, and not end with a period.",
                    Fields.clip(name));
        }
        return name;
    }

    static String dnsPrefix(String prefix) {
        if (!DNS_PREFIX.matcher(prefix).matches()) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties.dnsPrefix",
                    "The value of parameter properties.dnsPrefix is invalid: '%s' must be 1 to 54 letters, digits and hyphens, and begin and end with a letter or digit.",
                    Fields.clip(prefix));
        }
        return prefix;
    }
}
