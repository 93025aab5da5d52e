package dev.sigillo.pki;

/** A key, certificate or request could not be read, made or written; the message says which one and what to do. */
public final class PkiException extends RuntimeException {

    public PkiException(String message) {
        super(message);
    }

    public PkiException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
