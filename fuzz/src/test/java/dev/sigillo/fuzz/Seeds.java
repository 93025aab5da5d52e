package dev.sigillo.fuzz;

import dev.sigillo.attest.Forger;
import dev.sigillo.attest.HonestBoot;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.attest.SoftAk;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.evidence.EvidenceJson;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.evidence.ManifestSetJson;
import dev.sigillo.evidence.PolicyFile;
import dev.sigillo.evidence.VerdictJson;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.uefi.GptEvent;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Well-formed inputs to begin with: forged here, and read from the vectors where there are any. */
final class Seeds {

    private static final int MAX_VECTOR = 128 << 10;

    private Seeds() {}

    static List<Bytes> of(Target target) throws IOException {
        List<Bytes> seeds = new ArrayList<>(forged(target));
        for (String folder : vectors(target)) {
            seeds.addAll(files(folder));
        }
        return seeds;
    }

    private static List<Bytes> forged(Target target) {
        Forger forger = new Forger(true);
        return switch (target) {
            case EVENT_LOG, REPLAY, JUDGE_LOG -> logs();
            case IMA_LIST, JUDGE_IMA -> List.of(forger.evidence().imaList());
            case ATTEST -> List.of(forger.evidence().attest());
            case PUBLIC -> kinds().map(kind -> kind.ak().encoded()).toList();
            case SIGNATURE -> kinds().map(kind -> kind.evidence().signature()).toList();
            case VARIABLE -> List.of(HonestBoot.secureBootVariable(1).encode());
            case VARIABLE_UPDATE -> List.of(update());
            case SIGNATURE_LISTS, SIGNATURE_FILE -> List.of(HonestBoot.DB.encode(), hashes());
            case VARSTORE -> List.of(varstore());
            case SBAT -> List.of(Bytes.utf8("sbat,1,SBAT Version,sbat,1,https://example\nshim,4,UEFI shim,shim,1,x\n"));
            case DEVICE_PATH -> List.of(path());
            case LOAD_OPTION -> List.of(loadOption());
            case IMAGE_LOAD ->
                List.of(new ByteWriter()
                        .u64le(0x1000)
                        .u64le(0x2000)
                        .u64le(0)
                        .u64le(path().size())
                        .bytes(path())
                        .toBytes());
            case GPT -> List.of(gpt(2));
            case GPT_DISK -> List.of(Bytes.concat(Bytes.zeros(512), gpt(2), Bytes.zeros(16 << 10)));
            case PE_IMAGE -> List.of(pe());
            case EVIDENCE -> List.of(Bytes.utf8(EvidenceJson.write(forger.evidence())));
            case MACHINE_EVIDENCE -> List.of(Bytes.utf8(EvidenceJson.write(forger.evidence())));
            case MANIFEST_SET -> List.of(ManifestSetJson.write(ReferenceStates.of(Forger.image(true))));
            case POLICY -> List.of(policy());
            case PCR_FILE -> List.of(Bytes.utf8("{\"sha256\":{\"0\":\"" + "0a".repeat(32) + "\"}}"));
            case TRUST_FILE -> List.of(HonestBoot.DB.encode(), hashes());
            case CREDENTIAL -> List.of(new CredentialBlob(Bytes.zeros(40), Bytes.zeros(64)).toFile());
            case CREATION ->
                List.of(new ByteWriter()
                        .u32be(0)
                        .sized16be(Bytes.zeros(32))
                        .u8(1)
                        .u16be(0x0B)
                        .sized16be(Bytes.zeros(34))
                        .sized16be(Bytes.zeros(34))
                        .sized16be(Bytes.empty())
                        .toBytes());
            case NV_PUBLIC ->
                List.of(new ByteWriter()
                        .u32be(0x01C00002L)
                        .u16be(0x0B)
                        .u32be(0x02072001L)
                        .sized16be(Bytes.empty())
                        .u16be(64)
                        .toBytes());
            case MANIFEST -> List.of(ManifestJson.write(Forger.image(true)));
            case UKI -> List.of(ToolSeeds.uki());
            case UKI_FILE -> List.of(ToolSeeds.plainUki());
            case SHIM -> List.of(ToolSeeds.shim());
            case GRUB_CONFIG -> List.of(Bytes.utf8("linux /vmlinuz ro quiet\ninitrd /initrd.img\nboot\n"));
            case DISK -> ToolSeeds.disks();
            case COMPRESSION -> ToolSeeds.packed();
            case KERNEL -> ToolSeeds.kernels();
            case KERNEL_CONFIG -> List.of(Bytes.utf8(ToolSeeds.KERNEL_CONFIG));
            case MODULE -> List.of(ToolSeeds.module());
            case TOKEN -> List.of(Bytes.utf8(ToolSeeds.TOKEN));
            case IMA_KEY -> List.of(ToolSeeds.PUBLIC_KEY, ToolSeeds.certificate());
            case TOKEN_KEY -> List.of(ToolSeeds.PUBLIC_KEY);
            case VERDICT -> List.of(Bytes.utf8(VerdictJson.write(forger.verdict())));
        };
    }

