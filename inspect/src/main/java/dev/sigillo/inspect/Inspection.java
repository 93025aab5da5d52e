package dev.sigillo.inspect;

import java.util.List;
import java.util.Optional;

/**
 * What Secure Boot says to a machine's files.
 *
 * @param secureBoot whether it is on; empty when nothing shows it
 * @param probableCause why the machine did not start, or what stands first in its way; empty when nothing does
 * @param files boot loaders first, then kernels, then modules, each by path
 * @param unchecked what could not be looked at
 * @param notes what the answers rest on, one sentence each
 */
public record Inspection(
        Optional<Boolean> secureBoot,
        Optional<ProbableCause> probableCause,
        List<CheckedFile> files,
        List<UncheckedFile> unchecked,
        List<String> notes) {

    public Inspection {
        files = List.copyOf(files);
        unchecked = List.copyOf(unchecked);
        notes = List.copyOf(notes);
    }

    public long count(Cause.Answer answer) {
        return files.stream().filter(file -> file.answer() == answer).count();
    }

    public long count(Kind kind) {
        return files.stream().filter(file -> file.kind() == kind).count();
    }

    /** Nothing would be refused, and nothing is open. */
    public boolean passes() {
        return count(Cause.Answer.ALLOWED) == files.size() && unchecked.isEmpty();
    }
}
