package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Signature databases from files")
class TrustFilesTest {

    private static final Guid OWNER = Guid.of("77fa9abd-0359-4d32-bd60-28f4e78f784b");
    private static final Bytes DER = ForgedKey.root("CN=one").der();
    private static final SignatureList LIST = SignatureList.certificate(OWNER, DER);

    @TempDir
    private Path folder = Path.of("");

    private static String pem(Bytes der) {
        return "-----BEGIN CERTIFICATE-----\n" + der.base64() + "\n-----END CERTIFICATE-----\n";
    }

    private static List<SignatureList> parse(Bytes file) throws MalformedException {
        return TrustFiles.parse(file, TrustDatabase.DB);
    }

    private Path file(String name, Bytes content) throws IOException {
        return Files.write(folder.resolve(name), content.toByteArray());
    }

    private static Bytes attributes(Bytes data) {
        return new ByteWriter().u32le(0x27).bytes(data).toBytes();
    }

    /** EFI_VARIABLE_AUTHENTICATION_2 around a payload, with a signature of nobody. */
    private static Bytes update(Bytes payload) {
        Bytes signature = Bytes.zeros(10);
        return new ByteWriter()
                .bytes(Bytes.zeros(16))
                .u32le(24 + signature.size())
                .u16le(0x0200)
                .u16le(0x0EF1)
                .bytes(Guid.of("4aafd29d-68df-49ee-8aa9-347d375665a7").toBytes())
                .bytes(signature)
                .bytes(payload)
                .toBytes();
    }

    @Test
    @DisplayName("the same certificate as DER, PEM, list, signed update, efivarfs variable, with text before it")
    void forms() throws Exception {
        Bytes text = Bytes.utf8("Certificate:\n    Data: of one\n".repeat(400) + pem(DER));
        for (Bytes form : List.of(
                DER, Bytes.utf8(pem(DER)), text, LIST.encode(), update(LIST.encode()), attributes(LIST.encode()))) {
            assertThat(parse(form)).singleElement().satisfies(list -> {
                assertThat(list.type()).isEqualTo(SignatureList.X509);
                assertThat(list.entries().getFirst().data()).isEqualTo(DER);
            });
        }
    }

    @Test
    @DisplayName("a PEM bundle holds several, in its order")
    void bundle() throws Exception {
        Bytes other = ForgedKey.root("CN=two").der();
        assertThat(parse(Bytes.utf8(pem(DER) + "\n" + pem(other))))
                .extracting(list -> list.entries().getFirst().data())
                .containsExactly(DER, other);
    }

