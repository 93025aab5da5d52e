package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import java.util.Optional;
import java.util.stream.Stream;

/** Modules and other files that the kernel measured: rule 39. */
final class DriverAttacks {

    private DriverAttacks() {}

    static Stream<Attack> drivers() {
        Bytes evil = Attack.EVIL.value();
        return Stream.of(
                attack(
                        "Rule 39: a module that is not the image's",
                        Check.DRIVERS,
                        "driver evil",
                        f -> f.ima.lines.add(ImaForge.line("/run/evil.ko", evil))),
                attack(
                        "Rule 39: a known module of other content",
                        Check.DRIVERS,
                        "driver virtio_net",
                        f -> f.ima.lines.set(0, f.ima.lines.getFirst().withDigest(evil))),
                attack(
                        "Rule 39: a digest of the right bytes under another algorithm",
                        Check.DRIVERS,
                        "driver erofs",
                        f -> f.ima.lines.set(
                                2,
                                new ImaForge.Line(
                                        "ima-sig",
                                        "sha512",
                                        ImaForge.DRIVERS.get(2).sha256(),
                                        "/erofs.ko.xz",
                                        false))),
                attack(
                        "Rule 39: a kernel loaded by kexec",
                        Check.DRIVERS,
                        "file /boot/vmlinuz",
                        f -> f.ima.lines.add(ImaForge.line("/boot/vmlinuz", evil))),
                attack(
                        "Rule 39: a second boot_aggregate",
                        Check.DRIVERS,
                        "boot_aggregate",
                        f -> f.ima.lines.add(ImaForge.line("boot_aggregate", evil))),
                attack(
                        "Rule 39: a violation",
                        Check.DRIVER_LIST,
                        "IMA",
                        f -> f.ima.lines.add(new ImaForge.Line(
                                "ima-sig", "sha256", ImaForge.DRIVERS.get(0).sha256(), "/virtio-net.ko.xz", true))),
                attack(
                        "Rule 39: another template",
                        Check.DRIVER_LIST,
                        "IMA",
                        f -> f.ima.lines.add(new ImaForge.Line(
                                "ima-buf", "sha256", ImaForge.DRIVERS.get(0).sha256(), "critical data", false))),
                attack(
                        "Rule 39: boot_aggregate of another boot",
                        Check.DRIVER_AGGREGATE,
                        "IMA",
                        f -> f.ima.aggregate = Optional.of(evil)),
                attack("Rule 39: no boot_aggregate", Check.DRIVER_AGGREGATE, "IMA", f -> f.ima.omitAggregate = true),
                attack("Rule 39: nothing measured at all", Check.DRIVER_LIST, "IMA", f -> {
                    f.ima.omitAggregate = true;
                    f.ima.lines.clear();
                }),
                attack(
                        "Rule 39: a module loaded before the quote left out of the list",
                        Check.DRIVER_LIST,
                        "IMA",
                        f -> {
                            f.ima.lines.add(ImaForge.line("/run/evil.ko", evil));
                            f.really.put(10, f.registers().get(10));
                            f.ima.lines.removeLast();
                        }));
    }
}
