package dev.sigillo.kubernetes;

import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.pki.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Writes what each component reads into that component's folder, and nothing more. */
final class ClusterFiles {

    private static final String GUARD = "guard.kubeconfig";
    private static final String AUTHORIZERS = "authorization.yaml";

    /** After this line comes the first authorizer. */
    private static final String FIRST = "authorizers:\n";

    private final ClusterSpec spec;
    private final ClusterKeys keys;

    ClusterFiles(ClusterSpec spec, ClusterKeys keys) {
        this.spec = spec;
        this.keys = keys;
    }

    private Path folder(Component component) {
        return spec.dir().resolve(component.program());
    }

    /** Brings every component's folder up to date; files that are right stay untouched. */
    void write() {
        etcd(open(Component.ETCD));
        apiServer(open(Component.API_SERVER));
        controllerManager(open(Component.CONTROLLER_MANAGER));
        scheduler(open(Component.SCHEDULER));
        localPath(open(Component.LOCAL_PATH));
    }

    /** The component's folder, made and given to its user when that is not so yet. */
    ComponentFolder open(Component component) {
        return new ComponentFolder(folder(component), ComponentUser.id(spec.namespace(), component));
    }

    private void etcd(ComponentFolder folder) {
        folder.file("ca.crt", keys.etcd().pem());
        folder.identity("etcd", keys.etcdServer());
        folder.data("data");
    }

    private void apiServer(ComponentFolder folder) {
        folder.file("ca.crt", keys.cluster().pem());
        folder.file("etcd-ca.crt", keys.etcd().pem());
        folder.file("front-proxy-ca.crt", keys.frontProxy().pem());
        folder.identity("apiserver", keys.apiServer());
        folder.identity("etcd-client", keys.etcdClient());
        folder.identity("kubelet-client", keys.kubeletClient());
        folder.identity("front-proxy-client", keys.frontProxyClient());
        folder.file("service-accounts.key", keys.serviceAccounts().privatePem());
        folder.file("service-accounts.pub", keys.serviceAccounts().publicPem());
        folder.file(GUARD, guard());
        authorizers();
        folder.file("audit-policy.yaml", Template.fill("audit-policy.yaml", Map.of()));
        folder.data("audit");
    }

    private String guard() {
        return Kubeconfig.forWebhook(spec.guard().toString(), spec.guardCa().get());
    }

    /** Whether the API server was given other authorities to check the guard by than it should have. */
    boolean guardChanged() {
        Path file = folder(Component.API_SERVER).resolve(GUARD);
        return Files.exists(file) && !WholeFile.read(file).equals(guard());
    }

    /**
     * Has the API server deny the nodes that are in quarantine now, and no others: it reads the file anew when it changes.
     * One at a time, so that a later answer to who they are is never overwritten by an earlier one.
     */
    synchronized void authorizers() {
        open(Component.API_SERVER)
                .file(
                        AUTHORIZERS,
                        authorization(spec.sigilloUser(), spec.quarantined().get()));
    }

    /** As {@link #authorizers}, of a control plane that has its files; does nothing for another. */
    synchronized void quarantine() {
        if (Files.exists(folder(Component.API_SERVER).resolve(AUTHORIZERS))) {
            authorizers();
        }
    }

    /**
     * What of the component's files the running process follows by itself, as it would be without anybody in quarantine:
     * by name, for {@link ComponentFolder#fingerprint}.
     */
    Map<String, String> followed(Component component) {
        return component == Component.API_SERVER
                ? Map.of(AUTHORIZERS, authorization(spec.sigilloUser(), Set.of()))
                : Map.of();
    }

    /** The authorizers' order, who is denied, and what the guard is asked about. */
    static String authorization(String sigilloUser, Set<String> quarantined) {
        String guard = Sandbox.OWN + "/" + GUARD;
        String others = Template.fill(
                "authorization.yaml",
                Map.of(
                        "guardKubeconfig",
                        guard,
                        "sigilloUser",
                        sigilloUser,
                        "policies",
                        TrustPolicy.OURS,
                        "builtInApis",
                        BuiltInApis.PATTERN));
        return others.replace(FIRST, FIRST + Quarantine.authorizer(guard, quarantined));
    }

    private void controllerManager(ComponentFolder folder) {
        folder.file("ca.crt", keys.cluster().pem());
        folder.file("ca.key", keys.clusterKeyPem());
        folder.file("service-accounts.key", keys.serviceAccounts().privatePem());
        folder.file("kubeconfig", kubeconfig("kube-controller-manager", keys.controllerManager()));
    }

    private void scheduler(ComponentFolder folder) {
        folder.file("kubeconfig", kubeconfig("kube-scheduler", keys.scheduler()));
    }

    private void localPath(ComponentFolder folder) {
        folder.file("kubeconfig", kubeconfig(LocalStorage.USER, keys.localPath()));
        folder.file("config.json", LocalStorage.config());
        folder.file("helper-pod.yaml", LocalStorage.helperPod());
    }

    private String kubeconfig(String user, TlsIdentity identity) {
        return Kubeconfig.withCertificate(
                spec.id(), spec.apiServer(), keys.cluster().pem(), spec.id(), user, identity);
    }
}
