package dev.sigillo.fuzz;

import com.google.errorprone.annotations.Immutable;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.ImaKey;
import dev.sigillo.attest.Judge;
import dev.sigillo.attest.ShimFile;
import dev.sigillo.attest.Subject;
import dev.sigillo.attest.TrustDatabase;
import dev.sigillo.attest.TrustFiles;
import dev.sigillo.attest.Uki;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.compression.Compression;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ImaList;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.evidence.EvidenceFormats;
import dev.sigillo.evidence.EvidenceJson;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.evidence.ManifestSetJson;
import dev.sigillo.evidence.PcrFile;
import dev.sigillo.evidence.PolicyFile;
import dev.sigillo.evidence.Token;
import dev.sigillo.evidence.VerdictJson;
import dev.sigillo.inspect.Inspector;
import dev.sigillo.inspect.UnusableException;
import dev.sigillo.kernel.KernelConfig;
import dev.sigillo.kernel.KernelImage;
import dev.sigillo.kernel.ModuleFile;
import dev.sigillo.kernel.ModuleJudge;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Section;
import dev.sigillo.reference.GrubConfig;
import dev.sigillo.reference.UkiFile;
import dev.sigillo.reference.UnpredictableException;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.CreationData;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.NvPublic;
import dev.sigillo.tpm.TpmPublic;
import dev.sigillo.tpm.TpmSignature;
import dev.sigillo.uefi.DevicePath;
import dev.sigillo.uefi.GptEvent;
import dev.sigillo.uefi.ImageLoadEvent;
import dev.sigillo.uefi.LoadOption;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureFile;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import dev.sigillo.uefi.VariableData;
import dev.sigillo.uefi.VariableUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** Each parser of hostile bytes, and what is asked of that which it lets through. */
enum Target {
    EVENT_LOG(EventLog::parse),
    REPLAY(bytes -> {
        ParsedLog log = EventLog.parse(bytes);
        log.banks().forEach(log::replay);
    }),
    IMA_LIST(bytes -> ImaList.parse(bytes).longestPrefixThatReplays(Digest.zero(HashAlgorithm.SHA256))),
    ATTEST(Attest::parse),
    PUBLIC(bytes -> TpmPublic.parse(bytes).name()),
    SIGNATURE(TpmSignature::parse),
    VARIABLE(VariableData::parse),
    VARIABLE_UPDATE(VariableUpdate::parse),
    SIGNATURE_LISTS(SignatureList::parseAll),
    SIGNATURE_FILE(SignatureFile::parse),
    VARSTORE(bytes -> VarStore.parse(bytes).secureBoot()),
    SBAT(SbatEntry::parse),
    DEVICE_PATH(DevicePath::text),
    LOAD_OPTION(LoadOption::parse),
    IMAGE_LOAD(ImageLoadEvent::parse),
    GPT(bytes -> GptEvent.parse(bytes).encode()),
    GPT_DISK(bytes -> GptEvent.ofDisk(bytes).encode()),
    PE_IMAGE(Target::pe),
    EVIDENCE(bytes -> EvidenceJson.read(bytes.utf8())),
    MACHINE_EVIDENCE(EvidenceFormats::read),
    MANIFEST(ManifestJson::read),
    MANIFEST_SET(ManifestSetJson::read),
    POLICY(Target::policy),
    PCR_FILE(bytes -> PcrFile.read(bytes, List.of())),
    TRUST_FILE(bytes -> TrustFiles.parse(bytes, TrustDatabase.DB)),
    CREDENTIAL(CredentialBlob::parseFile),
    CREATION(CreationData::parse),
    NV_PUBLIC(NvPublic::parseFile),
    UKI(Target::uki),
    UKI_FILE(Target::ukiFile),
    SHIM(bytes -> ShimFile.of(PeImage.parse(bytes))),
    GRUB_CONFIG(bytes -> GrubConfig.parse(bytes).kernelCommandLine()),
    COMPRESSION(Target::unpack),
    KERNEL(KernelImage::parse),
    KERNEL_CONFIG(bytes -> KernelConfig.parse(bytes).checksModules()),
    MODULE(Target::module),
    DISK(Target::disk),
    TOKEN(bytes -> Token.check(bytes.utf8(), ToolSeeds.PUBLIC_KEY, Optional.empty(), Forger.NOW)),
    IMA_KEY(ImaKey::read),
    TOKEN_KEY(bytes -> Token.check(ToolSeeds.TOKEN, bytes, Optional.empty(), Forger.NOW)),
    VERDICT(bytes -> VerdictJson.read(bytes.utf8())),
    JUDGE_LOG(bytes -> {
        Evidence honest = Honest.EVIDENCE;
        judge(new Evidence(honest.attest(), honest.signature(), honest.pcrs(), bytes, honest.imaList()));
    }),
    JUDGE_IMA(bytes -> {
        Evidence honest = Honest.EVIDENCE;
        judge(new Evidence(honest.attest(), honest.signature(), honest.pcrs(), honest.eventLog(), bytes));
    });

