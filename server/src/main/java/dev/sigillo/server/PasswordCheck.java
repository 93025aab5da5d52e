package dev.sigillo.server;

import dev.sigillo.store.PrincipalRecord;
import dev.sigillo.store.Store;
import java.util.Optional;

/**
 * Who a name and a password belong to. A name that nobody has takes as long, is counted as often and is answered as one
 * with another password.
 */
final class PasswordCheck {
    static final int SHORTEST = 12;
    static final int LONGEST = 256;

    private final Store store;
    private final SecretCheck secrets;
    private final GuessLimit guesses;

    PasswordCheck(Store store, SecretCheck secrets, GuessLimit guesses) {
        this.store = store;
        this.secrets = secrets;
        this.guesses = guesses;
    }

    /** What came of a login. */
    sealed interface Outcome {
        /** The user it belongs to. */
        record Right(PrincipalRecord user) implements Outcome {}

        /** @param text for the person who tried */
        record Refused(int status, String text) implements Outcome {}
    }

    Outcome of(String name, String password) {
        Optional<PrincipalRecord> user = store.principals().findUser(name);
        String id = user.map(PrincipalRecord::clientId).orElse("");
        String hash = user.map(PrincipalRecord::secretHash).orElse(SecretHash.NOBODY);
        String tried = password.length() > LONGEST ? "" : password;
        // A flood of guesses must not keep out somebody who logged in before.
        if (user.isPresent() && secrets.isKnown(id, tried, hash)) {
            return new Outcome.Right(user.get());
        }
        if (!guesses.take(name)) {
            return new Outcome.Refused(
                    429, "There were too many wrong passwords for this name. Wait a few minutes, then try again.");
        }
        return switch (secrets.of(id, tried, hash)) {
            case BUSY -> {
                guesses.giveBack(name);
                yield new Outcome.Refused(
                        429, "The server is checking too many passwords at once. Try again in a few seconds.");
            }
            case WRONG -> wrong();
            case RIGHT -> {
                if (user.isEmpty()) {
                    yield wrong();
                }
                guesses.giveBack(name);
                yield new Outcome.Right(user.get());
            }
        };
    }

    private static Outcome wrong() {
        return new Outcome.Refused(401, "The name or the password is wrong.");
    }
}
