package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Policy;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Policies as YAML: strict, and every problem at once")
class PolicyFileTest {

    private static final String LEAST = """
            format: sigillo-policy-1
            quote:
              pcrs: 0-9, 14
            """;

    private static final PolicyFile.Files NONE = name -> {
        throw new MalformedException(name, 0, "no such file");
    };

    private static List<Problem> problems(String text) {
        PolicyFile.Refused refused =
                catchThrowableOfType(PolicyFile.Refused.class, () -> PolicyFile.read(Bytes.utf8(text), NONE));
        assertThat(refused).as(text).isNotNull();
        return refused.problems();
    }

    @Test
    @DisplayName("The least policy asks for quote, key and log; a key that is not said is not asked")
    void least() throws Exception {
        Policy policy = PolicyFile.read(Bytes.utf8(LEAST), NONE).policy();

        assertThat(policy.checks(false, false))
                .containsExactlyInAnyOrder(
                        Check.AK_ATTRIBUTES,
                        Check.AK_PARAMETERS,
                        Check.QUOTE_STRUCTURE,
                        Check.QUOTE_SIGNATURE,
                        Check.QUOTE_SELECTION,
                        Check.QUOTE_DIGEST,
                        Check.QUOTE_CLOCK,
                        Check.QUOTE_NONCE,
                        Check.LOG_FORM,
                        Check.LOG_REPLAY,
                        Check.LOG_SEPARATORS,
                        Check.LOG_UNMEASURED);
    }

