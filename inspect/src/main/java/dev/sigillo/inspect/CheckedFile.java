package dev.sigillo.inspect;

/**
 * What Secure Boot says to one file. Texts come from files that may be hostile: make them safe before a terminal shows
 * them.
 *
 * @param path with a leading slash; on a disk image after its partition, {@code p1:/EFI/BOOT/BOOTX64.EFI}
 * @param reason the cause, and what it rests on
 * @param signer who signed it, or claims so; empty when unsigned
 * @param by the entry or key that decided; empty when the lack of one did
 * @param via who asks: {@code firmware}, the shim's path, or {@code kernel RELEASE}
 * @param remedy what to do; empty when nothing is to be done
 * @param remark what else a person should know, such as that shim is bypassed; mostly empty
 */
public record CheckedFile(
        String path,
        Kind kind,
        Cause cause,
        String reason,
        String signer,
        String by,
        String via,
        String remedy,
        String remark) {

    public Cause.Answer answer() {
        return cause.answer();
    }
}
