package dev.sigillo.cli;

import java.util.Optional;

/** Why a command could not do what was asked, told to the user without a stack trace; the hint is the next step. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;
    private final String code;
    private final String hint;
    private final transient Optional<Integer> status;

    private Failure(int exitCode, String code, String message, String hint) {
        this(exitCode, code, message, hint, Optional.empty());
    }

    private Failure(int exitCode, String code, String message, String hint, Optional<Integer> status) {
        super(message);
        this.status = status;
        this.exitCode = exitCode;
        this.code = code;
        this.hint = hint;
    }

    static Failure because(String message, String hint) {
        return new Failure(ExitCode.FAILED, "", message, hint);
    }

    /** What was typed, or set in the environment, cannot be. */
    static Failure usage(String message) {
        return new Failure(ExitCode.USAGE, "", message, "");
    }

    static Failure notRunning(Home home) {
        return new Failure(
                ExitCode.NOT_RUNNING,
                "",
                "No Sigillo server runs for home " + home.root() + ".",
                "sigillo up starts it; SIGILLO_HOME names another home.");
    }

    /** A reply of the API that is not a success, or a failed operation. */
    static Failure ofReply(int status, String code, String message) {
        return new Failure(
                status == 404 ? ExitCode.NOT_FOUND : ExitCode.FAILED,
                code,
                message,
                hintFor(code),
                Optional.of(status));
    }

    static Failure notFound(String message, String hint) {
        return new Failure(ExitCode.NOT_FOUND, "", message, hint);
    }

    int exitCode() {
        return exitCode;
    }

    /** The ARM error code; empty when the failure did not come from the API. */
    String code() {
        return code;
    }

    /** Of the API's reply; empty when the failure did not come from it. */
    Optional<Integer> status() {
        return status;
    }

    /** Empty when the message says all. */
    String hint() {
        return hint;
    }

    private static String hintFor(String code) {
        return switch (code) {
            case "ResourceGroupNotFound" ->
                "sigillo group create NAME makes it; sigillo group list shows those there are.";
            case "AttestationFailed" -> "sigillo attest show NODE lists every finding; sigillo nodes lists the nodes.";
            case "MachineFailed" ->
                "sigillo console NODE shows what the machine said last; sigillo nodes lists the nodes.";
            case "InsufficientCapacity" -> "sigillo status says what is free; sigillo nodepool delete makes room.";
            case "VMSizeNotSupported" -> "az vm list-skus --location eastus lists the sizes.";
            default -> "";
        };
    }
}
