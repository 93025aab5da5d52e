package dev.sigillo.kubernetes;

import java.time.Instant;

/**
 * A kubelet's certificate for its connections to the API server, verified to be of the cluster's authority, in the node's
 * name and for the requested key.
 *
 * @param pem one CERTIFICATE block
 * @param expires its {@code notAfter}
 */
public record IssuedCertificate(String pem, Instant expires) {}
