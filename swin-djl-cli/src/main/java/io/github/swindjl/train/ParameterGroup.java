// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import io.github.swindjl.train.config.ConfigException;
import io.github.swindjl.train.config.LayerRule;
import io.github.swindjl.train.config.OptimizerConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters that are updated alike. Immutable.
 *
 * @param names their names, in the network's order
 * @param weightDecay their weight decay
 * @param peakScale what the schedule's peak is multiplied by for them
 * @param rateScale what every learning rate of that schedule is then multiplied by
 */
public record ParameterGroup(
        List<String> names, double weightDecay, double peakScale, double rateScale) {

    /** All of a group but its names. */
    private record Settings(double weightDecay, double peakScale, double rateScale) {}

    /**
     * Copies the names.
     *
     * @param names their names
     * @param weightDecay their weight decay
     * @param peakScale what the schedule's peak is multiplied by
     * @param rateScale what every learning rate is then multiplied by
     */
    public ParameterGroup {
        names = List.copyOf(names);
    }

    /**
     * Sorts parameters into groups: those without weight decay apart, as in the official training;
     * layers apart, if the rate decays from layer to layer; parts with rates of their own apart.
     *
     * @param dimensions number of dimensions of every parameter of the network, by its Microsoft
     *     name
     * @param trained names of those to sort
     * @param config decay and rates
     * @return the groups, the fastest first
     * @throws ConfigException if a part with a rate of its own does not exist
     */
    public static List<ParameterGroup> of(
            Map<String, Integer> dimensions, List<String> trained, OptimizerConfig config) {
        List<String> all = List.copyOf(dimensions.keySet());
        List<Integer> distances = config.layerRule().distances(all);
        Map<String, Double> rates = rates(all, config);
        Map<Settings, List<String>> groups = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            String name = all.get(i);
            if (trained.contains(name)) {
                double scale = Math.pow(config.layerDecay(), distances.get(i));
                boolean whole = config.layerRule() == LayerRule.TIMM;
                Settings settings =
                        new Settings(
                                config.decayRule().decays(name, dimensions.get(name))
                                        ? config.weightDecay()
                                        : 0,
                                whole ? 1 : scale,
                                (whole ? scale : 1) * rates.getOrDefault(name, 1.0));
                groups.computeIfAbsent(settings, key -> new ArrayList<>()).add(name);
            }
        }
        return groups.entrySet().stream()
                .sorted(Comparator.comparingDouble(e -> -speed(e.getKey())))
                .map(e -> group(e.getValue(), e.getKey()))
                .toList();
    }

    private static double speed(Settings settings) {
        return settings.peakScale() * settings.rateScale();
    }

    private static ParameterGroup group(List<String> names, Settings settings) {
        return new ParameterGroup(
                names, settings.weightDecay(), settings.peakScale(), settings.rateScale());
    }

    /** The factor of each name that has one; of several parts that hold a name the longest wins. */
    private static Map<String, Double> rates(List<String> names, OptimizerConfig config) {
        Map<String, Double> rates = new LinkedHashMap<>();
        config.rates().keySet().stream()
                .sorted(Comparator.comparingInt(String::length))
                .forEach(
                        part -> {
                            double factor = ((Number) config.rates().get(part)).doubleValue();
                            for (String name : NetworkPart.of(part, names, "optimizer.rates")) {
                                rates.put(name, factor);
                            }
                        });
        return rates;
    }
}
