package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.function.Consumer;

/**
 * One change to valid evidence, and the finding that a person must see first.
 *
 * @param component the very name that the finding must give the culprit
 * @param expected part of what the finding must say is right
 * @param was part of what it must say was seen
 * @param secureBoot whether the machine under attack has Secure Boot on
 */
record Attack(
        String name,
        Check check,
        String component,
        String expected,
        String was,
        boolean secureBoot,
        Consumer<Forger> change) {

    static final Digest EVIL = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("evil"));

    Attack {
        if (component.isBlank() || expected.isBlank() || was.isBlank()) {
            throw new IllegalArgumentException(name + ": an empty text is part of every text and asserts nothing");
        }
    }

    static Attack attack(
            String name, Check check, String component, String expected, String was, Consumer<Forger> change) {
        return new Attack(name, check, component, expected, was, true, change);
    }

    /** The same on a machine with Secure Boot off. */
    Attack withoutSecureBoot() {
        return new Attack(name + ", Secure Boot off", check, component, expected, was, false, change);
    }

    @Override
    public String toString() {
        return name;
    }
}
