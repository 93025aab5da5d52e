package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Judges evidence anew as if something else were in force: a dbx update, an SBAT level, another node image, a policy.
 * Nothing about a machine changes. Guarantees:
 *
 * <ul>
 *   <li>the quote is verified again, and the log replayed against it: what does not hold any more decides nothing;
 *   <li>each boot image is asked about by itself, so that a shim that stays does not hide a GRUB that goes;
 *   <li>an image's certificates and SBAT generations count only from its file, which is found by the measured digest;
 *       where the file is not at hand, what the log alone cannot tell is undecided, never held.
 * </ul>
 *
 * <p>Not told: whether the quote was fresh, which was judged when it came. One rehearsal judges many machines, one at a
 * time, and asks each question about the same boot once.
 */
public final class Rehearsal {

    private static final int BOOT_LOADERS = 4;
    private static final int CONFIG_DRIVE = 15;

    /** What the firmware measures by itself, whatever it boots. */
    private static final Set<Integer> FIRMWARE = Set.of(0, 1, 2, 3, 6);

    private static final Set<Integer> QUOTED =
            new TreeSet<>(IntStream.range(0, Pcrs.QUOTED).boxed().toList());

    /** A quote over PCR 0-15 whose registers the logs explain; PCR 15 is the machine's own. */
    private static final Policy HOLDS = Policy.ofQuote(
            "rehearsal",
            new Policy.QuoteRule(HashAlgorithm.SHA256, QUOTED, Set.of(CONFIG_DRIVE), false, false),
            new Policy.AkRule(Policy.Attributes.SHOWN, List.of(), List.of(), false, List.of(), List.of()));

    private final Premise premise;
    private final Instant at;
    private final Map<Boot, List<Finding>> known = new HashMap<>();
    private final Map<Boot, BootFacts> shown = new HashMap<>();

    /** What facts and files together depend on: machines of one image and one shape boot alike, to the byte. */
    private record Boot(String image, Digest log, SortedMap<Integer, Digest> pcrs, int files) {
        static Boot of(RehearsedNode node) {
            SortedMap<Integer, Digest> pcrs = new TreeMap<>(node.evidence().pcrs());
            pcrs.keySet().removeAll(List.of(Pcrs.IMA, CONFIG_DRIVE));
            return new Boot(
                    node.manifest().image(),
                    Digest.of(HashAlgorithm.SHA256, node.evidence().eventLog()),
                    pcrs,
                    node.files().size());
        }
    }

    /** @param at the moment for which certificates that a policy asks for must be valid */
    public Rehearsal(Premise premise, Instant at) {
        this.premise = premise;
        this.at = at;
    }

    /** Hostile evidence gives findings, never an exception. */
    public Rehearsed judge(RehearsedNode node) {
        List<Finding> findings = switch (premise) {
            case Premise.Dbx dbx ->
                booted(node, Check.REVOKED_IMAGES, facts -> new DbxRehearsal(dbx, node).judge(facts));
            case Premise.SbatLevel sbat ->
                booted(node, Check.SBAT_LEVEL, facts -> new SbatRehearsal(sbat, node).judge(facts));
            case Premise.NodeImage image -> image(node, image);
            case Premise.Asked asked -> policy(node, asked.policy());
        };
        return new Rehearsed(findings.stream()
                .sorted(Comparator.comparing(Finding.Undecided.class::isInstance))
                .toList());
    }

    private interface OfBoot {
        List<Finding> judge(BootFacts facts);
    }

    /** @param check that the question is about; nobody asks it where Secure Boot is off */
    private List<Finding> booted(RehearsedNode node, Check check, OfBoot question) {
        PolicyVerdict verdict = PolicyJudge.judge(evidence(node), HOLDS, question(node));
        if (!verdict.passing() || verdict.facts().isEmpty()) {
            // Not the machine's fault: it did pass. Something of what was stored is not what it was.
            return verdict.verdict()
                    .worst()
                    .map(worst -> List.<Finding>of(new Finding.Undecided(
                            worst.check(), worst.component(), "evidence that holds: " + worst.sentence())))
                    .orElseGet(List::of);
        }
        return known.computeIfAbsent(Boot.of(node), _ -> asked(verdict.facts().get(), check, question));
    }

