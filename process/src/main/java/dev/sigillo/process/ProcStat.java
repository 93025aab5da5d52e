package dev.sigillo.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The fields of {@code /proc/PID/stat} that tell one process from another: proc(5).
 *
 * @param state field 3: R, S, D, T, Z (ended, not yet reaped), X (dead)
 * @param parent field 4
 * @param threads field 20
 * @param startTicks field 22
 */
record ProcStat(char state, long parent, long threads, long startTicks) {
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int THREADS = 17;
    private static final int START_TICKS = 19;

    /** Field 2 is the program's name in parentheses and may itself hold spaces and parentheses: count from the last one. */
    static Optional<ProcStat> parse(String line) {
        int close = line.lastIndexOf(')');
        if (close < 0) {
            return Optional.empty();
        }
        List<String> fields = List.of(line.substring(close + 1).trim().split(" +"));
        if (fields.size() <= START_TICKS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcStat(
                    fields.get(STATE).charAt(0),
                    Long.parseLong(fields.get(PARENT)),
                    Long.parseLong(fields.get(THREADS)),
                    Long.parseLong(fields.get(START_TICKS))));
        } catch (NumberFormatException notStat) {
            return Optional.empty();
        }
    }

    /** Empty when there is no such process. */
    static Optional<ProcStat> of(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Whether it is still the process that was read before. */
    boolean equalStart(Optional<ProcStat> later) {
        return later.filter(now -> now.startTicks() == startTicks).isPresent();
    }

    /**
     * A zombie runs nothing: where process 1 does not reap, it would otherwise count as alive for ever. But what is called a
     * zombie may be its first thread alone: until the last one has ended, the process holds its sockets and files.
     */
    boolean running() {
        return state != 'X' && (state != 'Z' || threads > 1);
    }
}
