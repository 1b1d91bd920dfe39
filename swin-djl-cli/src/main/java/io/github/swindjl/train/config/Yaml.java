// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML as plain maps, lists, texts, numbers and booleans: no tags of other types, no aliases, no
 * deep nesting, so that a hostile file costs no more than its length.
 */
final class Yaml {

    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_DEPTH = 16;

    private static final LoadSettings LOAD =
            LoadSettings.builder()
                    .setSchema(new CoreSchema())
                    .setAllowDuplicateKeys(false)
                    .setAllowRecursiveKeys(false)
                    .setMaxAliasesForCollections(0)
                    .setCodePointLimit(MAX_CHARACTERS)
                    .build();

    private static final DumpSettings DUMP =
            DumpSettings.builder()
                    .setSchema(new CoreSchema())
                    .setDefaultFlowStyle(FlowStyle.BLOCK)
                    .build();

    private Yaml() {}

    /** Reads a document that is a mapping; an empty one has no keys. */
    static Map<?, ?> mapping(String text) {
        Object value = value(text);
        if (value == null) {
            return Map.of();
        } else if (value instanceof Map<?, ?> tree) {
            return tree;
        }
        throw new ConfigException(
                "", "found '" + value + "', expected a mapping of keys to values");
    }

    /** Reads any single value. */
    static Object value(String text) {
        try {
            checkDepth(text);
            return new Load(LOAD).loadFromString(text);
        } catch (YamlEngineException e) {
            throw new ConfigException("", "is no valid YAML: " + e.getMessage());
        }
    }

    /** The composer recurses, so depth is limited on the events, which come from a loop. */
    private static void checkDepth(String text) {
        int depth = 0;
        for (Event event : new Parse(LOAD).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case Alias -> throw new ConfigException("", "YAML aliases are not supported");
                default -> {
                    // Scalars and document marks do not nest.
                }
            }
            if (depth > MAX_DEPTH) {
                throw new ConfigException("", "is nested more than " + MAX_DEPTH + " levels deep");
            }
        }
    }

    static String write(Map<String, Object> tree) {
        return new Dump(DUMP).dumpToString(tree);
    }
}
