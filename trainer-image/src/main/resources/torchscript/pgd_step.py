  # One step of projected gradient ascent; x is changed in place.
  def pgd_step_$NORM(self: $SELF,
    region: List[Tensor],
    x: Tensor,
    y: Tensor,
    targets: Tensor,
    loss: int,
    step: float,
    eps: float,
    lo: float,
    hi: float) -> NoneType:
    logits, losses, g, = self.loss_gradient(x, y, targets, loss, )
    torch.add_(x, self.direction_$NORM(g, ), alpha=step)
    self.project_$NORM(region, x, eps, lo, hi, )
    return None
