package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads machines' variable stores while QEMU may be writing them. A read that shows nothing wrong counts at once; one that
 * does counts when the file stays so, for in the middle of a write a store may look empty or torn. What was found is
 * remembered as long as the file is the same.
 */
final class VarstoreWatch {
    private static final long MAX_SIZE = 16 << 20;
    private static final int READS = 8;
    private static final int SAME_READS = 3;
    /** Emulated firmware erases and rewrites its flash block by block, which takes less than this. */
    private static final long PAUSE_MILLIS = 250;
    /** A file's time of change is as coarse as the kernel's clock: what is younger may change unseen. */
    private static final Duration COARSE = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final Map<Path, Seen> seen = new ConcurrentHashMap<>();
    private final Map<String, VarStore> templates = new ConcurrentHashMap<>();

    VarstoreWatch(InstantSource clock) {
        this.clock = clock;
    }

    private record Seen(Stamp stamp, VarstoreFacts facts) {}

    /** Changes with every write: the time of change is the kernel's, no program sets it. */
    private record Stamp(String text, FileTime changed) {
        static Stamp of(Path file) throws IOException {
            Map<String, Object> attributes =
                    Files.readAttributes(file, "unix:ino,ctime,size", LinkOption.NOFOLLOW_LINKS);
            return new Stamp(attributes.get("ino") + " " + attributes.get("size"), (FileTime)
                    Objects.requireNonNull(attributes.get("ctime")));
        }
    }

    /**
     * @param template the machine's copy of the template
     * @param templateSha256 what the template was when the machine was made
     * @return empty if the file is not yet made, or did not hold still
     */
    Optional<VarstoreFacts> facts(Path varstore, Path template, String templateSha256) {
        try {
            Stamp before = Stamp.of(varstore);
            Optional<VarstoreFacts> known = Optional.ofNullable(seen.get(varstore))
                    .filter(last -> last.stamp().equals(before))
                    .map(Seen::facts);
            if (known.isPresent()) {
                return known;
            }
            VarStore given = template(template, templateSha256);
            Instant read = clock.instant();
            Optional<VarstoreFacts> facts = settled(varstore, given);
            if (facts.isPresent()
                    && Stamp.of(varstore).equals(before)
                    && before.changed().toInstant().isBefore(read.minus(COARSE))) {
                seen.put(varstore, new Seen(before, facts.get()));
            }
            return facts;
        } catch (IOException gone) {
            seen.remove(varstore);
            return Optional.empty();
        }
    }

    void forget(Path varstore) {
        seen.remove(varstore);
    }

    private static Optional<VarstoreFacts> settled(Path varstore, VarStore template) throws IOException {
        Bytes last = Bytes.empty();
        int same = 0;
        for (int i = 0; i < READS; i++) {
            Bytes now = read(varstore);
            VarstoreFacts facts = compare(template, now);
            same = now.equals(last) ? same + 1 : 1;
            if (facts.differences().isEmpty() || same == SAME_READS) {
                return Optional.of(facts);
            }
            last = now;
            Pause.millis(PAUSE_MILLIS);
        }
        return Optional.empty();
    }

    private static VarstoreFacts compare(VarStore template, Bytes now) {
        try {
            return VarstoreComparison.of(template, VarStore.parse(now));
        } catch (MalformedException damaged) {
            String what = "%s at offset %d: %s".formatted(damaged.field(), damaged.offset(), damaged.detail());
            return new VarstoreFacts(false, List.of("the variable store is damaged: " + ConsoleText.line(what, 200)));
        }
    }

    private VarStore template(Path file, String sha256) throws IOException {
        Optional<VarStore> known = Optional.ofNullable(templates.get(sha256));
        if (known.isPresent()) {
            return known.get();
        }
        Bytes bytes = read(file);
        String found = Digest.sha256(bytes.toByteArray()).hex();
        if (!found.equals(sha256)) {
            throw new MachineException("%s is not the template that the machine was given: SHA-256 %s, not %s"
                    .formatted(file, found, sha256));
        }
        try {
            VarStore template = VarStore.parse(bytes);
            templates.put(sha256, template);
            return template;
        } catch (MalformedException broken) {
            throw new MachineException(file + " is no variable store: " + broken.getMessage(), broken);
        }
    }

    /** Only ordinary files of a sensible size; their folder is root's, so they stay what they are. */
    private static Bytes read(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile() || attributes.size() > MAX_SIZE) {
            throw new MachineException(file + " is no variable store: not an ordinary file of at most 16 MiB");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return Bytes.of(in.readAllBytes());
        }
    }
}
