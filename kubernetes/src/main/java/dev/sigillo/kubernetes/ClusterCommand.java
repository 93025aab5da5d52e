package dev.sigillo.kubernetes;

import java.util.Map;

/**
 * A command that is to run inside of a cluster.
 *
 * @param script for bash
 * @param files base64 of their bytes, by relative paths with slashes, below the folder that the script starts in
 */
public record ClusterCommand(String script, Map<String, String> files) {
    public ClusterCommand {
        files = Map.copyOf(files);
    }
}
