package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.DrillFault;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.image.NodeImage;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineSpec;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.Shape;
import dev.sigillo.process.Command;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a drill does to a machine before it boots")
class DrillStepsTest {
    @TempDir
    private Path folder;

    private NodeImage image() throws Exception {
        Path disk = folder.resolve("disk.raw");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(8 << 20);
        }
        run("mformat", "-i", disk + "@@1M", "-T", "8192", "::");
        run("mmd", "-i", disk + "@@1M", "::/EFI", "::/EFI/debian");
        for (String file : List.of("vmlinuz", "initrd.img", "EFI/debian/grub.cfg")) {
            Path content = Files.writeString(folder.resolve("content"), "linux /vmlinuz ro quiet");
            run("mcopy", "-i", disk + "@@1M", content.toString(), "::/" + file);
        }
        byte[] name = "SecureBootEnable\0".getBytes(StandardCharsets.UTF_16LE);
        byte[] variables = new byte[100];
        System.arraycopy(name, 0, variables, 10, name.length);
        variables[10 + name.length] = 1;
        Files.write(folder.resolve("OVMF_VARS.secureboot.fd"), variables);
        ReferenceManifest manifest = new ReferenceManifest("img", true, true, List.of(), List.of(), "", List.of());
        return new NodeImage("img", "1.35.4", folder, "6.12", "00", manifest, manifest);
    }

    private static void run(String... command) {
        Command.run(Duration.ofSeconds(30), List.of(command));
    }

    @Test
    @DisplayName("disk or variables are a copy with the fault, one for all machines of the pool, gone with the pool")
    void files() throws Exception {
        NodeImage image = image();
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 2)));
            ClusterRecord cluster = world.store().clusters().list().getFirst();
            List<MachineRecord> machines = world.store().machines().list();
            Host host = world.host();
            DrillSteps drill = new DrillSteps(host);
            Path copies = Remains.folder(host, cluster, "np-drill");
            for (DrillFault fault : DrillFault.values()) {
                MachineSpec genuine = spec(machines.getFirst(), image);
                MachineSpec faulty = drill.faulty(cluster, machines.getFirst(), image, Optional.of(fault), genuine);
                boolean disk = List.of(DrillFault.UNSIGNED_KERNEL, DrillFault.INITRD, DrillFault.COMMAND_LINE)
                        .contains(fault);
                boolean variables = fault == DrillFault.SECURE_BOOT_OFF;
                Path copy = copies.resolve(fault.word() + "-img");
                assertThat(faulty.image()).as(fault.word()).isEqualTo(disk ? copy : image.disk());
                assertThat(faulty.varstore()).as(fault.word()).isEqualTo(variables ? copy : image.varstore(true));
                assertThat(faulty.firmwareCode()).isEqualTo(genuine.firmwareCode());
                assertThat(Files.exists(copy)).as(fault.word()).isEqualTo(disk || variables);
                if (disk || variables) {
                    assertThat(copy).hasSize(Files.size(disk ? image.disk() : image.varstore(true)));
                    assertThat(Files.mismatch(copy, disk ? image.disk() : image.varstore(true)))
                            .as(fault.word())
                            .isNotNegative();
                    Object made = Files.getAttribute(copy, "unix:ino");
                    drill.faulty(cluster, machines.getLast(), image, Optional.of(fault), genuine);
                    assertThat(Files.getAttribute(copy, "unix:ino"))
                            .as("one copy")
                            .isEqualTo(made);
                }
            }
            assertThat(drill.faulty(
                            cluster, machines.getFirst(), image, Optional.empty(), spec(machines.getFirst(), image)))
                    .isEqualTo(spec(machines.getFirst(), image));
            Remains.drop(host, cluster, Optional.of("np"));
            assertThat(world.engine.dropped).contains(copies);
        });
    }

    private static MachineSpec spec(MachineRecord machine, NodeImage image) {
        return new MachineSpec(
                new MachineId(machine.machineId()),
                new NetworkId("c1"),
                new Shape(2, 2048, 8, 0),
                new BootMode(true, true),
                image.disk(),
                image.firmwareCode(),
                image.varstore(true),
                machine.address(),
                machine.podCidr(),
                Bytes.utf8("{}"));
    }
}
