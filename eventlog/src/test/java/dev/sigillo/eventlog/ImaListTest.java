package dev.sigillo.eventlog;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ImaListTest {

    private static final Bytes AGGREGATE = ima("ima-sig", "sha256:\0", "boot_aggregate", Bytes.empty());
    private static final Bytes DRIVER =
            ima("ima-sig", "sha256:\0", "/usr/lib/modules/virtio_net.ko", Bytes.fromHex("0302"));
    private static final Bytes LATER = ima("ima-ng", "sha256:\0", "/usr/lib/modules/fat.ko", Bytes.empty());

    /** Template data: each field a u32 size and its bytes. */
    private static Bytes data(String template, String prefix, String path, Bytes signature) {
        Bytes digest = Bytes.concat(Bytes.utf8(prefix), SHA256.hash(Bytes.utf8(path)));
        Bytes name = Bytes.utf8(path + "\0");
        ByteWriter out = new ByteWriter()
                .u32le(digest.size())
                .bytes(digest)
                .u32le(name.size())
                .bytes(name);
        if (template.startsWith("ima-sig")) {
            out.u32le(signature.size()).bytes(signature);
        }
        return out.toBytes();
    }

    private static Bytes ima(String template, String prefix, String path, Bytes signature) {
        Bytes data = data(template, prefix, path, signature);
        return entry(10, SHA1.hash(data), template, data);
    }

    private static Bytes entry(int pcr, Bytes digest, String template, Bytes data) {
        return new ByteWriter()
                .u32le(pcr)
                .bytes(digest)
                .u32le(template.length())
                .bytes(Bytes.utf8(template))
                .u32le(data.size())
                .bytes(data)
                .toBytes();
    }

    private static Digest pcr10(List<ImaEntry> entries) {
        Digest register = Digest.zero(SHA256);
        for (ImaEntry entry : entries) {
            register = register.extend(entry.extended());
        }
        return register;
    }

    @Test
    @DisplayName("The entries, their fields and the SHA-256 of their template data")
    void fields() throws MalformedException {
        List<ImaEntry> entries =
                ImaList.parse(Bytes.concat(AGGREGATE, DRIVER, LATER)).entries();
        assertThat(entries)
                .extracting(ImaEntry::path)
                .containsExactly("boot_aggregate", "/usr/lib/modules/virtio_net.ko", "/usr/lib/modules/fat.ko");
        ImaEntry driver = entries.get(1);
        assertThat(entries.getFirst().isBootAggregate()).isTrue();
        assertThat(driver.algorithm()).isEqualTo("sha256");
        assertThat(driver.fileDigest()).isEqualTo(SHA256.hash(Bytes.utf8(driver.path())));
        assertThat(driver.signature().hex()).isEqualTo("0302");
        assertThat(driver.extended())
                .isEqualTo(Digest.of(SHA256, data("ima-sig", "sha256:\0", driver.path(), driver.signature())));
    }

    @Test
    @DisplayName(
            "PCR 10 of any bank, by kernels from 5.8 and before; a violation extends ones; recorded digests are claims")
    void banks() throws MalformedException {
        Bytes violation = entry(10, Bytes.zeros(20), "ima-ng", data("ima-ng", "sha256:\0", "/v", Bytes.empty()));
        ImaList list = ImaList.parse(Bytes.concat(AGGREGATE, violation));
        Bytes data = data("ima-sig", "sha256:\0", "boot_aggregate", Bytes.empty());
        Bytes ones = Bytes.fromHex("ff".repeat(20));
        assertThat(list.replay(SHA1))
                .isEqualTo(Digest.zero(SHA1).extend(Digest.of(SHA1, data)).extend(new Digest(SHA1, ones)));
        assertThat(list.replay(SHA256)).isEqualTo(pcr10(list.entries()));
        Digest padded = new Digest(SHA256, Bytes.concat(SHA1.hash(data), Bytes.zeros(12)));
        assertThat(list.replayPadded(SHA256))
                .isEqualTo(Digest.zero(SHA256).extend(padded).extend(Digest.fromHex(SHA256, "ff".repeat(32))));
        assertThat(list.entries()).allMatch(ImaEntry::isRecordedRight);
        Bytes lie = entry(10, Bytes.fromHex("01".repeat(20)), "ima-sig", data);
        assertThat(ImaList.parse(lie).entries().getFirst().isRecordedRight()).isFalse();
    }

    @Test
    @DisplayName("Templates with a typed digest, and the oldest one, which pads the name to 256 bytes")
    void otherTemplates() throws MalformedException {
        ImaEntry typed = ImaList.parse(ima("ima-sigv2", "ima:sha256:\0", "/a", Bytes.empty()))
                .entries()
                .getFirst();
        assertThat(typed.algorithm()).isEqualTo("sha256");
        Bytes digest = SHA1.hash(Bytes.utf8("x"));
        Bytes name = Bytes.utf8("/init");
        Bytes old = new ByteWriter()
                .u32le(10)
                .bytes(digest)
                .u32le(3)
                .bytes(Bytes.utf8("ima"))
                .bytes(digest)
                .u32le(5)
                .bytes(name)
                .toBytes();
        assertThat(ImaList.parse(old).entries().getFirst().extended())
                .isEqualTo(Digest.of(SHA256, digest, name, Bytes.zeros(251)));
    }

    @Test
    @DisplayName("The longest prefix that replays counts; what came after the quote is not handed out")
    void prefix() throws MalformedException {
        ImaList list = ImaList.parse(Bytes.concat(AGGREGATE, DRIVER, LATER));
        for (int covered = 0; covered <= 3; covered++) {
            List<ImaEntry> entries = list.entries().subList(0, covered);
            assertThat(list.longestPrefixThatReplays(pcr10(entries))).contains(entries);
        }
        assertThat(list.longestPrefixThatReplays(Digest.of(SHA256, AGGREGATE))).isEmpty();
    }

    @Test
    @DisplayName("An entry left out, exchanged or changed in any field no longer replays")
    void forged() throws MalformedException {
        Digest quoted =
                pcr10(ImaList.parse(Bytes.concat(AGGREGATE, DRIVER, LATER)).entries());
        Bytes renamed = ima("ima-sig", "sha256:\0", "/usr/lib/modules/virtio_blk.ko", Bytes.fromHex("0302"));
        Bytes resigned = ima("ima-sig", "sha256:\0", "/usr/lib/modules/virtio_net.ko", Bytes.fromHex("0303"));
        for (Bytes list : List.of(
                Bytes.concat(AGGREGATE, LATER),
                Bytes.concat(DRIVER, AGGREGATE, LATER),
                Bytes.concat(AGGREGATE, renamed, LATER),
                Bytes.concat(AGGREGATE, resigned, LATER))) {
            assertThat(ImaList.parse(list).longestPrefixThatReplays(quoted)).isEmpty();
        }
    }

    @Test
    @DisplayName("A recorded digest of zeros is a violation, which extends all ones")
    void violation() throws MalformedException {
        Bytes data = data("ima-ng", "sha256:\0", "/var/log/wtmp", Bytes.empty());
        ImaEntry entry = ImaList.parse(entry(10, Bytes.zeros(20), "ima-ng", data))
                .entries()
                .getFirst();
        assertThat(entry.violation()).isTrue();
        assertThat(entry.extended().value().allAre(0xFF)).isTrue();
    }

    @Test
    @DisplayName("The boot aggregate is SHA-256 over PCR 0 to 9")
    void aggregate() {
        TreeMap<Integer, Digest> pcrs = new TreeMap<>();
        Bytes all = Bytes.empty();
        for (int pcr = 0; pcr < 10; pcr++) {
            Digest value = Digest.of(SHA256, Bytes.of((byte) pcr));
            pcrs.put(pcr, value);
            all = Bytes.concat(all, value.value());
        }
        assertThat(ImaList.bootAggregate(pcrs)).isEqualTo(Digest.of(SHA256, all));
        pcrs.remove(3);
        assertThatIllegalArgumentException().isThrownBy(() -> ImaList.bootAggregate(pcrs));
    }

    @Test
    @DisplayName("Another register, an unknown template, a path without NUL or with one inside: refused")
    void malformed() {
        Bytes data = data("ima-ng", "sha256:\0", "/a", Bytes.empty());
        Bytes some = SHA1.hash(data);
        refused(entry(11, some, "ima-ng", data), "10 expected");
        refused(entry(10, some, "evm-sig", data), "unknown template");
        refused(entry(10, some, "ima-ng", Bytes.concat(data, Bytes.zeros(1))), "trailing");
        refused(entry(10, some, "ima-ng", data.slice(0, data.size() - 1)), "n-ng");
        refused(ima("ima-ng", "sha256\0", "/a", Bytes.empty()), "hash algorithm");
        refused(ima("ima-ng", "sha256:", "/a\0/b", Bytes.empty()), "d-ng");
        refused(ima("ima-ng", "sha256:\0", "/a\0/b", Bytes.empty()), "NUL inside");
        refused(entry(10, some, "x".repeat(33), data), "at most 32");
        refused(Bytes.concat(AGGREGATE, Bytes.zeros(3)), "pcr");
    }

    private static void refused(Bytes list, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ImaList.parse(list))
                .withMessageContaining(why);
    }

    @Test
    @DisplayName("Hostile bytes end in one checked exception")
    void hostile() {
        Bytes honest = Bytes.concat(AGGREGATE, DRIVER, LATER);
        assertThatCode(() -> ForAll.seeds(3000, random -> {
                    byte[] changed = honest.toByteArray();
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                    try {
                        ImaList.parse(Bytes.of(changed).slice(0, random.nextInt(changed.length + 1)));
                    } catch (MalformedException expected) {
                        assertThat(expected).hasMessageContaining("offset");
                    }
                }))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("The list as the kernel shows it in text is told by its name")
    void text() {
        Bytes text = Bytes.utf8("10 " + "ab".repeat(20) + " ima-ng sha256:" + "00".repeat(32) + " boot_aggregate\n");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ImaList.parse(text))
                .withMessageContaining("ascii_runtime_measurements");
    }
}
