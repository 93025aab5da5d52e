package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import java.security.GeneralSecurityException;

/**
 * PKCS#10 (RFC 2986) in the two shapes that Kubernetes' signers kube-apiserver-client-kubelet and kubelet-serving ask
 * for: subject O=system:nodes, CN=system:node:NAME; only the serving request names DNS and IP addresses.
 */
final class CertificateRequest {

    private static final Bytes COMMON_NAME = Der.oid(0x55, 4, 3); // 2.5.4.3
    private static final Bytes ORGANIZATION = Der.oid(0x55, 4, 10); // 2.5.4.10
    private static final Bytes SUBJECT_ALT_NAME = Der.oid(0x55, 0x1D, 0x11); // 2.5.29.17
    private static final Bytes EXTENSION_REQUEST = // 1.2.840.113549.1.9.14
            Der.oid(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 14);
    private static final Bytes ECDSA_WITH_SHA256 =
            Der.oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2); // 1.2.840.10045.4.3.2
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private CertificateRequest() {}

    /** The kubelet's client identity. */
    static Bytes client(NodeKey key, String nodeName) throws GeneralSecurityException {
        return signed(key, nodeName, Der.constructed(0));
    }

    /**
     * The kubelet's server on port 10250.
     *
     * @param nodeAddress IPv4, dotted
     */
    static Bytes serving(NodeKey key, String nodeName, String nodeAddress) throws GeneralSecurityException {
        Bytes names = Der.sequence(
                Der.primitive(DNS_NAME, Bytes.utf8(nodeName)), Der.primitive(IP_ADDRESS, ipv4(nodeAddress)));
        Bytes extension = Der.sequence(SUBJECT_ALT_NAME, Der.octetString(names));
        Bytes attribute = Der.sequence(EXTENSION_REQUEST, Der.set(Der.sequence(extension)));
        return signed(key, nodeName, Der.constructed(0, attribute));
    }

    private static Bytes signed(NodeKey key, String nodeName, Bytes attributes) throws GeneralSecurityException {
        Bytes subject = Der.sequence(name(ORGANIZATION, "system:nodes"), name(COMMON_NAME, "system:node:" + nodeName));
        Bytes info = Der.sequence(Der.integer(0), subject, key.spki(), attributes);
        return Der.sequence(info, Der.sequence(ECDSA_WITH_SHA256), Der.bitString(key.sign(info)));
    }

    private static Bytes name(Bytes type, String value) {
        return Der.set(Der.sequence(type, Der.utf8String(value)));
    }

    private static Bytes ipv4(String address) {
        String[] parts = address.split("\\.", -1);
        byte[] octets = new byte[4];
        for (int i = 0; i < 4; i++) {
            octets[i] = (byte) Integer.parseInt(parts[i]);
        }
        return Bytes.of(octets);
    }
}
