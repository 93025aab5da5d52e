package dev.sigillo.tpm;

import dev.sigillo.bytes.Digest;
import java.util.SortedMap;

/** A quote together with the register values it covers. */
public record QuotedPcrs(Quoted quoted, SortedMap<Integer, Digest> pcrs) {}
