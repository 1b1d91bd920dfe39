// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.TexturePaint;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One sample picture and its class mask, drawn together from one random stream: a backdrop with
 * clutter, motifs on top, then light, contrast and noise over everything. Confined to one thread.
 */
final class SampleScene {

    /** Mask value of clutter that belongs to no class, as in ADE20K. */
    static final int OTHER_LABEL = 0;

    /** Mask value of the backdrop; motif {@code m} has the value {@code m.ordinal() + 1}. */
    static final int BACKDROP_LABEL = Motif.values().length + 1;

    /** Least difference in luminance between neighbouring colours, of at most 1. */
    private static final double MIN_CONTRAST = 0.33;

    /** Greatest rotation of a motif to either side, in radians. */
    private static final double MAX_TILT = 0.55;

    private final int side;
    private final SplittableRandom random;
    private final BufferedImage picture;
    private final BufferedImage mask;
    private final Graphics2D canvas;
    private final Graphics2D labels;
    private final List<Placed> placed = new ArrayList<>();
    private double backdropLuminance;

    /**
     * A motif where it ended up.
     *
     * @param motif what it is
     * @param outline its silhouette in pixels
     */
    record Placed(Motif motif, Shape outline) {}

    private record Spot(double x, double y, double radius) {}

    private SampleScene(int side, SplittableRandom random) {
        this.side = side;
        this.random = random;
        picture = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
        mask = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        canvas = graphics(picture, RenderingHints.VALUE_ANTIALIAS_ON);
        // Without smoothing a pixel belongs to a shape exactly when its centre does.
        labels = graphics(mask, RenderingHints.VALUE_ANTIALIAS_OFF);
    }

    /** Draws a picture of one large motif. */
    static SampleScene single(Motif motif, int side, SplittableRandom random) {
        SampleScene scene = new SampleScene(side, random);
        double radius = side * random.nextDouble(0.27, 0.40);
        Spot spot = new Spot(scene.within(radius), scene.within(radius), radius);
        scene.draw(List.of(motif), List.of(spot));
        return scene;
    }

    /** Draws a picture of two to four smaller motifs that overlap little. */
    static SampleScene several(Motif first, int side, SplittableRandom random) {
        SampleScene scene = new SampleScene(side, random);
        int wanted = random.nextInt(2, 5);
        List<Motif> motifs = new ArrayList<>();
        List<Spot> spots = new ArrayList<>();
        int tries = 0;
        while (spots.size() < wanted && tries++ < 60) {
            double radius = side * random.nextDouble(0.14, 0.24);
            Spot spot = new Spot(scene.within(radius), scene.within(radius), radius);
            if (spots.stream().noneMatch(other -> crowd(spot, other))) {
                Motif[] all = Motif.values();
                motifs.add(spots.isEmpty() ? first : all[random.nextInt(all.length)]);
                spots.add(spot);
            }
        }
        scene.draw(motifs, spots);
        return scene;
    }

    BufferedImage picture() {
        return picture;
    }

    /** Class mask, one grey byte a pixel. */
    BufferedImage mask() {
        return mask;
    }

    /** The motifs, in the order in which they were painted. */
    List<Placed> placed() {
        return List.copyOf(placed);
    }

    private static boolean crowd(Spot a, Spot b) {
        return Math.hypot(a.x - b.x, a.y - b.y) < 0.9 * (a.radius + b.radius);
    }

    /** A coordinate for a centre that keeps nearly all of a motif inside the picture. */
    private double within(double radius) {
        double margin = Math.min(radius * 0.92, side / 2.0 - 1);
        return random.nextDouble(margin, side - margin);
    }

    private void draw(List<Motif> motifs, List<Spot> spots) {
        backdrop();
        clutter();
        for (int i = 0; i < motifs.size(); i++) {
            place(motifs.get(i), spots.get(i));
        }
        canvas.dispose();
        labels.dispose();
        develop();
    }

