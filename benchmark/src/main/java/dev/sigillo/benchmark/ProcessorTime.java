package dev.sigillo.benchmark;

import com.sun.management.ThreadMXBean;
import dev.sigillo.attest.SoftAk;
import dev.sigillo.bytes.MalformedException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * The same in processor time, for a machine that does other things: verdicts and their floor take turns in short batches,
 * and the middle batch counts. Prints the table of docs/performance.md.
 */
public final class ProcessorTime {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BATCHES = 31;
    private static final int WARM_UP = 20_000;
    private static final long BATCH_NANOSECONDS = 20_000_000;

    private ProcessorTime() {}

    /** What is measured. */
    @FunctionalInterface
    private interface Work {
        Object once() throws MalformedException;
    }

    /** @param args the provider, {@code jdk} or {@code corretto} */
    public static void main(String[] args) throws MalformedException {
        String provider = args.length == 0 ? "jdk" : args[0];
        System.out.println("| AK | log | verdicts a second | a verdict | its floor | × | allocated |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
        for (SoftAk key : SoftAk.values()) {
            for (int log : List.of(4 << 10, 24 << 10, 41 << 10, 256 << 10)) {
                row(key, log, provider);
            }
        }
    }

    private static void row(SoftAk key, int log, String provider) throws MalformedException {
        AttestationBenchmark benchmark = new AttestationBenchmark();
        benchmark.key = key;
        benchmark.log = log;
        benchmark.provider = provider;
        benchmark.forge();
        Work verdict = benchmark::verdict;
        Work bare = benchmark::bare;
        int verdicts = batch(verdict);
        int bares = batch(bare);
        double[] whole = new double[BATCHES];
        double[] floor = new double[BATCHES];
        for (int i = 0; i < BATCHES; i++) {
            whole[i] = microseconds(verdict, verdicts);
            floor[i] = microseconds(bare, bares);
        }
        double one = middle(whole);
        double least = middle(floor);
        System.out.printf(
                "| %s | %d KB | %,.0f | %.0f µs | %.0f µs | %.2f | %d KB |%n",
                key, log >> 10, 1e6 / one, one, least, one / least, allocated(verdict) >> 10);
    }

    /** How often it fits in a batch, once it is compiled. */
    private static int batch(Work work) throws MalformedException {
        double first = microseconds(work, 20);
        microseconds(work, (int) Math.min(WARM_UP, 1 + 4_000_000 / first));
        return (int) Math.max(5, BATCH_NANOSECONDS / 1000 / microseconds(work, 200));
    }

    private static double microseconds(Work work, int times) throws MalformedException {
        long before = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < times; i++) {
            if (work.once().equals(false)) {
                throw new IllegalStateException("a signature that does not hold");
            }
        }
        return (THREADS.getCurrentThreadCpuTime() - before) / 1000.0 / times;
    }

    private static long allocated(Work work) throws MalformedException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        microseconds(work, 100);
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / 100;
    }

    private static double middle(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
