package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The policies that come with Sigillo, by name. */
public final class Profiles {

    /** Their names. */
    public static final List<String> NAMES =
            List.of("any-linux", "azure-trusted-launch", "debian", "gce-shielded", "sigillo-node", "ubuntu");

    private Profiles() {}

    /** The text of the profile; nothing if there is none of that name. */
    public static Optional<Bytes> text(String name) {
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        try (InputStream in = Profiles.class.getResourceAsStream("policies/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("no resource for the profile " + name);
            }
            return Optional.of(Bytes.of(in.readAllBytes()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The profile; nothing if there is none of that name. */
    public static Optional<PolicyFile> policy(String name) {
        return text(name).map(text -> {
            try {
                return PolicyFile.read(text, file -> {
                    throw new MalformedException(file, 0, "a profile names no files");
                });
            } catch (PolicyFile.Refused wrong) {
                throw new IllegalStateException("the profile " + name + ": " + wrong.getMessage(), wrong);
            }
        });
    }
}
