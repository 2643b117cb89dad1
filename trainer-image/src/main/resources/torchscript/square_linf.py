  # The places that change, [N, C, K]. places: [3, N], where the window and a second one begin, 1 if the pattern is turned.
  def square_changed_linf(self: $SELF,
    places: Tensor,
    offsets: Tensor,
    channels: int) -> Tensor:
    return self.square_places(torch.select(places, 0, 0), offsets, channels, )
  # One square a channel goes to the other side of the budget. x, flat, is changed in place.
  def square_move_linf(self: $SELF,
    region: List[Tensor],
    x: Tensor,
    changed: Tensor,
    places: Tensor,
    signs: Tensor,
    pattern: Tensor,
    eps: float,
    lo: float,
    hi: float) -> NoneType:
    moved = torch.add(torch.gather(x, 2, changed), torch.unsqueeze(signs, 2), alpha=torch.mul(eps, 2.))
    low = torch.gather(torch.flatten(region[0], 2), 2, changed)
    high = torch.gather(torch.flatten(region[1], 2), 2, changed)
    torch.scatter_(x, 2, changed, torch.clamp_(moved, low, high))
    return None
