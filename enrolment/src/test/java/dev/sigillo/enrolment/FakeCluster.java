package dev.sigillo.enrolment;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.machine.BootMode;
import dev.sigillo.machine.HostEvidence;
import dev.sigillo.machine.MachineId;
import dev.sigillo.machine.MachineState;
import dev.sigillo.machine.MachineView;
import dev.sigillo.machine.NetworkId;
import dev.sigillo.machine.VarstoreFacts;
import dev.sigillo.store.MachineRecord;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The reconciler's side of the door: a prepared cluster, and machines as the host sees them. */
final class FakeCluster implements ClusterAccess {
    static final String FIRMWARE = "f".repeat(64);

    final Map<String, MachineView> machines = new HashMap<>();
    final List<String> issued = new ArrayList<>();
    final List<String> admitted = new ArrayList<>();
    final List<String> reopened = new ArrayList<>();
    final Map<String, String> refused = new HashMap<>();
    boolean ready = true;
    boolean issues = true;
    boolean marks = true;

    /** A machine that runs, as the host made it. */
    void runs(String id, BootMode boot, String address, Optional<X509Certificate> ekCertificate, long resets) {
        sees(id, boot, address, ekCertificate, evidence(boot.secureBoot(), resets));
    }

    void sees(
            String id, BootMode boot, String address, Optional<X509Certificate> ekCertificate, HostEvidence evidence) {
        machines.put(
                id,
                new MachineView(
                        new MachineId(id),
                        new NetworkId("c1"),
                        MachineState.RUNNING,
                        boot,
                        address,
                        ekCertificate,
                        evidence));
    }

    static HostEvidence evidence(boolean secureBoot, long resets) {
        return new HostEvidence(FIRMWARE, true, Optional.of(new VarstoreFacts(secureBoot, List.of())), 1, resets);
    }

    @Override
    public void requireReady(MachineRecord machine) throws EnrolmentRefused {
        if (!ready) {
            throw EnrolmentRefused.notReady("not prepared");
        }
    }

    @Override
    public Optional<MachineView> look(String machineId) {
        return Optional.ofNullable(machines.get(machineId));
    }

    @Override
    public Issued issue(MachineRecord machine, Bytes request, Duration validity) {
        if (!issues) {
            throw new IllegalStateException("the API server does not answer");
        }
        issued.add(machine.nodeName());
        return new Issued("PEM of " + machine.nodeName(), Instant.EPOCH.plus(validity));
    }

    @Override
    public String kubeProxyToken(MachineRecord machine, Duration validity) {
        return "token";
    }

    @Override
    public JoinSettings settings(MachineRecord machine) {
        return new JoinSettings(
                "https://10.224.1.1:6443",
                "CA",
                machine.podCidr(),
                "10.244.0.0/16",
                "10.0.0.0/16",
                "10.0.0.10",
                List.of(),
                Map.of(),
                List.of(new JoinSettings.Archive("busybox.tar", "ab")));
    }

    @Override
    public void reopen(MachineRecord machine) {
        reopened.add(machine.machineId());
    }

    @Override
    public void admitted(MachineRecord machine) {
        if (!marks) {
            throw new IllegalStateException("a webhook of the cluster changes what is written");
        }
        admitted.add(machine.machineId());
    }

    @Override
    public void refused(MachineRecord machine, String why) {
        refused.put(machine.machineId(), why);
    }
}
