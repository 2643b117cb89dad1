  # Free adversarial training, Shafahi et al. 2019, arXiv:1904.12843: one backward pass gives the gradients of the cross entropy of the
  # perturbed examples, and moves the perturbations, of which the first are the batch's, in place. Loss and gradients.
  def free_$NORM(self: $SELF,
    x: Tensor,
    perturbation: Tensor,
    y: Tensor,
    step: float,
    eps: float,
    lo: float,
    hi: float,
    smoothing: float) -> Tuple[Tensor, List[Tensor]]:
    mine = torch.narrow(perturbation, 0, 0, torch.size(x, 0))
    # To the present budget, which a warm-up changes.
    region = self.region_$NORM(torch.zeros_like(x), eps, -eps, eps, )
    self.project_$NORM(region, mine, eps, -eps, eps, )
    delta = torch.requires_grad_(torch.detach(mine))
    perturbed = torch.clamp(torch.add(x, delta), lo, hi)
    loss = torch.cross_entropy_loss(self.forward(perturbed, ), y, None, 1, -100, smoothing)
    found = torch.autograd.grad([loss], torch.add([delta], self.parameters()), None, None, False, True)
    slope = torch.contiguous(unchecked_cast(Tensor, found[0]))
    torch.add_(mine, self.direction_$NORM(slope, ), alpha=step)
    self.project_$NORM(region, mine, eps, -eps, eps, )
    return (torch.detach(loss), self.laid_out(torch.slice(found, 1), ))
