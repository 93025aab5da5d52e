package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.function.Consumer;

/**
 * One change to valid evidence, and the finding that a person must see first.
 *
 * @param component part of the name that the finding must give the culprit
 * @param secureBoot whether the machine under attack has Secure Boot on
 */
record Attack(String name, Check check, String component, boolean secureBoot, Consumer<Forger> change) {

    static final Digest EVIL = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("evil"));

    static Attack attack(String name, Check check, String component, Consumer<Forger> change) {
        return new Attack(name, check, component, true, change);
    }

    @Override
    public String toString() {
        return name;
    }
}