    @Test
    @DisplayName("Every problem is listed, in the order of the lines, with what would be right")
    void all() {
        assertThat(problems("""
                        format: sigillo-policy-7
                        quote:
                          bank: sha1
                          pcrs: 0-99
                        secureboot:
                          state: on
                        sbat: [shim]
                        mok: [maybe]
                        pcrs:
                          10: {values: [aa]}
                          0: {values: [aa], events: []}
                        commandLine:
                          regex: "(("
                        """))
                .extracting(Problem::toString)
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("line 1: ").contains("sigillo-policy-1 expected"),
                        one -> assertThat(one).startsWith("line 3: ").contains("sha256 or sha384 or sha512 expected"),
                        one -> assertThat(one).startsWith("line 4: ").contains("0-99"),
                        one -> assertThat(one).startsWith("line 4: ").contains("names no PCR"),
                        one -> assertThat(one).startsWith("line 5: ").contains("did you mean secureBoot?"),
                        one -> assertThat(one).startsWith("line 7: ").contains("such as shim,4"),
                        one -> assertThat(one).startsWith("line 7: ").contains("rests on PCR 7"),
                        one -> assertThat(one).startsWith("line 8: ").contains("64 hexadecimal digits"),
                        one -> assertThat(one).startsWith("line 8: ").contains("rests on PCR 14"),
                        one -> assertThat(one).startsWith("line 10: ").contains("see ima"),
                        one -> assertThat(one).startsWith("line 11: ").contains("exactly one expected"),
                        one -> assertThat(one).startsWith("line 13: ").contains("no regular expression"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "name: &a x | an anchor",
                "name: *a | anchor",
                "name: !!binary x | tag",
                "name: [a] | a list; text expected",
                "name: x\\nname: y | line 4 has it",
                "log: maybe | required or none expected",
                "ak: {roots: [CN=x]} | anybody can give",
                "ak: {roots: [no-such-ca]} | microsoft-uefi-ca-2011",
                "ak: {keys: [abc]} | 64 hexadecimal digits",
                "secureBoot: on | keys expected",
                "secureBoot: {dbx: [file:x.bin]} | no such file",
                "kernels: [manifest:m.json] | no such file",
                "quote: x | again",
                "log: none\\nsecureBoot: {state: on} | need the event log",
                "images: {revoked: refused, colour: red} | unknown key images.colour",
                "grub: {allowed: [\"\"]} | 1 to 1024 expected",
                "--- | a second document"
            })
    @DisplayName("What is unknown, doubled, of another form or can never hold is refused with its reason")
    void refused(String line, String named) {
        assertThat(problems(LEAST + line.replace("\\n", "\n") + "\n"))
                .extracting(Problem::toString)
                .anyMatch(problem -> problem.contains(named));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "a: [",
                "\t",
                "just text",
                "- 1",
                "{a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: 1}}}}}}}}}}}}}"
            })
    @DisplayName("What is no YAML, or no policy, is refused as one, without another exception")
    void noYaml(String text) {
        assertThat(problems(text)).isNotEmpty();
    }

    @Test
    @DisplayName("The hash is that of the text and of every file that it names")
    void hash() throws Exception {
        String text = LEAST + "secureBoot: {dbx: [\"file:dbx.txt\"]}\n";
        PolicyFile one = PolicyFile.read(Bytes.utf8(text), _ -> Bytes.utf8("00".repeat(32) + "\n"));
        PolicyFile other = PolicyFile.read(Bytes.utf8(text), _ -> Bytes.utf8("01".repeat(32) + "\n"));

        assertThat(one.hash()).isNotEqualTo(other.hash());
        assertThat(one.policy().dbxRequired().orElseThrow()).hasSize(1);
        assertThat(PolicyFile.read(Bytes.utf8(text), _ -> Bytes.utf8("00".repeat(32) + "\n"))
                        .hash())
                .isEqualTo(one.hash());
    }

    @Test
    @DisplayName("dbx: bundled is the published list, some hundred images by name")
    void bundled() throws Exception {
        PolicyFile policy = PolicyFile.read(Bytes.utf8(LEAST + "secureBoot: {dbx: [bundled]}\n"), NONE);

        assertThat(policy.policy().dbxRequired().orElseThrow())
                .hasSizeGreaterThan(400)
                .allMatch(one -> one.what().contains("revoked"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"any-linux", "azure-trusted-launch", "debian", "gce-shielded", "sigillo-node", "ubuntu"})
    @DisplayName("Every profile is a policy without a problem, under its own name")
    void profiles(String name) {
        assertThat(Profiles.policy(name).orElseThrow().policy().name()).isEqualTo(name);
        assertThat(Profiles.NAMES).contains(name).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource(Check.class)
    @DisplayName("Every check that only a policy asks is explained: what it asks, which attack it stops")
    void explained(Check check) {
        if (check.isPolicyOnly()) {
            assertThat(PolicyWords.of(check)).isPresent();
        }
        PolicyWords.of(check).ifPresent(words -> {
            assertThat(words.asks()).endsWith(".");
            assertThat(words.stops()).isNotBlank();
        });
    }

    @Test
    @DisplayName("A profile that nobody shipped is none")
    void noProfile() {
        assertThat(Profiles.policy("windows")).isEmpty();
        assertThatThrownBy(() -> NONE.read("x")).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @DisplayName("Profiles of distributions refuse a command line that gives a shell, or weakens the kernel")
    @ValueSource(
            strings = {
                "init=/bin/sh",
                "rdinit=/bin/sh",
                "break",
                "break=init",
                "rescue",
                "emergency",
                "single",
                "1",
                "s",
                "S",
                "-s",
                "-b",
                "rd.break",
                "rd.shell",
                "rd.emergency",
                "rd.systemd.unit=rescue.target",
                "systemd.unit=rescue.target",
                "systemd.debug_shell",
                "systemd.run=/bin/sh",
                "systemd.setenv=A=b",
                "lockdown=none",
                "module.sig-enforce=0",
                "\"iommu=off\""
            })
    void shells(String word) throws Exception {
        for (String name : List.of("debian", "ubuntu")) {
            Policy policy = Profiles.policy(name).orElseThrow().policy();
            assertThat(policy.commandLine().orElseThrow().judge("/vmlinuz root=/dev/vda1 ro quiet"))
                    .isInstanceOf(Finding.Held.class);
            assertThat(policy.commandLine().orElseThrow().judge("/vmlinuz root=/dev/vda1 ro quiet " + word))
                    .as(name)
                    .isInstanceOf(Finding.Broken.class);
        }
    }
}
