  def direction_linf(self: $SELF,
    g: Tensor) -> Tensor:
    return torch.sign(g)
  # What projections need, made once an attack: the least and the greatest each value may be.
  def region_linf(self: $SELF,
    x0: Tensor,
    eps: float,
    lo: float,
    hi: float) -> List[Tensor]:
    return [torch.clamp_min_(torch.sub(x0, eps), lo), torch.clamp_max_(torch.add(x0, eps), hi)]
  # In place.
  def project_linf(self: $SELF,
    region: List[Tensor],
    x: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    return torch.clamp_(x, region[0], region[1])
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
  def length_linf(self: $SELF,
    v: Tensor) -> Tensor:
    return torch.amax(torch.abs(v), self.example_dims(v, ))
  # In the norm that limits what a step of length 1 can do.
  def dual_length_linf(self: $SELF,
    v: Tensor) -> Tensor:
    return torch.sum(torch.abs(v), self.example_dims(v, ))
  def distance_linf(self: $SELF,
    x0: Tensor,
    x: Tensor) -> Tensor:
    return self.length_linf(torch.to(x, 7) - torch.to(x0, 7), )
  # The least step: all values move alike.
  def plane_step_linf(self: $SELF,
    t: Tensor,
    w: Tensor,
    r: Tensor,
    lo: float,
    hi: float) -> Tensor:
    return self.plane_step(t, w, r, torch.new_ones(w, [1, 1]), lo, hi, )