    private void backdrop() {
        float hue = random.nextFloat();
        float saturation = random.nextFloat(0.1f, 0.6f);
        float brightness = random.nextFloat(0.12f, 0.5f);
        Color from = Color.getHSBColor(hue, saturation, brightness);
        Color to =
                Color.getHSBColor(
                        hue + random.nextFloat(-0.1f, 0.1f),
                        saturation,
                        clamp(brightness + random.nextFloat(-0.14f, 0.14f)));
        backdropLuminance = (luminance(from) + luminance(to)) / 2;
        canvas.setPaint(across(from, to));
        canvas.fillRect(0, 0, side, side);
        fillLabel(new Rectangle2D.Double(0, 0, side, side), BACKDROP_LABEL);

        int patches = random.nextInt(4, 9);
        for (int i = 0; i < patches; i++) {
            Color tint =
                    Color.getHSBColor(
                            hue + random.nextFloat(-0.2f, 0.2f),
                            random.nextFloat(0.1f, 0.8f),
                            random.nextFloat());
            canvas.setColor(withAlpha(tint, random.nextDouble(0.06, 0.18)));
            canvas.fill(patch());
        }
    }

    /** A large faint form of the backdrop: a tilted ellipse or a broad band. */
    private Shape patch() {
        double width = side * random.nextDouble(0.2, 0.7);
        double height = side * random.nextDouble(0.15, 0.5);
        Shape form =
                random.nextBoolean()
                        ? new Ellipse2D.Double(-width / 2, -height / 2, width, height)
                        : new Rectangle2D.Double(-side, -height / 6, 2 * side, height / 3);
        return turned(form, random.nextDouble(side), random.nextDouble(side));
    }

    /** Small sharp lines and blobs of no class, all of them behind the motifs. */
    private void clutter() {
        int pieces = random.nextInt(4, 10);
        for (int i = 0; i < pieces; i++) {
            Shape piece = random.nextInt(3) == 0 ? blob() : stick();
            canvas.setColor(withAlpha(clutterColor(), random.nextDouble(0.5, 0.9)));
            canvas.fill(piece);
            fillLabel(piece, OTHER_LABEL);
        }
    }

    private Shape blob() {
        double width = side * random.nextDouble(0.04, 0.10);
        double height = side * random.nextDouble(0.03, 0.07);
        return turned(
                new Ellipse2D.Double(-width / 2, -height / 2, width, height),
                random.nextDouble(side),
                random.nextDouble(side));
    }

    private Shape stick() {
        double half = side * random.nextDouble(0.04, 0.2);
        float width = (float) (side * random.nextDouble(0.012, 0.03));
        Shape line =
                new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                        .createStrokedShape(new Line2D.Double(-half, 0, half, 0));
        return turned(line, random.nextDouble(side), random.nextDouble(side));
    }

    private void place(Motif motif, Spot spot) {
        AffineTransform pose = AffineTransform.getTranslateInstance(spot.x, spot.y);
        pose.rotate(random.nextDouble(-MAX_TILT, MAX_TILT));
        pose.scale(random.nextBoolean() ? 1 : -1, 1);
        pose.scale(spot.radius, spot.radius * random.nextDouble(0.88, 1.0));
        Shape outline = pose.createTransformedShape(motif.silhouette(random));
        Shape marks = pose.createTransformedShape(motif.marks(random));

        double reach = 0.07 * spot.radius;
        canvas.setColor(withAlpha(Color.BLACK, 0.28));
        canvas.fill(
                AffineTransform.getTranslateInstance(reach, reach).createTransformedShape(outline));

        Color body = lighterThan(backdropLuminance);
        BufferedImage coat = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D coating = graphics(coat, RenderingHints.VALUE_ANTIALIAS_ON);
        coating.setPaint(across(shaded(body, 1.08), shaded(body, 0.86)));
        coating.fillRect(0, 0, side, side);
        coating.setColor(darkerThan(luminance(body)));
        coating.fill(marks);
        coating.dispose();
        // Painting the texture through the outline keeps the edge smooth; a clip would fray it.
        canvas.setPaint(new TexturePaint(coat, new Rectangle2D.Double(0, 0, side, side)));
        canvas.fill(outline);

        fillLabel(outline, motif.ordinal() + 1);
        placed.add(new Placed(motif, outline));
    }

