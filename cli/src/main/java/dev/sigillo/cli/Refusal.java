package dev.sigillo.cli;

/** The last words of a command that failed: the code, what was wrong, and the next step; never a stack trace. */
final class Refusal {
    private Refusal() {}

    static int tell(Exception exception, Console console) {
        console.clearProgress();
        if (exception instanceof Failure failure) {
            String message = failure.getMessage() == null ? "" : failure.getMessage();
            console.err()
                    .println("ERROR: " + (failure.code().isEmpty() ? "" : "(" + failure.code() + ") ")
                            + Fields.safeLines(message));
            if (!failure.hint().isEmpty()) {
                console.err().println("Next: " + failure.hint());
            }
            return failure.exitCode();
        }
        console.err().println("ERROR: " + exception.getClass().getSimpleName() + ": " + exception.getMessage());
        console.err().println("Next: this is a fault in sigillo itself; please report it with the command you typed.");
        return ExitCode.FAULT;
    }
}
