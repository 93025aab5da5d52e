package dev.sigillo.evidence;

import dev.sigillo.attest.Policy;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A policy as it was read.
 *
 * @param hash SHA-256 over the text and, in their order, the SHA-256 of each file that it names: what judged, to the byte
 * @param description what the policy says it is for, or nothing
 */
public record PolicyFile(Policy policy, Digest hash, String description) {

    /** Bytes in a policy: one learned from a machine with a thousand files under IMA has 200 KB. */
    public static final int MAX_SIZE = 4 << 20;

    /** The value of the key {@code format}. */
    public static final String FORMAT = "sigillo-policy-1";

    /** A text that is no policy, with everything that is wrong with it. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient List<Problem> problems;

        Refused(List<Problem> problems) {
            super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
            this.problems = List.copyOf(problems);
        }

        /** In the order of their lines; at least one. */
        public List<Problem> problems() {
            return problems;
        }
    }

    /** How a policy's text gets at the files that it names. */
    public interface Files {
        /**
         * @param name as the policy has it
         * @throws MalformedException if there is none, or it is too large
         */
        Bytes read(String name) throws MalformedException;
    }

    /** @throws Refused with every problem of the text at once */
    public static PolicyFile read(Bytes text, Files files) throws Refused {
        return PolicyReader.read(text, files);
    }
}
