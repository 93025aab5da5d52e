package dev.sigillo.kubernetes;

import java.time.Instant;

/**
 * A kubelet's two certificates, verified to be of the cluster's authority and for the requested keys.
 *
 * @param clientPem for its connections to the API server
 * @param servingPem for the API server's connections to it
 * @param expires when the first of the two ends
 */
public record IssuedCertificates(String clientPem, String servingPem, Instant expires) {}
