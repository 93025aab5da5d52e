package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;

/**
 * A kernel module that the image may load.
 *
 * @param name as {@code lsmod} shows it, such as {@code virtio_net}
 * @param path in the image or its initrd
 * @param sha256 of the file as the kernel reads it: of the compressed file, if it is loaded compressed
 */
public record Driver(String name, String path, Bytes sha256) {}
