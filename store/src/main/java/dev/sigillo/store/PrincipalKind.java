package dev.sigillo.store;

/** What a principal is, with its name on the wire. */
public enum PrincipalKind {
    /** Logs in with client id and secret. */
    SERVICE_PRINCIPAL("ServicePrincipal"),
    /** A person, who logs in with name and password. */
    USER("User"),
    /** Comes with tokens of an outside issuer, and has no secret here. */
    EXTERNAL("External");

    private final String wire;

    PrincipalKind(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    /** Azure's principalType in a role assignment, which has no word for {@code External}. */
    public String azureType() {
        return this == EXTERNAL ? USER.wire : wire;
    }
}
