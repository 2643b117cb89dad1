  # Running means take one step towards the present values. averages, updates (the number of steps so far) are changed in place;
  # to be run without autograd.
  def average_weights(self: $SELF,
    averages: List[Tensor],
    values: List[Tensor],
    updates: Tensor,
    decay: float) -> NoneType:
    # 1 - min(decay, (1 + t) / (10 + t))
    weight = float(torch.clamp_min(torch.mul(torch.reciprocal(torch.add(updates, 10)), 9.), 1.0 - decay))
    torch._foreach_lerp_(averages, values, weight)
    torch.add_(updates, 1)
    return None
