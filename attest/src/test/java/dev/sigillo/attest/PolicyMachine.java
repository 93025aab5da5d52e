package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * An honest machine whose keys are real certificates, and a policy that asks everything of it, and that it holds. Tests
 * change one thing of the one or the other.
 */
final class PolicyMachine {

    static final ForgedKey OWNER = ForgedKey.root("CN=Owner of the platform");
    static final ForgedKey SIGNER = ForgedKey.root("CN=Signer of shim");
    static final ForgedKey VENDOR = ForgedKey.root("CN=Vendor of shim");
    static final ForgedKey STRANGER = ForgedKey.root("CN=Stranger");

    private static final Digest NO_HASH = new Digest(HashAlgorithm.SHA256, Bytes.zeros(32));

    private static final X509Certificate CA = anchor();
    private static final Bytes CERTIFICATE = honestCertificate();

    final Forger forger = new Forger(true);

    /** What evidence says of its key, where it is not the forger's. */
    Optional<EvidenceKey> ak = Optional.empty();

    List<Bytes> certificates = List.of(CERTIFICATE);
    boolean withoutQuote;

    Optional<Bytes> asked;
    Optional<ReferenceManifest> reference = Optional.empty();
    List<X509Certificate> given = List.of();
    Optional<EvidenceKey> known = Optional.empty();

