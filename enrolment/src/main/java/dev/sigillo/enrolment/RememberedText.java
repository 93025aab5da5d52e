package dev.sigillo.enrolment;

import dev.sigillo.attest.Remembered;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.ClockInfo;

/** What is remembered of a machine's last passing quote, as one line of text for the store. */
final class RememberedText {

    private RememberedText() {}

    static String of(Remembered remembered) {
        ClockInfo clock = remembered.clock();
        return String.join(
                " ",
                Long.toString(clock.clock()),
                Long.toString(clock.resetCount()),
                Long.toString(clock.restartCount()),
                remembered.qualifiedSigner().hex(),
                Long.toString(remembered.firmwareVersion()),
                remembered.eventLog().hex());
    }

    static Remembered parse(String text) {
        String[] parts = text.split(" ", -1);
        return new Remembered(
                new ClockInfo(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), true),
                Bytes.fromHex(parts[3]),
                Long.parseLong(parts[4]),
                Digest.fromHex(HashAlgorithm.SHA256, parts[5]));
    }
}
