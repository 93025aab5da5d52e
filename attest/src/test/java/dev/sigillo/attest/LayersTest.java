package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that a person rarely sees first, since the comparison with the manifest comes before them: each must hold or
 * break by itself, so that a manifest that is wrong once lets nothing through.
 */
class LayersTest {

    private static final Guid GLOBAL = Guid.GLOBAL_VARIABLE;
    private static final Guid DATABASE = Guid.IMAGE_SECURITY_DATABASE;
    private static final String CALLING = "Calling EFI Application from Boot Option";
    private static final String CLOSED = "SecureBoot, PK, KEK, db and dbx only";
    private static final String AUTHORITIES =
            "only authorities of the measured db or of the manifest after the separator";

    private static final Bytes EVIL = Bytes.utf8("certificate of an attacker");

    record Layer(String name, Check check, String expected, String was, boolean secureBoot, Consumer<Forger> change) {
        @Override
        public String toString() {
            return check.id() + ": " + name;
        }
    }

    private static Layer broken(Check check, String name, String expected, String was, Consumer<Forger> change) {
        return new Layer(name, check, expected, was, true, change);
    }

    private static Layer held(Check check, String name, boolean secureBoot, Consumer<Forger> change) {
        return new Layer(name, check, "", "", secureBoot, change);
    }

    static Stream<Layer> layers() {
        return Stream.of(separators(), order(), variables(), authorities()).flatMap(layers -> layers);
    }

    private static Stream<Layer> separators() {
        Check check = Check.LOG_SEPARATORS;
        Logged other = Logged.bound(3, EventType.EV_SEPARATOR, Bytes.fromHex("ffffffff"), Components.SEPARATOR);
        return Stream.of(
                broken(
                        check,
                        "a second one",
                        "exactly one separator in PCR 7",
                        "2 separators",
                        f -> f.events.add(f.find("PK"), HonestBoot.separator(7))),
                broken(
                        check,
                        "a second one in PCR 4 under another type",
                        "exactly one separator in PCR 4",
                        "2 separators",
                        f -> f.events.add(
                                f.find(Components.SHIM), HonestBoot.separator(4).withType(EventType.EV_IPL))),
                broken(
                        check,
                        "none",
                        "exactly one separator in PCR 6",
                        "0 separators",
                        f -> f.events.remove(HonestBoot.separator(6))),
                broken(
                        check,
                        "the error separator",
                        "exactly one separator in PCR 3, of 00000000 or ffffffff",
                        "the firmware's error separator (00000001)",
                        f -> f.events.set(
                                f.events.indexOf(HonestBoot.separator(3)),
                                Logged.bound(3, EventType.EV_SEPARATOR, Bytes.fromHex("00000001"), "error"))),
                broken(
                        check,
                        "one of another value",
                        "exactly one separator in PCR 0, of 00000000 or ffffffff",
                        "EV_SEPARATOR with digest",
                        f -> f.events.set(
                                f.events.indexOf(HonestBoot.separator(0)),
                                Logged.bound(0, EventType.EV_SEPARATOR, Bytes.fromHex("00000002"), "other"))),
                held(
                        check,
                        "the other good value",
                        true,
                        f -> f.events.set(f.events.indexOf(HonestBoot.separator(3)), other)),
                held(
                        check,
                        "the same digest under another type where honest firmware has such events",
                        true,
                        f -> f.events.add(12, HonestBoot.separator(1).withType(EventType.EV_EFI_VARIABLE_BOOT))));
    }