    HashAlgorithm bank = HashAlgorithm.SHA256;
    final TreeSet<Integer> pcrs = new TreeSet<>(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15));
    final TreeSet<Integer> unexplained = new TreeSet<>();
    boolean nonceRequired = true;
    Policy.Attributes attributes = Policy.Attributes.REQUIRED;
    List<AllowedKey> roots = List.of();
    List<X509Certificate> anchors = List.of(CA);
    boolean certificate = true;
    List<Digest> pinned = List.of(spki());
    List<Bytes> names = List.of();
    boolean logRequired = true;
    boolean referenceRequired;
    Optional<Boolean> secureBoot = Optional.of(true);
    final TreeMap<String, List<AllowedKey>> keys = new TreeMap<>();
    Optional<List<NamedDigest>> dbx = Optional.of(List.of(new NamedDigest("no hash", NO_HASH)));
    Optional<List<AllowedKey>> authorities =
            Optional.of(List.of(by(SIGNER), AllowedKey.bySubject("CN=Vendor of shim")));
    Optional<List<SbatEntry>> sbat =
            Optional.of(List.of(new SbatEntry("shim", 4, List.of()), new SbatEntry("grub", 5, List.of())));
    Optional<List<NamedDigest>> mok = Optional.of(List.of());
    Optional<List<AllowedKey>> images = Optional.of(List.of(by(SIGNER), by(VENDOR)));
    boolean revokedRefused = true;
    Optional<List<NamedDigest>> kernels = Optional.of(List.of(named("kernel 6.12", "kernel")));
    Optional<CommandLineRule> commandLine = Optional.of(new CommandLineRule(
            List.of(),
            List.of(new WordPattern("ro"), new WordPattern("root=*")),
            List.of(new WordPattern("init=*")),
            Optional.of(new BoundedRegex(Pattern.compile("/vmlinuz .*")))));
    Optional<List<WordPattern>> grubAllowed = Optional.of(List.of(
            new WordPattern("set *"),
            new WordPattern("search *"),
            new WordPattern("linux *"),
            new WordPattern("initrd *"),
            new WordPattern("boot")));
    Optional<List<WordPattern>> grubForbidden = Optional.of(List.of(new WordPattern("*init=*")));
    boolean exitBootServices = true;
    final TreeMap<Integer, GoldenPcr> golden = new TreeMap<>();
    Optional<List<NamedDigest>> ima = Optional.of(ImaForge.DRIVERS.stream()
            .map(driver -> new NamedDigest(driver.name(), new Digest(HashAlgorithm.SHA256, driver.sha256())))
            .toList());
    boolean debugRefused = true;
    boolean dmaRequired = true;

    PolicyMachine() {
        forger.agent.clear();
        Bytes owner = list(OWNER).encode();
        replace("PK", HonestBoot.variable(Guid.GLOBAL_VARIABLE, "PK", owner, "PK"));
        replace("KEK", HonestBoot.variable(Guid.GLOBAL_VARIABLE, "KEK", owner, "KEK"));
        db(SIGNER);
        authority(Components.SHIM_AUTHORITY, Guid.IMAGE_SECURITY_DATABASE, "db", entry(SIGNER, HonestBoot.OWNER));
        authority(Components.VENDOR_AUTHORITY, Guid.SHIM_LOCK, "MokListRT", entry(VENDOR, Guid.SHIM_LOCK));
        authority(
                Components.SBAT_LEVEL, Guid.SHIM_LOCK, "SbatLevel", Bytes.utf8("sbat,1,2025021800\nshim,4\ngrub,5\n"));
        mok("MokList", SignatureList.certificate(Guid.SHIM_LOCK, VENDOR.der()).encode());
        mok(
                "MokListX",
                SignatureList.hashes(Guid.SHIM_LOCK, List.of(Bytes.zeros(32))).encode());
        mok("MokListTrusted", Bytes.of((byte) 1));
        keys.put("PK", List.of(by(OWNER)));
        keys.put("KEK", List.of(by(OWNER)));
        keys.put("db", List.of(by(SIGNER)));
        SortedMap<Integer, Digest> registers = forger.registers();
        golden.put(0, new GoldenPcr.Values(List.of(registers.get(0))));
        golden.put(1, allowed(1, "variable Boot0000"));
        golden.put(9, events(9));
        asked = Optional.of(signedNonce());
    }

    private static X509Certificate anchor() {
        try {
            return EkJudgeTest.anchor();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Bytes honestCertificate() {
        try {
            return akCertificate(new EkJudgeTest.Draft());
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Bytes signedNonce() {
        return Digest.of(HashAlgorithm.SHA256, forger.nonce, forger.boundKey).value();
    }

    static AllowedKey by(ForgedKey key) {
        return AllowedKey.of("key", Digest.of(HashAlgorithm.SHA256, key.der()));
    }

    static NamedDigest named(String what, String content) {
        return new NamedDigest(what, Digest.of(HashAlgorithm.SHA256, Bytes.utf8(content)));
    }

    static SignatureList list(ForgedKey key) {
        return SignatureList.certificate(HonestBoot.OWNER, key.der());
    }

    static Bytes entry(ForgedKey key, Guid owner) {
        return SignatureList.certificate(owner, key.der()).entries().getFirst().encode();
    }

    static Digest spki() {
        return Digest.of(
                HashAlgorithm.SHA256, Bytes.of(SoftAk.RSA2048.publicKey().getEncoded()));
    }

    /** A certificate of the forger's AK by the fleet CA, whose traits can be others. */
    static Bytes akCertificate(EkJudgeTest.Draft draft) throws Exception {
        draft.key = SoftAk.RSA2048.publicKey();
        if (draft.keyUsage == KeyUsage.keyEncipherment) {
            draft.usage = "2.23.133.8.3";
            draft.keyUsage = KeyUsage.digitalSignature;
        }
        return draft.der();
    }

    /** The events of a register as golden values. */
    GoldenPcr.Events events(int pcr) {
        return new GoldenPcr.Events(logged(pcr));
    }

    private List<NamedDigest> logged(int pcr) {
        return forger.events.stream()
                .filter(event -> event.pcr() == pcr)
                .map(event -> new NamedDigest(event.component(), event.digest()))
                .toList();
    }

    private GoldenPcr.Allowed allowed(int pcr, String possible) {
        List<NamedDigest> all = logged(pcr);
        return new GoldenPcr.Allowed(
                all.stream().filter(one -> !one.what().equals(possible)).toList(),
                all.stream().filter(one -> one.what().equals(possible)).toList());
    }

    void replace(String component, Logged other) {
        forger.replace(component, other);
    }

    void db(ForgedKey... signers) {
        Bytes all = Bytes.empty();
        for (ForgedKey signer : signers) {
            all = Bytes.concat(all, list(signer).encode());
        }
        replace("db", HonestBoot.variable(Guid.IMAGE_SECURITY_DATABASE, "db", all, "db"));
    }

    void authority(String component, Guid vendor, String name, Bytes data) {
        replace(component, HonestBoot.authority(vendor, name, data, component));
    }

    void add(String before, Logged event) {
        forger.events.add(forger.find(before), event);
    }

    void mok(String name, Bytes content) {
        replace(name, Logged.of(14, EventType.EV_IPL, content, Bytes.utf8(name + "\0"), name));
    }

    void remove(String component) {
        forger.events.removeIf(event -> event.component().equals(component));
    }

    Policy policy() {
        return new Policy(
                "everything",
                new Policy.QuoteRule(bank, pcrs, unexplained, nonceRequired, false),
                new Policy.AkRule(attributes, roots, anchors, certificate, pinned, names),
                logRequired,
                referenceRequired,
                secureBoot,
                keys,
                dbx,
                authorities,
                sbat,
                mok,
                images,
                revokedRefused,
                kernels,
                commandLine,
                grubAllowed,
                grubForbidden,
                exitBootServices,
                golden,
                ima.map(files -> new Policy.ImaRule(Optional.of(files), List.of(), List.of())),
                debugRefused,
                dmaRequired);
    }

    PolicyQuestion question() {
        return new PolicyQuestion(asked, reference, given, Forger.NOW, known);
    }

    MachineEvidence evidence() {
        Evidence evidence = forger.evidence();
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        banks.put(HashAlgorithm.SHA256, evidence.pcrs());
        EvidenceQuote quote = new EvidenceQuote(evidence.attest(), evidence.signature(), banks);
        return MachineEvidence.of(
                        "forged",
                        withoutQuote ? List.of() : List.of(quote),
                        Optional.of(ak.orElseGet(() -> EvidenceKey.of(forger.ak(), certificates))),
                        evidence.eventLog())
                .withImaList(evidence.imaList());
    }

    PolicyVerdict verdict() {
        return PolicyJudge.judge(evidence(), policy(), question());
    }
}
