package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Lists in a varstore, as virt-fw-vars writes them")
class TrustStoreToolsTest {

    private static final String OWNER = "77fa9abd-0359-4d32-bd60-28f4e78f784b";
    private static final String EMPTY = "/usr/share/OVMF/OVMF_VARS_4M.fd";
    private static final String TOOL = Path.of(Optional.ofNullable(System.getenv("SIGILLO_CACHE"))
                    .orElse(System.getProperty("user.home") + "/.cache/sigillo"))
            .resolve("virt-firmware-26.10/bin/virt-fw-vars")
            .toString();

    @TempDir
    private Path folder = Path.of("");

    private Path certificate(String name, ForgedKey key) throws Exception {
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN CERTIFICATE-----\n" + key.der().base64().replaceAll("(.{64})", "$1\n")
                        + "\n-----END CERTIFICATE-----\n");
    }

    @Test
    @DisplayName("db, dbx, MokList and SbatLevel are read with their owners, from the varstore and from .auth files")
    void varstore() throws Exception {
        Tool.need(EMPTY, TOOL);
        ForgedKey root = ForgedKey.root("CN=UEFI CA");
        ForgedKey mok = ForgedKey.root("CN=owner");
        String hash = "ab".repeat(32);
        Path level = Files.writeString(folder.resolve("level"), "sbat,1,2025021800\nshim,4\ngrub,5\n");
        Files.createDirectory(folder.resolve("auth"));
        Tool.must(
                folder,
                TOOL,
                "-i",
                EMPTY,
                "-o",
                "vars.fd",
                "--add-db",
                OWNER,
                certificate("db.pem", root).toString(),
                "--add-mok",
                OWNER,
                certificate("mok.pem", mok).toString(),
                "--add-dbx-hash",
                OWNER,
                hash,
                "--set-sbat-level",
                level.toString(),
                "--output-auth",
                "auth");
        Bytes file = Tool.read(folder.resolve("vars.fd"));
        TrustStore store = TrustStore.of(VarStore.parse(file));

        assertThat(store.db()).singleElement().satisfies(list -> {
            assertThat(list.entries().getFirst().data()).isEqualTo(root.der());
            assertThat(list.entries().getFirst().owner()).hasToString(OWNER);
        });
        assertThat(store.mok().getFirst().entries().getFirst().data()).isEqualTo(mok.der());
        assertThat(store.dbx().getFirst().entries().getFirst().data().hex()).isEqualTo(hash);
        assertThat(store.sbatLevel()).hasSize(3).isEqualTo(TrustFiles.sbatLevel(file));
        assertThat(store.hasShim()).isTrue();
        for (TrustDatabase database : List.of(TrustDatabase.DB, TrustDatabase.DBX)) {
            List<SignatureList> auth = TrustFiles.read(folder.resolve("auth/" + database.shown() + ".auth"), database);
            assertThat(auth).isEqualTo(TrustFiles.parse(file, database));
        }
    }
}
