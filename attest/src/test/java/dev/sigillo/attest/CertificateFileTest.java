package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Certificates as NV indexes, files and tools hold them")
class CertificateFileTest {

    private static final Bytes DER = ForgedKey.root("CN=EK").der();

    /** A SEQUENCE of so many bytes of content, in DER. */
    private static Bytes sequence(int size) {
        ByteWriter out = new ByteWriter().u8(0x30);
        if (size < 0x80) {
            out.u8(size);
        } else if (size < 0x100) {
            out.u8(0x81).u8(size);
        } else if (size < 0x10000) {
            out.u8(0x82).u16be(size);
        } else {
            out.u8(0x83).u8(size >> 16).u16be(size & 0xFFFF);
        }
        return out.bytes(Forger.filled(5, size)).toBytes();
    }

    private static Bytes stored(int type, int size, int inner, Bytes certificate) {
        return new ByteWriter()
                .u16be(0x1001)
                .u8(type)
                .u16be(size)
                .u16be(inner)
                .bytes(certificate)
                .toBytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x10000, 0x10305})
    @DisplayName("One SEQUENCE of any length is read to its last byte, and what pads it is told")
    void lengths(int size) throws MalformedException {
        Bytes der = sequence(size);

        assertThat(CertificateFile.read(der).certificate()).isEqualTo(der);
        assertThat(CertificateFile.read(der).quirks()).isEmpty();
        CertificateFile zeros = CertificateFile.read(Bytes.concat(der, Bytes.zeros(9)));
        assertThat(zeros.certificate()).isEqualTo(der);
        assertThat(zeros.quirks()).containsExactly("9 bytes of 00 after the certificate");
        CertificateFile ones = CertificateFile.read(Bytes.concat(der, Forger.filled(0xFF, 3)));
        assertThat(ones.certificate()).isEqualTo(der);
        assertThat(ones.quirks()).containsExactly("3 bytes of ff after the certificate");
    }

    @ParameterizedTest
    @CsvSource({
        "31820100, first byte 0x31",
        "30, certificate.length",
        "3080, a length of 0 bytes",
        "308400000100, a length of 4 bytes",
        "30817f, not in its shortest form",
        "308200ff, not in its shortest form",
        "3083000100, not in its shortest form",
        "300201, certificate",
        "30020101aa, neither all 00 nor all ff",
        "3002010100ff, neither all 00 nor all ff"
    })
    @DisplayName("What is no DER SEQUENCE, not in its shortest form, cut or followed by other bytes is refused")
    void refused(String hex, String detail) {
        assertThatThrownBy(() -> CertificateFile.read(Bytes.fromHex(hex)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(detail);
    }

    @Test
    @DisplayName("TCG_PCCLIENT_STORED_CERT in front, with an index that is larger than what it holds")
    void storedCert() throws MalformedException {
        CertificateFile file = CertificateFile.read(stored(0, DER.size() + 2, 0x1002, DER));
        assertThat(file.certificate()).isEqualTo(DER);
        assertThat(file.quirks())
                .containsExactly("TCG_PCCLIENT_STORED_CERT in front, of " + (DER.size() + 2) + " bytes");

        Bytes padded =
                Bytes.concat(stored(0, DER.size() + 4, 0x1002, Bytes.concat(DER, Bytes.zeros(2))), Bytes.zeros(5));
        assertThat(CertificateFile.read(padded).certificate()).isEqualTo(DER);
        assertThat(CertificateFile.read(padded).quirks())
                .containsExactly(
                        "TCG_PCCLIENT_STORED_CERT in front, of " + (DER.size() + 4) + " bytes",
                        "5 bytes of 00 after the index",
                        "2 bytes of 00 after the certificate");
    }

    @Test
    @DisplayName(
            "TCG_PCCLIENT_STORED_CERT without the inner tag, as some TPMs have it: the size counts from the certificate")
    void storedCertWithoutInnerTag() throws MalformedException {
        String size = "%04x".formatted(DER.size());
        CertificateFile file = CertificateFile.read(Bytes.concat(Bytes.fromHex("100100" + size), DER, Bytes.zeros(3)));
        assertThat(file.certificate()).isEqualTo(DER);
        assertThat(file.quirks())
                .containsExactly(
                        "TCG_PCCLIENT_STORED_CERT in front, of " + DER.size()
                                + " bytes, without the tag of TCG_FULL_CERT",
                        "3 bytes of 00 after the index");
        assertThatThrownBy(() ->
                        CertificateFile.read(Bytes.concat(Bytes.fromHex("100100%04x".formatted(DER.size() + 1)), DER)))
                .hasMessageContaining("at most " + DER.size() + " expected");
    }

    @Test
    @DisplayName("A stored certificate of another kind, or with a size that its index does not have, is refused")
    void noStoredCert() {
        String most = "at most " + (DER.size() + 2) + " expected";
        assertThatThrownBy(() -> CertificateFile.read(stored(1, DER.size() + 2, 0x1002, DER)))
                .hasMessageContaining("type 1, inner tag 0x1002");
        assertThatThrownBy(() -> CertificateFile.read(stored(0, DER.size() + 2, 0x1003, DER)))
                .hasMessageContaining("type 0, inner tag 0x1003");
        assertThatThrownBy(() -> CertificateFile.read(stored(0, DER.size() + 3, 0x1002, DER)))
                .hasMessageContaining(most);
        assertThatThrownBy(() -> CertificateFile.read(stored(0, 1, 0x1002, DER)))
                .hasMessageContaining(most);
        assertThatThrownBy(() -> CertificateFile.read(stored(0, 2, 0x1002, Bytes.empty())))
                .hasMessageContaining("certificate");
        assertThatThrownBy(() -> CertificateFile.read(Bytes.fromHex("100100000010")))
                .hasMessageContaining("0x10");
    }

    private static String pem(String label, Bytes der) {
        return "-----BEGIN " + label + "-----\n" + der.base64() + "\n-----END " + label + "-----\n";
    }

    @Test
    @DisplayName("PEM: the first certificate, and the others beside it; a block of another kind is refused")
    void pem() throws MalformedException {
        Bytes other = ForgedKey.root("CN=CA").der();
        CertificateFile file = CertificateFile.read(Bytes.utf8(
                "text\n" + pem("TRUSTED CERTIFICATE", Bytes.concat(DER, Bytes.zeros(1))) + pem("CERTIFICATE", other)));
        assertThat(file.certificate()).isEqualTo(DER);
        assertThat(file.others()).containsExactly(other);
        assertThat(file.quirks()).containsExactly("1 bytes of 00 after the certificate");

        assertThatThrownBy(() -> CertificateFile.read(Bytes.utf8(pem("PRIVATE KEY", DER))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("a block PRIVATE KEY; CERTIFICATE expected");
    }

    @Test
    @DisplayName("PEM: a chain may be written from either end; the certificate meant is the one that is no CA's")
    void fromTheRoot() throws MalformedException {
        ForgedKey root = ForgedKey.root("CN=Root");
        ForgedKey authority = root.issue("CN=CA", true);
        Bytes leaf = authority.issue("CN=EK").der();
        Bytes another = authority.issue("CN=Another").der();
        String above = pem("CERTIFICATE", root.der()) + pem("CERTIFICATE", authority.der());

        CertificateFile file = CertificateFile.read(Bytes.utf8(above + pem("CERTIFICATE", leaf)));
        assertThat(file.certificate()).isEqualTo(leaf);
        assertThat(file.others()).containsExactly(root.der(), authority.der());

        assertThat(CertificateFile.read(Bytes.utf8(above + pem("CERTIFICATE", leaf) + pem("CERTIFICATE", another)))
                        .certificate())
                .as("two that are no CA's: nobody knows which is meant")
                .isEqualTo(root.der());
    }

    @Test
    @DisplayName("PEM that does not end, is no Base64 or is without measure is refused at its place")
    void noPem() {
        String label = "CERTIFICATE";
        for (String broken : new String[] {
            "-----BEGIN CERTIFICATE",
            "-----BEGIN CERTIFICATE-----\nMAA=\n",
            "-----BEGIN X-----\nMAA=\n-----END Y-----",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
            pem("x".repeat(65), DER),
        }) {
            assertThatThrownBy(() -> Pem.read(Bytes.utf8("  " + broken)))
                    .as(broken)
                    .isInstanceOfSatisfying(
                            MalformedException.class,
                            refused -> assertThat(refused.offset()).isEqualTo(2));
        }
        String two = pem(label, DER) + pem(label, DER);
        assertThatThrownBy(() -> Pem.read(Bytes.utf8(two), 1)).hasMessageContaining("more than 1 blocks");
        assertThatThrownBy(() -> CertificateFile.read(Bytes.utf8(pem(label, DER).repeat(65))))
                .hasMessageContaining("more than 64 blocks");
    }

    @Test
    @DisplayName("As many blocks as allowed, and a label of 64 characters, are read")
    void mostPem() throws MalformedException {
        String two = pem("x".repeat(64), DER) + pem("CERTIFICATE", DER);

        assertThat(Pem.read(Bytes.utf8(two), 2)).extracting(Pem.Block::der).containsExactly(DER, DER);
        assertThat(Pem.isIn(Bytes.utf8(two))).isTrue();
        assertThat(Pem.isIn(DER)).isFalse();
    }
}
