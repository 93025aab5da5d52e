package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.tpm.ClockInfo;
import dev.sigillo.tpm.TpmPublic;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A software vTPM with the log and IMA list of one boot: everything about it can be changed, and it then signs evidence
 * that is consistent with the change. An attacker with a TPM of his own could do no more.
 */
final class Forger {

    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    static final String MACHINE = "m-abcdefgh23";
    private static final KeyPair AK = generate();
    private static final KeyPair OTHER = generate();

    /** TPMA_OBJECT: fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, restricted, sign. */
    int attributes = 0x00050072;

    int nameAlgorithm = 0x000B;
    int scheme = 0x0014;
    int schemeHash = 0x000B;

    long magic = 0xFF544347L;
    int type = 0x8018;
    Optional<Bytes> qualifiedSigner = Optional.empty();
    ClockInfo clock = new ClockInfo(100_000, 3, 0, true);
    long firmwareVersion = 0x20191023_00163636L;
    int bank = 0x000B;
    Bytes select = Bytes.fromHex("ffff00");
    Bytes moreSelections = Bytes.empty();
    Bytes trailing = Bytes.empty();

    final Bytes askedNonce = filled(0x5A, 32);
    final Bytes askedKey = Bytes.utf8("SubjectPublicKeyInfo of the kubelet");
    Bytes nonce = askedNonce;
    Bytes boundKey = askedKey;
    Optional<Bytes> extraData = Optional.empty();