    /** One of those that come along. */
    private static Bytes policy() {
        try (var in =
                java.util.Objects.requireNonNull(PolicyFile.class.getResourceAsStream("policies/any-linux.yaml"))) {
            return Bytes.of(in.readAllBytes());
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private static Stream<Forger> kinds() {
        return Stream.of(SoftAk.values()).map(kind -> new Forger(true).signWith(kind));
    }

    private static List<Bytes> logs() {
        Forger plain = new Forger(true);
        Forger banks = new Forger(false);
        banks.log.banks = List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384);
        banks.log.shuffled = true;
        banks.log.startupLocality =
                java.util.Optional.of(Bytes.concat(Bytes.utf8("StartupLocality\0"), Bytes.of((byte) 3)));
        Forger legacy = new Forger(true);
        legacy.log.legacy = true;
        return List.of(plain.log(), banks.log(), legacy.log());
    }

    static Bytes hashes() {
        return SignatureList.hashes(HonestBoot.OWNER, List.of(Bytes.zeros(32), Forger.filled(7, 32)))
                .encode();
    }

    private static Bytes update() {
        ByteWriter out = new ByteWriter()
                .bytes(Bytes.zeros(16))
                .u32le(24 + 3)
                .u16le(0x0200)
                .u16le(0x0EF1);
        Guid.of("4aafd29d-68df-49ee-8aa9-347d375665a7").write(out);
        return out.bytes(Bytes.utf8("pkc")).bytes(hashes()).toBytes();
    }

    /** PciRoot(0x0)/Pci(0x1,0x0)/\A and the end of the path. */
    private static Bytes path() {
        return Bytes.fromHex("02010c00d041030a00000000" + "010106000001" + "04040a005c00410000" + "00" + "7fff0400");
    }

    private static Bytes loadOption() {
        return new ByteWriter()
                .u32le(1)
                .u16le(path().size())
                .bytes(Bytes.fromHex("64006500620000" + "00"))
                .bytes(path())
                .bytes(Bytes.utf8("optional"))
                .toBytes();
    }

    private static Bytes gpt(int entries) {
        byte[] header = new byte[92];
        System.arraycopy(Bytes.utf8("EFI PART").toByteArray(), 0, header, 0, 8);
        header[72] = 2;
        header[80] = (byte) entries;
        header[84] = (byte) 128;
        return new GptEvent(Bytes.of(header), java.util.Collections.nCopies(entries, Forger.filled(3, 128))).encode();
    }

    private static Bytes varstore() {
        ByteWriter variables = new ByteWriter();
        for (String name : List.of("PK", "KEK")) {
            variables.u16le(0x55AA).u8(0x3F).u8(0).u32le(7).bytes(Bytes.zeros(28));
            Bytes text = utf16(name);
            variables.u32le(text.size()).u32le(4);
            Guid.GLOBAL_VARIABLE.write(variables);
            variables.bytes(text).u32le(1);
            while (variables.size() % 4 != 0) {
                variables.u8(0xFF);
            }
        }
        ByteWriter out = new ByteWriter().bytes(Bytes.zeros(16));
        Guid.of("fff12b8d-7696-4c8b-a985-2747075b4f50").write(out);
        int size = 72 + 28 + variables.size();
        out.u64le(size).u32le(0x4856465FL).u32le(0).u16le(72).bytes(Bytes.zeros(72 - out.size()));
        Guid.of("aaf32c78-947b-439a-a180-2e144ec37792").write(out);
        return out.u32le(28 + variables.size())
                .bytes(Bytes.zeros(8))
                .bytes(variables.toBytes())
                .toBytes();
    }

    private static Bytes utf16(String text) {
        return Bytes.of((text + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
    }

    /** PE32+ with one section of SBAT text and no certificate. */
    static Bytes pe() {
        ByteWriter out =
                new ByteWriter().bytes(Bytes.utf8("MZ")).bytes(Bytes.zeros(58)).u32le(64);
        out.bytes(Bytes.utf8("PE\0\0"))
                .u16le(0x8664)
                .u16le(1)
                .bytes(Bytes.zeros(12))
                .u16le(240)
                .u16le(0x22E);
        out.u16le(0x20B).bytes(Bytes.zeros(14)).u32le(0x1000).u32le(0x1000).bytes(Bytes.zeros(8));
        out.u32le(0x1000)
                .u32le(0x200)
                .bytes(Bytes.zeros(16))
                .u32le(0x2000)
                .u32le(0x200)
                .u32le(0);
        out.u16le(10).u16le(0).bytes(Bytes.zeros(32)).u32le(0).u32le(16).bytes(Bytes.zeros(128));
        out.bytes(Bytes.utf8(".sbat\0\0\0"))
                .u32le(16)
                .u32le(0x1000)
                .u32le(0x200)
                .u32le(0x200)
                .bytes(Bytes.zeros(16));
        out.bytes(Bytes.zeros(0x200 - out.size()));
        return out.bytes(Bytes.utf8("sbat,1,x\nshim,4,"))
                .bytes(Bytes.zeros(0x200 - 16))
                .toBytes();
    }

    private static List<String> vectors(Target target) {
        return switch (target) {
            case EVENT_LOG, REPLAY, JUDGE_LOG -> List.of("eventlogs");
            case SIGNATURE_FILE, VARIABLE_UPDATE -> List.of("secureboot");
            case PE_IMAGE -> List.of("pe");
            case MACHINE_EVIDENCE -> List.of("quotes");
            default -> List.of();
        };
    }

    private static List<Bytes> files(String folder) throws IOException {
        Path path = Vectors.folder().resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        List<Bytes> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (Files.size(file) <= MAX_VECTOR) {
                    found.add(Bytes.of(Files.readAllBytes(file)));
                }
            }
        }
        return found;
    }
}
