"""Training as one writes it in Python: for each line "MODEL WORK STEPS" read, does so many batches of the work with the model
and prints the seconds they took, of processor time where THREADS is 1; for the line "memory", the bytes this process has resident.

    python training_bench.py BATCH THREADS

WORK is inference (forward alone, eval mode), standard (a step on the batch as it is) or pgd (ten steps of PGD, then one on
what they found). Float32, SGD with Nesterov momentum.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional

from architectures import PreActResNet18

SHAPE = (1, 28, 28)
EPSILON = 0.1
STEP_SIZE = 0.025
ATTACK_STEPS = 10


def small_cnn(width: int) -> nn.Module:
    """Without batch norm, which architectures.py has."""
    return nn.Sequential(nn.Conv2d(1, width, 4, stride=2, padding=1), nn.ReLU(), nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), nn.ReLU(),
                         nn.Flatten(), nn.Linear(2 * width * 49, 100), nn.ReLU(), nn.Linear(100, 10))


class Work:
    def __init__(self, model: nn.Module, batch: int):
        self.model = model
        self.x = torch.rand(batch, *SHAPE)
        self.y = torch.randint(10, (batch,))
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4, fused=True)

    def inference(self) -> None:
        self.model.eval()
        with torch.no_grad():
            self.model(self.x)

    def standard(self) -> None:
        self.step(self.x)

    def pgd(self) -> None:
        self.model.eval()
        x = (self.x + torch.empty_like(self.x).uniform_(-EPSILON, EPSILON)).clamp_(0, 1)
        for _ in range(ATTACK_STEPS):
            x.requires_grad_()
            gradient, = torch.autograd.grad(functional.cross_entropy(self.model(x), self.y), x)
            with torch.no_grad():
                x = x + STEP_SIZE * gradient.sign()
                x = torch.min(torch.max(x, self.x - EPSILON), self.x + EPSILON).clamp_(0, 1)
        self.step(x)

    def step(self, x: torch.Tensor) -> None:
        self.model.train()
        self.optimizer.zero_grad()
        loss = functional.cross_entropy(self.model(x), self.y)
        loss.backward()
        self.optimizer.step()
        # As a loop that reports its loss reads it.
        loss.item()


def resident() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    batch = int(sys.argv[1])
    threads = int(sys.argv[2])
    torch.set_num_threads(threads)
    seconds = time.process_time if threads == 1 else time.perf_counter
    works = {
        "SmallCnn": Work(small_cnn(16), batch),
        "PreActResNet18": Work(PreActResNet18(16, 10, SHAPE, nn.ReLU), batch),
    }
    for line in sys.stdin:
        if line.strip() == "memory":
            print(resident(), flush=True)
            continue
        model, work, steps = line.split()
        run = getattr(works[model], work)
        begun = seconds()
        for _ in range(int(steps)):
            run()
        print(f"{seconds() - begun:.4f}", flush=True)


if __name__ == "__main__":
    main()
