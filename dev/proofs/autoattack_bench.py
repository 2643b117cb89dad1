"""AutoAttack of its authors on SmallCnn, one thread: for each line "FROM TO" read, attacks these images and prints how many
are right after all and the seconds of processor time it took.

    python autoattack_bench.py FOLDER

FOLDER holds model.pt, whose weights are used, images.f32 and labels.i64; EPSILON in the environment is the Linf budget.
"""
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from pyautoattack import AutoAttack
from torch import nn


def small_cnn(state: dict[str, torch.Tensor]) -> nn.Module:
    """The trainer's SmallCnn as an eager module: the profiling executor would compile again for each batch size."""
    width, channels = state["c1.weight"].shape[:2]
    hidden, features = state["l1.weight"].shape
    layers = nn.Sequential()
    layers.add_module("c1", nn.Conv2d(channels, width, 4, stride=2, padding=1))
    layers.add_module("r1", nn.ReLU())
    layers.add_module("c2", nn.Conv2d(width, 2 * width, 4, stride=2, padding=1))
    layers.add_module("r2", nn.ReLU())
    layers.add_module("flat", nn.Flatten())
    layers.add_module("l1", nn.Linear(features, hidden))
    layers.add_module("r3", nn.ReLU())
    layers.add_module("l2", nn.Linear(hidden, state["l2.weight"].shape[0]))
    layers.load_state_dict(state)
    # As the trainer has it: gradients for inputs only.
    return layers.requires_grad_(False).eval()


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    state = torch.jit.load(folder / "model.pt", map_location="cpu").state_dict()
    labels = torch.from_numpy(np.fromfile(folder / "labels.i64", dtype="<i8"))
    images = torch.from_numpy(np.fromfile(folder / "images.f32", dtype="<f4")).reshape(len(labels), 1, 28, 28)
    model = small_cnn(state)
    suite = AutoAttack(model, norm="Linf", eps=float(os.environ["EPSILON"]), version="standard", seed=0)
    for line in sys.stdin:
        begin, end = map(int, line.split())
        begun = time.process_time()
        _, predicted = suite.run_standard_evaluation(images[begin:end], labels[begin:end], batch_size=250)
        seconds = time.process_time() - begun
        print(int((predicted == labels[begin:end]).sum()), f"{seconds:.3f}", flush=True)


if __name__ == "__main__":
    main()
