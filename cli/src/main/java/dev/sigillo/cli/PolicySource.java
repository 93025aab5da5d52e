package dev.sigillo.cli;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.evidence.PolicyFile;
import dev.sigillo.evidence.Problem;
import dev.sigillo.evidence.Profiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A policy by the name of a profile, or by its file; the files that it names lie beside it. */
final class PolicySource {

    private PolicySource() {}

    /** @throws Failure with exit code 2 and every problem, if there is no such policy or it is none */
    static PolicyFile load(String nameOrFile) {
        try {
            return read(nameOrFile);
        } catch (PolicyFile.Refused refused) {
            throw Failure.usage(told(nameOrFile, refused.problems()));
        }
    }

    /** @throws Failure if there is no such file */
    static PolicyFile read(String nameOrFile) throws PolicyFile.Refused {
        return PolicyFile.read(text(nameOrFile), filesOf(nameOrFile));
    }

    /** The files that the policy may name. */
    static PolicyFile.Files filesOf(String nameOrFile) {
        return name -> beside(Path.of(nameOrFile), name);
    }

    /** @throws Failure if there is no such file */
    static Bytes text(String nameOrFile) {
        Optional<Bytes> profile = Profiles.text(nameOrFile);
        Path file = Path.of(nameOrFile);
        if (profile.isEmpty() && !java.nio.file.Files.exists(file)) {
            throw Failure.usage("There is no policy " + nameOrFile + ": neither a file nor a profile. Profiles: "
                    + String.join(", ", Profiles.NAMES) + ".");
        }
        return profile.orElseGet(() -> EvidenceFile.read(file, PolicyFile.MAX_SIZE, bytes -> bytes));
    }

    private static Bytes beside(Path policy, String name) throws MalformedException {
        try {
            Path other = policy.resolveSibling(name);
            return EvidenceFile.read(other, PolicyFile.MAX_SIZE, bytes -> bytes);
        } catch (Failure absent) {
            throw new MalformedException(name, 0, String.valueOf(absent.getMessage()));
        } catch (java.nio.file.InvalidPathException odd) {
            throw new MalformedException("file", 0, "no file name");
        }
    }

    /** All problems, one a line. */
    static String told(String what, List<Problem> problems) {
        return what + " is no policy; " + problems.size() + (problems.size() == 1 ? " problem:" : " problems:")
                + problems.stream().map(problem -> "\n  " + problem).collect(Collectors.joining());
    }
}
