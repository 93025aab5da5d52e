package dev.sigillo.machine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * QEMU's command line: the whole of a machine's hardware. What the firmware measures depends on most of it, so the probe
 * uses the same builder and the same topology. All paths are inside the {@link Jail}.
 *
 * @param name shown in process lists
 * @param shape processors and memory; the scratch disk's size is the file's
 * @param vtpm whether there is a TPM
 * @param accelerator {@code tcg} or {@code kvm}
 * @param bootFormat qcow2 or raw
 * @param netdev what stands behind the NIC: the tap, or a dead hub for a probe
 * @param mac the NIC's address
 * @param gpus what stands in the slots of the GPUs: the host's, or devices that do nothing for a probe
 */
record QemuCommand(
        String name,
        Shape shape,
        boolean vtpm,
        String accelerator,
        String bootFormat,
        String netdev,
        String mac,
        List<String> gpus) {
    static final String PROGRAM = "qemu-system-x86_64";
    static final String SECURE_PFLASH = "driver=cfi.pflash01,property=secure,value=on";
    static final String CPU = "max";
    static final String DEAD_HUB = "hubport,id=net0,hubid=0";

    /** Slots far behind those that QEMU gives the others, which so have the same ones with and without GPUs. */
    private static final int FIRST_GPU_SLOT = 0x10;

    static QemuCommand of(MachineId id, Shape shape, boolean vtpm, String accelerator, List<String> gpus) {
        String tap = "tap,id=net0,ifname=" + id + ",script=no,downscript=no";
        return new QemuCommand(
                id.value(),
                shape,
                vtpm,
                accelerator,
                "qcow2",
                tap,
                Port.mac(id),
                gpus.stream().map(address -> "vfio-pci,host=" + address).toList());
    }

    /** The same hardware with a blank boot disk and a NIC that leads nowhere. */
    static QemuCommand probe(Shape shape, boolean vtpm, String accelerator) {
        return new QemuCommand(
                "probe",
                shape,
                vtpm,
                accelerator,
                "raw",
                DEAD_HUB,
                "02:00:00:00:00:01",
                Collections.nCopies(shape.gpus(), "pci-testdev"));
    }

    List<String> arguments(JailPaths in) {
        List<String> line = new ArrayList<>();
        add(line, PROGRAM, "-name", name, "-nodefaults", "-no-user-config");
        // System management mode is what keeps the guest's own kernel from writing the variable store.
        add(line, "-machine", "q35,smm=on", "-accel", accelerator.equals("kvm") ? "kvm" : "tcg,thread=multi");
        add(line, "-cpu", CPU, "-smp", Integer.toString(shape.cpus()), "-m", Integer.toString(shape.memoryMib()));
        add(line, "-global", SECURE_PFLASH, "-global", "ICH9-LPC.disable_s3=1");
        add(line, "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + in.firmware());
        add(line, "-drive", "if=pflash,unit=1,format=raw,file=" + in.varstore());
        if (vtpm) {
            add(line, "-chardev", "socket,id=tpm0,path=" + in.tpmSocket());
            add(line, "-tpmdev", "emulator,id=tpmdev0,chardev=tpm0", "-device", "tpm-crb,tpmdev=tpmdev0");
        }
        disk(line, "os", "format=" + bootFormat + ",cache=unsafe,file=" + in.bootDisk(), ",bootindex=0");
        disk(line, "scratch", "format=raw,cache=unsafe,discard=unmap,detect-zeroes=unmap,file=" + in.scratchDisk(), "");
        disk(line, "config", "format=raw,readonly=on,file=" + in.configDisk(), "");
        add(line, "-netdev", netdev, "-device", "virtio-net-pci,netdev=net0,romfile=,mac=" + mac);
        for (int i = 0; i < gpus.size(); i++) {
            // Without its option ROM, which the firmware would run and measure.
            add(line, "-device", gpus.get(i) + ",rombar=0,addr=0x" + Integer.toHexString(FIRST_GPU_SLOT + i));
        }
        add(line, "-device", "virtio-rng-pci", "-display", "none", "-boot", "strict=on");
        add(line, "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console");
        add(line, "-qmp", "unix:" + in.qmpSocket() + ",server=on,wait=off");
        add(line, "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
        return List.copyOf(line);
    }

    private static void disk(List<String> line, String role, String drive, String device) {
        add(line, "-drive", "if=none,id=" + role + "," + drive);
        add(line, "-device", "virtio-blk-pci,drive=" + role + ",serial=sigillo-" + role + device);
    }

    private static void add(List<String> line, String... words) {
        line.addAll(List.of(words));
    }
}
