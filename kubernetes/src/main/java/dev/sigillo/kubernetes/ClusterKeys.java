package dev.sigillo.kubernetes;

import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.LeafSpec;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.TlsIdentity;
import dev.sigillo.pki.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of one cluster, in a folder that only root can read: three authorities that do not vouch for each other
 * (cluster, etcd, front proxy), and what they have issued.
 *
 * <p>Whatever is near its end is issued again; all else stays as it is, so that kubeconfigs are stable.
 */
final class ClusterKeys {

    private static final String ETCD = "etcd";
    private static final String ETCD_CLIENT = "etcd-client";
    private static final String KUBELET_CLIENT = "kubelet-client";
    private static final String FRONT_PROXY_CLIENT = "front-proxy-client";
    private static final String CONTROLLER_MANAGER = "controller-manager";
    private static final String SCHEDULER = "scheduler";
    private static final String LOCAL_PATH = "local-path";
    private static final Duration COMPONENT_VALIDITY = Duration.ofDays(1825);
    private static final Duration USER_VALIDITY = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final Path folder;
    private final ClusterSpec spec;
    private final InstantSource clock;
    private final CertificateAuthority cluster;
    private final CertificateAuthority etcd;
    private final CertificateAuthority frontProxy;
    private final Map<String, TlsIdentity> known = new HashMap<>();

    ClusterKeys(Path folder, ClusterSpec spec, InstantSource clock) {
        this.folder = folder;
        this.spec = spec;
        this.clock = clock;
        this.cluster = CertificateAuthority.open(folder.resolve("cluster-ca"), "sigillo " + spec.id(), clock);
        this.etcd = CertificateAuthority.open(folder.resolve("etcd-ca"), "sigillo etcd " + spec.id(), clock);
        this.frontProxy =
                CertificateAuthority.open(folder.resolve("front-proxy-ca"), "sigillo front proxy " + spec.id(), clock);
    }

    CertificateAuthority cluster() {
        return cluster;
    }

    CertificateAuthority etcd() {
        return etcd;
    }

    CertificateAuthority frontProxy() {
        return frontProxy;
    }

    /** The authority's key as its file has it, for the controller manager, which signs with it. */
    String clusterKeyPem() {
        return WholeFile.read(folder.resolve("cluster-ca").resolve("ca.key"));
    }

    /** The API server's serving certificate: every name that clients may call it by. */
    TlsIdentity apiServer() {
        List<AlternativeName> names = List.of(
                new AlternativeName.Dns("kubernetes"),
                new AlternativeName.Dns("kubernetes.default"),
                new AlternativeName.Dns("kubernetes.default.svc"),
                new AlternativeName.Dns("kubernetes.default.svc.cluster.local"),
                new AlternativeName.Ip(ServiceRange.first(spec.serviceCidr())),
                new AlternativeName.Ip(spec.apiAddress()));
        return identity(
                cluster,
                apiServerName(),
                LeafSpec.server("CN=kube-apiserver", names, clock.instant(), COMPONENT_VALIDITY));
    }

    /** The address is part of the file's name: another address, another certificate. */
    private String apiServerName() {
        return "apiserver-" + spec.apiAddress();
    }

    /** etcd as a server and as its own peer: on the loopback of the cluster's namespace only. */
    TlsIdentity etcdServer() {
        return identity(
                etcd,
                ETCD,
                LeafSpec.peer(
                        "CN=etcd", List.of(new AlternativeName.Ip("127.0.0.1")), clock.instant(), COMPONENT_VALIDITY));
    }

    TlsIdentity etcdClient() {
        return client(etcd, ETCD_CLIENT, "CN=kube-apiserver", COMPONENT_VALIDITY);
    }

    TlsIdentity kubeletClient() {
        return client(cluster, KUBELET_CLIENT, "CN=" + ComponentFlags.KUBELET_CLIENT, COMPONENT_VALIDITY);
    }

    TlsIdentity frontProxyClient() {
        return client(frontProxy, FRONT_PROXY_CLIENT, "CN=" + ComponentFlags.FRONT_PROXY_CLIENT, COMPONENT_VALIDITY);
    }

    TlsIdentity controllerManager() {
        return client(cluster, CONTROLLER_MANAGER, "CN=system:kube-controller-manager", COMPONENT_VALIDITY);
    }

    TlsIdentity scheduler() {
        return client(cluster, SCHEDULER, "CN=system:kube-scheduler", COMPONENT_VALIDITY);
    }

    TlsIdentity localPath() {
        return client(cluster, LOCAL_PATH, "CN=" + LocalStorage.USER, COMPONENT_VALIDITY);
    }

    /** Sigillo itself. No group: the guard knows it by its name. */
    TlsIdentity sigillo() {
        return client(cluster, "sigillo", "CN=" + spec.sigilloUser(), COMPONENT_VALIDITY);
    }

    TlsIdentity user(Access access) {
        return client(cluster, access.user(), "CN=" + access.user() + ",O=" + access.group(), USER_VALIDITY);
    }

    /** The key that signs service account tokens, RSA-2048. */
    synchronized ServiceAccountKeys serviceAccounts() {
        Path file = folder.resolve("service-accounts.key");
        if (!Files.exists(file)) {
            KeyPair pair = KeyPairs.rsa(2048);
            WholeFile.writeSecret(file, Pem.of(pair.getPrivate()));
        }
        String pem = WholeFile.read(file);
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) Pem.privateKey(pem);
        try {
            return new ServiceAccountKeys(
                    pem,
                    Pem.of(KeyFactory.getInstance("RSA")
                            .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))));
        } catch (InvalidKeySpecException | NoSuchAlgorithmException unusable) {
            throw new KubernetesException("cannot use " + file, unusable);
        }
    }

    /** Both halves as PEM. */
    record ServiceAccountKeys(String privatePem, String publicPem) {}

    private TlsIdentity client(CertificateAuthority authority, String name, String subject, Duration validity) {
        return identity(authority, name, LeafSpec.client(subject, clock.instant(), validity));
    }

    private synchronized TlsIdentity identity(CertificateAuthority authority, String name, LeafSpec wanted) {
        Optional<TlsIdentity> present = present(name);
        if (present.isPresent() && !nearEnd(present.get())) {
            return present.get();
        }
        TlsIdentity issued = authority.issueIdentity(wanted);
        issued.write(certificate(name), folder.resolve(name + ".key"));
        known.put(name, issued);
        return issued;
    }

    /**
     * Whether a certificate that a component was given is within 30 days of its end. Looks only: the next call for it
     * issues a new one.
     */
    synchronized boolean componentNearEnd() {
        return Stream.of(
                        apiServerName(),
                        ETCD,
                        ETCD_CLIENT,
                        KUBELET_CLIENT,
                        FRONT_PROXY_CLIENT,
                        CONTROLLER_MANAGER,
                        SCHEDULER,
                        LOCAL_PATH)
                .flatMap(name -> present(name).stream())
                .anyMatch(this::nearEnd);
    }

    private Optional<TlsIdentity> present(String name) {
        if (!known.containsKey(name) && Files.exists(certificate(name))) {
            known.put(name, TlsIdentity.read(certificate(name), folder.resolve(name + ".key")));
        }
        return Optional.ofNullable(known.get(name));
    }

    private Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }

    private boolean nearEnd(TlsIdentity identity) {
        Instant end = identity.certificate().getNotAfter().toInstant();
        return !end.isAfter(clock.instant().plus(RENEW_BEFORE));
    }
}
