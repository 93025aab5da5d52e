package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;

/** One event of a forged log, with the word that a manifest has for it. */
public record Logged(int pcr, int type, Digest digest, Bytes payload, String component) {

    public static Logged of(int pcr, int type, Bytes measured, Bytes payload, String component) {
        return new Logged(pcr, type, Digest.of(HashAlgorithm.SHA256, measured), payload, component);
    }

    /** Of a class whose digest is that of the payload. */
    public static Logged bound(int pcr, int type, Bytes payload, String component) {
        return of(pcr, type, payload, payload, component);
    }

    public Logged withType(int other) {
        return new Logged(pcr, other, digest, payload, component);
    }

    public Logged withPcr(int other) {
        return new Logged(other, type, digest, payload, component);
    }

    public Logged withDigest(Digest other) {
        return new Logged(pcr, type, other, payload, component);
    }

    public Logged withPayload(Bytes other) {
        return new Logged(pcr, type, digest, other, component);
    }

    /** The same event of other content: what is extended when the component itself is another. */
    public Logged changed() {
        return withDigest(Digest.of(HashAlgorithm.SHA256, digest.value()));
    }

    /** As the manifest of an image lists it. */
    public ExpectedEvent expected() {
        return new ExpectedEvent(EventType.name(type), digest, component, origin());
    }

    /** As the probe of a machine's shape lists it. */
    public ExpectedEvent probed() {
        return new ExpectedEvent(EventType.name(type), digest, component, Origin.PROBED);
    }

    private Origin origin() {
        return switch (type) {
            case EventType.EV_SEPARATOR, EventType.EV_EFI_ACTION -> Origin.RULE;
            default -> Origin.FILE;
        };
    }
}
