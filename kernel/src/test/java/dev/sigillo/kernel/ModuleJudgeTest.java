package dev.sigillo.kernel;

import static dev.sigillo.kernel.ModuleKey.Standing.NOT_TRUSTED;
import static dev.sigillo.kernel.ModuleKey.Standing.REVOKED;
import static dev.sigillo.kernel.ModuleKey.Standing.TRUSTED;
import static dev.sigillo.kernel.ModuleKey.Standing.UNCERTAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.kernel.ModuleVerdict.Outcome;
import dev.sigillo.kernel.ModuleVerdict.Reason;
import dev.sigillo.testkit.ForAll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A kernel that enforces module signatures")
class ModuleJudgeTest {
    @TempDir
    private static Path folder;

    private static SigningKey build;
    private static SigningKey stranger;
    private static Path module;

    @BeforeAll
    static void keys() throws IOException {
        build = SigningKey.make(folder, "build", "rsa:2048");
        stranger = SigningKey.make(folder, "stranger", "rsa:2048");
        module = Files.write(folder.resolve("loop.ko"), new byte[5000]);
    }

    private static ModuleKeys trusting(SigningKey key) {
        return ModuleKeys.complete(List.of(key.as(TRUSTED)));
    }

    @TestFactory
    @DisplayName("loads what a trusted key signed, whatever its kind and however it is named")
    Stream<DynamicTest> signed() {
        return Stream.of(
                        "rsa:2048",
                        "rsa:4096",
                        "ec -pkeyopt ec_paramgen_curve:P-256",
                        "ec -pkeyopt ec_paramgen_curve:P-384")
                .flatMap(kind -> Stream.of("sha256", "sha384", "sha512", "sha256 -keyid")
                        .map(how -> dynamicTest(kind + ", " + how, () -> {
                            String name = kind.replaceAll("\\W", "");
                            SigningKey key =
                                    new SigningKey(folder.resolve(name + ".key"), folder.resolve(name + ".pem"));
                            if (!Files.exists(key.pem())) {
                                SigningKey.make(folder, name, kind);
                            }
                            Bytes file = key.sign(module, ("-noattr -md " + how).split(" "));
                            ModuleVerdict verdict = ModuleJudge.decide(file, trusting(key));
                            assertThat(verdict.reason()).isEqualTo(Reason.SIGNED);
                            assertThat(verdict.signer()).isEqualTo("CN=" + name);
                            assertThat(ModuleJudge.decide(file, trusting(stranger))
                                            .reason())
                                    .isEqualTo(Reason.UNKNOWN_SIGNER);
                            byte[] changed = file.toByteArray();
                            changed[17] ^= 1;
                            assertThat(ModuleJudge.decide(Bytes.of(changed), trusting(key))
                                            .reason())
                                    .isEqualTo(Reason.BAD_DIGEST);
                        })));
    }

    @Test
    @DisplayName("loads compressed modules by what is in them")
    void compressed() throws IOException, InterruptedException {
        Path signed = Files.write(
                folder.resolve("signed.ko"), build.sign(module, "-noattr").toByteArray());
        for (String tool : List.of("xz --check=crc32 -k", "zstd -q", "gzip -k")) {
            List<String> words = new java.util.ArrayList<>(List.of(tool.split(" ")));
            words.add(signed.toString());
            SigningKey.openssl(words);
        }
        for (String ending : List.of(".xz", ".zst", ".gz")) {
            Bytes packed = Bytes.of(Files.readAllBytes(folder.resolve("signed.ko" + ending)));
            assertThat(ModuleJudge.decide(packed, trusting(build)).reason()).isEqualTo(Reason.SIGNED);
            assertThat(ModuleJudge.decide(packed.slice(0, packed.size() / 2), trusting(build))
                            .outcome())
                    .isEqualTo(Outcome.REFUSED);
        }
    }

    @Test
    @DisplayName("refuses what is unsigned, and each structure that mod_check_sig() and pkcs7_verify() refuse")
    void refused() throws IOException {
        Bytes plain = Bytes.of(Files.readAllBytes(module));
        assertThat(ModuleJudge.decide(plain, trusting(build)).reason()).isEqualTo(Reason.UNSIGNED);
        assertThat(ModuleJudge.decide(Bytes.empty(), trusting(build)).reason()).isEqualTo(Reason.UNSIGNED);
        Bytes message = build.message(module, "-noattr");
        for (Bytes file : List.of(
                SigningKey.appended(plain, message, 0),
                SigningKey.appended(plain, message, 1),
                SigningKey.appended(plain, Bytes.utf8("no PKCS#7"), 2),
                SigningKey.appended(plain, Bytes.empty(), 2),
                SigningKey.appended(plain, message, 2).slice(plain.size() + 3, plain.size() + message.size() + 40),
                SigningKey.appended(plain, build.message(module), 2),
                SigningKey.appended(plain, build.message(module, "-noattr", "-nodetach"), 2),
                Bytes.utf8("~Module signature appended~\n"))) {
            ModuleVerdict verdict = ModuleJudge.decide(file, trusting(build));
            assertThat(verdict.reason()).isEqualTo(Reason.MALFORMED);
            assertThat(verdict.detail()).isNotEmpty();
        }
        assertThat(ModuleJudge.decide(SigningKey.appended(plain, build.message(module), 2), trusting(build))
                        .detail())
                .contains("-noattr");
    }

