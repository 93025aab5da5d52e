package dev.sigillo.kubernetes;

import java.time.Instant;
import java.util.Optional;

/** What one look shows of the pod in which a command runs. */
public sealed interface CommandPod {

    /** There is none. */
    record Absent() implements CommandPod {}

    /** It has not begun. @param why in the words of scheduler and kubelet; empty if nobody said */
    record Waiting(String why) implements CommandPod {}

    record Running() implements CommandPod {}

    /**
     * It is over.
     *
     * @param cut why it was ended from outside; empty if the command ended by itself
     */
    record Ended(String cut, Optional<Integer> exitCode, Optional<Instant> startedAt, Optional<Instant> finishedAt)
            implements CommandPod {}
}
