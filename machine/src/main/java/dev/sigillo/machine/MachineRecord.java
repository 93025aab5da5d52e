package dev.sigillo.machine;

import java.util.List;

/**
 * {@code machine.json}: what a machine is, and how far its making or its deletion has come. Written before anything is
 * done. The config drive's content is not part of it: it may hold a join token, and a later one may replace it.
 *
 * @param given what it was asked to be; never changes
 * @param place picks its users among the home's, see {@link MachineUsers}
 * @param varstoreSha256 of the varstore's template when the machine was made
 * @param gpus PCI addresses of the GPUs that are this machine's as long as there is a record
 */
record MachineRecord(Given given, int place, String varstoreSha256, List<String> gpus, Progress progress) {
    /** Records from before GPUs were handed out have none. */
    MachineRecord {
        gpus = gpus == null ? List.of() : List.copyOf(gpus);
    }

    /** A {@link MachineSpec} but for the config drive. */
    record Given(
            String id,
            String network,
            Shape shape,
            BootMode boot,
            String image,
            String firmwareCode,
            String varstore,
            String address,
            String podCidr) {
        static Given of(MachineSpec spec) {
            return new Given(
                    spec.id().value(),
                    spec.network().value(),
                    spec.shape(),
                    spec.boot(),
                    spec.image().toString(),
                    spec.firmwareCode().toString(),
                    spec.varstore().toString(),
                    spec.address(),
                    spec.podCidr());
        }
    }

    /**
     * What changes.
     *
     * @param cut its port is isolated
     * @param services further addresses that are reached through the machine
     * @param resets resetCount at the end of the vTPM's manufacture; 0 without vTPM
     * @param starts how often QEMU was started, counted before it happens
     * @param firmwareSha256 of the firmware that the last start used; empty before the first
     * @param firmwareKey names what the last start measures, see {@link FirmwareReference#key}; empty before the first
     *     and without vTPM
     */
    record Progress(
            Phase phase,
            boolean cut,
            List<String> services,
            long resets,
            int starts,
            String firmwareSha256,
            String firmwareKey) {
        static final Progress BEGUN = new Progress(Phase.MAKING, false, List.of(), 0, 0, "", "");

        /** Records from before there were services have none. */
        Progress {
            services = services == null ? List.of() : List.copyOf(services);
        }
    }

    enum Phase {
        MAKING,
        MADE,
        DELETING
    }

    MachineId machineId() {
        return new MachineId(given.id());
    }

    NetworkId networkId() {
        return new NetworkId(given.network());
    }

    Phase phase() {
        return progress.phase();
    }

    boolean vtpm() {
        return given.boot().vtpm();
    }

    Port port(MachineUsers users) {
        return Port.of(
                machineId(), given.address(), given.podCidr(), progress.cut(), progress.services(), users.qemu());
    }

    MachineRecord at(Phase next) {
        return with(new Progress(
                next,
                progress.cut(),
                progress.services(),
                progress.resets(),
                progress.starts(),
                progress.firmwareSha256(),
                progress.firmwareKey()));
    }

    MachineRecord cut(boolean isolated) {
        return with(new Progress(
                phase(),
                isolated,
                progress.services(),
                progress.resets(),
                progress.starts(),
                progress.firmwareSha256(),
                progress.firmwareKey()));
    }

    MachineRecord serving(List<String> services) {
        return with(new Progress(
                phase(),
                progress.cut(),
                services,
                progress.resets(),
                progress.starts(),
                progress.firmwareSha256(),
                progress.firmwareKey()));
    }

    MachineRecord made(long resets) {
        return with(new Progress(Phase.MADE, progress.cut(), progress.services(), resets, progress.starts(), "", ""));
    }

    MachineRecord startedOnceMore(String firmwareSha256, String firmwareKey) {
        return with(new Progress(
                phase(),
                progress.cut(),
                progress.services(),
                progress.resets(),
                progress.starts() + 1,
                firmwareSha256,
                firmwareKey));
    }

    private MachineRecord with(Progress next) {
        return new MachineRecord(given, place, varstoreSha256, gpus, next);
    }
}
