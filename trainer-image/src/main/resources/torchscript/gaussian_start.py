  # Normal noise, brought into the budget. draws: standard normal.
  def gaussian_start_$NORM(self: $SELF,
    x0: Tensor,
    draws: Tensor,
    deviation: float,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    noisy = torch.add(x0, draws, alpha=deviation)
    return self.project_$NORM(self.region_$NORM(x0, eps, lo, hi, ), noisy, eps, lo, hi, )
