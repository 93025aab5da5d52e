package dev.sigillo.fuzz;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import dev.sigillo.attest.Forger;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.inspect.TrustSources;
import dev.sigillo.kernel.ModuleKey;
import dev.sigillo.kernel.ModuleKeys;
import dev.sigillo.reference.ForgedPe;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Seeds that the programs of others make: compressors, openssl, makers of file systems; and what goes with them. */
final class ToolSeeds {

    static final TrustSources NO_SOURCES = new TrustSources(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    static final String KERNEL_CONFIG = "CONFIG_MODULE_SIG=y\n# CONFIG_MODULE_SIG_FORCE is not set\n"
            + "CONFIG_LOCK_DOWN_IN_EFI_SECURE_BOOT=y\nCONFIG_LOCALVERSION=\"\"\n".repeat(20);

    private static final KeyPair KEYS = keys();
    static final Bytes PUBLIC_KEY = Bytes.utf8("-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(KEYS.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    static final String TOKEN = token();

    private static final Path FOLDER = folder();
    static final Path DISK = FOLDER.resolve("disk.raw");
    private static final X509Certificate SIGNER = signer();
    static final ModuleKeys MODULE_KEYS =
            ModuleKeys.complete(List.of(new ModuleKey(SIGNER, ModuleKey.Standing.TRUSTED, "fuzz")));

    private ToolSeeds() {}

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("sigillo-fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Programs.delete(folder)));
            return folder;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String token() {
        try {
            long now = Forger.NOW.getEpochSecond();
            JWSObject token = new JWSObject(
                    new JWSHeader(JWSAlgorithm.ES256),
                    new Payload("{\"iss\":\"https://fuzz\",\"iat\":%d,\"nbf\":%d,\"exp\":%d,\"eat_nonce\":\"00\"}"
                            .formatted(now, now, now + 60)));
            token.sign(new ECDSASigner((ECPrivateKey) KEYS.getPrivate()));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static X509Certificate signer() {
        Programs.run(
                FOLDER,
                "openssl req -x509 -newkey rsa:2048 -noenc -keyout signer.key -out signer.pem -days 30 -subj /CN=fuzz");
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(
                            Programs.read(FOLDER.resolve("signer.pem")).toByteArray()));
        } catch (CertificateException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Bytes certificate() {
        return Programs.read(FOLDER.resolve("signer.pem"));
    }

    /** A signed module as Linux's sign-file makes it: content, CMS message, struct module_signature, marker. */
    static Bytes module() {
        Bytes content = Bytes.utf8("\177ELF a module");
        Programs.write(FOLDER.resolve("module"), content);
        Programs.run(
                FOLDER,
                "openssl cms -sign -binary -noattr -outform DER -in module -out module.p7s -signer signer.pem"
                        + " -inkey signer.key -nocerts");
        Bytes message = Programs.read(FOLDER.resolve("module.p7s"));
        Bytes structure = new ByteWriter()
                .u16be(0)
                .u8(2)
                .bytes(Bytes.zeros(5))
                .u32be(message.size())
                .toBytes();
        return Bytes.concat(content, message, structure, Bytes.utf8("~Module signature appended~\n"));
    }

    /** One text in each form that a kernel or module comes in; of zstd also one that ends within a block of raw bytes. */
    static List<Bytes> packed() {
        return List.of(
                packed(KERNEL_CONFIG, "zstd -q -19 --check -f text -o text.packed"),
                packed(KERNEL_CONFIG, "zstd -q -1 --no-check -f text -o text.packed"),
                packed("0123456789abcdef", "zstd -q -f text -o text.packed"),
                packed(KERNEL_CONFIG, "gzip -k -f -S .packed text"),
                packed(KERNEL_CONFIG, "xz -k -f --check=crc32 -S .packed text"),
                packed(KERNEL_CONFIG, "xz -k -f --format=lzma -S .packed text"),
                packed(KERNEL_CONFIG, "lz4 -q -l -f text text.packed"));
    }

    private static Bytes packed(String text, String command) {
        Programs.write(FOLDER.resolve("text"), Bytes.utf8(text));
        Programs.run(FOLDER, command);
        return Programs.read(FOLDER.resolve("text.packed"));
    }

    /** A vmlinux with its list of keys and its configuration, and the same as a bzImage's payload. */
    static List<Bytes> kernels() {
        Bytes vmlinux = vmlinux();
        Programs.write(FOLDER.resolve("vmlinux"), vmlinux);
        Programs.run(FOLDER, "zstd -q -f vmlinux -o vmlinux.zst");
        Bytes payload = Bytes.concat(
                Programs.read(FOLDER.resolve("vmlinux.zst")),
                new ByteWriter().u32le(vmlinux.size()).toBytes());
        ByteWriter head = new ByteWriter().bytes(Bytes.zeros(0x1F1)).u8(1).bytes(Bytes.zeros(0x202 - 0x1F2));
        head.bytes(Bytes.utf8("HdrS")).u16le(0x20F).bytes(Bytes.zeros(0x20E - 0x208));
        head.u16le(0x100).bytes(Bytes.zeros(0x248 - 0x210)).u32le(0).u32le(payload.size());
        head.bytes(Bytes.zeros(0x300 - head.size())).bytes(Bytes.utf8("6.12.0 (fuzz)\0"));
        head.bytes(Bytes.zeros(0x400 - head.size()));
        return List.of(vmlinux, Bytes.concat(head.toBytes(), payload));
    }

    private static Bytes vmlinux() {
        try {
            Bytes certificate = Bytes.of(SIGNER.getEncoded());
            ByteWriter out =
                    new ByteWriter().bytes(Bytes.utf8("\177ELF\2\1\1\0")).bytes(certificate);
            while (out.size() % 8 != 0) {
                out.u8(0);
            }
            out.u64le(certificate.size()).u64le(certificate.size());
            out.bytes(Bytes.utf8("IKCFG_ST"))
                    .bytes(packed(KERNEL_CONFIG, "gzip -k -f -S .packed text"))
                    .bytes(Bytes.utf8("IKCFG_ED"));
            return out.toBytes();
        } catch (CertificateException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Small file systems with one boot image each: FAT12, ext2 with an indirect block map, ext4 with extents. */
    static List<Bytes> disks() {
        Path tree = FOLDER.resolve("tree/EFI/BOOT");
        try {
            Files.createDirectories(tree);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Programs.write(tree.resolve("BOOTX64.EFI"), Seeds.pe());
        return List.of(
                made("mkfs.vfat -C fs.img 60", "mcopy -s -i fs.img tree/EFI ::"),
                made("truncate -s 64k fs.img", "mke2fs -q -F -t ext2 -b 1024 -N 16 -d tree fs.img"),
                made(
                        "truncate -s 64k fs.img",
                        "mke2fs -q -F -t ext4 -b 1024 -N 16 -O ^has_journal,^resize_inode -d tree fs.img"));
    }

    private static Bytes made(String... commands) {
        Programs.delete(FOLDER.resolve("fs.img"));
        for (String command : commands) {
            Programs.run(FOLDER, command);
        }
        return Programs.read(FOLDER.resolve("fs.img"));
    }

    /** Of two profiles. */
    static Bytes uki() {
        return image().section(".profile", Bytes.utf8("ID=other\n")).toBytes();
    }

    /** One for everybody, as references want it. */
    static Bytes plainUki() {
        return image().toBytes();
    }

    private static ForgedPe image() {
        return new ForgedPe()
                .section(
                        ".text",
                        Bytes.utf8(".linux\0.osrel\0.cmdline\0.initrd\0.splash\0.dtb\0.uname\0.sbat\0.profile\0"))
                .section(".sbat", Bytes.utf8("sbat,1,SBAT Version,sbat,1,x\nsystemd-stub,1,y,y,257,z\n"))
                .section(".sdmagic", Bytes.utf8("#### LoaderInfo: systemd-stub 257 ####"))
                .section(".osrel", Bytes.utf8("ID=test\n"))
                .section(".cmdline", Bytes.utf8("console=ttyS0 quiet"))
                .section(".uname", Bytes.utf8("6.12"))
                .section(".initrd", Bytes.utf8("an initrd"))
                .section(
                        ".linux",
                        new ForgedPe().section(".text", Bytes.utf8("a kernel")).toBytes());
    }

    static Bytes shim() {
        Bytes hashes = Seeds.hashes();
        Bytes vendor = new ByteWriter()
                .u32le(hashes.size())
                .u32le(hashes.size())
                .u32le(16)
                .u32le(16 + hashes.size())
                .bytes(hashes)
                .bytes(hashes)
                .toBytes();
        Bytes level = new ByteWriter()
                .u32le(0)
                .u32le(8)
                .u32le(24)
                .bytes(Bytes.utf8("sbat,1,2021030218\nsbat,1,2024010900\nshim,4\n\0"))
                .toBytes();
        return new ForgedPe()
                .section(".vendor_cert", vendor)
                .section(".sbatlevel", level)
                .toBytes();
    }
}
