package dev.sigillo.agent;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work on a second thread while the first goes on. Platform threads, since starting the scheduler of virtual threads
 * costs the emulated guest more than the three or four threads that enrolment needs.
 */
final class Beside<T> {

    private final String name;
    private final FutureTask<T> task;

    private Beside(String name, FutureTask<T> task) {
        this.name = name;
        this.task = task;
    }

    static <T> Beside<T> start(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name(name).start(task);
        return new Beside<>(name, task);
    }

    /** Waits for the result; a failure of the work is thrown here. */
    T join() throws IOException, GeneralSecurityException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /** The same, but not for longer than that: then it is an IOException. */
    T join(Duration patience) throws IOException, GeneralSecurityException, InterruptedException {
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (TimeoutException e) {
            throw new IOException(name + " is not done after " + patience.toSeconds() + " s", e);
        }
    }

    private static RuntimeException failure(ExecutionException e) throws IOException, GeneralSecurityException {
        return switch (e.getCause()) {
            case IOException io -> throw io;
            case GeneralSecurityException security -> throw security;
            case RuntimeException bug -> bug;
            case null, default -> new IllegalStateException(e);
        };
    }
}
