"""Models as users bring them, hardened by the trainer, and what came of them.

    python models.py make FOLDER     a folder for each model below FOLDER: given.pt, its data and job.yaml
    python models.py check FOLDER    after training: out/ holds the artifact, and inputs.f32 and logits.f32 of the trainer's own

Each model is traced and scripted, in eval and in train mode. What left must have the interface, names and flags of what was
given, compute in Python what the trainer computed, and have none of the trainer's methods; its weights must fit the module
in Python that it was made from.
"""
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
import torchvision
from safetensors.torch import load_file
from torch import nn

TOLERANCE = 1e-5
TRAIN, TEST = 48, 16
JOB = """apiVersion: advtrain.dev/v1alpha1
kind: ThreatModel
metadata:
  name: linf
spec:
  inputRange: {{min: "0", max: "1"}}
  perturbation:
    lp: {{norm: Linf, epsilon: "4/255"}}
---
apiVersion: advtrain.dev/v1alpha1
kind: AdversarialTrainingJob
metadata:
  name: {name}
spec:
  threatModels:
  - name: linf
  model:
    torchScript: {{uri: "pvc://models/{name}/given.pt", inputShape: {shape}, classes: {classes}}}
  data:
    train:
      cifarBinary: {{files: [{{uri: "pvc://models/{name}/train.bin"}}]}}
    test:
      cifarBinary: {{files: [{{uri: "pvc://models/{name}/test.bin"}}]}}
    validationFraction: "0.25"
  training:
    epochs: 1
    batchSize: 16
    innerMaximization: {{steps: 2}}
    optimizer: {{sgd: {{learningRate: "0.01"}}}}
  output:
    uri: pvc://models/{name}/out
    overwrite: true
"""


class Recurrent(nn.Module):
    """A GRU over [steps, features]."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(8, 16, num_layers=2, batch_first=True, dropout=0.2, bidirectional=True)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(32, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y, _ = self.gru(x)
        return self.head(self.drop(y[:, -1]))


def fresh(name: str) -> tuple[nn.Module, list[int], int]:
    """The module, the shape of one input, the number of classes."""
    torch.manual_seed(0)
    match name:
        case "resnet18":
            return torchvision.models.resnet18(num_classes=10), [3, 32, 32], 10
        case "mobilenet":
            return torchvision.models.mobilenet_v3_small(num_classes=10), [3, 32, 32], 10
        case "vit":
            return torchvision.models.VisionTransformer(image_size=32, patch_size=8, num_layers=2, num_heads=2, hidden_dim=32, mlp_dim=64,
                                                        dropout=0.1, attention_dropout=0.1, num_classes=10), [3, 32, 32], 10
        case "gru":
            return Recurrent(), [10, 8], 4
    raise ValueError(name)


def make(root: Path) -> None:
    draw = np.random.default_rng(0)
    for model in ("resnet18", "mobilenet", "vit", "gru"):
        for form in ("traced", "scripted"):
            for mode in ("eval", "train"):
                module, shape, classes = fresh(model)
                module.train(mode == "train")
                name = f"{model}-{form}-{mode}"
                folder = root / name
                folder.mkdir(parents=True)
                example = torch.rand(2, *shape)
                script = torch.jit.trace(module, example, check_trace=False) if form == "traced" else torch.jit.script(module)
                script.save(folder / "given.pt")
                (folder / "job.yaml").write_text(JOB.format(name=name, shape=shape, classes=classes))
                (folder / "shape.txt").write_text(f"{classes} {','.join(map(str, shape))}\n")
                for file, count in (("train.bin", TRAIN), ("test.bin", TEST)):
                    records = draw.integers(0, 256, (count, 1 + int(np.prod(shape))), dtype=np.uint8)
                    records[:, 0] %= classes
                    records.tofile(folder / file)
    print(f"{len(list(root.iterdir()))} models")


def modules(module: torch.jit.ScriptModule) -> dict[str, tuple]:
    """Class, methods and training flag of each submodule."""
    return {name: (each._c._type().qualified_name().rsplit(".", 1)[-1], sorted(each._c._method_names()), each.training)
            for name, each in module.named_modules()}


def check(folder: Path) -> list[str]:
    given = torch.jit.load(folder / "given.pt", map_location="cpu")
    left = torch.jit.load(folder / "out" / "model.pt", map_location="cpu")
    eager, shape, _ = fresh(folder.name.split("-")[0])
    inputs = torch.from_numpy(np.fromfile(folder / "out" / "inputs.f32", dtype="<f4").reshape(-1, *shape))
    expected = torch.from_numpy(np.fromfile(folder / "out" / "logits.f32", dtype="<f4").reshape(len(inputs), -1))
    problems = []
    if str(given.forward.schema) != str(left.forward.schema):
        problems.append(f"forward is {left.forward.schema}, was {given.forward.schema}")
    if modules(given) != modules(left):
        problems.append("classes, methods or training flags differ")
    before, after = given.state_dict(), left.state_dict()
    if list(before) != list(after):
        problems.append("names of tensors differ")
    still = [name for name, _ in left.named_parameters() if torch.equal(before[name], after[name])]
    if still:
        problems.append(f"not trained: {still}")
    moved = [name for name, _ in left.named_buffers() if name.endswith("running_mean") and torch.equal(before[name], after[name])]
    if moved:
        problems.append(f"statistics not trained: {moved}")
    weights = load_file(folder / "out" / "model.safetensors")
    problems += [f"{name} differs from the weights" for name in weights if not torch.equal(weights[name], after[name])]
    eager.load_state_dict(weights, strict=True)
    with torch.no_grad():
        found = {"TorchScript": left.eval()(inputs), "Python module": eager.eval()(inputs)}
    differences = {name: float((logits - expected).abs().max() / max(1, float(expected.abs().max()))) for name, logits in found.items()}
    problems += [f"logits of the {name} differ by {difference:.2e}" for name, difference in differences.items() if not difference <= TOLERANCE]
    print(f"{folder.name:24} {'; '.join(problems) if problems else f'{len(weights)} tensors, logits within {max(differences.values()):.1e}'}")
    return problems


def main() -> int:
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    if len(sys.argv) != 3 or sys.argv[1] not in ("make", "check"):
        sys.exit(__doc__)
    root = Path(sys.argv[2])
    if sys.argv[1] == "make":
        make(root)
        return 0
    folders = sorted(root.iterdir())
    failed = sum(bool(check(folder)) for folder in folders)
    print(f"{len(folders) - failed} passed, {failed} failed")
    return 1 if failed or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
