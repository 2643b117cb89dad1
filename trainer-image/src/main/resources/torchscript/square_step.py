  # One query of Square. draws, uniform in [0, 1): two corners, whether the pattern is turned, a sign for each channel.
  def square_step_$NORM(self: $SELF,
    region: List[Tensor],
    y: Tensor,
    x: Tensor,
    margin: Tensor,
    draws: Tensor,
    pattern: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    return self.square_keep(y, self.square_candidate_$NORM(region, x, draws, pattern, eps, lo, hi, ), x, margin, )
