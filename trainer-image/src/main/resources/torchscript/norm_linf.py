  def direction_linf(self: $SELF,
    g: Tensor) -> Tensor:
    return torch.sign(g)
  # In place.
  def project_linf(self: $SELF,
    x0: Tensor,
    x: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    delta = torch.clamp_(torch.sub_(x, x0), -eps, eps)
    return torch.clamp_(torch.add_(delta, x0), lo, hi)
  # draws: uniform in [-1, 1].
  def pgd_start_linf(self: $SELF,
    x0: Tensor,
    draws: Tensor,
    radius: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    return torch.clamp_(torch.add(x0, draws, alpha=eps), lo, hi)
  # One value lies on the bound.
  def apgd_start_linf(self: $SELF,
    x0: Tensor,
    draws: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    scale = torch.amax(torch.abs(draws), self.example_dims(x0, ), True) + 1e-12
    return torch.clamp_(torch.add(x0, torch.div(draws, scale), alpha=eps), lo, hi)
  def distance_linf(self: $SELF,
    x0: Tensor,
    x: Tensor) -> Tensor:
    return torch.amax(torch.abs(torch.to(x, 7) - torch.to(x0, 7)), self.example_dims(x0, ))
