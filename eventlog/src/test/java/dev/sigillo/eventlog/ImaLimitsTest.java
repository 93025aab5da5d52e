package dev.sigillo.eventlog;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.bytes.HashAlgorithm.SHA384;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("IMA lists at the edges of what the kernel writes")
class ImaLimitsTest {

    private static final Bytes FILE = SHA256.hash(Bytes.utf8("a file"));

    /** A field of template data: u32 size, bytes. */
    private static Bytes field(Bytes... parts) {
        Bytes value = Bytes.concat(parts);
        return new ByteWriter().u32le(value.size()).bytes(value).toBytes();
    }

    private static Bytes digest(String prefix) {
        return field(Bytes.utf8(prefix), FILE);
    }

    private static Bytes path(String path) {
        return field(Bytes.utf8(path + "\0"));
    }

    private static Bytes entry(long pcr, String template, Bytes... fields) {
        Bytes data = Bytes.concat(fields);
        return new ByteWriter()
                .u32le(pcr)
                .bytes(SHA1.hash(data))
                .bytes(field(Bytes.utf8(template)))
                .bytes(field(data))
                .toBytes();
    }

    /** The first template, whose data has no length, whose digest has none and whose name has no NUL. */
    private static Bytes oldest(String name) {
        return new ByteWriter()
                .u32le(10)
                .bytes(SHA1.hash(Bytes.utf8(name)))
                .bytes(field(Bytes.utf8("ima")))
                .bytes(Bytes.zeros(20))
                .bytes(field(Bytes.utf8(name)))
                .toBytes();
    }

    private static ImaEntry only(Bytes list) throws MalformedException {
        return ImaList.parse(list).entries().getFirst();
    }

