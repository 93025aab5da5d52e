package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Modules and other files that the kernel measured, and lists that are not what it wrote: rule 39. */
final class DriverAttacks {

    private static final Bytes EVIL = Attack.EVIL.value();
    private static final String FOREIGN = "one of the 3 modules of image SigilloDebian-13-test";

    private DriverAttacks() {}

    static Stream<Attack> drivers() {
        return Stream.of(
                driver("a module that is not the image's", "driver evil", FOREIGN, "/run/evil.ko"),
                driver("a module of the initrd that is not the image's", "driver evil", FOREIGN, "/modules/31-evil.ko"),
                driver(
                        "a known module of other content in the initrd, under its number there",
                        "driver virtio_net",
                        "sha256:" + ImaForge.DRIVERS.getFirst().sha256(),
                        "/modules/10-virtio_net.ko"),
                driver(
                        "a module whose name begins with a number",
                        "driver 104_quad_8",
                        FOREIGN,
                        "/lib/modules/x/104-quad-8.ko.zst"),
                driver("a kernel loaded by kexec", "file /boot/vmlinuz", FOREIGN, "/boot/vmlinuz"),
                driver("a second boot_aggregate", "file boot_aggregate", FOREIGN, "boot_aggregate"),
                driver(
                        "a path that turns a terminal's colours and reading direction",
                        "file /x\\u{1b}[31m\\u{202e}ok\\u{a}driver good.ko",
                        FOREIGN,
                        "/x\u001b[31m\u202eok\ndriver good.ko"),
                driver(
                        "a path of 4,000 characters",
                        "file /" + "a".repeat(119) + "… (4001 characters)",
                        FOREIGN,
                        "/" + "a".repeat(4000)),
                attack(
                        "Rule 39: a known module of other content",
                        Check.DRIVERS,
                        "driver virtio_net",
                        "sha256:" + ImaForge.DRIVERS.getFirst().sha256(),
                        "sha256:" + EVIL,
                        f -> f.ima.lines.set(0, f.ima.lines.getFirst().withDigest(EVIL))),
                attack(
                        "Rule 39: the right bytes' digest under another algorithm",
                        Check.DRIVERS,
                        "driver erofs",
                        "sha256:" + ImaForge.DRIVERS.get(2).sha256(),
                        "sha512:" + ImaForge.DRIVERS.get(2).sha256(),
                        f -> f.ima.lines.set(2, known(2, "ima-sig", "sha512", false))),
                attack(
                        "Rule 39: a module measured by SHA-1 alone",
                        Check.DRIVERS,
                        "driver erofs",
                        "sha256:" + ImaForge.DRIVERS.get(2).sha256(),
                        "sha1:",
                        f -> f.ima.lines.set(
                                2,
                                new ImaForge.Line(
                                        "ima-ng",
                                        "sha1",
                                        HashAlgorithm.SHA1.hash(Bytes.utf8("content of erofs")),
                                        "/modules/12-erofs.ko",
                                        false))),
                attack("Rule 39: two foreign modules", Check.DRIVERS, "driver evil", FOREIGN, "; and 1 more", f -> {
                    f.ima.lines.add(ImaForge.line("/run/evil.ko", EVIL));
                    f.ima.lines.add(ImaForge.line("/run/worse.ko", Bytes.zeros(32)));
                }),
                driver("a foreign module on a machine", "driver evil", FOREIGN, "/run/evil.ko")
                        .withoutSecureBoot());
    }

