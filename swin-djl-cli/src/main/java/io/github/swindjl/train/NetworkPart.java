// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.zoo.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Parts of a network as a configuration names them. */
final class NetworkPart {

    /** Everything but the head. */
    static final String BACKBONE = "backbone";

    private static final String HEAD = "head.";

    private NetworkPart() {}

    /**
     * Finds the parameters of a part.
     *
     * @param part a parameter's name, whole or up to a dot, or {@link #BACKBONE}
     * @param names all parameters
     * @param key where the configuration names the part
     * @throws ConfigException if there are none
     */
    static List<String> of(String part, Collection<String> names, String key) {
        List<String> found = names.stream().filter(name -> holds(part, name)).toList();
        if (found.isEmpty()) {
            Set<String> known = new TreeSet<>(Set.of(BACKBONE));
            names.forEach(name -> addParts(name, known));
            throw new ConfigException(
                    key,
                    "the network has no part '"
                            + part
                            + "'"
                            + Nearest.to(part, known)
                                    .map(name -> "; did you mean " + name + "?")
                                    .orElse("; parts are called layers.0, norm or head.weight"));
        }
        return found;
    }

    private static boolean holds(String part, String name) {
        return part.equals(BACKBONE)
                ? !name.startsWith(HEAD)
                : name.equals(part) || name.startsWith(part + ".");
    }

    private static void addParts(String name, Set<String> parts) {
        parts.add(name);
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            parts.add(name.substring(0, dot));
        }
    }
}
