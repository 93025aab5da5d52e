package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import java.security.GeneralSecurityException;

/**
 * PKCS#10 (RFC 2986) in the shape that Kubernetes' signer kube-apiserver-client-kubelet asks for: subject O=system:nodes,
 * CN=system:node:NAME, no other names. The kubelet asks for its serving certificate by itself.
 */
final class CertificateRequest {

    private static final Bytes COMMON_NAME = Der.oid(0x55, 4, 3); // 2.5.4.3
    private static final Bytes ORGANIZATION = Der.oid(0x55, 4, 10); // 2.5.4.10
    private static final Bytes ECDSA_WITH_SHA256 =
            Der.oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2); // 1.2.840.10045.4.3.2

    private CertificateRequest() {}

    /** The kubelet's client identity. */
    static Bytes client(NodeKey key, String nodeName) throws GeneralSecurityException {
        Bytes subject = Der.sequence(name(ORGANIZATION, "system:nodes"), name(COMMON_NAME, "system:node:" + nodeName));
        Bytes info = Der.sequence(Der.integer(0), subject, key.spki(), Der.constructed(0));
        return Der.sequence(info, Der.sequence(ECDSA_WITH_SHA256), Der.bitString(key.sign(info)));
    }

    private static Bytes name(Bytes type, String value) {
        return Der.set(Der.sequence(type, Der.utf8String(value)));
    }
}
