package dev.sigillo.kubernetes;

import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.pki.LeafSpec;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.PemFile;
import dev.sigillo.pki.TlsIdentity;
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
import java.util.List;

/**
 * The keys of one cluster, in a folder that only root can read: three authorities that do not vouch for each other
 * (cluster, etcd, front proxy), and what they have issued.
 *
 * <p>Whatever is near its end is issued again; all else stays as it is, so that kubeconfigs are stable.
 */
final class ClusterKeys {

    private static final Duration COMPONENT_VALIDITY = Duration.ofDays(1825);
    private static final Duration USER_VALIDITY = Duration.ofDays(365);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final Path folder;
    private final ClusterSpec spec;
    private final InstantSource clock;
    private final CertificateAuthority cluster;
    private final CertificateAuthority etcd;
    private final CertificateAuthority frontProxy;

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
        return PemFile.read(folder.resolve("cluster-ca").resolve("ca.key"));
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
        // The addresses are part of the file's name: other addresses, another certificate.
        return identity(
                cluster,
                "apiserver-" + spec.apiAddress(),
                LeafSpec.server("CN=kube-apiserver", names, clock.instant(), COMPONENT_VALIDITY));
    }

    /** etcd as a server and as its own peer: on the loopback of the cluster's namespace only. */
    TlsIdentity etcdServer() {
        return identity(
                etcd,
                "etcd",
                LeafSpec.peer(
                        "CN=etcd", List.of(new AlternativeName.Ip("127.0.0.1")), clock.instant(), COMPONENT_VALIDITY));
    }

    TlsIdentity etcdClient() {
        return client(etcd, "etcd-client", "CN=kube-apiserver", COMPONENT_VALIDITY);
    }

    TlsIdentity kubeletClient() {
        return client(cluster, "kubelet-client", "CN=" + ComponentFlags.KUBELET_CLIENT, COMPONENT_VALIDITY);
    }

    TlsIdentity frontProxyClient() {
        return client(frontProxy, "front-proxy-client", "CN=" + ComponentFlags.FRONT_PROXY_CLIENT, COMPONENT_VALIDITY);
    }

    TlsIdentity controllerManager() {
        return client(cluster, "controller-manager", "CN=system:kube-controller-manager", COMPONENT_VALIDITY);
    }

    TlsIdentity scheduler() {
        return client(cluster, "scheduler", "CN=system:kube-scheduler", COMPONENT_VALIDITY);
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
            PemFile.writeSecret(file, Pem.of(pair.getPrivate()));
        }
        String pem = PemFile.read(file);
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
        Path certificate = folder.resolve(name + ".crt");
        Path key = folder.resolve(name + ".key");
        if (Files.exists(certificate)) {
            TlsIdentity present = TlsIdentity.read(certificate, key);
            Instant end = present.certificate().getNotAfter().toInstant();
            if (end.isAfter(clock.instant().plus(RENEW_BEFORE))) {
                return present;
            }
        }
        TlsIdentity issued = authority.issueIdentity(wanted);
        issued.write(certificate, key);
        return issued;
    }
}
