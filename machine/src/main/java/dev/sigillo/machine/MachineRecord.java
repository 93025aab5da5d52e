package dev.sigillo.machine;

/**
 * {@code machine.json}: what a machine is, and how far its making or its deletion has come. Written before anything is
 * done. The config drive's content is not part of it: it may hold a join token, and a later one may replace it.
 *
 * @param firmwareSha256 of the firmware that the last start used; empty before the first start
 * @param resets resetCount at the end of the vTPM's manufacture; 0 without vTPM
 */
record MachineRecord(
        String id,
        String network,
        int cpus,
        int memoryMib,
        int diskGib,
        boolean secureBoot,
        boolean vtpm,
        String image,
        String firmwareCode,
        String varstore,
        String address,
        String podCidr,
        Phase phase,
        boolean cut,
        int starts,
        String firmwareSha256,
        long resets) {
    enum Phase {
        MAKING,
        MADE,
        DELETING
    }

    static MachineRecord of(MachineSpec spec) {
        return new MachineRecord(
                spec.id().value(),
                spec.network().value(),
                spec.shape().cpus(),
                spec.shape().memoryMib(),
                spec.shape().diskGib(),
                spec.boot().secureBoot(),
                spec.boot().vtpm(),
                spec.image().toString(),
                spec.firmwareCode().toString(),
                spec.varstore().toString(),
                spec.address(),
                spec.podCidr(),
                Phase.MAKING,
                false,
                0,
                "",
                0);
    }

    /** Whether both describe the same machine, however far it is made. */
    boolean sameMachine(MachineRecord other) {
        return at(Phase.MAKING)
                .cut(false)
                .started(0, "")
                .resets(0)
                .equals(other.at(Phase.MAKING).cut(false).started(0, "").resets(0));
    }

    MachineId machineId() {
        return new MachineId(id);
    }

    NetworkId networkId() {
        return new NetworkId(network);
    }

    Shape shape() {
        return new Shape(cpus, memoryMib, diskGib);
    }

    BootMode boot() {
        return new BootMode(secureBoot, vtpm);
    }

    Port port() {
        return Port.of(machineId(), address, podCidr, cut);
    }

    MachineRecord at(Phase next) {
        return new MachineRecord(
                id,
                network,
                cpus,
                memoryMib,
                diskGib,
                secureBoot,
                vtpm,
                image,
                firmwareCode,
                varstore,
                address,
                podCidr,
                next,
                cut,
                starts,
                firmwareSha256,
                resets);
    }

    MachineRecord cut(boolean isolated) {
        return new MachineRecord(
                id,
                network,
                cpus,
                memoryMib,
                diskGib,
                secureBoot,
                vtpm,
                image,
                firmwareCode,
                varstore,
                address,
                podCidr,
                phase,
                isolated,
                starts,
                firmwareSha256,
                resets);
    }

    MachineRecord started(int times, String firmware) {
        return new MachineRecord(
                id,
                network,
                cpus,
                memoryMib,
                diskGib,
                secureBoot,
                vtpm,
                image,
                firmwareCode,
                varstore,
                address,
                podCidr,
                phase,
                cut,
                times,
                firmware,
                resets);
    }

    MachineRecord resets(long count) {
        return new MachineRecord(
                id,
                network,
                cpus,
                memoryMib,
                diskGib,
                secureBoot,
                vtpm,
                image,
                firmwareCode,
                varstore,
                address,
                podCidr,
                phase,
                cut,
                starts,
                firmwareSha256,
                count);
    }
}