    /** Light from one side, contrast, brightness and grain: what a camera would add. */
    private void develop() {
        double angle = random.nextDouble(2 * Math.PI);
        double slope = random.nextDouble(0, 0.5) / side;
        double acrossX = slope * Math.cos(angle);
        double acrossY = slope * Math.sin(angle);
        double contrast = random.nextDouble(0.75, 1.1);
        double shift = random.nextDouble(-14, 14);
        double grain = random.nextDouble(0, 8);
        byte[] bytes = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
        int at = 0;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double light = 1 + acrossX * (x - side / 2.0) + acrossY * (y - side / 2.0);
                double common = 0.7 * grain * random.nextGaussian();
                for (int channel = 0; channel < 3; channel++) {
                    double lit = ((bytes[at] & 0xFF) * light - 128) * contrast + 128 + shift;
                    double value = lit + common + 0.7 * grain * random.nextGaussian();
                    bytes[at++] = (byte) Math.max(0, Math.min(255, Math.round(value)));
                }
            }
        }
    }

    private void fillLabel(Shape shape, int label) {
        labels.setColor(gray(label));
        labels.fill(shape);
    }

    private GradientPaint across(Color from, Color to) {
        double angle = random.nextDouble(2 * Math.PI);
        double x = side / 2.0 * Math.cos(angle);
        double y = side / 2.0 * Math.sin(angle);
        double middle = side / 2.0;
        return new GradientPaint(
                (float) (middle - x),
                (float) (middle - y),
                from,
                (float) (middle + x),
                (float) (middle + y),
                to);
    }

    private Shape turned(Shape shape, double x, double y) {
        AffineTransform pose = AffineTransform.getTranslateInstance(x, y);
        pose.rotate(random.nextDouble(Math.PI));
        return pose.createTransformedShape(shape);
    }

    private Color clutterColor() {
        return Color.getHSBColor(
                random.nextFloat(), random.nextFloat(0.1f, 0.8f), random.nextFloat(0.05f, 0.8f));
    }

    private Color lighterThan(double luminance) {
        while (true) {
            Color color =
                    Color.getHSBColor(
                            random.nextFloat(),
                            random.nextFloat(0.15f, 0.95f),
                            random.nextFloat(0.7f, 1f));
            if (luminance(color) >= luminance + MIN_CONTRAST) {
                return color;
            }
        }
    }

    private Color darkerThan(double luminance) {
        while (true) {
            Color color =
                    Color.getHSBColor(
                            random.nextFloat(),
                            random.nextFloat(0.3f, 1f),
                            random.nextFloat(0.05f, 0.9f));
            if (luminance(color) <= luminance - MIN_CONTRAST) {
                return color;
            }
        }
    }

    private static Graphics2D graphics(BufferedImage image, Object smoothing) {
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, smoothing);
        graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        return graphics;
    }

    private static double luminance(Color color) {
        return (0.299 * color.getRed() + 0.587 * color.getGreen() + 0.114 * color.getBlue()) / 255;
    }

    private static Color shaded(Color color, double factor) {
        return new Color(
                clamp((float) (color.getRed() * factor / 255)),
                clamp((float) (color.getGreen() * factor / 255)),
                clamp((float) (color.getBlue() * factor / 255)));
    }

    private static Color withAlpha(Color color, double alpha) {
        return new Color(
                color.getRed(), color.getGreen(), color.getBlue(), (int) Math.round(alpha * 255));
    }

    private static Color gray(int value) {
        return new Color(value, value, value);
    }

    private static float clamp(float value) {
        return Math.max(0, Math.min(1, value));
    }
}
