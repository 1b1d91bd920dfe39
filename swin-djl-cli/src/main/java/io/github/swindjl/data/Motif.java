// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The things that sample pictures show. Each is told from the others by form or texture alone:
 * colour, place, size and rotation are the scene's choice. Geometry is in units of the motif's
 * radius, centred on the origin. The order is alphabetical, so it equals the class order of the
 * folders.
 */
enum Motif {
    ARROW {
        @Override
        Shape silhouette(SplittableRandom random) {
            double shaft = random.nextDouble(0.17, 0.26);
            double neck = random.nextDouble(-0.1, 0.1);
            return polygon(
                    0, -1, 0.85, neck, shaft, neck, shaft, 1, -shaft, 1, -shaft, neck, -0.85, neck);
        }
    },
    CHECKERBOARD {
        @Override
        Shape silhouette(SplittableRandom random) {
            return panel(random);
        }

        @Override
        Shape marks(SplittableRandom random) {
            double cell = random.nextDouble(0.38, 0.5);
            Path2D marks = new Path2D.Double();
            for (int row = -4; row < 4; row++) {
                for (int column = -4; column < 4; column++) {
                    if (((row + column) & 1) == 0) {
                        marks.append(
                                new Rectangle2D.Double(column * cell, row * cell, cell, cell),
                                false);
                    }
                }
            }
            return marks;
        }
    },
    CRESCENT {
        @Override
        Shape silhouette(SplittableRandom random) {
            double bite = random.nextDouble(0.72, 0.85);
            Area crescent = new Area(disc(0, 0, 1));
            crescent.subtract(new Area(disc(random.nextDouble(0.45, 0.6), 0, bite)));
            return crescent;
        }
    },
    CROSS {
        @Override
        Shape silhouette(SplittableRandom random) {
            double arm = random.nextDouble(0.2, 0.3);
            return polygon(
                    1, arm, arm, arm, arm, 1, -arm, 1, -arm, arm, -1, arm, -1, -arm, -arm, -arm,
                    -arm, -1, arm, -1, arm, -arm, 1, -arm);
        }
    },
    DISC {
        @Override
        Shape silhouette(SplittableRandom random) {
            return disc(0, 0, 0.9);
        }
    },
    DOTS {
        @Override
        Shape silhouette(SplittableRandom random) {
            return panel(random);
        }

        @Override
        Shape marks(SplittableRandom random) {
            double pitch = random.nextDouble(0.54, 0.66);
            double radius = pitch * random.nextDouble(0.26, 0.32);
            Path2D marks = new Path2D.Double();
            for (int row = -3; row <= 3; row++) {
                double shift = (row & 1) * pitch / 2;
                for (int column = -3; column <= 3; column++) {
                    marks.append(disc(column * pitch + shift, row * pitch * 0.87, radius), false);
                }
            }
            return marks;
        }
    },
    RING {
        @Override
        Shape silhouette(SplittableRandom random) {
            Area ring = new Area(disc(0, 0, 0.95));
            ring.subtract(new Area(disc(0, 0, random.nextDouble(0.56, 0.7))));
            return ring;
        }
    },
    SPIRAL {
        @Override
        Shape silhouette(SplittableRandom random) {
            double turns = random.nextDouble(1.8, 2.2);
            int hand = random.nextBoolean() ? 1 : -1;
            int steps = 72;
            Path2D line = new Path2D.Double();
            line.moveTo(0, 0);
            for (int step = 1; step <= steps; step++) {
                double part = (double) step / steps;
                double angle = hand * part * turns * 2 * Math.PI;
                line.lineTo(0.9 * part * Math.cos(angle), 0.9 * part * Math.sin(angle));
            }
            float width = (float) (0.9 / turns * 0.46);
            return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                    .createStrokedShape(line);
        }
    },
    SQUARE {
        @Override
        Shape silhouette(SplittableRandom random) {
            return new Rectangle2D.Double(-0.8, -0.8, 1.6, 1.6);
        }
    },
    STAR {
        @Override
        Shape silhouette(SplittableRandom random) {
            double inner = random.nextDouble(0.38, 0.45);
            double[] corners = new double[20];
            for (int corner = 0; corner < 10; corner++) {
                double radius = (corner & 1) == 0 ? 1.05 : inner;
                double angle = corner * Math.PI / 5 - Math.PI / 2;
                corners[2 * corner] = radius * Math.cos(angle);
                corners[2 * corner + 1] = radius * Math.sin(angle);
            }
            return polygon(corners);
        }
    },
    STRIPES {
        @Override
        Shape silhouette(SplittableRandom random) {
            return panel(random);
        }

        @Override
        Shape marks(SplittableRandom random) {
            double period = random.nextDouble(0.42, 0.56);
            double width = period * random.nextDouble(0.42, 0.58);
            double tilt = random.nextDouble(Math.PI);
            Path2D marks = new Path2D.Double();
            for (int stripe = -4; stripe <= 4; stripe++) {
                marks.append(
                        new Rectangle2D.Double(-1.5, stripe * period - width / 2, 3, width), false);
            }
            return AffineTransform.getRotateInstance(tilt).createTransformedShape(marks);
        }
    },
    TRIANGLE {
        @Override
        Shape silhouette(SplittableRandom random) {
            double apex = random.nextDouble(-0.35, 0.35);
            return polygon(-0.95, 0.7, 0.95, 0.7, apex, -0.95);
        }
    };

    private final String className = name().toLowerCase(Locale.ROOT);

    /** Outline of the whole thing; for a textured panel, of the panel. */
    abstract Shape silhouette(SplittableRandom random);

    /** Texture to be painted inside the silhouette in a second colour; empty for plain motifs. */
    Shape marks(SplittableRandom random) {
        return new Path2D.Double();
    }

    String className() {
        return className;
    }

    private static Shape panel(SplittableRandom random) {
        switch (random.nextInt(3)) {
            case 0:
                return new RoundRectangle2D.Double(-0.95, -0.8, 1.9, 1.6, 0.5, 0.5);
            case 1:
                return disc(0, 0, 1);
            default:
                return polygon(1, 0, 0.5, 0.87, -0.5, 0.87, -1, 0, -0.5, -0.87, 0.5, -0.87);
        }
    }

    private static Shape disc(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private static Shape polygon(double... corners) {
        Path2D path = new Path2D.Double();
        path.moveTo(corners[0], corners[1]);
        for (int i = 2; i < corners.length; i += 2) {
            path.lineTo(corners[i], corners[i + 1]);
        }
        path.closePath();
        return path;
    }
}
