  # One step of FAB towards the decision boundary between y and its target; x is changed in place. Returns the loss at the
  # old x: the target's logit over that of y.
  def fab_step_$NORM(self: $SELF,
    x0: Tensor,
    y: Tensor,
    targets: Tensor,
    x: Tensor,
    loss: int,
    overshoot: float,
    largest_bias: float,
    lo: float,
    hi: float) -> Tensor:
    logits, f, gradient, = self.loss_gradient(x, y, targets, loss, )
    # Scaled, since sums of the squares of a vanishing gradient would underflow.
    w = torch.flatten(gradient, 1)
    scale = torch.clamp_min(torch.amax(torch.abs(w), [1]), 1e-30)
    w = torch.div(w, torch.unsqueeze(scale, 1))
    g = torch.div(f, scale)
    here = torch.flatten(x, 1)
    origin = torch.flatten(x0, 1)
    # Onto the linearised boundary, from x and from the example.
    d = self.plane_step_$NORM(here, w, torch.neg(g), lo, hi, )
    d0 = self.plane_step_$NORM(origin, w, torch.sub(torch.sum(torch.mul(w, torch.sub(here, origin)), [1]), g), lo, hi, )
    length = torch.clamp_min(self.length_$NORM(d, ), 1e-8)
    length0 = torch.clamp_min(self.length_$NORM(d0, ), 1e-8)
    bias = torch.unsqueeze(torch.clamp_max(torch.div(length, torch.add(length, length0)), largest_bias), 1)
    ahead = torch.add(here, d, alpha=overshoot)
    ahead0 = torch.add(origin, d0, alpha=overshoot)
    moved = torch.clamp_(torch.add(ahead, torch.mul(torch.sub(ahead0, ahead), bias)), lo, hi)
    torch.copy_(x, torch.view_as(moved, x))
    return f
