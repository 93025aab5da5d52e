package dev.sigillo.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PeImageTest {

    private static final int CHECKSUM = 0x40 + 24 + 64;
    private static final int CERTIFICATE_ENTRY = 0x40 + 24 + 112 + 32;
    private static final int SECTION = 0x40 + 24 + 240;

    /** A PE32+ image of headers (512 bytes), one section of 512 bytes, and a tail that no section covers. */
    private static byte[] image(int tail) {
        return new ByteWriter()
                .u16le(0x5A4D)
                .bytes(Bytes.zeros(58))
                .u32le(0x40)
                .u32le(0x4550)
                .u16le(0x8664)
                .u16le(1)
                .bytes(Bytes.zeros(12))
                .u16le(240)
                .u16le(0x0206)
                .u16le(0x20B)
                .bytes(Bytes.zeros(58))
                .u32le(512)
                .u32le(0x1234)
                .bytes(Bytes.zeros(40))
                .u32le(16)
                .bytes(Bytes.zeros(128))
                .bytes(Bytes.utf8(".text\0\0\0"))
                .u32le(500)
                .u32le(0x1000)
                .u32le(512)
                .u32le(512)
                .bytes(Bytes.zeros(16))
                .bytes(Bytes.zeros(512 - SECTION - 40))
                .bytes(Bytes.of("code".repeat(128).getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .bytes(Bytes.zeros(tail))
                .toBytes()
                .toByteArray();
    }

    private static Digest hash(byte[] image) throws MalformedException {
        return PeImage.parse(Bytes.of(image)).authenticode(HashAlgorithm.SHA256);
    }

    private static void put(byte[] image, int at, long value) {
        new ByteWriter().u32le(value).toBytes().copyTo(image, at);
    }

    @Test
    @DisplayName("Authenticode: checksum and certificate entry are left out, every other byte counts")
    void everyByteCounts() throws Exception {
        Digest honest = hash(image(16));
        for (int at = 0; at < image(16).length; at++) {
            byte[] changed = image(16);
            changed[at] ^= 1;
            boolean leftOut =
                    (at >= CHECKSUM && at < CHECKSUM + 4) || (at >= CERTIFICATE_ENTRY && at < CERTIFICATE_ENTRY + 8);
            try {
                assertThat(hash(changed).equals(honest)).as("byte %d", at).isEqualTo(leftOut);
            } catch (MalformedException refused) {
                assertThat(at).as(refused.getMessage()).isLessThan(SECTION + 40);
            }
        }
    }

    @Test
    @DisplayName("A certificate table is not hashed")
    void certificateTable() throws Exception {
        byte[] signed = image(24);
        put(signed, CERTIFICATE_ENTRY, 1024);
        put(signed, CERTIFICATE_ENTRY + 4, 24);

        assertThat(hash(signed)).isEqualTo(hash(image(0)));
    }

    @Test
    @DisplayName("A certificate table that is not the end of the file is refused")
    void certificatesElsewhere() {
        byte[] signed = image(24);
        put(signed, CERTIFICATE_ENTRY, 1024);
        put(signed, CERTIFICATE_ENTRY + 4, 16);

        assertThatThrownBy(() -> hash(signed)).hasMessageContaining("certificate table");
    }

    @Test
    @DisplayName("A section that overlaps the headers is refused")
    void overlap() {
        byte[] overlapping = image(0);
        put(overlapping, SECTION + 20, 256);

        assertThatThrownBy(() -> hash(overlapping)).hasMessageContaining("overlaps");
    }

    @Test
    @DisplayName("A section that ends beyond 4 GB is refused")
    void beyond() {
        byte[] beyond = image(0);
        put(beyond, SECTION + 16, 0xFFFFFFFFL);

        assertThatThrownBy(() -> hash(beyond)).isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("A section without bytes in the file is empty, wherever it says that they are")
    void emptySection() throws Exception {
        byte[] empty = image(0);
        put(empty, SECTION + 16, 0);
        put(empty, SECTION + 20, 0xFFFFFFFFL);

        assertThat(PeImage.parse(Bytes.of(empty)).section(".text")).contains(Bytes.empty());
    }

    @Test
    @DisplayName("WIN_CERTIFICATE: entries are told apart; a length of 0 or past the end stops, with the reason")
    void certificateEntries() throws Exception {
        byte[] signed = image(48);
        put(signed, CERTIFICATE_ENTRY, 1024);
        put(signed, CERTIFICATE_ENTRY + 4, 48);
        put(signed, 1024, 17);
        put(signed, 1028, 0x00020200);
        put(signed, 1048, 24);
        put(signed, 1052, 0x0EF10200);
        CertificateTable table = PeImage.parse(Bytes.of(signed)).certificateTable();

        assertThat(table.flaw()).isEmpty();
        assertThat(table.padded()).isTrue();
        assertThat(table.entries()).extracting(AttributeCertificate::type).containsExactly(2, 0x0EF1);
        assertThat(table.entries()).extracting(AttributeCertificate::offset).containsExactly(1024, 1048);
        for (long length : new long[] {0, 8, 25, 0xFFFFFFFFL}) {
            byte[] damaged = signed.clone();
            put(damaged, 1048, length);
            PeImage image = PeImage.parse(Bytes.of(damaged));
            assertThat(image.certificateTable().entries()).hasSize(1);
            assertThat(image.certificateTable().flaw()).isPresent();
            assertThat(image.quirks()).anyMatch(quirk -> quirk.contains("certificate table is damaged"));
        }
    }

    @Test
    @DisplayName("EDK2: a table that leaves out its last entry's padding is told")
    void unpadded() throws Exception {
        byte[] signed = image(17);
        put(signed, CERTIFICATE_ENTRY, 1024);
        put(signed, CERTIFICATE_ENTRY + 4, 17);
        put(signed, 1024, 17);
        PeImage image = PeImage.parse(Bytes.of(signed));

        assertThat(image.certificateTable().padded()).isFalse();
        assertThat(image.quirks()).anyMatch(quirk -> quirk.contains("without the padding"));
    }

    @Test
    @DisplayName("Odd but readable: bytes behind the sections, a wrong checksum, a size that needs padding")
    void quirks() throws Exception {
        assertThat(PeImage.parse(Bytes.of(image(3))).quirks())
                .anyMatch(quirk -> quirk.contains("3 bytes behind the last section"))
                .anyMatch(quirk -> quirk.contains("1027 bytes are no multiple of 8"))
                .anyMatch(quirk -> quirk.contains("CheckSum is 0x1234, computed"));
    }

    @Test
    @DisplayName("Padded with zeros to eight bytes, an unsigned image has the digest of its signed form")
    void padded() throws Exception {
        assertThat(PeImage.parse(Bytes.of(image(3))).authenticodePadded(HashAlgorithm.SHA256))
                .isEqualTo(hash(image(8)));
        assertThat(PeImage.parse(Bytes.of(image(8))).authenticodePadded(HashAlgorithm.SHA256))
                .isEqualTo(hash(image(8)));
    }

    @Test
    @DisplayName("Hostile bytes give a MalformedException or a hash, nothing else")
    void hostile() {
        ForAll.seeds(3000, random -> {
            byte[] bytes = image(random.nextInt(64));
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(SECTION + 40)] = (byte) random.nextInt();
            }
            byte[] cut = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            for (byte[] input : new byte[][] {bytes, cut}) {
                try {
                    PeImage image = PeImage.parse(Bytes.of(input));
                    image.authenticode(HashAlgorithm.SHA256);
                    image.sections().forEach(section -> image.section(section.name()));
                    image.signatures();
                } catch (MalformedException refused) {
                    assertThat(refused.offset()).isNotNegative();
                }
            }
        });
    }
}
