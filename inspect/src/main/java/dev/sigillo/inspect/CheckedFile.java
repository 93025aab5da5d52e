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

    /** The same, if it is allowed, with what the one that allows it leaves open. */
    CheckedFile doubted(KeySource keySource) {
        if (keySource.sure() || answer() != Cause.Answer.ALLOWED) {
            return this;
        }
        String more = remark.isEmpty() ? keySource.doubt() : remark + "; " + keySource.doubt();
        return new CheckedFile(path, kind, cause, reason, signer, by, via, remedy, more);
    }

    /** The same, but not decided: the one that is asked is not to be believed. */
    CheckedFile unknown(String why) {
        String first = "first mend what is refused: " + via;
        return new CheckedFile(path, kind, Cause.NOT_KNOWN, why, signer, "", via, first, remark);
    }
}
