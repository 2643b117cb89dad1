"""Built-in architectures against PyTorch modules: torchvision's residual networks, and the others written here as their
papers and the published weights have them.

    python architectures.py check FOLDER...
    python architectures.py list FOLDER

check: each FOLDER holds model.json (architecture, width, activation, classes, inputShape), model.safetensors, and raw
little-endian float32: inputs.f32, logits.f32 (eval mode) and train_logits.f32 (train mode); after.safetensors holds the
buffers after that pass in train mode. The weights must load strictly and give the same.
list: writes ARCHITECTURE.txt, the names and shapes of its tensors in order at the published width.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision
from safetensors.torch import load_file
from torch import nn

# Largest relative difference. In train mode batch norm divides by deviations of a few values, which magnifies rounding.
TOLERANCES = {"eval": 1e-5, "train": 1e-4, "statistics": 1e-4}
PUBLISHED_WIDTHS = {"Mlp": 256, "PreActResNet18": 64, "ResNet18": 64, "ResNet50": 64, "WideResNet28x10": 16, "WideResNet34x10": 16}
ACTIVATIONS = {"ReLU": nn.ReLU, "SiLU": nn.SiLU}


def conv(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class SmallCnn(nn.Module):
    def __init__(self, width, classes, shape, act):
        super().__init__()
        channels, height, rows = shape
        self.c1, self.b1 = nn.Conv2d(channels, width, 4, 2, 1), nn.BatchNorm2d(width)
        self.c2, self.b2 = nn.Conv2d(width, 2 * width, 4, 2, 1), nn.BatchNorm2d(2 * width)
        self.l1, self.l2 = nn.Linear(2 * width * (height // 4) * (rows // 4), 100), nn.Linear(100, classes)
        self.act = act()

    def forward(self, x):
        x = self.act(self.b1(self.c1(x)))
        x = self.act(self.b2(self.c2(x)))
        return self.l2(self.act(self.l1(x.flatten(1))))


class Mlp(nn.Module):
    def __init__(self, width, classes, shape, act):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(int(np.prod(shape)), width), nn.Linear(width, width), nn.Linear(width, classes)
        self.act = act()

    def forward(self, x):
        return self.fc3(self.act(self.fc2(self.act(self.fc1(x.flatten(1))))))


class PreActivationBlock(nn.Module):
    """bn, act, conv, bn, act, conv; where the shape changes, the activated input is projected and added."""

    def __init__(self, inputs, outputs, stride, act, projection):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3)
        self.act, self.projection = act(), None
        if inputs != outputs or stride != 1:
            self.projection = "shortcut" if projection == "shortcut.0" else projection
            project = conv(inputs, outputs, 1, stride)
            self.add_module(self.projection, nn.Sequential(project) if projection == "shortcut.0" else project)

    def forward(self, x):
        activated = self.act(self.bn1(x))
        y = self.conv2(self.act(self.bn2(self.conv1(activated))))
        return y + (getattr(self, self.projection)(activated) if self.projection else x)


def blocks(number, inputs, outputs, stride, act, projection):
    return nn.Sequential(*[PreActivationBlock(outputs if i else inputs, outputs, 1 if i else stride, act, projection) for i in range(number)])


class PreActResNet18(nn.Module):
    def __init__(self, width, classes, shape, act):
        super().__init__()
        self.conv1 = conv(shape[0], width, 3)
        self.layer1 = blocks(2, width, width, 1, act, "shortcut.0")
        self.layer2 = blocks(2, width, 2 * width, 2, act, "shortcut.0")
        self.layer3 = blocks(2, 2 * width, 4 * width, 2, act, "shortcut.0")
        self.layer4 = blocks(2, 4 * width, 8 * width, 2, act, "shortcut.0")
        self.bn, self.linear, self.act = nn.BatchNorm2d(8 * width), nn.Linear(8 * width, classes), act()

    def forward(self, x):
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.conv1(x)))))
        x = self.act(self.bn(x))
        return self.linear(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))


class Group(nn.Module):
    def __init__(self, *arguments):
        super().__init__()
        self.layer = blocks(*arguments)

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    def __init__(self, depth, factor, width, classes, shape, act):
        super().__init__()
        number, wide = (depth - 4) // 6, width * factor
        self.conv1 = conv(shape[0], width, 3)
        self.block1 = Group(number, width, wide, 1, act, "convShortcut")
        self.block2 = Group(number, wide, 2 * wide, 2, act, "convShortcut")
        self.block3 = Group(number, 2 * wide, 4 * wide, 2, act, "convShortcut")
        self.bn1, self.fc, self.act = nn.BatchNorm2d(4 * wide), nn.Linear(4 * wide, classes), act()

    def forward(self, x):
        x = self.act(self.bn1(self.block3(self.block2(self.block1(self.conv1(x))))))
        return self.fc(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))


def torchvision_resnet(make, width, classes, shape, act):
    if width != 64 or shape[0] != 3:
        sys.exit("torchvision's residual networks have 3 channels and a width of 64")
    model = make(num_classes=classes)
    for module in model.modules():
        if hasattr(module, "relu"):
            module.relu = act()
    return model


ARCHITECTURES = {
    "SmallCnn": SmallCnn,
    "Mlp": Mlp,
    "PreActResNet18": PreActResNet18,
    "ResNet18": lambda *spec: torchvision_resnet(torchvision.models.resnet18, *spec),
    "ResNet50": lambda *spec: torchvision_resnet(torchvision.models.resnet50, *spec),
    "WideResNet28x10": lambda *spec: WideResNet(28, 10, *spec),
    "WideResNet34x10": lambda *spec: WideResNet(34, 10, *spec),
}


def relative(found, expected):
    return float((found - expected).abs().max() / expected.abs().max().clamp_min(1e-12))


def read(file: Path, *shape):
    return torch.from_numpy(np.fromfile(file, dtype="<f4").reshape(*shape))


def check(folder: Path) -> bool:
    spec = json.loads((folder / "model.json").read_text())
    model = ARCHITECTURES[spec["architecture"]](spec["width"], spec["classes"], spec["inputShape"], ACTIVATIONS[spec["activation"]])
    try:
        model.load_state_dict(load_file(folder / "model.safetensors"), strict=True)
    except RuntimeError as e:
        print(f"{folder.name:24} {e}")
        return False
    x = read(folder / "inputs.f32", -1, *spec["inputShape"])
    with torch.no_grad():
        differences = {
            "eval": relative(model.eval()(x), read(folder / "logits.f32", len(x), -1)),
            "train": relative(model.train()(x), read(folder / "train_logits.f32", len(x), -1)),
        }
    after = load_file(folder / "after.safetensors")
    state = model.state_dict()
    differences["statistics"] = max((relative(state[name].double(), after[name].double()) for name in after), default=0.0)
    passed = {name for name, _ in model.named_buffers()} == set(after) and all(differences[what] <= most for what, most in TOLERANCES.items())
    shown = ", ".join(f"{what} {difference:.1e}" for what, difference in differences.items())
    print(f"{folder.name:24} {len(state)} tensors loaded strictly; largest relative differences: {shown}{'' if passed else '  FAILED'}")
    return passed


def list_tensors(folder: Path) -> None:
    for architecture, width in PUBLISHED_WIDTHS.items():
        model = ARCHITECTURES[architecture](width, 1000 if architecture.startswith("ResNet") else 10, [3, 32, 32], nn.ReLU)
        lines = [f"{name} {list(value.shape)}\n" for name, value in model.state_dict().items()]
        (folder / f"{architecture}.txt").write_text("".join(lines))
        print(architecture, sum(p.numel() for p in model.parameters()))


def main() -> int:
    torch.set_num_threads(1)
    if len(sys.argv) < 3 or sys.argv[1] not in ("check", "list"):
        sys.exit(__doc__)
    if sys.argv[1] == "list":
        list_tensors(Path(sys.argv[2]))
        return 0
    passed = [check(Path(name)) for name in sys.argv[2:]]
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
