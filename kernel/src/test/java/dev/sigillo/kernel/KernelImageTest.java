package dev.sigillo.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Keys that were built into a kernel")
class KernelImageTest {
    @TempDir
    private static Path folder;

    private static SigningKey build;
    private static SigningKey vendor;
    private static SigningKey extra;
    private static SigningKey other;

    @BeforeAll
    static void keys() {
        build = SigningKey.make(folder, "build", "ec -pkeyopt ec_paramgen_curve:P-384");
        vendor = SigningKey.make(folder, "vendor", "rsa:2048");
        extra = SigningKey.make(folder, "extra", "rsa:2048");
        other = SigningKey.make(folder, "other", "rsa:2048");
    }

    private static Bytes der(SigningKey... keys) throws CertificateEncodingException {
        Bytes all = Bytes.empty();
        for (SigningKey key : keys) {
            all = Bytes.concat(all, Bytes.of(key.certificate().getEncoded()));
        }
        return all;
    }

    private static Bytes words(long... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            out.putLong(value);
        }
        return Bytes.of(out.array());
    }

    private static Bytes aligned(Bytes bytes) {
        return Bytes.concat(bytes, Bytes.zeros(-bytes.size() & 7));
    }

    /** Noise, a certificate of another kind, the list, room for an extra one, sizes, revoked certificates. */
    private static Bytes vmlinux(Bytes list, int room, long first, Bytes revoked) throws CertificateEncodingException {
        return Bytes.concat(
                Bytes.zeros(4096),
                aligned(der(other)),
                words(0x1122334455667788L, 3),
                aligned(Bytes.concat(list, Bytes.zeros(room))),
                words(list.size(), first),
                revoked.isEmpty()
                        ? Bytes.empty()
                        : Bytes.concat(Bytes.zeros(64), aligned(revoked), words(revoked.size(), 7)),
                Bytes.zeros(512));
    }

    private static Bytes bzImage(Bytes payload) {
        byte[] head = new byte[5 * 512];
        ByteBuffer at = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        at.put(0x1F1, (byte) 4);
        at.put(0x202, (byte) 'H').put(0x203, (byte) 'd').put(0x204, (byte) 'r').put(0x205, (byte) 'S');
        at.putShort(0x20E, (short) 0x300);
        at.putInt(0x248, 0x40).putInt(0x24C, payload.size() + 4);
        at.position(0x500).put("6.12.1-test (me) #1".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return Bytes.concat(
                Bytes.of(head), Bytes.zeros(0x40), payload, Bytes.of((byte) 1, (byte) 2, (byte) 3, (byte) 4));
    }

    @Test
    @DisplayName("are the list with its two sizes behind it, the build's own first; others in the kernel are not")
    void list() throws Exception {
        Bytes vmlinux = vmlinux(der(build, vendor), 0, der(build).size(), der(extra));
        BuiltinKeys keys = KernelImage.parse(vmlinux).keys();
        assertThat(keys.trusted()).containsExactly(build.certificate(), vendor.certificate());
        assertThat(keys.revoked()).containsExactly(extra.certificate());
    }

    @Test
    @DisplayName("are found where there is room for one more, and where no module key was built in")
    void rooms() throws Exception {
        Bytes room = vmlinux(der(build, vendor), 4096, der(build).size(), Bytes.empty());
        assertThat(KernelImage.parse(room).keys().trusted()).hasSize(2);
        Bytes filled = vmlinux(
                der(build, vendor, extra), 4096 - der(extra).size(), der(build).size(), Bytes.empty());
        assertThat(KernelImage.parse(filled).keys().trusted()).hasSize(3);
        Bytes unsigned = vmlinux(der(vendor), 0, 0, Bytes.empty());
        assertThat(KernelImage.parse(unsigned).keys().trusted()).containsExactly(vendor.certificate());
        Bytes none = vmlinux(Bytes.empty(), 0, 0, Bytes.empty());
        assertThat(KernelImage.parse(none).keys().found()).isFalse();
    }

    @Test
    @DisplayName("are read out of a bzImage in each compression, its size behind the payload")
    void compressed() throws Exception {
        Path vmlinux = Files.write(
                folder.resolve("vmlinux"),
                vmlinux(der(build), 0, der(build).size(), Bytes.empty()).toByteArray());
        for (String tool : List.of("gzip -9", "xz --check=crc32", "xz --format=lzma", "lz4 -l -9", "zstd -19")) {
            List<String> words = new java.util.ArrayList<>(List.of(tool.split(" ")));
            words.addAll(List.of("-c", vmlinux.toString()));
            Process process = new ProcessBuilder(words).start();
            Bytes payload;
            try (var out = process.getInputStream()) {
                payload = Bytes.of(out.readAllBytes());
            }
            KernelImage image = KernelImage.parse(bzImage(payload));
            assertThat(image.keys().trusted()).as(tool).containsExactly(build.certificate());
            assertThat(image.release()).contains("6.12.1-test");
        }
    }

    @Test
    @DisplayName("a compression that is not known, or a payload outside the file, is said so")
    void malformed() {
        assertThatThrownBy(() -> KernelImage.parse(bzImage(Bytes.utf8("BZh91AY&SY"))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("gzip, xz");
        Bytes cut = bzImage(Bytes.zeros(90_000));
        assertThatThrownBy(() -> KernelImage.parse(cut.slice(0, 50_000)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("payload");
        ForAll.seeds(300, random -> {
            byte[] noise = new byte[random.nextInt(2000)];
            random.nextBytes(noise);
            try {
                Bytes image = bzImage(Bytes.of(noise));
                KernelImage.parse(image.slice(0, random.nextInt(image.size())));
            } catch (MalformedException refused) {
                assertThat(refused.field()).isNotEmpty();
            }
        });
    }

    @Test
    @DisplayName("a kernel's options: from its file, or from inside it (CONFIG_IKCONFIG)")
    void config() throws Exception {
        Bytes text = Bytes.utf8("""
                CONFIG_MODULE_SIG=y
                # CONFIG_MODULE_SIG_FORCE is not set
                CONFIG_LOCK_DOWN_IN_EFI_SECURE_BOOT=y
                CONFIG_INTEGRITY_MACHINE_KEYRING=y
                """);
        KernelConfig config = KernelConfig.parse(text);
        assertThat(config.enforcesModules()).isTrue();
        assertThat(config.trustsMok()).isFalse();
        assertThat(KernelConfig.parse(Bytes.utf8("CONFIG_MODULE_SIG=y\n")).enforcesModules())
                .isFalse();
        for (String patch : List.of("EFI_SECURE_BOOT_LOCK_DOWN", "LOCK_DOWN_IN_SECURE_BOOT")) {
            assertThat(KernelConfig.parse(Bytes.utf8("CONFIG_MODULE_SIG=y\nCONFIG_" + patch + "=y\n"))
                            .enforcesModules())
                    .as(patch)
                    .isTrue();
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.toByteArray());
        }
        Bytes vmlinux = Bytes.concat(
                Bytes.zeros(333), Bytes.utf8("IKCFG_ST"), Bytes.of(packed.toByteArray()), Bytes.utf8("IKCFG_ED"));
        assertThat(KernelImage.parse(vmlinux).config()).contains(config);
    }
}
