package dev.sigillo.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Asks the API server's {@code /readyz}; asking changes nothing. */
final class ReadyProbe {

    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final ClusterSpec spec;
    private final ApiReader api;

    ReadyProbe(ClusterSpec spec, ApiReader api) {
        this.spec = spec;
        this.api = api;
    }

    sealed interface Health {
        record Ready() implements Health {}

        /** It answers and does not let Sigillo in: the guard's matter, and no new process would help. */
        record ShutOut(String says) implements Health {}

        /** It does not answer, or says that a part of it is not well. */
        record Unready(String says) implements Health {}
    }

    Health ask() {
        try {
            ApiReader.Answer answer = api.get("/readyz", ANSWER);
            String says = answer.status() + " " + answer.body();
            if (answer.status() == 200) {
                return new Health.Ready();
            }
            // Where the guard cannot be reached the API server says 500, and names it.
            boolean shutOut = List.of(401, 403).contains(answer.status())
                    || says.contains(spec.guard().toString());
            return shutOut
                    ? new Health.ShutOut(says + " (does the guard at " + spec.guard() + " answer?)")
                    : new Health.Unready(says);
        } catch (IOException silent) {
            return new Health.Unready(String.valueOf(silent.getMessage()));
        }
    }

    boolean ready() {
        return ask() instanceof Health.Ready;
    }
}
