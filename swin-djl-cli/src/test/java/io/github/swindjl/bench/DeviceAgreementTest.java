// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.github.swindjl.bench.DeviceAgreement.Finding;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.dense.UperNetConfig;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.image.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the CPU as the device, its fast kernels are compared with the plain ones. */
class DeviceAgreementTest {

    private final List<Finding> heard = new ArrayList<>();
    private final DeviceAgreement agreement = new DeviceAgreement(Device.cpu(), heard::add);

    private static ModelDescription network(int version) {
        SwinConfig config =
                (version == 1 ? SwinConfig.v1() : SwinConfig.v2())
                        .optImageSize(32, 32)
                        .optWidth(16)
                        .optStages(List.of(2, 2), List.of(2, 4))
                        .optWindow(4)
                        .optReferenceWindows(List.of(0, 0))
                        .build();
        return new ModelDescription(
                "small v" + version, config, List.of("a", "b", "c"), Preprocessing.timm(32, 32));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theFastKernelsAgreeWithThePlainOnes(int version) {
        List<Finding> findings = agreement.logits(network(version));
        assertEquals(findings, heard);
        assertEquals(
                List.of(Precision.FP32, Precision.BF16),
                findings.stream().map(Finding::precision).toList());
        for (Finding finding : findings) {
            assertTrue(finding.agrees(), finding.toString());
        }
        assertTrue(findings.get(1).difference() > findings.get(0).difference(), "bf16 is coarser");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void gradientsOfTheSameKernelsAreTheSame(int version) {
        Finding finding = agreement.gradients(network(version));
        assertTrue(finding.agrees(), finding.toString());
        assertEquals(List.of(finding), heard);
    }

    @Test
    void mapsAgree() {
        SwinConfig backbone =
                SwinConfig.v1()
                        .optImageSize(32, 32)
                        .optWidth(8)
                        .optStages(List.of(2, 1, 1, 1), List.of(1, 2, 4, 8))
                        .optWindow(4)
                        .build();
        Finding finding = agreement.maps("small", new UperNetConfig(backbone, 5, 12, 6, 0.1), 48);
        assertTrue(finding.agrees(), finding.toString());
    }

    @Test
    void whatIsNoNumberDoesNotAgree() {
        assertFalse(new Finding("x", Precision.FP32, Double.NaN, 1, 0).agrees());
        assertFalse(new Finding("x", Precision.FP32, 1.1, 1, 0).agrees());
        assertTrue(new Finding("x", Precision.FP32, 1, 1, 0).agrees());
    }
}