    private static void refused(Bytes list, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ImaList.parse(list))
                .withMessageContaining(why);
    }

    @Test
    @DisplayName("8 MiB and 50,000 entries parse, one more of either is refused")
    void ceilings() throws MalformedException {
        Bytes start = Bytes.concat(digest("sha256:\0"), path("/a"));
        Bytes small = entry(10, "ima-sig", start, field());
        Bytes full = entry(10, "ima-sig", start, field(Bytes.zeros(ImaList.MAX_SIZE - small.size())));
        assertThat(full.size()).isEqualTo(ImaList.MAX_SIZE);
        assertThat(only(full).signature().size()).isEqualTo(ImaList.MAX_SIZE - small.size());
        refused(Bytes.concat(full, Bytes.zeros(1)), "8388609 bytes, at most 8388608");
        Bytes[] entries = new Bytes[ImaList.MAX_ENTRIES];
        Arrays.fill(entries, entry(10, "ima-ng", start));
        Bytes many = Bytes.concat(entries);
        assertThat(ImaList.parse(many).entries()).hasSize(ImaList.MAX_ENTRIES);
        refused(Bytes.concat(many, entries[0]), "more than 50000 entries");
    }

    @Test
    @DisplayName("A name of the oldest template has at most IMA_EVENT_NAME_LEN_MAX (255) bytes, and is padded to 256")
    void oldestName() throws MalformedException {
        for (int size : new int[] {0, 1, 255}) {
            String name = "n".repeat(size);
            assertThat(only(oldest(name)).extended())
                    .isEqualTo(Digest.of(SHA256, Bytes.zeros(20), Bytes.utf8(name), Bytes.zeros(256 - size)));
        }
        refused(oldest("n".repeat(256)), "256, at most 255 expected");
    }

    @Test
    @DisplayName("A path has at most 4096 bytes and one NUL, which ends it; it may be empty")
    void paths() throws MalformedException {
        Bytes digest = digest("sha256:\0");
        assertThat(only(entry(10, "ima-ng", digest, path(""))).path()).isEmpty();
        String longest = "/" + "p".repeat(4095);
        assertThat(only(entry(10, "ima-ng", digest, path(longest))).path()).isEqualTo(longest);
        refused(entry(10, "ima-ng", digest, path(longest + "p")), "4098, 1 to 4097 expected");
        refused(entry(10, "ima-ng", digest, field()), "0, 1 to 4097 expected");
        refused(entry(10, "ima-ng", digest, field(Bytes.utf8("/a"))), "NUL at the end");
        refused(entry(10, "ima-ng", digest, path("\0/a")), "NUL inside");
    }

    @Test
    @DisplayName("The hash's name is at most 32 small letters, digits or dashes, a colon and a NUL")
    void hashNames() throws MalformedException {
        for (String name : new String[] {"sha256", "sm3-256", "az09", "streebog512", "a", "n".repeat(32)}) {
            ImaEntry entry = only(entry(10, "ima-ng", digest(name + ":\0"), path("/a")));
            assertThat(entry.algorithm()).isEqualTo(name);
            assertThat(entry.fileDigest()).isEqualTo(FILE);
        }
        for (String name : new String[] {"", "SHA256", "sha/", "sha`", "sha{", "sha ", "n".repeat(33)}) {
            refused(entry(10, "ima-ng", digest(name + ":\0"), path("/a")), "no hash algorithm");
        }
        refused(entry(10, "ima-ng", field(Bytes.utf8("sha256")), path("/a")), "d-ng");
        refused(entry(10, "ima-ng", field(Bytes.utf8("sha256:")), path("/a")), "d-ng");
        refused(entry(10, "ima-ng", digest("sha256:"), path("/a")), "a NUL after the hash algorithm");
    }

    @Test
    @DisplayName("Typed digests (ima-ngv2, ima-sigv2), appended signatures (ima-modsig) and buffers (ima-buf)")
    void templates() throws MalformedException {
        Bytes signature = Bytes.fromHex("0302aa");
        Bytes typed = digest("verity:sha256:\0");
        ImaEntry v2 = only(entry(10, "ima-sigv2", typed, path("/a"), field(signature)));
        assertThat(v2.algorithm()).isEqualTo("sha256");
        assertThat(v2.signature()).isEqualTo(signature);
        assertThat(only(entry(10, "ima-ngv2", typed, path("/a"))).signature()).isEqualTo(Bytes.empty());
        refused(entry(10, "ima-ngv2", digest("sha256:\0"), path("/a")), "d-ng");
        refused(entry(10, "ima-ng", typed, path("/a")), "a NUL after the hash algorithm");
        Bytes digest = digest("sha256:\0");
        ImaEntry modsig = only(
                entry(10, "ima-modsig", digest, path("/m.ko"), field(signature), digest("sha256:\0"), field(FILE)));
        assertThat(modsig.signature()).isEqualTo(signature);
        refused(entry(10, "ima-modsig", digest, path("/m.ko"), field(signature)), "d-modsig");
        ImaEntry buffer = only(entry(10, "ima-buf", digest, path("kexec-cmdline"), field(Bytes.utf8("quiet"))));
        assertThat(buffer.signature()).isEqualTo(Bytes.empty());
        refused(entry(10, "ima-buf", digest, path("kexec-cmdline")), "buf.length");
        refused(entry(10, "ima-sig", digest, path("/a")), "sig.length");
    }

    @Test
    @DisplayName("What a digest is of, where the template says it; the buffer of ima-buf behind a name of any length")
    void digestTypesAndBuffers() throws MalformedException {
        ImaEntry typed = only(entry(10, "ima-ngv2", digest("verity:sha256:\0"), path("/a")));
        assertThat(typed.digestType()).contains("verity");
        assertThat(typed.buffer()).isEmpty();
        for (int size : new int[] {0, 13, 255, 256, 4096}) {
            ImaEntry buffer =
                    only(entry(10, "ima-buf", digest("sha256:\0"), path("k".repeat(size)), field(Bytes.utf8("quiet"))));
            assertThat(buffer.buffer()).contains(Bytes.utf8("quiet"));
            assertThat(buffer.digestType()).isEmpty();
        }
    }

    @Test
    @DisplayName("PCR 10 as a big-endian kernel writes it is told from another register")
    void bigEndian() {
        Bytes data = Bytes.concat(digest("sha256:\0"), path("/a"));
        refused(entry(0x0A000000L, "ima-ng", data), "big-endian kernel");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ImaList.parse(entry(11, "ima-ng", data)))
                .withMessageContaining("11, 10 expected")
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("big-endian"));
    }

    @Test
    @DisplayName("Only the first entry can be the boot aggregate, and only by its name")
    void bootAggregate() throws MalformedException {
        Bytes aggregate = entry(10, "ima-ng", digest("sha256:\0"), path("boot_aggregate"));
        Bytes init = entry(10, "ima-ng", digest("sha256:\0"), path("/init"));
        assertThat(ImaList.parse(Bytes.concat(aggregate, aggregate)).entries())
                .extracting(ImaEntry::isBootAggregate)
                .containsExactly(true, false);
        assertThat(only(init).isBootAggregate()).isFalse();
    }

    @Test
    @DisplayName("A kernel before 5.8 extends every bank with the SHA-1 template digest: prefixes of that too")
    void padded() throws MalformedException {
        Bytes first = Bytes.concat(digest("sha256:\0"), path("boot_aggregate"));
        Bytes second = Bytes.concat(digest("sha256:\0"), path("/init"));
        ImaList list = ImaList.parse(Bytes.concat(entry(10, "ima-ng", first), entry(10, "ima-ng", second)));
        Digest one = Digest.zero(SHA384).extend(new Digest(SHA384, Bytes.concat(SHA1.hash(first), Bytes.zeros(28))));
        assertThat(list.longestPrefixThatReplaysPadded(one))
                .contains(list.entries().subList(0, 1));
        assertThat(list.longestPrefixThatReplaysPadded(Digest.zero(SHA384)).orElseThrow())
                .isEmpty();
        assertThat(list.longestPrefixThatReplays(one)).isEmpty();
        Digest other = Digest.zero(SHA384).extend(Digest.of(SHA384, first));
        assertThat(list.longestPrefixThatReplays(other)).contains(list.entries().subList(0, 1));
        assertThat(list.longestPrefixThatReplaysPadded(other)).isEmpty();
    }
}
