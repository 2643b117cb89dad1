  def direction_l2(self: $SELF,
    g: Tensor) -> Tensor:
    return torch.div(g, torch.linalg_vector_norm(g, 2, self.example_dims(g, ), True) + 1e-12)
  # What projections need, made once an attack: the centre.
  def region_l2(self: $SELF,
    x0: Tensor,
    eps: float,
    lo: float,
    hi: float) -> List[Tensor]:
    return [x0]
  # In place: to the ball, then to the box.
  def project_l2(self: $SELF,
    region: List[Tensor],
    x: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    delta = torch.sub_(x, region[0])
    norm = torch.linalg_vector_norm(delta, 2, self.example_dims(x, ), True)
    scaled = torch.mul_(delta, torch.clamp_max(norm, eps) / (norm + 1e-12))
    return torch.clamp_(torch.add_(scaled, region[0]), lo, hi)
  # draws: standard normal; radius: in [0, 1], one per example.
  def pgd_start_l2(self: $SELF,
    x0: Tensor,
    draws: Tensor,
    radius: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    delta = torch.mul_(self.direction_l2(draws, ), self.per_example(radius, x0, ))
    return torch.clamp_(torch.add(x0, delta, alpha=eps), lo, hi)
  # On the sphere.
  def apgd_start_l2(self: $SELF,
    x0: Tensor,
    draws: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    return torch.clamp_(torch.add(x0, self.direction_l2(draws, ), alpha=eps), lo, hi)
  def distance_l2(self: $SELF,
    x0: Tensor,
    x: Tensor) -> Tensor:
    return torch.linalg_vector_norm(torch.to(x, 7) - torch.to(x0, 7), 2, self.example_dims(x0, ))