    private static List<Finding> asked(BootFacts facts, Check check, OfBoot question) {
        if (facts.reason("bootImages").isPresent() || facts.bootImages().isEmpty()) {
            return List.of(facts.undecided(check, "bootImages", "boot images as measured"));
        }
        if (facts.secureBoot().isEmpty()) {
            return List.of(facts.undecided(check, "secureBoot", "whether Secure Boot was on"));
        }
        return facts.secureBoot().get() ? question.judge(facts) : List.of();
    }

    private List<Finding> image(RehearsedNode node, Premise.NodeImage image) {
        ReferenceManifest own = node.manifest();
        ReferenceManifest given = own.secureBoot() ? image.secureBootOn() : image.secureBootOff();
        List<PcrReference> firmware = own.pcrs().stream()
                .filter(reference -> FIRMWARE.contains(reference.pcr()))
                .toList();
        ReferenceManifest manifest = new ReferenceManifest(
                        given.image(),
                        given.secureBoot(),
                        own.vtpm(),
                        given.pcrs(),
                        given.drivers(),
                        given.commandLine(),
                        own.extensions())
                .withFirmware(firmware);
        PolicyVerdict verdict =
                PolicyJudge.judge(evidence(node), HOLDS, question(node).withReference(manifest));
        List<Finding> findings = new ArrayList<>(verdict.verdict().failures());
        if (!node.firmware().equals(image.firmware())) {
            findings.add(new Finding.Broken(
                    Check.FIRMWARE,
                    Check.FIRMWARE.component(),
                    "SHA-256 " + image.firmware().hex(),
                    "SHA-256 " + node.firmware().hex(),
                    "the firmware's file"));
        }
        return findings;
    }

    private List<Finding> policy(RehearsedNode node, Policy policy) {
        // With the manifest, since a node is held against that whatever else is asked, and it alone explains PCR 15.
        PolicyQuestion question = question(node)
                .withReference(node.manifest())
                .withImages(facts -> shown.computeIfAbsent(Boot.of(node), _ -> facts.with(node.files())));
        return PolicyJudge.judge(evidence(node), policy.withoutNonce(), question)
                .verdict()
                .failures();
    }

    private static MachineEvidence evidence(RehearsedNode node) {
        Evidence evidence = node.evidence();
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks =
                new TreeMap<>(Map.of(HashAlgorithm.SHA256, evidence.pcrs()));
        return MachineEvidence.of(
                        MachineEvidence.OF_NODE,
                        List.of(new EvidenceQuote(evidence.attest(), evidence.signature(), banks)),
                        Optional.of(node.ak()),
                        evidence.eventLog())
                .withImaList(evidence.imaList());
    }

    private PolicyQuestion question(RehearsedNode node) {
        return new PolicyQuestion(Optional.empty(), Optional.empty(), List.of(), at, Optional.of(node.ak()));
    }

    /** The measured images, each once: a kernel stands there twice running. */
    static List<Started> started(BootFacts facts, RehearsedNode node) {
        Set<Digest> distinct = new HashSet<>();
        List<Started> started = new ArrayList<>();
        int place = 0;
        for (int at = 0; at < facts.bootImages().size(); at++) {
            BootImage image = facts.bootImages().get(at);
            place = BootImage.isFirst(facts.bootImages(), at) ? 0 : place + 1;
            if (distinct.add(image.digest())) {
                started.add(new Started(
                        image,
                        place,
                        node.files().stream().filter(file -> file.is(image)).findFirst(),
                        node.manifest()));
            }
        }
        return started;
    }

    /**
     * One boot image of a machine.
     *
     * @param place in its attempt: 0 was started by firmware, 1 by what firmware started, later ones by a loader that asks
     *     shim by its protocol
     */
    record Started(BootImage image, int place, Optional<BootFile> file, ReferenceManifest manifest) {

        boolean first() {
            return place == 0;
        }

        boolean byProtocol() {
            return place > 1 || file.filter(one -> Sbat.isLinux(one.bytes())).isPresent();
        }

        /** By what its file says of itself, else as the manifest calls what has this digest, else as the log claims. */
        String name() {
            return file.filter(one -> !one.sbat().isEmpty())
                    .map(BootFile::name)
                    .or(() -> manifest.pcr(BOOT_LOADERS)
                            .flatMap(reference -> reference.events().stream()
                                    .filter(event -> event.digest().equals(image.digest()))
                                    .map(ExpectedEvent::component)
                                    .findFirst()))
                    .orElseGet(image::name);
        }

        String where() {
            return "event " + image.event() + ", PCR " + BOOT_LOADERS;
        }
    }
}
