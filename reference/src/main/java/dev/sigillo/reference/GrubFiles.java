package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;

/** The files that a boot by shim and GRUB measures, each as it lies on the disk. */
public record GrubFiles(Bytes shim, Bytes grub, Bytes kernel, Bytes initrd, Bytes grubConfig) {}
