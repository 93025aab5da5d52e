package dev.sigillo.machine;

import java.util.regex.Pattern;

/** A cluster's network: the cluster's short id, such as {@code c1}. */
public record NetworkId(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9]{0,15}");

    /** @throws IllegalArgumentException unless it is 1 to 16 of a-z0-9, a letter first */
    public NetworkId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a network id is 1 to 16 of a-z0-9, a letter first, not \"" + value + "\"");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
