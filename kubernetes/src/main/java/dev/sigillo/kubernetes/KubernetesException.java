package dev.sigillo.kubernetes;

/** The control plane could not be run, or did not do what was asked; the message says what to look at. */
public final class KubernetesException extends RuntimeException {

    public KubernetesException(String message) {
        super(message);
    }

    public KubernetesException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
