package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
    private static final MachineId ID = new MachineId("m-abcdefghij");
    private static final JailPaths JAIL = new JailPaths(Path.of("/run/sigillo-3f2a"));

    private static List<String> line(boolean vtpm) {
        return QemuCommand.of(ID, new Shape(2, 2048, 8), vtpm, "tcg", List.of()).arguments(JAIL);
    }

    @Test
    @DisplayName("the varstore is out of the guest kernel's reach: SMM, secure pflash, firmware read-only")
    void securePflash() {
        assertThat(Qemu.securePflash(line(true))).isTrue();
        assertThat(line(true)).doesNotContain("-no-shutdown");
        for (String without : List.of(QemuCommand.SECURE_PFLASH, "q35,smm=on")) {
            List<String> weaker =
                    line(true).stream().filter(word -> !word.equals(without)).toList();
            assertThat(Qemu.securePflash(weaker)).as("without %s", without).isFalse();
        }
        assertThat(Qemu.securePflash(line(true).stream()
                        .map(word -> word.replace(",readonly=on,file=" + JAIL.firmware(), ",file=" + JAIL.firmware()))
                        .toList()))
                .isFalse();
    }

    @Test
    @DisplayName("a machine has a TPM exactly when its pool wants one")
    void tpm() {
        assertThat(line(true)).contains("tpm-crb,tpmdev=tpmdev0");
        assertThat(line(false)).noneMatch(word -> word.contains("tpm"));
    }

    @Test
    @DisplayName("only the boot disk boots, and the NIC has no option ROM: nothing else is measured")
    void bootOrder() {
        assertThat(line(true).stream().filter(word -> word.contains("bootindex")))
                .containsExactly("virtio-blk-pci,drive=os,serial=sigillo-os,bootindex=0");
        assertThat(line(true)).anyMatch(word -> word.startsWith("virtio-net-pci,") && word.contains(",romfile=,"));
        assertThat(line(true)).contains("-nodefaults", "-no-user-config");
    }

    @Test
    @DisplayName("QEMU may neither fork, nor gain rights, nor use obsolete calls")
    void sandbox() {
        assertThat(line(true)).contains("on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
    }

    @Test
    @DisplayName("a probe differs from a machine in name, network, MAC address and disk format only")
    void probe() {
        Shape shape = new Shape(2, 2048, 8);
        List<String> machine = QemuCommand.of(ID, shape, true, "tcg", List.of()).arguments(JAIL);
        List<String> probe = QemuCommand.probe(shape, true, "tcg").arguments(JAIL);
        assertThat(probe).hasSameSizeAs(machine);
        for (int i = 0; i < machine.size(); i++) {
            String word = machine.get(i);
            if (!word.equals(probe.get(i))) {
                assertThat(word).containsAnyOf(ID.value(), "mac=", "id=os,format=qcow2");
            }
        }
    }

    @Test
    @DisplayName(
            "a GPU is handed over without its ROM, in a slot of its own; the probe has a device that does nothing there")
    void gpus() {
        Shape shape = new Shape(2, 2048, 8, 2);
        List<String> machine = QemuCommand.of(ID, shape, true, "kvm", List.of("0000:01:00.0", "0000:02:00.0"))
                .arguments(JAIL);
        assertThat(machine)
                .contains(
                        "vfio-pci,host=0000:01:00.0,rombar=0,addr=0x10",
                        "vfio-pci,host=0000:02:00.0,rombar=0,addr=0x11");
        List<String> probe = QemuCommand.probe(shape, true, "kvm").arguments(JAIL);
        assertThat(probe).contains("pci-testdev,rombar=0,addr=0x10", "pci-testdev,rombar=0,addr=0x11");
        assertThat(probe).hasSameSizeAs(machine);
    }

    @Test
    @DisplayName("a word with a quote stays one word of the jail's script")
    void quoting() {
        assertThat(Jail.quoted("/home/o'brien/x y")).isEqualTo("'/home/o'\\''brien/x y'");
    }
}
