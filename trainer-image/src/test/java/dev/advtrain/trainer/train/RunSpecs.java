package dev.advtrain.trainer.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.advtrain.resolve.RunSpec;
import java.util.Map;

/** Run specs on the built-in digits, small enough for tests. */
final class RunSpecs {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SMALL = """
            {"job": {"namespace": "default", "name": "digits"},
             "threatModels": [{"kind": "ThreatModel", "name": "linf", "spec": {
               "modality": "Image", "goal": "Untargeted", "knowledge": "WhiteBox", "inputRange": {"min": "0", "max": "1"},
               "perturbation": {"lp": {"norm": "Linf", "epsilon": "0.1"}}}}],
             "model": {"builtin": {"architecture": "SmallCnn", "width": 4, "activation": "ReLU", "batchNorm": true, "classes": 10,
               "inputShape": [1, 28, 28]}},
             "data": {"train": {"builtinDigits": {"count": 200, "seed": 1}}, "validationFraction": "0.2"},
             "training": {"method": {"pgd": {}},
               "innerMaximization": {"steps": 2, "stepSize": "0.05", "randomStart": true, "epsilonWarmupEpochs": 1},
               "epochs": 3, "batchSize": 48,
               "optimizer": {"sgd": {"learningRate": "0.1", "momentum": "0.9", "nesterov": true, "weightDecay": "5e-4"}},
               "schedule": {"cosine": {"warmupEpochs": 1}}, "selection": {"everyEpochs": 1}, "seed": 0},
             "output": {"uri": "pvc://models/out", "formats": ["TorchScript", "SafeTensors"], "overwrite": false,
               "includeNormalization": false},
             "checkpoint": {"intervalSeconds": 600, "keep": false}}
            """;

    private RunSpecs() {}

    /**
     * A run of 3 epochs of 4 steps, the last of 16 examples.
     *
     * @param changes JSON values by JSON pointer
     */
    static RunSpec digits(Map<String, String> changes) {
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(SMALL);
            for (Map.Entry<String, String> change : changes.entrySet()) {
                int last = change.getKey().lastIndexOf('/');
                ((ObjectNode) root.at(change.getKey().substring(0, last)))
                        .set(change.getKey().substring(last + 1), JSON.readTree(change.getValue()));
            }
            return JSON.treeToValue(root, RunSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