    private static Stream<Layer> order() {
        Check check = Check.LOG_ORDER;
        String once = "Exit Boot Services Invocation and Returned with Success, once each";
        String window = "boot images after Calling EFI Application and before Exit Boot Services";
        Logged tool = HonestBoot.image("tool", "tool");
        return Stream.of(
                broken(
                        check,
                        "no end of boot services",
                        once,
                        "0 and 0",
                        f -> f.events.removeIf(event -> event.component().startsWith("Exit Boot Services"))),
                broken(check, "two ends", once, "1 and 2", f -> f.events.add(f.events.getLast())),
                broken(
                        check,
                        "two attempts to end",
                        once,
                        "2 and 1",
                        f -> f.events.add(30, HonestBoot.action(5, "Exit Boot Services Invocation"))),
                broken(
                        check,
                        "its success first",
                        "Exit Boot Services Invocation first",
                        "its success first",
                        f -> f.events.add(f.events.size() - 2, f.events.removeLast())),
                broken(
                        check,
                        "a measurement after the end",
                        "nothing measured after Exit Boot Services Returned with Success",
                        "(claimed: EV_IPL",
                        f -> f.events.add(Logged.of(8, EventType.EV_IPL, Attack.EVIL.value(), Bytes.zeros(1), "x"))),
                broken(
                        check,
                        "an image before the first attempt",
                        window,
                        "EV_EFI_BOOT_SERVICES_APPLICATION",
                        f -> f.events.add(f.find(CALLING), tool)),
                broken(
                        check,
                        "an image while boot services end",
                        window,
                        "EV_EFI_BOOT_SERVICES_APPLICATION",
                        f -> f.events.add(f.events.size() - 1, tool)),
                broken(
                        check,
                        "no attempt",
                        CALLING,
                        "no such event",
                        f -> f.events.removeIf(
                                event -> event.pcr() == 4 && !event.component().equals(Components.SEPARATOR))),
                held(check, "an attempt that came back before the one that booted", true, f -> {
                    int shim = f.find(Components.SHIM);
                    f.events.add(shim, tool);
                    f.events.add(shim + 1, HonestBoot.action(4, "Returning from EFI Application from Boot Option"));
                    f.events.add(shim + 2, HonestBoot.action(4, CALLING));
                }));
    }

    private static Stream<Layer> variables() {
        Check check = Check.SECURE_BOOT_KEYS;
        return Stream.of(
                broken(
                        check,
                        "an action among them",
                        "only configuration variables before the separator",
                        "UEFI Debug",
                        f -> f.events.add(f.find("PK"), HonestBoot.action(7, "UEFI Debug Mode"))),
                broken(
                        check,
                        "one twice",
                        "each variable once",
                        "variable db",
                        f -> f.events.add(f.find("dbx"), f.events.get(f.find("db")))),
                broken(
                        check,
                        "one of another name",
                        CLOSED,
                        "variable AuditMode",
                        f -> f.events.add(f.find("PK"), HonestBoot.variable(GLOBAL, "AuditMode", Bytes.zeros(1), "x"))),
                broken(
                        check,
                        "a PK of another vendor",
                        CLOSED,
                        "variable PK",
                        f -> f.replace("PK", HonestBoot.variable(DATABASE, "PK", Bytes.utf8("evil"), "PK"))),
                broken(
                        check,
                        "a db of another vendor",
                        CLOSED,
                        "variable db",
                        f -> f.replace("db", HonestBoot.variable(GLOBAL, "db", HonestBoot.DB.encode(), "db"))),
                empty("PK", GLOBAL),
                empty("KEK", GLOBAL),
                empty("db", DATABASE),
                none("PK"),
                none("KEK"),
                none("db"),
                none("dbx"),
                broken(
                        check,
                        "a db that is none",
                        "a db of signature lists",
                        "needs ",
                        f -> f.replace(
                                "db", HonestBoot.variable(DATABASE, "db", Bytes.utf8("a certificate, bare"), "db"))),
                held(
                        check,
                        "an empty dbx",
                        true,
                        f -> f.replace("dbx", HonestBoot.variable(DATABASE, "dbx", Bytes.empty(), "dbx"))),
                held(check, "empty keys with Secure Boot off", false, f -> {
                    for (String name : new String[] {"PK", "KEK"}) {
                        f.replace(name, HonestBoot.variable(GLOBAL, name, Bytes.empty(), name));
                    }
                    for (String name : new String[] {"db", "dbx"}) {
                        f.replace(name, HonestBoot.variable(DATABASE, name, Bytes.empty(), name));
                    }
                }),
                held(
                        check,
                        "no authority with Secure Boot off",
                        false,
                        f -> f.events.removeIf(event -> event.type() == EventType.EV_EFI_VARIABLE_AUTHORITY)));
    }

