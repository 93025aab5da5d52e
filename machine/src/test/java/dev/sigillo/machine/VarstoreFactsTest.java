package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores of booted machines, untouched and with one thing changed. */
class VarstoreFactsTest {
    private static final String MACHINE = "debian12-secureboot-tpm";
    private static final String SHIM = Guid.SHIM_LOCK.toString();
    private static final String DATABASE = Guid.IMAGE_SECURITY_DATABASE.toString();
    private static final String SYSTEMD = "8cf2644b-4b0b-428f-9387-6d876050dc67";
    private static final int AUTHENTICATED = 0x27;

    @TempDir
    private Path folder;

    private final VarstoreFile template = VarstoreFile.of(MACHINE, "template");
    private final VarstoreFile booted = VarstoreFile.of(MACHINE, "booted");

    private VarstoreFacts facts(VarstoreFile now) throws MalformedException {
        return VarstoreComparison.of(template.parsed(), now.parsed());
    }

    private List<String> differences(VarstoreFile now) throws MalformedException {
        return facts(now).differences();
    }

    private Bytes database(String name) throws MalformedException {
        return booted.parsed()
                .find(Guid.IMAGE_SECURITY_DATABASE, name)
                .orElseThrow()
                .data();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "debian12-secureboot-tpm",
                "debian12-secureboot",
                "debian12-plain-tpm",
                "debian12-plain",
                "debian13-secureboot-tpm",
                "debian13-plain"
            })
    @DisplayName("an untouched store shows no difference: as given, after a boot, and after a reset")
    void untouched(String machine) throws MalformedException {
        VarstoreFile given = VarstoreFile.of(machine, "template");
        for (String name : List.of("template", "booted", "reset")) {
            assertThat(VarstoreComparison.of(
                            given.parsed(), VarstoreFile.of(machine, name).parsed()))
                    .as(name)
                    .isEqualTo(new VarstoreFacts(machine.contains("secureboot"), List.of()));
        }
    }

    @Test
    @DisplayName("a certificate added to db is named by subject and digest")
    void certificateAdded() throws MalformedException, CertificateEncodingException {
        Bytes der = Bytes.of(CertificateAuthority.open(folder, "Evil\n\u001b[2J Boot", Clock.systemUTC())
                .certificate()
                .getEncoded());
        Bytes longer = Bytes.concat(
                database("db"), SignatureList.certificate(Guid.SHIM_LOCK, der).encode());
        assertThat(differences(booted.with(DATABASE, "db", AUTHENTICATED, longer)))
                .singleElement()
                .asString()
                .startsWith("db holds the certificate of CN=\"Evil  Boot\"")
                .endsWith(", which the template does not have")
                .contains("SHA-256 ")
                .doesNotContain("\n", "\u001b");
    }

    @Test
    @DisplayName("hashes missing from dbx are counted, a single one is named")
    void shorterDbx() throws MalformedException {
        List<SignatureEntry> hashes = new ArrayList<>();
        for (SignatureList list : SignatureList.parseAll(database("dbx"))) {
            hashes.addAll(list.entries());
        }
        assertThat(differences(booted.with(DATABASE, "dbx", AUTHENTICATED, hashes(hashes.subList(1, hashes.size())))))
                .containsExactly(
                        "dbx lacks the hash " + hashes.getFirst().data().hex() + ", which the template has");
        assertThat(differences(booted.with(DATABASE, "dbx", AUTHENTICATED, hashes(hashes.subList(7, hashes.size())))))
                .containsExactly("dbx lacks 7 of the template's " + hashes.size() + " entries");
        assertThat(differences(booted.without("dbx")))
                .containsExactly("variable dbx (" + DATABASE + "), which the template has, is gone");
        assertThat(differences(booted.with(DATABASE, "dbx", AUTHENTICATED, Bytes.utf8("nonsense"))))
                .singleElement()
                .asString()
                .startsWith("dbx is no list of signatures: ");
    }

    private static Bytes hashes(List<SignatureEntry> entries) {
        return new SignatureList(SignatureList.SHA256, Bytes.empty(), entries).encode();
    }

    @Test
    @DisplayName("PK, KEK and the certificates of db are the template's")
    void keys() throws MalformedException {
        Bytes pk =
                booted.parsed().find(Guid.GLOBAL_VARIABLE, "PK").orElseThrow().data();
        assertThat(differences(booted.with(Guid.GLOBAL_VARIABLE.toString(), "KEK", AUTHENTICATED, pk)))
                .anyMatch(line ->
                        line.matches("KEK holds the certificate of .*CN=Debian.*, which the template does not have"))
                .anyMatch(line -> line.startsWith("KEK lacks "));
        assertThat(facts(booted.without("PK")).secureBootOn()).isFalse();
        assertThat(differences(booted.without("PK")))
                .contains("variable PK (8be4df61-93ca-11d2-aa0d-00e098032b8c), which the template has, is gone");
        List<SignatureList> db = SignatureList.parseAll(database("db"));
        assertThat(differences(booted.with(DATABASE, "db", AUTHENTICATED, SignatureList.encodeAll(db.reversed()))))
                .containsExactly("db has the template's entries in another arrangement");
        assertThat(differences(booted.with(DATABASE, "db", 7, database("db"))))
                .containsExactly("variable db (" + DATABASE + ") has attributes 0x7, the template 0x27");
    }

    @Test
    @DisplayName("switches of firmware and shim are the template's, whether it has them or not")
    void switches() throws MalformedException {
        VarstoreFile off = booted.with(Guid.SECURE_BOOT_ENABLE.toString(), "SecureBootEnable", 3, Bytes.of((byte) 0));
        assertThat(facts(off).secureBootOn()).isFalse();
        assertThat(differences(off))
                .contains(
                        "variable SecureBootEnable (f0a30bc7-af08-4556-99c4-001009c93a44) is 0x00, the template has 0x01");
        assertThat(differences(
                        booted.with("c076ec0c-7028-4399-a072-71ee5c448b9f", "CustomMode", 3, Bytes.of((byte) 1))))
                .containsExactly(
                        "variable CustomMode (c076ec0c-7028-4399-a072-71ee5c448b9f) is 0x01, the template has 0x00");
        for (String name : List.of(
                "MokList", "MokListX", "MokSBState", "MokDBState", "MokListTrusted", "MokPolicy", "SbatPolicy")) {
            assertThat(differences(booted.with(SHIM, name, 3, Bytes.of((byte) 1))))
                    .as(name)
                    .containsExactly("variable " + name + " (" + SHIM + ") that neither firmware nor shim writes");
        }
    }

    @Test
    @DisplayName("what an operating system would read from the store is foreign to it")
    void foreign() throws MalformedException {
        assertThat(differences(booted.with(SYSTEMD, "SystemdOptions", 7, Bytes.utf8("systemd.setenv=A=B"))))
                .containsExactly("variable SystemdOptions (" + SYSTEMD + ") that neither firmware nor shim writes");
        Map<String, String> others = Map.of(
                "LoaderEntryDefault", "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
                "Driver0000", Guid.GLOBAL_VARIABLE.toString(),
                "DriverOrder", Guid.GLOBAL_VARIABLE.toString(),
                "BootNext", Guid.GLOBAL_VARIABLE.toString(),
                "Boot000g", Guid.GLOBAL_VARIABLE.toString(),
                "dbt", DATABASE,
                "BootOrder", SHIM);
        others.forEach((name, vendor) -> {
            try {
                assertThat(differences(booted.copy(vendor, name, 7, Bytes.of((byte) 1))))
                        .as(name)
                        .containsExactly(
                                "variable " + name + " (" + vendor + ") that neither firmware nor shim writes");
            } catch (MalformedException impossible) {
                throw new AssertionError(impossible);
            }
        });
    }

    @Test
    @DisplayName("a name cannot forge a sentence, and of many differences the first twenty are told")
    void bounded() throws MalformedException {
        assertThat(differences(booted.with(SHIM, "A\n\u001b[31mB\u202e" + "C".repeat(100), 3, Bytes.of((byte) 1))))
                .singleElement()
                .asString()
                .startsWith("variable A BCCC")
                .doesNotContain("\n", "\u001b", "\u202e")
                .contains("… (" + SHIM);
        VarstoreFile many = booted;
        for (int i = 0; i < 30; i++) {
            many = many.with(SHIM, "V" + i, 3, Bytes.of((byte) 1));
        }
        assertThat(differences(many)).hasSize(21).endsWith("and 10 more");
    }

    @Test
    @DisplayName("SbatLevel is what shim writes: the original where Secure Boot is off, a later one where it is on")
    void sbatLevel() throws MalformedException {
        for (String level : List.of(
                "sbat,1,2023012900\nshim,2\ngrub,3\ngrub.debian,4\n",
                "sbat,1,2025051000\nshim,4\ngrub,5\ngrub.proxmox,2\n")) {
            assertThat(differences(booted.with(SHIM, "SbatLevel", 3, Bytes.utf8(level))))
                    .isEmpty();
        }
        for (String level : List.of(
                "sbat,1,2021030218\n", "sbat,1,2025021800\n", "sbat,1,2025021800\nshim,4\ngrub,5\n\n", "x", "")) {
            assertThat(differences(booted.with(SHIM, "SbatLevel", 3, Bytes.utf8(level))))
                    .as(level)
                    .singleElement()
                    .asString()
                    .startsWith(
                            "variable SbatLevel (" + SHIM + ") with a value that neither firmware nor shim writes: ");
        }
        Bytes measured =
                booted.parsed().find(Guid.SHIM_LOCK, "SbatLevel").orElseThrow().data();
        assertThat(differences(booted.with(SHIM, "SbatLevel", 7, measured)))
                .as("an operating system could change it")
                .hasSize(1);
        VarstoreFile plain = VarstoreFile.of("debian12-plain", "booted");
        assertThat(VarstoreComparison.of(
                                VarstoreFile.of("debian12-plain", "template").parsed(),
                                plain.with(SHIM, "SbatLevel", 3, measured).parsed())
                        .differences())
                .hasSize(1);
    }

    @Test
    @DisplayName("what the firmware makes once has the firmware's value")
    void madeOnce() throws MalformedException {
        VarstoreFile plain = VarstoreFile.of("debian12-plain-tpm", "booted");
        Map<String, String> vendors = Map.of(
                "VendorKeysNv", "9073e4e0-60ec-4b6e-9903-4c223c260f3c",
                "certdb", "d9bee56e-75dc-49d9-b4d7-b534210f637a",
                "TCG2_CONFIGURATION", "6339d487-26ba-424b-9a5d-687e25d740bc",
                "Attempt 3", "59324945-ec44-4c0d-b1cd-9db139df070c");
        for (Map.Entry<String, String> one : vendors.entrySet()) {
            Bytes wrong = Bytes.utf8("iqn.2026-01.example:evil target");
            assertThat(VarstoreComparison.of(
                                    VarstoreFile.of("debian12-plain-tpm", "template")
                                            .parsed(),
                                    plain.with(one.getValue(), one.getKey(), 3, wrong)
                                            .parsed())
                            .differences())
                    .as(one.getKey())
                    .singleElement()
                    .asString()
                    .contains("with a value that neither firmware nor shim writes: 0x69716e2e32303236… (31 bytes)");
        }
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static VarstoreWatch watch() {
        return new VarstoreWatch(InstantSource.system());
    }

    @Test
    @DisplayName("a store that stays broken is told as damaged, two live copies of a variable too")
    void damaged() throws IOException {
        Path given = write("template", template.bytes());
        String digest = Witness.sha256(given);
        byte[] cut = booted.bytes();
        cut[16]++;
        assertThat(watch().facts(write("store", cut), given, digest)
                        .orElseThrow()
                        .differences())
                .singleElement()
                .asString()
                .startsWith("the variable store is damaged: FileSystemGuid at offset 16");
        byte[] twice =
                booted.copy(DATABASE, "db", AUTHENTICATED, Bytes.utf8("benign")).bytes();
        assertThat(watch().facts(write("store", twice), given, digest)
                        .orElseThrow()
                        .differences())
                .singleElement()
                .asString()
                .contains("two live copies of db");
    }

    @Test
    @DisplayName("a store that is torn while it is read is read again, one that never holds still says nothing")
    void torn() throws Exception {
        Path given = write("template", template.bytes());
        String digest = Witness.sha256(given);
        Path store = write("store", new byte[booted.bytes().length]);
        Thread writer = Thread.ofVirtual().start(() -> {
            Pause.millis(300);
            overwrite(store, booted.bytes());
        });
        assertThat(watch().facts(store, given, digest)).contains(new VarstoreFacts(true, List.of()));
        writer.join();
        overwrite(
                store,
                booted.with(SYSTEMD, "SystemdOptions", 7, Bytes.utf8("x")).bytes());
        Thread restless = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; true; i++) {
                    overwrite(
                            store,
                            booted.with(SYSTEMD, "SystemdOptions", 7, Bytes.utf8("x" + i))
                                    .bytes());
                    Pause.millis(50);
                }
            } catch (MachineException interrupted) {
                // The test is over.
            }
        });
        assertThat(watch().facts(store, given, digest)).isEqualTo(Optional.empty());
        restless.interrupt();
        restless.join();
    }

    private static void overwrite(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes, StandardOpenOption.WRITE);
        } catch (IOException failed) {
            throw new MachineException("overwrite", failed);
        }
    }

    @Test
    @DisplayName("an answer is remembered for the same file only: a change within the clock's grain is seen")
    void remembered() throws IOException {
        Path given = write("template", template.bytes());
        String digest = Witness.sha256(given);
        Path store = write("store", booted.bytes());
        VarstoreWatch watch = watch();
        assertThat(watch.facts(store, given, digest).orElseThrow().differences())
                .isEmpty();
        overwrite(
                store,
                booted.with(SYSTEMD, "SystemdOptions", 7, Bytes.utf8("x")).bytes());
        assertThat(watch.facts(store, given, digest).orElseThrow().differences())
                .hasSize(1);
        Pause.millis(Duration.ofMillis(1100).toMillis());
        assertThat(watch.facts(store, given, digest).orElseThrow().differences())
                .hasSize(1);
        Files.setLastModifiedTime(store, Files.getLastModifiedTime(given));
        overwrite(store, booted.bytes());
        assertThat(watch.facts(store, given, digest).orElseThrow().differences())
                .isEmpty();
        assertThat(watch.facts(folder.resolve("absent"), given, digest)).isEmpty();
    }

    @Test
    @DisplayName("a template that is not the one that was given is an error, not a difference")
    void otherTemplate() throws IOException {
        Path given = write("template", booted.bytes());
        Path store = write("store", booted.bytes());
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> watch().facts(store, given, "00".repeat(32))))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("is not the template that the machine was given");
    }
}
