"""Loads what the trainer exported and compares it with what the trainer itself computed.

    python exported_models.py FOLDER...

Each FOLDER holds model.pt and model.safetensors as a training run left them, and inputs.f32 and logits.f32: raw
little-endian float32, a row an example, the logits those that the trainer got from model.pt for the inputs.
shape.txt holds the shape of one input.
"""
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

TOLERANCE = 1e-5


def check(folder: Path) -> list[str]:
    shape = [int(n) for n in (folder / "shape.txt").read_text().split()]
    inputs = np.fromfile(folder / "inputs.f32", dtype="<f4").reshape(-1, *shape)
    expected = np.fromfile(folder / "logits.f32", dtype="<f4").reshape(len(inputs), -1)
    model = torch.jit.load(folder / "model.pt", map_location="cpu").eval()
    with torch.no_grad():
        found = model(torch.from_numpy(inputs.copy())).numpy()
    problems = []
    difference = float(np.abs(found - expected).max())
    if not difference <= TOLERANCE:
        problems.append(f"logits differ by {difference:.2e}")
    weights = load_file(folder / "model.safetensors")
    # A model exported with its normalization keeps the inner names below `model.`; mean and std are not weights.
    state = {name.removeprefix("model."): value for name, value in model.state_dict().items() if name not in ("mean", "std")}
    if set(weights) != set(state):
        problems.append(f"names differ: {sorted(set(weights) ^ set(state))}")
    problems += [f"{name} differs" for name in weights.keys() & state.keys() if not torch.equal(weights[name], state[name])]
    print(f"{folder.name:24} {len(inputs)} inputs, largest difference of a logit {difference:.2e}, {len(weights)} tensors equal by name"
          if not problems else f"{folder.name:24} {'; '.join(problems)}")
    return problems


def main() -> int:
    torch.set_num_threads(1)
    folders = [Path(name) for name in sys.argv[1:]]
    if not folders:
        sys.exit(__doc__)
    failed = sum(bool(check(folder)) for folder in folders)
    print(f"{len(folders) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
