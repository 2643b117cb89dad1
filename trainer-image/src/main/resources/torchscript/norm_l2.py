  # [N, 1, ...] in float64: in float32 the sum over 150,000 values of a photograph is off by more than 1e-6.
  def radii_l2(self: $SELF,
    x: Tensor) -> Tensor:
    return torch.linalg_vector_norm(x, 2, self.example_dims(x, ), True, dtype=7)
  def direction_l2(self: $SELF,
    g: Tensor) -> Tensor:
    # Only 0 itself has no direction: gradients of 1e-20 are common where a model is certain.
    return torch.div(g, torch.to(self.radii_l2(g, ) + 1e-30, 6))
  # Where starts and projections end: epsilon less a millionth, because x0 + delta is rounded to float32 and may lie outside
  # by as much. Far too little to change a verdict, and candidates can be checked against epsilon itself.
  def radius_l2(self: $SELF,
    eps: float) -> float:
    return eps * 0.999999
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
    length = self.radii_l2(delta, )
    scaled = torch.mul_(delta, torch.to(torch.clamp_max(length, self.radius_l2(eps, )) / (length + 1e-12), 6))
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
    return torch.clamp_(torch.add(x0, delta, alpha=self.radius_l2(eps, )), lo, hi)
  # On the sphere.
  def apgd_start_l2(self: $SELF,
    x0: Tensor,
    draws: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    return torch.clamp_(torch.add(x0, self.direction_l2(draws, ), alpha=self.radius_l2(eps, )), lo, hi)
  def length_l2(self: $SELF,
    v: Tensor) -> Tensor:
    return torch.linalg_vector_norm(v, 2, self.example_dims(v, ))
  # In the norm that limits what a step of length 1 can do.
  def dual_length_l2(self: $SELF,
    v: Tensor) -> Tensor:
    return self.length_l2(v, )
  def distance_l2(self: $SELF,
    x0: Tensor,
    x: Tensor) -> Tensor:
    return self.length_l2(torch.to(x, 7) - torch.to(x0, 7), )
  # The least step: values move in proportion to w.
  def plane_step_l2(self: $SELF,
    t: Tensor,
    w: Tensor,
    r: Tensor,
    lo: float,
    hi: float) -> Tensor:
    return self.plane_step(t, w, r, torch.abs(w), lo, hi, )
