package dev.sigillo.store;

import java.util.List;
import java.util.Optional;

/**
 * Why an alert is raised. Two causes are the same if cluster, machine, kind and component are.
 *
 * <p>The texts may come from a node: they are cut to {@value #LONGEST_TEXT} characters ({@value #LONGEST_COMPONENT} for
 * a component), and their control characters become spaces.
 *
 * @param clusterId {@link ClusterRecord#id()}
 * @param pool empty if it is about the cluster as a whole, and so are machineId and nodeName
 * @param component what a person calls the thing: "kernel command line"
 * @param description what happened, in whole sentences
 * @param expected what would have been right; empty if that cannot be said
 * @param was what was found instead
 * @param where in which part of the evidence: "PCR 8, event 41"
 * @param evidence its key in {@link EvidenceStore}, which keeps it for as long as the alert
 * @param remediation what a person should do, in order; empty for the kind's own steps
 */
public record AlertCause(
        String clusterId,
        String pool,
        String machineId,
        String nodeName,
        AlertKind kind,
        String component,
        String description,
        String expected,
        String was,
        String where,
        Optional<String> evidence,
        List<String> remediation) {
    static final int LONGEST_COMPONENT = 200;
    static final int LONGEST_TEXT = 4096;
    private static final int MOST_STEPS = 10;

    public AlertCause {
        component = bounded(component, LONGEST_COMPONENT);
        description = bounded(description, LONGEST_TEXT);
        expected = bounded(expected, LONGEST_TEXT);
        was = bounded(was, LONGEST_TEXT);
        where = bounded(where, LONGEST_TEXT);
        remediation = remediation.stream()
                .limit(MOST_STEPS)
                .map(step -> bounded(step, LONGEST_TEXT))
                .toList();
    }

    /** Of one machine, with no more said than which component. */
    public static AlertCause of(MachineRecord machine, AlertKind kind, String component, String description) {
        return new AlertCause(
                machine.clusterId(),
                machine.pool(),
                machine.machineId(),
                machine.nodeName(),
                kind,
                component,
                description,
                "",
                "",
                "",
                Optional.empty(),
                List.of());
    }

    /** Of a cluster as a whole. */
    public static AlertCause ofCluster(String clusterId, AlertKind kind, String component, String description) {
        return new AlertCause(
                clusterId, "", "", "", kind, component, description, "", "", "", Optional.empty(), List.of());
    }

    /** With what was found, and where. */
    public AlertCause found(String itsExpected, String itsWas, String itsWhere) {
        return new AlertCause(
                clusterId,
                pool,
                machineId,
                nodeName,
                kind,
                component,
                description,
                itsExpected,
                itsWas,
                itsWhere,
                evidence,
                remediation);
    }

    /** With the evidence that shows it. */
    public AlertCause shownBy(String evidenceKey) {
        return new AlertCause(
                clusterId,
                pool,
                machineId,
                nodeName,
                kind,
                component,
                description,
                expected,
                was,
                where,
                Optional.of(evidenceKey),
                remediation);
    }

    AlertCause ofComponent(String otherComponent) {
        return new AlertCause(
                clusterId,
                pool,
                machineId,
                nodeName,
                kind,
                otherComponent,
                description,
                expected,
                was,
                where,
                evidence,
                remediation);
    }

    static String bounded(String text, int most) {
        String cut = text;
        if (text.length() > most) {
            // No half of a surrogate pair is left at the end.
            int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
            cut = text.substring(0, end) + "…";
        }
        return cut.codePoints()
                .map(point -> Character.isISOControl(point) ? ' ' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
