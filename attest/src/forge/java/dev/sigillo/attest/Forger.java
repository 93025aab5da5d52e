package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.tpm.ClockInfo;
import dev.sigillo.tpm.TpmPublic;
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
 *
 * <p>Tests of any module forge with it: {@code new Forger(true)} is an honest machine with Secure Boot on; change a field
 * or an event, then take {@link #evidence}, {@link #subject} and {@link #manifest}.
 */
public final class Forger {

    public static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    public static final String MACHINE = "m-abcdefgh23";

    /** The key that signs; {@link #signWith} takes another. */
    public SoftAk key = SoftAk.RSA2048;

    /** TPMA_OBJECT: fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, restricted, sign. */
    public int attributes = 0x00050072;

    public int nameAlgorithm = 0x000B;
    public int scheme = 0x0014;
    public int schemeHash = 0x000B;

    public long magic = 0xFF544347L;
    public int type = 0x8018;
    public Optional<Bytes> qualifiedSigner = Optional.empty();
    public ClockInfo clock = new ClockInfo(100_000, 3, 0, true);
    public long firmwareVersion = 0x20191023_00163636L;
    public int bank = 0x000B;
    public Bytes select = Bytes.fromHex("ffff00");
    public Bytes moreSelections = Bytes.empty();
    public Bytes trailing = Bytes.empty();

    public final Bytes askedNonce = filled(0x5A, 32);
    public final Bytes askedKey = Bytes.utf8("SubjectPublicKeyInfo of the kubelet");
    public Bytes nonce = askedNonce;
    public Bytes boundKey = askedKey;
    public Optional<Bytes> extraData = Optional.empty();

    /** SHA-256 of the config drive that this machine was given. */
    public static final Digest DRIVE = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("{\"machine\":\"m-abcdefgh23\"}"));

    public final boolean secureBoot;
    public final List<Logged> events;
    public final ImaForge ima = new ImaForge();
    public ReferenceManifest manifest;

    /** What the agent extends PCR 15 with. */
    public final List<Digest> agent = new ArrayList<>(List.of(DRIVE));

    /** The log's form; its events are {@link #events}. */
    public final LogForge log = new LogForge();

    /** The bytes sent as log and IMA list, where they are not what was measured. */
    public Optional<Bytes> sentLog = Optional.empty();

    public Optional<Bytes> sentIma = Optional.empty();

    /** What the registers really hold, where it is not what the log says. */
    public final SortedMap<Integer, Digest> really = new TreeMap<>();

    /** Values sent beside the quote, where they are not what the registers hold. */
    public final SortedMap<Integer, Digest> sent = new TreeMap<>();

    public final List<Integer> withheld = new ArrayList<>();
    public Optional<Remembered> last = Optional.empty();
    public boolean signedByOther;

    public Forger(boolean secureBoot) {
        this.secureBoot = secureBoot;
        this.events = new ArrayList<>(HonestBoot.events(secureBoot));
        this.manifest = manifest(secureBoot);
    }

    public static ReferenceManifest manifest(boolean secureBoot) {
        return manifest(secureBoot, HonestBoot.events(secureBoot), HonestBoot.COMMAND_LINE, ImaForge.DRIVERS);
    }

    /** As production puts it together: the image's part, the firmware's part, the machine's own. */
    public static ReferenceManifest manifest(
            boolean secureBoot, List<Logged> honest, String commandLine, List<Driver> drivers) {
        return image(secureBoot, honest, commandLine, drivers).withExtension(15, Components.CONFIG_DRIVE, DRIVE);
    }

    /** The same without the machine's own part. */
    public static ReferenceManifest image(boolean secureBoot) {
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
    public int find(String component) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).component().equals(component)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no event of " + component);
    }

    public void replace(String component, Logged other) {
        events.set(find(component), other);
    }

    /** The component is another one, wherever it is measured. */
    public void change(String component) {
        events.replaceAll(event -> event.component().equals(component) ? event.changed() : event);
    }

    public void boots(String commandLine) {
        events.replaceAll(event -> switch (event.component()) {
            case Components.KERNEL_COMMAND_LINE -> HonestBoot.commandLine(commandLine);
            case Components.GRUB_CONFIGURATION, Components.LOAD_OPTIONS -> event.changed();
            default ->
                event.component().startsWith(Components.GRUB_COMMAND + "linux")
                        ? HonestBoot.command("linux " + commandLine)
                        : event;
        });
    }

    /** From now on an AK of this kind, in its own scheme and hash. */
    public Forger signWith(SoftAk kind) {
        key = kind;
        scheme = kind.scheme();
        schemeHash = kind.hash().tpmId();
        return this;
    }

    public TpmPublic ak() {
        return key.publicArea(nameAlgorithm, attributes, scheme, schemeHash);
    }

    public Subject subject() {
        return new Subject(MACHINE, ak(), askedNonce, askedKey, last);
    }

    /** What the registers hold when the log (and the IMA list) is true, but for {@link #really}. */
    public SortedMap<Integer, Digest> registers() {
        return registers(HashAlgorithm.SHA256);
    }

    /** The same in another bank, which the log must have for its events to count there. */
    public SortedMap<Integer, Digest> registers(HashAlgorithm bank) {
        SortedMap<Integer, Digest> registers = new TreeMap<>();
        for (int pcr = 0; pcr < 16; pcr++) {
            registers.put(pcr, Digest.zero(bank));
        }
        for (Logged event : events) {
            if (event.type() != EventType.EV_NO_ACTION) {
                Digest measured = new Digest(bank, LogForge.digest(bank, event));
                registers.computeIfPresent(event.pcr(), (pcr, value) -> value.extend(measured));
            }
        }
        boolean own = bank == HashAlgorithm.SHA256;
        for (Digest digest : agent) {
            Digest measured = own ? digest : Digest.of(bank, digest.value());
            registers.computeIfPresent(15, (pcr, value) -> value.extend(measured));
        }
        if (!own) {
            registers.put(10, ima.replay(registers));
            return registers;
        }
        registers.putAll(really);
        registers.put(10, really.getOrDefault(10, ima.replay(registers)));
        return registers;
    }

    /** The log goes on saying this of the register, whatever is changed from now on. */
    public void keep(int... pcrs) {
        SortedMap<Integer, Digest> now = registers();
        for (int pcr : pcrs) {
            really.put(pcr, now.get(pcr));
        }
    }

    public Bytes log() {
        return sentLog.orElseGet(() -> log.of(events));
    }

    public Evidence evidence() {
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
        return new Evidence(attest, key.sign(attest, hash, signedByOther), shown, log(), list);
    }

    public Verdict verdict() {
        return Judge.judge(evidence(), subject(), manifest, NOW);
    }

    public static Bytes filled(int value, int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return Bytes.of(bytes);
    }
}
