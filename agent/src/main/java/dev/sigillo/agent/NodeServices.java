package dev.sigillo.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Turns join data into a running node: files below /run, the host name, then the units. */
final class NodeServices {

    private static final String SAVED = "joined.json";

    private final Path root;
    private final RunFolder run;
    private final Programs programs;
    private final PodNetwork podNetwork;

    NodeServices(Path root, Programs programs) {
        this.root = root;
        this.run = new RunFolder(root);
        this.programs = programs;
        this.podNetwork = new PodNetwork(root, programs);
    }

    RunFolder run() {
        return run;
    }

    /** After the first verdict. Repeatable: starting a running unit does nothing. */
    void start(ConfigDrive drive, Joined joined) throws IOException {
        JoinData data = joined.data();
        refresh(joined);
        StringBuilder resolver = new StringBuilder();
        for (String nameserver : data.nameservers()) {
            resolver.append("nameserver ").append(nameserver).append('\n');
        }
        run.writePublic("resolv.conf", resolver.toString());
        Kubelet.writeConfiguration(run, joined);
        PodNetwork.Filter filter = podNetwork.open(drive, data);
        run.write("cni/10-sigillo.conflist", PodNetwork.conflist(data, filter));
        KubeProxy.writeConfiguration(run, data, filter);
        Path hostname = root.resolve("proc/sys/kernel/hostname");
        if (Files.exists(hostname)) {
            Files.writeString(hostname, data.nodeName());
        }
        programs.run("", List.of("systemctl", "start", "--no-block", "kubelet.service", "kube-proxy.service"));
    }

    /** After each verdict: what carries a lease. */
    void refresh(Joined joined) throws IOException {
        Kubelet.writeCredentials(run, joined);
        KubeProxy.writeCredentials(run, joined.data());
        run.write(SAVED, joined.save());
    }

    /** What {@link Joined#save} wrote before a restart of the agent. */
    Optional<byte[]> saved() throws IOException {
        return run.read(SAVED);
    }
}
