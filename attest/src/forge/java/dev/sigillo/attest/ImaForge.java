package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.ImaList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Writes IMA lists of template ima-sig as the kernel does, and the value that PCR 10 then holds. */
public final class ImaForge {

    public static final List<Driver> DRIVERS = List.of(driver("virtio_net"), driver("dm_verity"), driver("erofs"));

    /**
     * One line after boot_aggregate.
     *
     * @param more the third field, where the template has one: the signature, or a buffer
     */
    public record Line(String template, String algorithm, Bytes digest, String path, boolean violation, Bytes more) {

        public Line(String template, String algorithm, Bytes digest, String path, boolean violation) {
            this(template, algorithm, digest, path, violation, Bytes.empty());
        }

        public Line withDigest(Bytes other) {
            return new Line(template, algorithm, other, path, violation, more);
        }

        public Line with(Bytes other) {
            return new Line(template, algorithm, digest, path, violation, other);
        }
    }

    public final List<Line> lines = new ArrayList<>();

    /** Lines that the kernel wrote after the quote was made. */
    public final List<Line> later = new ArrayList<>();

    public Optional<Bytes> aggregate = Optional.empty();
    public boolean omitAggregate;

    public ImaForge() {
        DRIVERS.forEach(driver -> lines.add(line(driver.path(), driver.sha256())));
    }

    public static Driver driver(String name) {
        Bytes digest = HashAlgorithm.SHA256.hash(Bytes.utf8("content of " + name));
        return new Driver(name, "/usr/lib/modules/6.12/kernel/" + name.replace('_', '-') + ".ko.xz", digest);
    }

    public static Line line(String path, Bytes digest) {
        return new Line("ima-sig", "sha256", digest, path, false);
    }

    private List<Line> all(SortedMap<Integer, Digest> registers) {
        List<Line> all = new ArrayList<>();
        if (!omitAggregate) {
            all.add(line(
                    "boot_aggregate",
                    aggregate.orElseGet(() -> ImaList.bootAggregate(registers).value())));
        }
        all.addAll(lines);
        return all;
    }

    public Digest replay(SortedMap<Integer, Digest> registers) {
        Digest register = Digest.zero(bank(registers));
        for (Map.Entry<Integer, Digest> extension : extensions(registers)) {
            register = register.extend(extension.getValue());
        }
        return register;
    }

    /** What the kernel extends, line by line: the register and the digest. */
    public List<Map.Entry<Integer, Digest>> extensions(SortedMap<Integer, Digest> registers) {
        HashAlgorithm bank = bank(registers);
        Digest ones = new Digest(bank, Forger.filled(0xFF, bank.size()));
        List<Map.Entry<Integer, Digest>> extensions = new ArrayList<>();
        for (Line line : all(registers)) {
            extensions.add(Map.entry(10, line.violation() ? ones : Digest.of(bank, data(line))));
        }
        return extensions;
    }

    private static HashAlgorithm bank(SortedMap<Integer, Digest> registers) {
        return registers.values().iterator().next().algorithm();
    }

    public Bytes toBytes(SortedMap<Integer, Digest> registers) {
        List<Line> all = all(registers);
        all.addAll(later);
        ByteWriter out = new ByteWriter();
        for (Line line : all) {
            Bytes data = data(line);
            Bytes template = Bytes.utf8(line.template());
            out.u32le(10)
                    .bytes(line.violation() ? Bytes.zeros(20) : HashAlgorithm.SHA1.hash(data))
                    .u32le(template.size())
                    .bytes(template)
                    .u32le(data.size())
                    .bytes(data);
        }
        return out.toBytes();
    }

    private static Bytes data(Line line) {
        Bytes digest = Bytes.concat(Bytes.utf8(line.algorithm() + ":\0"), line.digest());
        Bytes path = Bytes.utf8(line.path() + "\0");
        ByteWriter out = new ByteWriter()
                .u32le(digest.size())
                .bytes(digest)
                .u32le(path.size())
                .bytes(path);
        boolean third = line.template().startsWith("ima-sig") || line.template().equals("ima-buf");
        return third ? out.u32le(line.more().size()).bytes(line.more()).toBytes() : out.toBytes();
    }
}