    static Stream<Attack> lists() {
        return Stream.of(
                form(
                        "a violation",
                        "a violation: /usr/lib/modules",
                        f -> f.ima.lines.add(known(0, "ima-sig", "sha256", true))),
                form(
                        "another template",
                        "template ima-buf: /usr/lib/modules",
                        f -> f.ima.lines.add(known(0, "ima-buf", "sha256", false))),
                form(
                        "a template that types its digests",
                        "template ima-ngv2: /usr/lib/modules",
                        f -> f.ima.lines.add(known(0, "ima-ngv2", "ima:sha256", false))),
                malformed(
                        "a template that nobody knows",
                        "unknown template",
                        f -> f.ima.lines.add(known(0, "ima-evil", "sha256", false))),
                malformed(
                        "a template that nobody knows behind what the quote covers",
                        "unknown template",
                        f -> f.ima.later.add(known(0, "ima-evil", "sha256", false))),
                malformed(
                        "half an entry behind what the quote covers",
                        "needs 20 bytes, has 2",
                        f -> f.sentIma =
                                Optional.of(Bytes.concat(f.evidence().imaList(), Bytes.fromHex("0a0000000000")))),
                malformed(
                        "an entry of another register",
                        "11, 10 expected",
                        f -> f.sentIma = Optional.of(
                                Bytes.concat(f.evidence().imaList(), Bytes.fromHex("0b000000"), Bytes.zeros(40)))),
                aggregate(
                        "boot_aggregate of another boot",
                        "boot_aggregate sha256:" + EVIL,
                        f -> f.ima.aggregate = Optional.of(EVIL)),
                aggregate("no boot_aggregate", "virtio-net.ko.xz sha256:", f -> f.ima.omitAggregate = true),
                aggregate("boot_aggregate second", "virtio-net.ko.xz sha256:", f -> {
                    Bytes right = dev.sigillo.eventlog.ImaList.bootAggregate(f.registers())
                            .value();
                    f.ima.omitAggregate = true;
                    f.ima.lines.add(1, ImaForge.line("boot_aggregate", right));
                }),
                replay("nothing measured at all", "PCR 10 was never extended", f -> {
                    f.ima.omitAggregate = true;
                    f.ima.lines.clear();
                }),
                replay("a module loaded before the quote left out", "no part of the list leads to it", f -> {
                    f.ima.lines.add(ImaForge.line("/run/evil.ko", EVIL));
                    f.keep(10);
                    f.ima.lines.removeLast();
                }),
                replay("entries in another order", "no part of the list leads to it", f -> {
                    f.keep(10);
                    f.ima.lines.add(f.ima.lines.removeFirst());
                }),
                replay(
                        "a foreign module's entry with a known module's digest",
                        "no part of the list leads to it",
                        f -> {
                            f.ima.lines.set(0, f.ima.lines.getFirst().withDigest(EVIL));
                            f.keep(10);
                            f.ima.lines.set(
                                    0,
                                    ImaForge.line(
                                            "/run/evil.ko",
                                            ImaForge.DRIVERS.get(0).sha256()));
                        }),
                replay("a foreign module's entry shown as a violation", "no part of the list leads to it", f -> {
                    f.ima.lines.add(ImaForge.line("/run/evil.ko", EVIL));
                    f.keep(10);
                    f.ima.lines.set(3, new ImaForge.Line("ima-sig", "sha256", EVIL, "/run/evil.ko", true));
                }));
    }

    private static ImaForge.Line known(int driver, String template, String algorithm, boolean violation) {
        Driver known = ImaForge.DRIVERS.get(driver);
        return new ImaForge.Line(template, algorithm, known.sha256(), known.path(), violation);
    }

    private static Attack driver(String name, String component, String expected, String path) {
        return attack(
                "Rule 39: " + name,
                Check.DRIVERS,
                component,
                expected,
                "sha256:" + EVIL,
                f -> f.ima.lines.add(ImaForge.line(path, EVIL)));
    }

    private static Attack form(String name, String was, Consumer<Forger> change) {
        return attack(
                "Rule 39: " + name,
                Check.DRIVER_LIST,
                "IMA list",
                "entries of ima-ng or ima-sig, no violation",
                was,
                change);
    }

    private static Attack malformed(String name, String was, Consumer<Forger> change) {
        return attack("Rule 39: " + name, Check.DRIVER_LIST, "IMA list", "a well-formed IMA list", was, change);
    }

    private static Attack aggregate(String name, String was, Consumer<Forger> change) {
        return attack("Rule 39: " + name, Check.DRIVER_AGGREGATE, "IMA list", "boot_aggregate sha256:", was, change);
    }

    private static Attack replay(String name, String was, Consumer<Forger> change) {
        return attack(
                "Rule 39: " + name,
                Check.DRIVER_LIST,
                "IMA list",
                "a list that begins with boot_aggregate and leads to the quoted PCR 10",
                was,
                change);
    }
}
