  # One step up the divergence of the prediction from p; x is changed in place.
  def divergence_step_$NORM(self: $SELF,
    region: List[Tensor],
    x: Tensor,
    p: Tensor,
    step: float,
    eps: float,
    lo: float,
    hi: float) -> NoneType:
    xi = torch.requires_grad_(torch.detach(x))
    # The rest of the divergence does not depend on x.
    loss = torch.neg(torch.sum(torch.mul(p, torch.log_softmax(self.forward(xi, ), 1))))
    gradient = (torch.autograd.grad([loss], [xi]))[0]
    g = torch.contiguous(unchecked_cast(Tensor, gradient))
    torch.add_(x, self.direction_$NORM(g, ), alpha=step)
    self.project_$NORM(region, x, eps, lo, hi, )
    return None
