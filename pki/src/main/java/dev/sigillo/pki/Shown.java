package dev.sigillo.pki;

/** Which identity a TLS server shows to whom. Asked at each handshake, so the answer may change while it listens. */
@FunctionalInterface
public interface Shown {
    /** @param peer the other end's address as text, without a name; empty when it is not known */
    TlsIdentity to(String peer);
}
