package dev.sigillo.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short foreground commands: run, wait, read what they said. */
public final class Command {
    private static final int LIMIT = 16 << 20;
    private static final int SHOWN_LINES = 8;

    private Command() {}

    /**
     * What a command that ended said.
     *
     * @param program the program's name, without arguments (they may hold secrets)
     * @param exit its exit code; 128 + n when signal n ended it
     * @param out standard output, at most 16 MiB
     * @param err standard error, at most 16 MiB
     */
    public record Result(String program, int exit, String out, String err) {
        /** @throws ProcessException unless the exit code is 0; it carries the last lines of standard error */
        public Result orThrow() {
            if (exit != 0) {
                throw new ProcessException("%s ended with exit code %d: %s".formatted(program, exit, said()));
            }
            return this;
        }

        private String said() {
            String text = err.isBlank() ? out : err;
            List<String> lines = text.strip().lines().toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size());
            return last.isEmpty() ? "it said nothing" : String.join("\n", last);
        }
    }

    /** Runs the command; @throws ProcessException if it cannot start, fails, or does not end in time. */
    public static Result run(Duration timeout, List<String> command) {
        return attempt(timeout, command, new byte[0]).orThrow();
    }

    /** The same, with bytes on its standard input. */
    public static Result run(Duration timeout, List<String> command, byte[] stdin) {
        return attempt(timeout, command, stdin).orThrow();
    }

    /**
     * Runs the command and returns also when it fails.
     *
     * @throws ProcessException if it cannot start or does not end in time (it is then killed)
     */
    public static Result attempt(Duration timeout, List<String> command, byte[] stdin) {
        String program = command.getFirst();
        Process process = null;
        try {
            process = new ProcessBuilder(command).start();
            Process running = process;
            Drain out = new Drain(running.getInputStream());
            Drain err = new Drain(running.getErrorStream());
            Thread.ofVirtual().start(() -> feed(running, stdin));
            if (!running.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ProcessException("%s did not end within %d s".formatted(program, timeout.toSeconds()));
            }
            return new Result(program, running.exitValue(), out.text(), err.text());
        } catch (IOException failed) {
            throw new ProcessException("%s cannot be started: %s; is the package installed that brings it?"
                    .formatted(program, failed.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ProcessException(program + " was interrupted", interrupted);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static void feed(Process process, byte[] stdin) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(stdin);
        } catch (IOException ignored) {
            // It ended, or closed its input, without reading all: its exit code says whether that matters.
        }
    }

    /** Reads a stream to its end beside the wait, keeping no more than the limit. */
    private static final class Drain {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final Thread reader;

        Drain(InputStream stream) {
            reader = Thread.ofVirtual().start(() -> {
                byte[] buffer = new byte[8192];
                try (stream) {
                    for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                        synchronized (kept) {
                            kept.write(buffer, 0, Math.min(n, LIMIT - kept.size()));
                        }
                    }
                } catch (IOException ended) {
                    // The pipe broke: what was read so far is what there is.
                }
            });
        }

        /** A background child may keep the pipe open after the command ended: then what came within a second counts. */
        String text() throws InterruptedException {
            reader.join(Duration.ofSeconds(1));
            synchronized (kept) {
                return kept.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
