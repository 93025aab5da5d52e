package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.testkit.ForAll;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("broad")
class RandomAttackTest {

    private static final List<Integer> TYPES = List.of(
            EventType.EV_SEPARATOR,
            EventType.EV_IPL,
            EventType.EV_EFI_ACTION,
            EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
            EventType.EV_EFI_VARIABLE_AUTHORITY,
            EventType.EV_NO_ACTION,
            EventType.EV_EFI_BOOT_SERVICES_APPLICATION);

    @Test
    @DisplayName(
            "Section 7: whatever is removed, doubled, moved within its PCR, changed or added, re-extended and re-signed, is refused")
    void consistentForgery() {
        ForAll.seeds(400, random -> {
            Forger forger = new Forger(random.nextBoolean());
            List<Logged> honest = List.copyOf(forger.events);
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                mutate(forger, random);
            }
            boolean differs = !perPcr(honest).equals(perPcr(forger.events));

            assertThat(forger.verdict().passing()).as("%s", forger.events).isEqualTo(!differs);
        });
    }

    private static void mutate(Forger forger, RandomGenerator random) {
        int at = random.nextInt(forger.events.size());
        Logged event = forger.events.get(at);
        switch (random.nextInt(6)) {
            case 0 -> forger.events.remove(at);
            case 1 -> forger.events.add(random.nextInt(forger.events.size()), event);
            case 2 -> forger.events.set(at, event.changed());
            case 3 -> {
                Digest digest = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("x" + random.nextInt()));
                forger.events.add(at, new Logged(random.nextInt(16), EventType.EV_IPL, digest, Bytes.zeros(1), "x"));
            }
            case 4 -> forger.events.set(at, event.withType(TYPES.get(random.nextInt(TYPES.size()))));
            default -> {
                int other = random.nextInt(forger.events.size());
                if (forger.events.get(other).pcr() == event.pcr()) {
                    Collections.swap(forger.events, at, other);
                }
            }
        }
    }

    /** Digests and types by register: all that a TPM signs, and what firmware always writes beside it. */
    private static List<List<String>> perPcr(List<Logged> events) {
        List<List<String>> all = new ArrayList<>();
        for (int pcr = 0; pcr < 24; pcr++) {
            int register = pcr;
            all.add(events.stream()
                    .filter(event -> event.pcr() == register)
                    .map(event -> event.type() + " " + event.digest().hex())
                    .toList());
        }
        return all;
    }

    @Test
    @DisplayName("Rules 7-11: not one bit of quote, signature or values can change")
    void everyBit() {
        Forger forger = new Forger(true);
        Evidence honest = forger.evidence();
        ForAll.seeds(600, random -> {
            Bytes attest = honest.attest();
            Bytes signature = honest.signature();
            java.util.SortedMap<Integer, Digest> pcrs = new java.util.TreeMap<>(honest.pcrs());
            switch (random.nextInt(3)) {
                case 0 -> attest = flipped(attest, random);
                case 1 -> signature = flipped(signature, random);
                default ->
                    pcrs.computeIfPresent(
                            random.nextInt(16),
                            (pcr, value) -> new Digest(HashAlgorithm.SHA256, flipped(value.value(), random)));
            }
            Evidence changed = new Evidence(attest, signature, pcrs, honest.eventLog(), honest.imaList());

            assertThat(Judge.judge(changed, forger.subject(), forger.manifest, Forger.NOW)
                            .passing())
                    .isFalse();
        });
    }

    private static Bytes flipped(Bytes bytes, RandomGenerator random) {
        byte[] changed = bytes.toByteArray();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return Bytes.of(changed);
    }

    @Test
    @DisplayName("Rule 16: hostile logs and lists give findings, never an exception")
    void hostile() {
        Forger forger = new Forger(true);
        Evidence honest = forger.evidence();
        ForAll.seeds(1500, random -> {
            Bytes log = random.nextBoolean() ? hostile(honest.eventLog(), random) : honest.eventLog();
            Bytes ima = random.nextBoolean() ? hostile(honest.imaList(), random) : honest.imaList();
            Evidence changed = new Evidence(honest.attest(), honest.signature(), honest.pcrs(), log, ima);

            assertThat(Judge.judge(changed, forger.subject(), forger.manifest, Forger.NOW)
                            .findings())
                    .hasSameSizeAs(Judge.checks());
        });
    }

    private static Bytes hostile(Bytes bytes, RandomGenerator random) {
        byte[] changed = bytes.toByteArray();
        for (int i = random.nextInt(8); i >= 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return Bytes.of(changed).slice(0, random.nextInt(4) == 0 ? random.nextInt(changed.length) : changed.length);
    }
}
