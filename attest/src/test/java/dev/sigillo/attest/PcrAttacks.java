package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import java.util.List;
import java.util.stream.Stream;

/**
 * The same forgery in each register, re-extended and re-signed, so that log and quote agree: an event more, one after the
 * end of boot services, a second separator, none, or one that says that firmware failed. Rules 20 and 23 to 25.
 */
final class PcrAttacks {

    private static final List<Integer> LOGGED = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14);
    private static final List<Integer> UNLOGGED = List.of(11, 12, 13);
    private static final List<Integer> SEPARATED = List.of(0, 1, 2, 3, 4, 5, 6, 7);

    private PcrAttacks() {}

    static Stream<Attack> pcrs() {
        return Stream.of(
                        LOGGED.stream().flatMap(PcrAttacks::extra),
                        UNLOGGED.stream().map(PcrAttacks::unused),
                        SEPARATED.stream().flatMap(PcrAttacks::separators))
                .flatMap(attacks -> attacks);
    }

    private static Check check(int pcr) {
        return Check.byId("pcr." + pcr).orElseThrow();
    }

    private static String unexpected(int pcr) {
        return "unexpected " + Pcrs.meaning(pcr) + " event";
    }

    private static Stream<Attack> extra(int pcr) {
        Logged more = Logged.of(pcr, EventType.EV_IPL, Attack.EVIL.value(), Bytes.utf8("anything"), "extra");
        String was = more.digest().hex() + " (claimed: EV_IPL anything)";
        return Stream.of(
                attack(
                        "Rule 20: one more event in PCR " + pcr,
                        check(pcr),
                        unexpected(pcr),
                        "no such event",
                        was,
                        f -> f.events.add(f.events.size() - 2, more)),
                attack(
                        "Rule 24: one more event in PCR " + pcr + " after ExitBootServices",
                        check(pcr),
                        unexpected(pcr),
                        "no such event",
                        was,
                        f -> f.events.add(more)));
    }

    private static Attack unused(int pcr) {
        Logged more = Logged.of(pcr, EventType.EV_IPL, Attack.EVIL.value(), Bytes.utf8("anything"), "extra");
        return attack(
                "Rule 34: an event in PCR " + pcr + ", which nothing of ours extends",
                check(pcr),
                "PCR " + pcr + " (unused)",
                "no event of PCR " + pcr + " in the event log",
                more.digest().hex() + " (claimed: EV_IPL anything)",
                f -> f.events.add(f.events.size() - 2, more));
    }

    private static Stream<Attack> separators(int pcr) {
        return Stream.of(
                attack(
                        "Rule 23: a second separator in PCR " + pcr,
                        check(pcr),
                        unexpected(pcr),
                        "no such event",
                        "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119 (claimed: EV_SEPARATOR)",
                        f -> f.events.add(f.events.indexOf(HonestBoot.separator(pcr)) + 1, HonestBoot.separator(pcr))),
                attack(
                        "Rule 23: a second separator in PCR " + pcr + " under another type",
                        check(pcr),
                        unexpected(pcr),
                        "no such event",
                        "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119 (claimed: EV_IPL ",
                        f -> f.events.add(
                                f.events.indexOf(HonestBoot.separator(pcr)) + 1,
                                HonestBoot.separator(pcr).withType(EventType.EV_IPL))),
                attack(
                        "Rule 23: no separator in PCR " + pcr,
                        check(pcr),
                        Components.SEPARATOR,
                        "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119 (",
                        "no such event",
                        f -> f.events.remove(HonestBoot.separator(pcr))),
                replaced("Rule 23: the error separator in PCR ", pcr, "00000001"),
                replaced("Rule 23: the other good separator in PCR ", pcr, "ffffffff"));
    }

    private static Attack replaced(String name, int pcr, String value) {
        Logged other = Logged.bound(pcr, EventType.EV_SEPARATOR, Bytes.fromHex(value), Components.SEPARATOR);
        return attack(
                name + pcr,
                check(pcr),
                Components.SEPARATOR,
                "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119 (",
                other.digest().hex() + " (claimed: EV_SEPARATOR)",
                f -> f.events.set(f.events.indexOf(HonestBoot.separator(pcr)), other));
    }
}