    /** SHA-256 of the config drive that this machine was given. */
    static final Digest DRIVE = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("{\"machine\":\"m-abcdefgh23\"}"));

    final boolean secureBoot;
    final List<Logged> events;
    final ImaForge ima = new ImaForge();
    ReferenceManifest manifest;

    /** What the agent extends PCR 15 with. */
    final List<Digest> agent = new ArrayList<>(List.of(DRIVE));

    /** The log's form; its events are {@link #events}. */
    final LogForge log = new LogForge();

    /** The bytes sent as log and IMA list, where they are not what was measured. */
    Optional<Bytes> sentLog = Optional.empty();

    Optional<Bytes> sentIma = Optional.empty();

    /** What the registers really hold, where it is not what the log says. */
    final SortedMap<Integer, Digest> really = new TreeMap<>();

    /** Values sent beside the quote, where they are not what the registers hold. */
    final SortedMap<Integer, Digest> sent = new TreeMap<>();

    final List<Integer> withheld = new ArrayList<>();
    Optional<Remembered> last = Optional.empty();
    boolean signedByOther;

    Forger(boolean secureBoot) {
        this.secureBoot = secureBoot;
        this.events = new ArrayList<>(HonestBoot.events(secureBoot));
        this.manifest = manifest(secureBoot);
    }

    static ReferenceManifest manifest(boolean secureBoot) {
        return manifest(secureBoot, HonestBoot.events(secureBoot), HonestBoot.COMMAND_LINE, ImaForge.DRIVERS);
    }

    /** As production puts it together: the image's part, the firmware's part, the machine's own. */
    static ReferenceManifest manifest(
            boolean secureBoot, List<Logged> honest, String commandLine, List<Driver> drivers) {
        return image(secureBoot, honest, commandLine, drivers).withExtension(15, Components.CONFIG_DRIVE, DRIVE);
    }

    /** The same without the machine's own part. */
    static ReferenceManifest image(boolean secureBoot) {
        return image(secureBoot, HonestBoot.events(secureBoot), HonestBoot.COMMAND_LINE, ImaForge.DRIVERS);
    }

    private static ReferenceManifest image(
            boolean secureBoot, List<Logged> honest, String commandLine, List<Driver> drivers) {
        List<PcrReference> image = references(List.of(4, 5, 7, 8, 9, 14), honest, Logged::expected);
        List<PcrReference> firmware = references(List.of(0, 1, 2, 3, 6), honest, Logged::probed);
        return new ReferenceManifest("SigilloDebian-13-test", secureBoot, true, image, drivers, commandLine)
                .withFirmware(firmware);
    }

    private static List<PcrReference> references(
            List<Integer> pcrs, List<Logged> honest, Function<Logged, ExpectedEvent> form) {
        return pcrs.stream()
                .map(pcr -> new PcrReference(
                        pcr,
                        honest.stream()
                                .filter(event -> event.pcr() == pcr)
                                .map(form)
                                .toList()))
                .toList();
    }

    /** Index of the first event of that component. */
    int find(String component) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).component().equals(component)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no event of " + component);
    }

    void replace(String component, Logged other) {
        events.set(find(component), other);
    }

    /** The component is another one, wherever it is measured. */
    void change(String component) {
        events.replaceAll(event -> event.component().equals(component) ? event.changed() : event);
    }

    void boots(String commandLine) {
        events.replaceAll(event -> switch (event.component()) {
            case Components.KERNEL_COMMAND_LINE -> HonestBoot.commandLine(commandLine);
            case Components.GRUB_CONFIGURATION, Components.LOAD_OPTIONS -> event.changed();
            default ->
                event.component().startsWith(Components.GRUB_COMMAND + "linux")
                        ? HonestBoot.command("linux " + commandLine)
                        : event;
        });
    }

    TpmPublic ak() {
        return publicOf(AK);
    }

    private TpmPublic publicOf(KeyPair pair) {
        byte[] modulus = ((RSAPublicKey) pair.getPublic()).getModulus().toByteArray();
        ByteWriter out = new ByteWriter()
                .u16be(0x0001)
                .u16be(nameAlgorithm)
                .u32be(Integer.toUnsignedLong(attributes))
                .u16be(0)
                .u16be(0x0010)
                .u16be(scheme);
        if (scheme != 0x0010) {
            out.u16be(schemeHash);
        }
        out.u16be(2048).u32be(0).sized16be(Bytes.of(Arrays.copyOfRange(modulus, modulus.length - 256, modulus.length)));
        try {
            return TpmPublic.parse(out.toBytes());
        } catch (MalformedException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    Subject subject() {
        return new Subject(MACHINE, ak(), askedNonce, askedKey, last);
    }

    /** What the registers hold when the log (and the IMA list) is true, but for {@link #really}. */
    SortedMap<Integer, Digest> registers() {
        SortedMap<Integer, Digest> registers = new TreeMap<>();
        for (int pcr = 0; pcr < 16; pcr++) {
            registers.put(pcr, Digest.zero(HashAlgorithm.SHA256));
        }
        for (Logged event : events) {
            if (event.type() != EventType.EV_NO_ACTION) {
                Digest before = registers.getOrDefault(event.pcr(), Digest.zero(HashAlgorithm.SHA256));
                registers.put(event.pcr(), before.extend(event.digest()));
            }
        }
        registers.keySet().removeIf(pcr -> pcr > 15);
        agent.forEach(digest -> registers.computeIfPresent(15, (pcr, value) -> value.extend(digest)));
        registers.putAll(really);
        registers.put(10, really.getOrDefault(10, ima.replay(registers)));
        return registers;
    }

    /** The log goes on saying this of the register, whatever is changed from now on. */
    void keep(int... pcrs) {
        SortedMap<Integer, Digest> now = registers();
        for (int pcr : pcrs) {
            really.put(pcr, now.get(pcr));
        }
    }

    Bytes log() {
        return sentLog.orElseGet(() -> log.of(events));
    }

    Evidence evidence() {
        SortedMap<Integer, Digest> registers = registers();
        Bytes[] values = registers.values().stream().map(Digest::value).toArray(Bytes[]::new);
        HashAlgorithm hash = HashAlgorithm.fromTpmId(schemeHash).orElseThrow();
        Bytes qualified = qualifiedSigner.orElseGet(() -> {
            TpmPublic ak = ak();
            return new ByteWriter()
                    .u16be(nameAlgorithm)
                    .bytes(ak.nameAlgorithm().hash(Bytes.fromHex("4000000b"), ak.name()))
                    .toBytes();
        });
        Bytes attest = new ByteWriter()
                .u32be(magic)
                .u16be(type)
                .sized16be(qualified)
                .sized16be(extraData.orElseGet(
                        () -> Digest.of(HashAlgorithm.SHA256, nonce, boundKey).value()))
                .u64be(clock.clock())
                .u32be(clock.resetCount())
                .u32be(clock.restartCount())
                .u8(clock.safe() ? 1 : 0)
                .u64be(firmwareVersion)
                .u32be(moreSelections.isEmpty() ? 1 : 2)
                .u16be(bank)
                .u8(select.size())
                .bytes(select)
                .bytes(moreSelections)
                .sized16be(Digest.of(hash, values).value())
                .bytes(trailing)
                .toBytes();
        SortedMap<Integer, Digest> shown = new TreeMap<>(registers);
        shown.putAll(sent);
        shown.keySet().removeAll(withheld);
        Bytes list = sentIma.orElseGet(() -> ima.toBytes(registers));
        return new Evidence(attest, sign(attest, hash), shown, log(), list);
    }

    private Bytes sign(Bytes message, HashAlgorithm hash) {
        try {
            Signature signer = Signature.getInstance(hash.jcaName().replace("-", "") + "withRSA");
            signer.initSign((signedByOther ? OTHER : AK).getPrivate());
            signer.update(message.toByteArray());
            return new ByteWriter()
                    .u16be(0x0014)
                    .u16be(schemeHash)
                    .sized16be(Bytes.of(signer.sign()))
                    .toBytes();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    Verdict verdict() {
        return Judge.judge(evidence(), subject(), manifest, NOW);
    }

    static Bytes filled(int value, int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return Bytes.of(bytes);
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }
}
