package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.testkit.Tpm2Tools;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.NvCertifyInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("sigillo credential make, with tpm2-tools and a real swtpm at the other end")
class CredentialToolsTest {
    private static final String SECRET = "a secret of thirty-two bytes yes";

    @TempDir
    private static Path folder;

    private static Tpm2Tools tools;

    private final Offline sigillo = new Offline();

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(Tpm2Tools.installed(), () -> "skipped: no swtpm or no tpm2-tools; install both");
        tools = Tpm2Tools.start(folder);
        Files.writeString(tools.file("secret"), SECRET);
    }

    @AfterAll
    static void stop() {
        if (tools != null) {
            tools.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa, low", "ecc, low", "ecc384, high", "rsa3072, high"})
    @DisplayName(
            "the TPM of the EK gives the secret back, to the AK of that Name alone; a bare EK stands for its template")
    void activates(String kind, String range) throws Exception {
        tools.run("tpm2_createek -c ek.ctx -G " + kind + " -u ek.pub");
        tools.run("tpm2_readpublic -c ek.ctx -f pem -o ek.pem");
        tools.run("tpm2_createak -C ek.ctx -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -n ak.name");
        tools.run("tpm2_createprimary -C e -G ecc256:ecdsa-sha256:null -c other.ctx -a"
                + " fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign");
        String name = "";
        for (String ek : new String[] {"ek.pub", "ek.pem"}) {
            for (String ak : new String[] {
                tools.file("ak.pub").toString(), tools.file("ak.name").toString(), hex("ak.name")
            }) {
                assertThat(sigillo.run(
                                "credential",
                                "make",
                                "--ek",
                                tools.file(ek),
                                "--ak",
                                ak,
                                "--secret",
                                tools.file("secret"),
                                "--out",
                                tools.file("cred")))
                        .as(sigillo.err())
                        .isZero();
                assertThat(sigillo.out() + sigillo.err()).doesNotContain(SECRET);
                String ekName = sigillo.json().path("ek").asString();
                assertThat(ekName).as("the template says what the TPM says").isEqualTo(name.isEmpty() ? ekName : name);
                name = ekName;
            }
            assertThat(activate("ak.ctx", range)).isTrue();
            assertThat(Files.readString(tools.file("answer"))).isEqualTo(SECRET);
            assertThat(activate("other.ctx", range)).isFalse();
        }
        tools.run("tpm2_makecredential -e ek.pub -s secret -n " + hex("ak.name") + " -o theirs");
        CredentialBlob ours = CredentialBlob.parseFile(Bytes.of(Files.readAllBytes(tools.file("cred"))));
        CredentialBlob theirs = CredentialBlob.parseFile(Bytes.of(Files.readAllBytes(tools.file("theirs"))));
        assertThat(ours.idObject().size()).isEqualTo(theirs.idObject().size());
        assertThat(ours.encryptedSecret().size())
                .isEqualTo(theirs.encryptedSecret().size());
    }

    /** An EK of the low range wants its policy, one of the high range takes its empty password. */
    private static boolean activate(String ak, String range) {
        String command = "tpm2_activatecredential -c " + ak + " -C ek.ctx -i cred -o answer";
        if (range.equals("high")) {
            boolean done = tools.holds(command);
            tools.run("tpm2_flushcontext -t");
            return done;
        }
        tools.run("tpm2_startauthsession --policy-session -S session.ctx");
        tools.run("tpm2_policysecret -S session.ctx -c e");
        boolean done = tools.holds(command + " -P session:session.ctx");
        tools.run("tpm2_flushcontext session.ctx");
        return done;
    }

    private static String hex(String file) throws Exception {
        return Bytes.of(Files.readAllBytes(tools.file(file))).hex();
    }

    @Test
    @DisplayName("what cannot be: a secret too long, a Name that is none, an AK in the EK's place")
    void refused() throws Exception {
        tools.run("tpm2_createek -c ek.ctx -G ecc -u ek.pub");
        tools.run("tpm2_createak -C ek.ctx -c ak.ctx -G ecc -g sha256 -s ecdsa -u ak.pub -n ak.name");
        Path large = Files.writeString(tools.file("large"), "x".repeat(33));
        Path ek = tools.file("ek.pub");
        Path ak = tools.file("ak.pub");
        Path secret = tools.file("secret");
        assertThat(sigillo.run("credential", "make", "--ek", ek, "--ak", ak, "--secret", large))
                .isEqualTo(ExitCode.USAGE);
        assertThat(sigillo.err()).contains("33 bytes; 1 to 32 fit");
        assertThat(sigillo.run("credential", "make", "--ek", ek, "--ak", "000b00", "--secret", secret))
                .isEqualTo(ExitCode.USAGE);
        assertThat(sigillo.run("credential", "make", "--ek", ak, "--ak", ak, "--secret", secret))
                .isEqualTo(ExitCode.USAGE);
        assertThat(sigillo.err()).contains("not a restricted decryption key");
    }

    @Test
    @DisplayName("TPM2_NV_Certify: index name, offset and contents are what tpm2-tools wrote")
    void index() throws Exception {
        tools.run("tpm2_createprimary -C e -G ecc256:ecdsa-sha256:null -c ak.ctx -a"
                + " fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign");
        tools.run("tpm2_nvdefine 0x1500010 -C o -s 8 -a ownerread|ownerwrite|authread|authwrite");
        Files.writeString(tools.file("eight"), "contents");
        tools.run("tpm2_nvwrite 0x1500010 -C o -i eight");
        tools.run(
                "tpm2_nvcertify -C ak.ctx -c o -g sha256 -s ecdsa -o nv.sig --attestation nv.att --size 6 --offset 2 0x1500010");
        Attest attest = Attest.parse(Bytes.of(Files.readAllBytes(tools.file("nv.att"))));
        NvCertifyInfo nv = attest.nv().orElseThrow();
        assertThat(nv.contents().utf8()).isEqualTo("ntents");
        assertThat(nv.offset()).isEqualTo(2);
        assertThat(tools.run("tpm2_nvreadpublic 0x1500010"))
                .contains(nv.indexName().hex());
        assertThat(attest.creation()).isEmpty();
    }
}