    private static Layer empty(String name, Guid vendor) {
        return broken(
                Check.SECURE_BOOT_KEYS,
                "an empty " + name,
                name + " measured and not empty",
                "an empty variable",
                f -> f.replace(name, HonestBoot.variable(vendor, name, Bytes.empty(), name)));
    }

    private static Layer none(String name) {
        return broken(
                Check.SECURE_BOOT_KEYS,
                "no " + name,
                name + " measured",
                "none that type and digest bear out",
                f -> f.events.remove(f.find(name)));
    }

    private static Stream<Layer> authorities() {
        Check check = Check.SECURE_BOOT_KEYS;
        Bytes evil = SignatureList.certificate(HonestBoot.OWNER, EVIL)
                .entries()
                .getFirst()
                .encode();
        return Stream.of(
                broken(
                        check,
                        "none",
                        "at least one authority",
                        "none",
                        f -> f.events.removeIf(event -> event.type() == EventType.EV_EFI_VARIABLE_AUTHORITY)),
                broken(
                        check,
                        "a certificate that db lacks",
                        AUTHORITIES,
                        "variable db",
                        f -> f.replace(Components.SHIM_AUTHORITY, HonestBoot.authority(DATABASE, "db", evil, "x"))),
                broken(
                        check,
                        "an entry of db under another vendor",
                        AUTHORITIES,
                        "variable db",
                        f -> f.replace(
                                Components.SHIM_AUTHORITY,
                                HonestBoot.authority(
                                        GLOBAL,
                                        "db",
                                        HonestBoot.DB.entries().getFirst().encode(),
                                        "x"))),
                broken(
                        check,
                        "an entry of db under another name",
                        AUTHORITIES,
                        "variable MokList",
                        f -> f.replace(
                                Components.SHIM_AUTHORITY,
                                HonestBoot.authority(
                                        DATABASE,
                                        "MokList",
                                        HonestBoot.DB.entries().getFirst().encode(),
                                        "x"))),
                broken(
                        check,
                        "a known one under another type",
                        AUTHORITIES,
                        "variable SbatLevel",
                        f -> f.replace(
                                Components.SBAT_LEVEL,
                                f.events.get(f.find(Components.SBAT_LEVEL)).withType(EventType.EV_EFI_VARIABLE_BOOT))),
                held(
                        check,
                        "db's own entry twice",
                        true,
                        f -> f.events.add(f.find(Components.SHIM), f.events.get(f.find(Components.SHIM_AUTHORITY)))),
                held(check, "another entry of the measured db than the manifest's", true, f -> {
                    Bytes more = Bytes.concat(
                            HonestBoot.DB.encode(),
                            SignatureList.certificate(HonestBoot.OWNER, EVIL).encode());
                    f.replace("db", HonestBoot.variable(DATABASE, "db", more, "db"));
                    f.replace(Components.SHIM_AUTHORITY, HonestBoot.authority(DATABASE, "db", evil, "x"));
                }));
    }

    @DisplayName("Each layer holds or breaks by itself")
    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void layer(Layer layer) {
        Forger forger = new Forger(layer.secureBoot());
        assertThat(forger.verdict().failures()).as("unforged").isEmpty();
        layer.change().accept(forger);
        Verdict verdict = forger.verdict();
        Finding own = verdict.findings().stream()
                .filter(finding -> finding.check() == layer.check())
                .findFirst()
                .orElseThrow();

        assertThat(verdict.passing()).isFalse();
        if (layer.expected().isEmpty()) {
            assertThat(own).isEqualTo(Finding.held(layer.check()));
        } else {
            assertThat(own).isInstanceOf(Finding.Broken.class);
            assertThat(((Finding.Broken) own).expected()).contains(layer.expected());
            assertThat(((Finding.Broken) own).was()).contains(layer.was());
        }
    }
}
