package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.testkit.Tpm2Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("sigillo quote verify, on quotes that tpm2-tools made with a real swtpm")
class QuoteToolsTest {
    private static final String NONCE = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String BOOT = "0,1,2,3,4,5,6,7,8,9,11,12,13,14,15";

    @TempDir
    private static Path folder;

    private static Tpm2Tools tools;
    private static String scheme = "";

    private final Offline sigillo = new Offline();

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(Tpm2Tools.installed(), () -> "skipped: no swtpm or no tpm2-tools; install both");
        tools = Tpm2Tools.start(folder);
        tools.run("tpm2_pcrextend 4:sha256=" + "5a".repeat(32));
        ak("rsa2048:rsassa-sha256:null", "sha256");
    }

    @AfterAll
    static void stop() {
        if (tools != null) {
            tools.close();
        }
    }

    private static void ak(String algorithm, String nameHash) {
        scheme = algorithm.contains("rsapss") ? " --scheme rsapss" : "";
        tools.run("tpm2_createprimary -C e -G " + algorithm + " -g " + nameHash + " -c ak.ctx -a"
                + " fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign");
        tools.run("tpm2_readpublic -c ak.ctx -f tss -o ak.pub");
        tools.run("tpm2_readpublic -c ak.ctx -f tpmt -o ak.tpmt");
        tools.run("tpm2_readpublic -c ak.ctx -f pem -o ak.pem");
        tools.run("tpm2_readpublic -c ak.ctx -f der -o ak.der");
    }

    private static void quote(String selection, String hash) {
        tools.run("tpm2_quote -c ak.ctx -l " + selection + " -q " + NONCE + " -m q.msg -s q.sig -o q.pcrs -g " + hash
                + scheme);
    }

    private int verify(String ak, String message, String signature, String pcrs, String select) {
        return sigillo.run(
                "quote",
                "verify",
                "--ak",
                tools.file(ak),
                "--quote",
                tools.file(message),
                "--signature",
                tools.file(signature),
                "--nonce",
                NONCE,
                "--pcrs",
                tools.file(pcrs),
                "--select",
                select);
    }

    /** tpm2_checkquote takes no RSAPSS; OpenSSL does, and says so of the signature alone. */
    private static boolean checkquote(String message, String signature, String pcrs, String hash) throws IOException {
        if (scheme.isEmpty()) {
            return tools.holds("tpm2_checkquote -u ak.pem -m " + message + " -s " + signature + " -f " + pcrs + " -q "
                    + NONCE + " -g " + hash);
        }
        byte[] framed = Files.readAllBytes(tools.file(signature));
        Files.write(tools.file("plain.sig"), Arrays.copyOfRange(framed, 6, framed.length));
        return tools.holds("openssl dgst -" + hash
                + " -verify ak.pem -sigopt rsa_padding_mode:pss -signature plain.sig " + message);
    }

    private static void flip(String from, String to, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(tools.file(from));
        bytes[at < 0 ? bytes.length + at : at] ^= 1;
        Files.write(tools.file(to), bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "rsa2048:rsassa-sha256:null, sha256, sha256, sha256",
        "rsa2048:rsapss-sha256:null, sha256, sha256, sha256",
        "rsa3072:rsassa-sha384:null, sha384, sha384, sha384",
        "ecc256:ecdsa-sha256:null, sha256, sha1+sha256, sha256",
        "ecc384:ecdsa-sha384:null, sha384, sha256+sha384, sha384",
        "ecc384:ecdsa-sha256:null, sha256, sha384+sha512, sha256"
    })
    @DisplayName("every kind of key and bank: good as tpm2_checkquote says; one bit changed: refused by both")
    void kinds(String algorithm, String nameHash, String banks, String hash) throws IOException {
        ak(algorithm, nameHash);
        String selection = String.join(
                "+",
                List.of(banks.split("\\+")).stream().map(b -> b + ":" + BOOT).toList());
        quote(selection, hash);
        for (String key : List.of("ak.pub", "ak.tpmt", "ak.pem", "ak.der")) {
            assertThat(verify(key, "q.msg", "q.sig", "q.pcrs", selection))
                    .as(sigillo.out())
                    .isZero();
            assertThat(sigillo.json().path("passing").asBoolean()).isTrue();
        }
        assertThat(checkquote("q.msg", "q.sig", "q.pcrs", hash)).isTrue();
        flip("q.msg", "m.bad", -1);
        flip("q.sig", "s.bad", -1);
        assertThat(verify("ak.pub", "m.bad", "q.sig", "q.pcrs", selection)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactlyInAnyOrder("quote.signature", "quote.digest");
        assertThat(checkquote("m.bad", "q.sig", "q.pcrs", hash)).isFalse();
        assertThat(verify("ak.pub", "q.msg", "s.bad", "q.pcrs", selection)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactlyInAnyOrder("quote.signature", "quote.digest");
        assertThat(checkquote("q.msg", "s.bad", "q.pcrs", hash)).isFalse();
        flip("q.pcrs", "p.bad", 132 + 4 + 4 + 2);
        assertThat(verify("ak.pub", "q.msg", "q.sig", "p.bad", selection)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("quote.digest");
        if (scheme.isEmpty()) {
            assertThat(checkquote("q.msg", "q.sig", "p.bad", hash)).isFalse();
        }
    }

    @Test
    @DisplayName("values in every form that tpm2-tools have; a plain signature; a quote with its size in front")
    void forms() throws IOException {
        ak("rsa2048:rsassa-sha256:null", "sha256");
        String selection = "sha256:" + BOOT;
        quote(selection, "sha256");
        tools.run("tpm2_pcrread -o values.bin -F values " + selection);
        tools.run("tpm2_pcrread -o serialized.bin -F serialized " + selection);
        Files.writeString(tools.file("printed.yaml"), tools.run("tpm2_pcrread " + selection));
        Files.writeString(tools.file("all.yaml"), tools.run("tpm2_pcrread"));
        for (String form : List.of("values.bin", "serialized.bin", "printed.yaml", "all.yaml")) {
            assertThat(verify("ak.pub", "q.msg", "q.sig", form, selection))
                    .as(form + sigillo.out())
                    .isZero();
        }
        byte[] message = Files.readAllBytes(tools.file("q.msg"));
        byte[] sized = new byte[message.length + 2];
        System.arraycopy(message, 0, sized, 2, message.length);
        sized[1] = (byte) message.length;
        Files.write(tools.file("sized.msg"), sized);
        assertThat(verify("ak.pub", "sized.msg", "q.sig", "q.pcrs", selection)).isZero();
        for (String algorithm : List.of("rsa2048:rsassa-sha256:null", "ecc256:ecdsa-sha256:null")) {
            ak(algorithm, "sha256");
            tools.run("tpm2_quote -c ak.ctx -l " + selection + " -q " + NONCE
                    + " -m q.msg -s plain.sig -f plain -o q.pcrs -g sha256");
            assertThat(verify("ak.pub", "q.msg", "plain.sig", "q.pcrs", selection))
                    .as(sigillo.out())
                    .isZero();
        }
        assertThat(verify("ak.pem", "q.msg", "plain.sig", "q.pcrs", selection)).isZero();
    }

    @Test
    @DisplayName(
            "rule 10: another selection, another order of banks, and values filed under other registers are refused")
    void selection() throws IOException {
        ak("ecc256:ecdsa-sha256:null", "sha256");
        quote("sha256:" + BOOT, "sha256");
        assertThat(verify("ak.pub", "q.msg", "q.sig", "q.pcrs", "sha256:0-7")).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).contains("quote.selection");
        quote("sha1:0,1,2,3+sha256:0,1,2,3", "sha256");
        assertThat(verify("ak.pub", "q.msg", "q.sig", "q.pcrs", "sha1:0-3+sha256:0-3"))
                .isZero();
        assertThat(verify("ak.pub", "q.msg", "q.sig", "q.pcrs", "sha256:0-3+sha1:0-3"))
                .isEqualTo(ExitCode.FAILED);
        quote("sha1:0,1,2,3", "sha256");
        assertThat(verify("ak.pub", "q.msg", "q.sig", "q.pcrs", "sha1:0-3")).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).contains("quote.selection");
        // PCR 4 was extended: its value, claimed to be PCR 5's, is not what the quote's own selection covers.
        quote("sha256:4", "sha256");
        tools.run("tpm2_pcrread -o other.bin -F serialized sha256:5");
        byte[] other = Files.readAllBytes(tools.file("other.bin"));
        byte[] own = Files.readAllBytes(tools.file("q.pcrs"));
        System.arraycopy(own, 132, other, 132, own.length - 132);
        Files.write(tools.file("moved.bin"), other);
        assertThat(verify("ak.pub", "q.msg", "q.sig", "moved.bin", "sha256:4")).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("quote.digest");
    }

    @Test
    @DisplayName("rules 3, 8 and 9: a key that signs anything, a structure that is no quote, another nonce")
    void others() {
        ak("rsa2048:rsassa-sha256:null", "sha256");
        quote("sha256:" + BOOT, "sha256");
        assertThat(sigillo.run(
                        "quote",
                        "verify",
                        "--ak",
                        tools.file("ak.pub"),
                        "--quote",
                        tools.file("q.msg"),
                        "--signature",
                        tools.file("q.sig"),
                        "--nonce",
                        "ff" + NONCE.substring(2)))
                .isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("quote.nonce");
        tools.run("tpm2_gettime -c ak.ctx -q " + NONCE + " -o t.sig --attestation t.msg -g sha256");
        assertThat(verify("ak.pub", "t.msg", "t.sig", "q.pcrs", "sha256:0-7")).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("quote.structure");
        tools.run("tpm2_createprimary -C e -G rsa2048:rsassa-sha256:null -g sha256 -c ak.ctx -a"
                + " fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign");
        tools.run("tpm2_readpublic -c ak.ctx -f tss -o ak.pub");
        quote("sha256:" + BOOT, "sha256");
        assertThat(verify("ak.pub", "q.msg", "q.sig", "q.pcrs", "sha256:" + BOOT))
                .isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("ak.attributes");
    }
}