    @Test
    @DisplayName("lines that begin with a SHA-256 are hashes; comments and headings may stand before them")
    void hashes() throws Exception {
        String hash = "ab".repeat(32);
        assertThat(parse(Bytes.utf8(
                                "# revoked\nsha256\twhy\n" + hash + "\tyes\n\n" + hash.toUpperCase(Locale.ROOT) + "\n"))
                        .getFirst()
                        .entries())
                .hasSize(2)
                .allMatch(entry -> entry.data().hex().equals(hash));
        assertThatThrownBy(() -> parse(Bytes.utf8(hash + "\nand this?\n"))).isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("what is of no such form is refused, never taken for an empty list")
    void refused() {
        for (Bytes form : List.of(
                Bytes.utf8("hello\n"),
                Bytes.utf8("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                Bytes.utf8("-----BEGIN CERTIFICATE-----\nAAAA\n"),
                Bytes.fromHex("3082000100"),
                LIST.encode().slice(0, LIST.encode().size() - 1),
                Bytes.concat(LIST.encode(), Bytes.zeros(3)))) {
            assertThatThrownBy(() -> parse(form)).as(form.toString()).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    @DisplayName("a folder: every certificate and list by its name's ending, and nothing else of it")
    void certificates() throws Exception {
        file("b.crt", DER);
        file("a.pem", Bytes.utf8(pem(ForgedKey.root("CN=two").der())));
        file(
                "dbxupdate.bin",
                update(SignatureList.hashes(OWNER, List.of(Bytes.zeros(32))).encode()));
        file("README", Bytes.utf8("no certificate"));

        assertThat(TrustFiles.read(folder, TrustDatabase.DB))
                .hasSize(2)
                .allMatch(list -> list.type().equals(SignatureList.X509));
        file("c.der", Bytes.utf8("junk"));
        assertThatThrownBy(() -> TrustFiles.read(folder, TrustDatabase.DB)).hasMessageContaining("c.der");
    }

    @Test
    @DisplayName("a folder without a certificate is refused: a mistyped path must not allow nothing silently")
    void emptyFolder() {
        assertThatThrownBy(() -> TrustFiles.read(folder, TrustDatabase.DB))
                .hasMessageContaining("no certificate in it");
    }

    @Test
    @DisplayName("efivarfs: db, dbx, MokListRT in its parts, and SbatLevelRT")
    void efivarfs() throws Exception {
        String database = "-d719b2cb-3d3a-4596-a3bc-dad00e67656f";
        String shim = "-605dab50-e046-4300-abb6-3dd810dd8b23";
        file("db" + database, attributes(LIST.encode()));
        file(
                "dbx" + database,
                attributes(SignatureList.hashes(OWNER, List.of(Bytes.zeros(32))).encode()));
        file("MokListRT" + shim, attributes(LIST.encode()));
        file("MokListRT1" + shim, attributes(LIST.encode()));
        file("SbatLevelRT" + shim, attributes(Bytes.utf8("sbat,1,2025021800\nshim,4\n")));
        TrustStore store = TrustFiles.efivarfs(folder);

        assertThat(store.db()).containsExactly(LIST);
        assertThat(store.dbx()).hasSize(1);
        assertThat(store.mok()).hasSize(2);
        assertThat(store.mokx()).isEmpty();
        assertThat(store.sbatLevel()).hasSize(2);
        assertThat(TrustFiles.read(folder, TrustDatabase.DBX)).isEqualTo(store.dbx());
    }

    @Test
    @DisplayName("an SBAT level begins with its date; anything else is refused")
    void level() throws Exception {
        assertThat(TrustFiles.sbatLevel(Bytes.utf8("sbat,1,2025021800\nshim,4\ngrub,5\n")))
                .hasSize(3);
        assertThatThrownBy(() -> TrustFiles.sbatLevel(Bytes.utf8("grub,5\n"))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> TrustFiles.sbatLevel(Bytes.empty())).isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("Microsoft's published dbx updates: 13, 183 and 211 hashes, and three certificates")
    void published() throws Exception {
        Path vectors = Vectors.folder().resolve("secureboot");
        Assumptions.assumeTrue(
                Files.isDirectory(vectors), () -> "skipped: no vectors at " + vectors + "; set SIGILLO_VECTORS");
        for (String update : List.of("2014-08-11 13", "_x64-2020-10-12 183", "_x64-2021-04-29 211")) {
            String[] words = update.split(" ");
            String name = words[0].startsWith("_") ? "dbxupdate" + words[0] : "dbxupdate-" + words[0];
            List<SignatureList> lists = TrustFiles.read(vectors.resolve(name + ".bin"), TrustDatabase.DBX);
            assertThat(lists.stream()
                            .filter(list -> list.type().equals(SignatureList.SHA256))
                            .mapToInt(list -> list.entries().size())
                            .sum())
                    .isEqualTo(Integer.parseInt(words[1]));
        }
        assertThat(TrustFiles.read(vectors, TrustDatabase.DB)).hasSize(7);
    }

    @Tag("broad")
    @Test
    @DisplayName("Hostile bytes give a MalformedException or lists, nothing else")
    void hostile() {
        List<Bytes> seeds = List.of(DER, Bytes.utf8(pem(DER)), update(LIST.encode()), attributes(LIST.encode()));
        ForAll.seeds(2000, random -> {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).toByteArray();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(Math.min(bytes.length, 80))] = (byte) random.nextInt();
            }
            try {
                TrustFiles.parse(Bytes.of(bytes, 0, random.nextInt(bytes.length + 1)), TrustDatabase.DB);
            } catch (MalformedException refused) {
                assertThat(refused.detail().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
            }
        });
    }
}