    @Test
    @DisplayName("a wrong signature by a key that it has is refused, whatever other signature is good")
    void oneWrong() {
        Bytes plain = SigningKey.bytes(module);
        Bytes other = Bytes.of(new byte[5001]);
        Path changed = folder.resolve("changed.ko");
        SigningKey.write(changed, other);
        Bytes wrong = SigningKey.appended(plain, stranger.message(changed, "-noattr"), 2);
        assertThat(ModuleJudge.decide(wrong, trusting(stranger)).reason()).isEqualTo(Reason.BAD_DIGEST);
        Bytes half = SigningKey.appended(
                plain, SigningKey.joined(build.message(module, "-noattr"), stranger.message(changed, "-noattr")), 2);
        assertThat(ModuleJudge.decide(half, trusting(build)).reason()).isEqualTo(Reason.SIGNED);
        assertThat(ModuleJudge.decide(half, ModuleKeys.complete(List.of(build.as(TRUSTED), stranger.as(TRUSTED))))
                        .reason())
                .isEqualTo(Reason.BAD_DIGEST);
    }

    @Test
    @DisplayName("certificates that came along lead to a trusted key that issued them, and to no other")
    void along() {
        SigningKey between = build.issue(folder, "between");
        SigningKey leaf = between.issue(folder, "leaf");
        Path chain = folder.resolve("chain.pem");
        SigningKey.write(chain, SigningKey.bytes(leaf.pem()), SigningKey.bytes(between.pem()));
        Bytes file = leaf.sign(module, "-noattr", "-certfile", chain.toString());
        assertThat(ModuleJudge.decide(file, trusting(build)).reason()).isEqualTo(Reason.SIGNED);
        assertThat(ModuleJudge.decide(file, trusting(between)).reason()).isEqualTo(Reason.SIGNED);
        assertThat(ModuleJudge.decide(file, trusting(stranger)).reason()).isEqualTo(Reason.UNKNOWN_SIGNER);
        assertThat(ModuleJudge.decide(file, ModuleKeys.complete(List.of(between.as(REVOKED), build.as(TRUSTED))))
                        .reason())
                .isEqualTo(Reason.REVOKED_SIGNER);
        assertThat(ModuleJudge.decide(leaf.sign(module, "-noattr"), trusting(build))
                        .reason())
                .isEqualTo(Reason.UNKNOWN_SIGNER);
        byte[] changed = file.toByteArray();
        changed[17] ^= 1;
        assertThat(ModuleJudge.decide(Bytes.of(changed), trusting(build)).reason())
                .isEqualTo(Reason.BAD_DIGEST);
    }

    @Test
    @DisplayName("a revoked key is refused also where it is trusted too; one of several signers is enough")
    void standings() {
        Bytes file = build.sign(module, "-noattr");
        assertThat(ModuleJudge.decide(file, ModuleKeys.complete(List.of(build.as(TRUSTED), build.as(REVOKED))))
                        .reason())
                .isEqualTo(Reason.REVOKED_SIGNER);
        Bytes both = build.sign(
                module,
                "-noattr",
                "-signer",
                stranger.pem().toString(),
                "-inkey",
                stranger.key().toString());
        assertThat(ModuleJudge.decide(both, trusting(stranger)).reason()).isEqualTo(Reason.SIGNED);
        assertThat(ModuleJudge.decide(both, ModuleKeys.complete(List.of(build.as(REVOKED), stranger.as(TRUSTED))))
                        .reason())
                .isEqualTo(Reason.REVOKED_SIGNER);
    }

    @Test
    @DisplayName("keys that cannot be read: a good or unknown signature is undecided, a broken one is refused")
    void unread() {
        Bytes file = build.sign(module, "-noattr");
        ModuleKeys none = ModuleKeys.incomplete(List.of(stranger.as(TRUSTED)), "no kernel was found");
        assertThat(ModuleJudge.decide(file, none))
                .returns(Reason.KEYS_NOT_READ, ModuleVerdict::reason)
                .returns("no kernel was found", ModuleVerdict::detail);
        assertThat(ModuleJudge.decide(file, ModuleKeys.complete(List.of(build.as(UNCERTAIN))))
                        .outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(ModuleJudge.decide(file, ModuleKeys.complete(List.of(build.as(NOT_TRUSTED))))
                        .reason())
                .isEqualTo(Reason.UNKNOWN_SIGNER);
        byte[] changed = file.toByteArray();
        changed[0] ^= 1;
        assertThat(ModuleJudge.decide(
                                Bytes.of(changed), ModuleKeys.incomplete(List.of(build.as(NOT_TRUSTED)), "no kernel"))
                        .reason())
                .isEqualTo(Reason.BAD_DIGEST);
        assertThat(ModuleJudge.decide(SigningKey.appended(Bytes.empty(), Bytes.empty(), 2), none)
                        .outcome())
                .isEqualTo(Outcome.REFUSED);
    }

    @Test
    @DisplayName("one bit changed anywhere in a signed module never loads it, and throws nothing")
    void anyBit() {
        Bytes file = build.sign(module, "-noattr");
        ForAll.seeds(2000, random -> {
            byte[] changed = file.toByteArray();
            int at = random.nextBoolean()
                    ? random.nextInt(changed.length)
                    : 5000 + random.nextInt(changed.length - 5000);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            ModuleVerdict verdict = ModuleJudge.decide(Bytes.of(changed), trusting(build));
            if (verdict.outcome() == Outcome.ALLOWED) {
                // Parts of the message are not signed: its versions, its list of digest algorithms.
                assertThat(at).as("byte %d of %d", at, changed.length).isGreaterThanOrEqualTo(5000);
            }
        });
    }
}
