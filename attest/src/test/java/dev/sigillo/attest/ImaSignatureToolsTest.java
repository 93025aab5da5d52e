package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.ImaEntry;
import dev.sigillo.eventlog.ImaList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Files that evmctl signed, in an IMA list")
class ImaSignatureToolsTest {

    private static final Bytes CONTENT = Bytes.utf8("#!/bin/sh\nexit 0\n");

    @TempDir
    Path folder;

    private List<ImaKey> key(String name, String... making) throws Exception {
        Tool.must(folder, making);
        Tool.must(
                folder,
                "openssl",
                "req",
                "-new",
                "-x509",
                "-key",
                name + ".pem",
                "-subj",
                "/CN=IMA " + name,
                "-days",
                "9",
                "-out",
                name + ".crt");
        Tool.must(folder, "openssl", "pkey", "-in", name + ".pem", "-pubout", "-out", name + ".pub");
        List<ImaKey> keys = ImaKey.read(Tool.read(folder.resolve(name + ".crt")));
        assertThat(keys).singleElement().satisfies(key -> assertThat(key.text()).contains("CN=IMA " + name));
        assertThat(ImaKey.read(Tool.read(folder.resolve(name + ".pub")))
                        .getFirst()
                        .key())
                .isEqualTo(keys.getFirst().key());
        return keys;
    }

    private static String[] curve(String curve, String file) {
        return new String[] {"openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", file};
    }

    private Finding judge(ImaForge.Line line, List<ImaKey> keys) throws Exception {
        ImaForge forge = new ImaForge();
        forge.lines.clear();
        forge.lines.add(line);
        List<ImaEntry> entries =
                ImaList.parse(forge.toBytes(new Forger(true).registers())).entries();
        return PolicyImaKeys.judge(entries, keys, List.of(), true);
    }

    @Test
    @DisplayName("Each kind of key and hash holds; by another key, or over another file, it does not")
    void signed() throws Exception {
        Tool.need("evmctl", "openssl");
        Files.write(folder.resolve("file"), CONTENT.toByteArray());
        List<ImaKey> stranger = ImaKey.read(Bytes.utf8(ImaSigner.rsa(2048).pem()));
        Map<String, String[]> kinds = Map.of(
                "rsa", new String[] {"openssl", "genrsa", "-out", "rsa.pem", "2048"},
                "p256", curve("prime256v1", "p256.pem"),
                "p384", curve("secp384r1", "p384.pem"));
        for (Map.Entry<String, String[]> kind : kinds.entrySet()) {
            String name = kind.getKey();
            List<ImaKey> keys = key(name, kind.getValue());
            for (HashAlgorithm hash :
                    List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512)) {
                Tool.must(folder, "evmctl", "ima_sign", "--sigfile", "-a", hash.text(), "--key", name + ".pem", "file");
                Bytes sig = Tool.read(folder.resolve("file.sig"));
                ImaForge.Line line =
                        new ImaForge.Line("ima-sig", hash.text(), hash.hash(CONTENT), "/bin/file", false, sig);

                assertThat(judge(line, keys)).as("%s %s", name, hash).isInstanceOf(Finding.Held.class);
                assertThat(judge(line, stranger).sentence()).contains("unknown key, key id ");
                assertThat(judge(line.withDigest(hash.hash(Bytes.utf8("evil"))), keys)
                                .sentence())
                        .contains("signature wrong");
            }
        }
    }
}
