package dev.sigillo.attest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the facts of a log together: PCR 7, then 4 and 5, then 8 and 12, then 14. */
final class BootReading {

    private BootReading() {}

    static BootFacts read(LogView log) {
        Marks marks = Marks.of(log.bank());
        Map<String, String> reasons = new LinkedHashMap<>();
        List<String> remarks = new ArrayList<>();
        SecureBootReading keys = SecureBootReading.read(log, marks, reasons, remarks);
        ImageReading images = ImageReading.read(log, marks, keys, reasons, remarks);
        LoaderReading loader = LoaderReading.read(log, reasons, remarks);
        return new BootFacts(
                log.bank(),
                keys.secureBoot(),
                keys.entries("PK"),
                keys.entries("KEK"),
                keys.entries("db"),
                keys.entries("dbx"),
                keys.authorities(),
                images.images(),
                loader.commands(),
                loader.kernelCommandLine(),
                images.exitBootServices(),
                MokReading.read(log, keys, reasons),
                keys.sbatLevel(),
                remarks,
                reasons);
    }
}