    /** A parser; whatever else it throws is a fault. */
    @Immutable
    @FunctionalInterface
    interface Parser {
        void parse(Bytes hostile) throws MalformedException;
    }

    /** Evidence that holds, made once. */
    private static final class Honest {
        static final Forger FORGER = new Forger(true);
        static final Evidence EVIDENCE = FORGER.evidence();
        static final Subject SUBJECT = FORGER.subject();
    }

    /** The most that {@link #COMPRESSION} lets come out, in bytes. */
    static final int UNPACKED = 1 << 20;

    private final Parser parser;

    Target(Parser parser) {
        this.parser = parser;
    }

    /** The folder of its seeds and crashes. */
    String folder() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** @return whether it was well-formed */
    boolean takes(Bytes hostile) {
        try {
            parser.parse(hostile);
            return true;
        } catch (MalformedException refused) {
            return false;
        }
    }

    private static void policy(Bytes text) throws MalformedException {
        try {
            PolicyFile.read(text, name -> {
                throw new MalformedException("policy", 0, "no file " + name);
            });
        } catch (PolicyFile.Refused refused) {
            throw new MalformedException("policy", 0, refused.getMessage());
        }
    }

    private static void uki(Bytes bytes) throws MalformedException {
        Uki uki = Uki.parse(bytes);
        for (int profile = 0; profile < uki.profiles(); profile++) {
            uki.sections(profile);
            uki.pcr11(HashAlgorithm.SHA256, profile, List.of("enter-initrd", "leave-initrd"));
            uki.kernel(profile);
        }
    }

    private static void ukiFile(Bytes bytes) throws MalformedException {
        try {
            UkiFile.parse(bytes);
        } catch (UnpredictableException told) {
            throw new MalformedException("image", 0, told.getMessage());
        }
    }

    private static void unpack(Bytes bytes) throws MalformedException {
        Optional<Compression> form = Compression.of(bytes);
        if (form.isEmpty()) {
            throw new MalformedException("magic", 0, "no known form");
        }
        form.get().unpack(bytes, UNPACKED);
    }

    /** What is wrong with a module is its verdict. */
    private static void module(Bytes bytes) throws MalformedException {
        ModuleFile.read(bytes);
        ModuleJudge.decide(bytes, ToolSeeds.MODULE_KEYS);
    }

    /** A whole look at a disk, as "secureboot check" takes it; a file per process, overwritten. */
    private static void disk(Bytes bytes) throws MalformedException {
        try {
            Files.write(ToolSeeds.DISK, bytes.toByteArray());
            Inspector.inspect(ToolSeeds.DISK, Optional.empty(), ToolSeeds.NO_SOURCES, Optional.empty());
        } catch (UnusableException told) {
            throw new MalformedException("disk", 0, told.getMessage());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void judge(Evidence evidence) {
        Judge.judge(evidence, Honest.SUBJECT, Honest.FORGER.manifest, Forger.NOW);
    }

    private static void pe(Bytes bytes) throws MalformedException {
        PeImage image = PeImage.parse(bytes);
        image.authenticode(HashAlgorithm.SHA256);
        image.authenticodePadded(HashAlgorithm.SHA1);
        for (Section section : image.sections()) {
            image.content(section);
        }
        image.section(".sbat");
        image.certificateTable();
        image.quirks();
        image.signatures();
    }
}
