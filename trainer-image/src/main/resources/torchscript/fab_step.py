  # One step of FAB onto the boundary between y and its target; x is changed in place. Returns the loss at the old x: the
  # target's logit over that of y.
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
    self.fab_move_$NORM(x0, x, f, gradient, overshoot, largest_bias, lo, hi, )
    return f
  # The same onto the boundary to the class whose linearised boundary is nearest. One backward pass for each class.
  def fab_nearest_step_$NORM(self: $SELF,
    x0: Tensor,
    y: Tensor,
    x: Tensor,
    overshoot: float,
    largest_bias: float,
    lo: float,
    hi: float) -> Tensor:
    xi = torch.requires_grad_(torch.detach(x))
    logits = self.forward(xi, )
    label = torch.unsqueeze(y, 1)
    differences = torch.sub(logits, torch.gather(logits, 1, label))
    f = torch.zeros_like(torch.select(differences, 1, 0))
    nearest = torch.full_like(f, 3.4e38)
    gradient = torch.zeros_like(x)
    for c in range(torch.size(logits, 1)):
      difference = torch.select(differences, 1, c)
      g = (torch.autograd.grad([torch.sum(difference)], [xi], None, True))[0]
      g = unchecked_cast(Tensor, g)
      away = torch.div(torch.abs(torch.detach(difference)), torch.add(self.dual_length_$NORM(g, ), 1e-12))
      nearer = torch.logical_and(torch.ne(y, c), torch.lt(away, nearest))
      nearest = torch.where(nearer, away, nearest)
      f = torch.where(nearer, torch.detach(difference), f)
      gradient = torch.where(self.per_example(nearer, x, ), g, gradient)
    self.fab_move_$NORM(x0, x, f, gradient, overshoot, largest_bias, lo, hi, )
    return f
  # Onto the plane where f vanishes to first order, with a bias to the example; x is changed in place.
  def fab_move_$NORM(self: $SELF,
    x0: Tensor,
    x: Tensor,
    f: Tensor,
    gradient: Tensor,
    overshoot: float,
    largest_bias: float,
    lo: float,
    hi: float) -> NoneType:
    # Scaled, since sums of the squares of a vanishing gradient would underflow.
    w = torch.flatten(gradient, 1)
    scale = torch.clamp_min(torch.amax(torch.abs(w), [1]), 1e-30)
    w = torch.div(w, torch.unsqueeze(scale, 1))
    g = torch.div(f, scale)
    here = torch.flatten(x, 1)
    origin = torch.flatten(x0, 1)
    # Onto the linearised boundary, from x and from the example, both at once.
    from_origin = torch.sub(torch.sum(torch.mul(w, torch.sub(here, origin)), [1]), g)
    steps = self.plane_step_$NORM(torch.cat([here, origin]), torch.cat([w, w]), torch.cat([torch.neg(g), from_origin]), lo, hi, )
    d, d0, = torch.chunk(steps, 2, 0)
    length = torch.clamp_min(self.length_$NORM(d, ), 1e-8)
    length0 = torch.clamp_min(self.length_$NORM(d0, ), 1e-8)
    bias = torch.unsqueeze(torch.clamp_max(torch.div(length, torch.add(length, length0)), largest_bias), 1)
    ahead = torch.add(here, d, alpha=overshoot)
    ahead0 = torch.add(origin, d0, alpha=overshoot)
    moved = torch.clamp_(torch.add(ahead, torch.mul(torch.sub(ahead0, ahead), bias)), lo, hi)
    torch.copy_(x, torch.view_as(moved, x))
    return None
