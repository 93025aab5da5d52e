package dev.sigillo.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.compression.Compression;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory and time in proportion to the input, and not much of either. Processor time: the machine may do other things. */
class BoundsTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What a parser needs for an input of no bytes: messages, headers, a provider. */
    private static final int CONSTANT = 96 << 10;

    private static final int SMALL = 16 << 10;
    private static final int LARGE = 3 * SMALL;
    private static final long MICROSECONDS_A_MEBIBYTE = 50_000;

    @DisplayName("What machines send is parsed in at most four bytes of memory a byte")
    @ParameterizedTest(name = "{0}")
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REPLAY", "JUDGE_LOG", "JUDGE_IMA", "COMPRESSION", "KERNEL", "MODULE", "DISK"})
    void ordinary(Target target) throws IOException {
        for (Bytes seed : Seeds.of(target)) {
            target.takes(seed);
            long allocated = allocated(target, seed);

            assertThat(allocated).as("%d bytes: %s", seed.size(), seed).isLessThan(4L * seed.size() + CONSTANT);
        }
    }

    @DisplayName("What unpacks allocates in proportion to the most that may come out, whatever the input claims")
    @ParameterizedTest(name = "{0}")
    @EnumSource(Compression.class)
    void unpacked(Compression form) {
        boolean dictionary = form == Compression.XZ || form == Compression.LZMA;
        List<Bytes> seeds = ToolSeeds.packed().stream()
                .filter(seed -> Compression.of(seed).equals(Optional.of(form)))
                .toList();
        assertThat(seeds).isNotEmpty();
        for (Bytes seed : seeds) {
            Target.COMPRESSION.takes(seed);

            assertThat(allocated(Target.COMPRESSION, seed))
                    .as("%s", seed)
                    .isLessThan(2L * Target.UNPACKED + CONSTANT + (dictionary ? 80 << 20 : 0));
        }
    }

    @DisplayName("The worst input that we know costs no more than that either, or what the documents say")
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void memory(Worst worst) {
        for (int size : new int[] {SMALL, LARGE}) {
            Bytes input = worst.of(size);
            worst.target().takes(input);

            assertThat(allocated(worst.target(), input)).isLessThan(worst.most(input.size()) + CONSTANT);
        }
    }

    @DisplayName("… and time: three times the size takes no more than six times as long, and at most 50 ms a mebibyte")
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void time(Worst worst) {
        Bytes small = worst.of(SMALL);
        Bytes large = worst.of(LARGE);
        long least = Long.MAX_VALUE;
        long most = Long.MAX_VALUE;
        long allowed = MICROSECONDS_A_MEBIBYTE * large.size() / (1 << 20) + 1000;
        // The first rounds are the compiler's, and of a small input more of them: who is too slow then gets another
        // 375.
        for (int round = 0; round < 400; round++) {
            if (round >= 25 && most < 6 * least + 300_000 && (!worst.isTimed() || most / 1000 < allowed)) {
                break;
            }
            least = Math.min(least, nanoseconds(worst.target(), small));
            most = Math.min(most, nanoseconds(worst.target(), large));
        }

        assertThat(most).isLessThan(6 * least + 300_000);
        assumeThat(worst.isTimed()).isTrue();
        assertThat(most / 1000).isLessThan(allowed);
    }

    private static long allocated(Target target, Bytes input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        target.takes(input);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static long nanoseconds(Target target, Bytes input) {
        long before = THREADS.getCurrentThreadCpuTime();
        target.takes(input);
        return THREADS.getCurrentThreadCpuTime() - before;
    }
}
