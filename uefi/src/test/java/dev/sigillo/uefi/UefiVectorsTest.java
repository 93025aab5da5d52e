package dev.sigillo.uefi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UefiVectorsTest {

    private static Bytes read(Path file) throws Exception {
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no " + file + "; set SIGILLO_VECTORS, or install ovmf");
        return Bytes.of(Files.readAllBytes(file));
    }

    private static Bytes vector(String name) throws Exception {
        return read(Vectors.folder().resolve("secureboot").resolve(name));
    }

    private static long count(List<SignatureList> lists, Guid type) {
        return lists.stream()
                .filter(list -> list.type().equals(type))
                .mapToLong(list -> list.entries().size())
                .sum();
    }

    @ParameterizedTest
    @CsvSource({
        "dbxupdate-2014-08-11.bin, 0, 13",
        "dbxupdate_x64-2020-10-12.bin, 3, 183",
        "dbxupdate_x64-2021-04-29.bin, 0, 211"
    })
    @DisplayName("EFI_VARIABLE_AUTHENTICATION_2: the published dbx updates hold what their publisher says")
    void dbxUpdates(String name, int certificates, int hashes) throws Exception {
        VariableUpdate update = VariableUpdate.parse(vector(name));
        List<SignatureList> lists = SignatureList.parseAll(update.payload());

        assertThat(count(lists, SignatureList.X509)).isEqualTo(certificates);
        assertThat(count(lists, SignatureList.SHA256)).isEqualTo(hashes);
        assertThat(update.timestamp().hex()).startsWith("da070306131115");
        assertThat(SignatureList.encodeAll(lists)).isEqualTo(update.payload());
    }

    @ParameterizedTest
    @CsvSource({"canonical-boothole.crt", "cisco-boothole.crt", "debian-boothole.crt"})
    @DisplayName("EFI_SIGNATURE_LIST: the revoked certificates of BootHole are in the update byte for byte")
    void bootHole(String name) throws Exception {
        Bytes certificate = vector(name);
        VariableUpdate update = VariableUpdate.parse(vector("dbxupdate_x64-2020-10-12.bin"));

        assertThat(SignatureList.parseAll(update.payload()))
                .anySatisfy(list -> assertThat(list.entries())
                        .anySatisfy(entry -> assertThat(entry.data()).isEqualTo(certificate)));
    }

    @Test
    @DisplayName(
            "EDK2 varstore: Debian's Microsoft store has PK, KEK, db with the CAs of 2011, dbx, and turns Secure Boot on")
    void microsoftStore() throws Exception {
        VarStore store = VarStore.parse(read(Path.of("/usr/share/OVMF/OVMF_VARS_4M.ms.fd")));
        StoredVariable db = store.find(Guid.IMAGE_SECURITY_DATABASE, "db").orElseThrow();

        assertThat(store.secureBoot()).isTrue();
        assertThat(store.find(Guid.GLOBAL_VARIABLE, "PK")).isPresent();
        assertThat(store.find(Guid.GLOBAL_VARIABLE, "KEK")).isPresent();
        assertThat(count(SignatureList.parseAll(db.data()), SignatureList.X509)).isEqualTo(2);
        assertThat(SignatureList.parseAll(db.data()))
                .anySatisfy(list -> assertThat(list.entries().getFirst().data())
                        .isEqualTo(vector("MicCorUEFCA2011_2011-06-27.crt")));
    }

    @Test
    @DisplayName("EDK2 varstore: an empty store has Secure Boot off")
    void emptyStore() throws Exception {
        assertThat(VarStore.parse(read(Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd")))
                        .secureBoot())
                .isFalse();
    }

    @Test
    @DisplayName("UEFI_VARIABLE_DATA: SecureBoot = 01 has the digest that every machine logs")
    void secureBootOn() {
        VariableData on = new VariableData(Guid.GLOBAL_VARIABLE, "SecureBoot", Bytes.of((byte) 1));

        assertThat(Digest.of(HashAlgorithm.SHA256, on.encode()).hex()).startsWith("ccfc4bb32888");
    }

    @Test
    @DisplayName("UEFI_VARIABLE_DATA: the authority event of Microsoft's 2011 CA has the digest that Debian 12 logs")
    void microsoftAuthority() throws Exception {
        SignatureEntry entry = new SignatureEntry(
                Guid.of("77fa9abd-0359-4d32-bd60-28f4e78f784b"), vector("MicCorUEFCA2011_2011-06-27.crt"));
        VariableData authority = new VariableData(Guid.IMAGE_SECURITY_DATABASE, "db", entry.encode());

        assertThat(Digest.of(HashAlgorithm.SHA256, authority.encode()).hex()).startsWith("4d4a8e2c7413");
    }
}
