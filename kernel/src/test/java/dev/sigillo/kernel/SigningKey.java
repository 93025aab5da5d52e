package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;

/** A throwaway key that signs modules by openssl, as Linux's scripts/sign-file does. */
record SigningKey(Path key, Path pem) {

    /** @param kind such as {@code rsa:2048}, or {@code ec -pkeyopt ec_paramgen_curve:P-384} */
    static SigningKey make(Path folder, String name, String kind) {
        Path key = folder.resolve(name + ".key");
        Path pem = folder.resolve(name + ".pem");
        List<String> words = new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey"));
        words.addAll(List.of(kind.split(" ")));
        words.addAll(List.of("-noenc", "-keyout", key.toString(), "-out", pem.toString(), "-days", "30"));
        words.addAll(List.of("-subj", "/CN=" + name));
        openssl(words);
        return new SigningKey(key, pem);
    }

    /** One whose certificate this key issued. */
    SigningKey issue(Path folder, String name) {
        Path own = folder.resolve(name + ".key");
        Path certificate = folder.resolve(name + ".pem");
        openssl(List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-noenc",
                "-keyout",
                own.toString(),
                "-out",
                certificate.toString(),
                "-days",
                "30",
                "-subj",
                "/CN=" + name,
                "-CA",
                pem.toString(),
                "-CAkey",
                key.toString()));
        return new SigningKey(own, certificate);
    }

    static void openssl(List<String> words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String said;
            try (var out = process.getInputStream()) {
                said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (process.waitFor() != 0) {
                throw new AssertionError(words + " said " + said);
            }
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    X509Certificate certificate() {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(pem)));
        } catch (IOException | CertificateException failed) {
            throw new AssertionError(failed);
        }
    }

    ModuleKey as(ModuleKey.Standing standing) {
        return new ModuleKey(certificate(), standing, "test");
    }

    /** The PKCS#7 message over the module. */
    Bytes message(Path module, String... more) {
        Path out = module.resolveSibling(module.getFileName() + ".p7s");
        List<String> words = new ArrayList<>(List.of(
                "openssl",
                "cms",
                "-sign",
                "-binary",
                "-outform",
                "DER",
                "-in",
                module.toString(),
                "-out",
                out.toString()));
        words.addAll(List.of("-signer", pem.toString(), "-inkey", key.toString(), "-nocerts"));
        words.addAll(List.of(more));
        openssl(words);
        try {
            return Bytes.of(Files.readAllBytes(out));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    Bytes sign(Path module, String... more) {
        try {
            return appended(Bytes.of(Files.readAllBytes(module)), message(module, more), 2);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** One message with the signers of both. */
    static Bytes joined(Bytes one, Bytes other) {
        try {
            SignedData first = signed(one);
            ASN1EncodableVector signers = new ASN1EncodableVector();
            first.getSignerInfos().forEach(signers::add);
            signed(other).getSignerInfos().forEach(signers::add);
            SignedData both = new SignedData(
                    first.getDigestAlgorithms(), first.getEncapContentInfo(), null, null, new DERSet(signers));
            return Bytes.of(new ContentInfo(CMSObjectIdentifiers.signedData, both).getEncoded("DER"));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static SignedData signed(Bytes message) throws IOException {
        return SignedData.getInstance(ContentInfo.getInstance(ASN1Primitive.fromByteArray(message.toByteArray()))
                .getContent());
    }

    static Bytes bytes(Path file) {
        try {
            return Bytes.of(Files.readAllBytes(file));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    static void write(Path file, Bytes... parts) {
        try {
            Files.write(file, Bytes.concat(parts).toByteArray());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Module, message, struct module_signature of this id_type, marker. */
    static Bytes appended(Bytes module, Bytes message, int form) {
        byte[] structure = ByteBuffer.allocate(12)
                .put(2, (byte) form)
                .putInt(8, message.size())
                .array();
        return Bytes.concat(module, message, Bytes.of(structure), Bytes.utf8("~Module signature appended~\n"));
    }
}
