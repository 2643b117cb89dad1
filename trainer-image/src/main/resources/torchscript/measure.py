  # [2, N] in float64: distance from x0, and how far the farthest value lies outside the range (negative inside).
  def measure_$NORM(self: $SELF,
    x0: Tensor,
    x: Tensor,
    lo: float,
    hi: float) -> Tensor:
    wide = torch.to(x, 7)
    excess = torch.amax(torch.maximum(lo - wide, wide - hi), self.example_dims(x, ))
    return torch.stack([self.distance_$NORM(x0, x, ), excess])
