package dev.sigillo.inspect;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the lists of a machine are to be read from; what is given by itself counts before the varstore, which counts before
 * the running machine's own variables.
 *
 * @param varstore an EDK2 varstore (OVMF_VARS*.fd)
 * @param db certificates and lists that the firmware trusts
 * @param dbx what it refuses
 * @param mok Machine Owner Keys
 * @param sbatLevel CSV text
 * @param moduleKeys certificates that the kernel has built in
 * @param efivarfs variables of the running machine; empty when it is another machine that is looked at
 */
public record TrustSources(
        Optional<Path> varstore,
        Optional<Path> db,
        Optional<Path> dbx,
        Optional<Path> mok,
        Optional<Path> sbatLevel,
        Optional<Path> moduleKeys,
        Optional<Path> efivarfs) {}
