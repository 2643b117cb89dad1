  # The places that change, [N, C, 2K]: both windows. places: [3, N], where they begin, 1 if the pattern is turned.
  def square_changed_l2(self: $SELF,
    places: Tensor,
    offsets: Tensor,
    channels: int) -> Tensor:
    first = self.square_places(torch.select(places, 0, 0), offsets, channels, )
    return torch.cat([first, self.square_places(torch.select(places, 0, 1), offsets, channels, )], 2)
  # The mass of a second window moves to the first, which gets a bump on top. x, flat, is changed in place.
  def square_move_l2(self: $SELF,
    region: List[Tensor],
    x: Tensor,
    changed: Tensor,
    places: Tensor,
    signs: Tensor,
    pattern: Tensor,
    eps: float,
    lo: float,
    hi: float) -> NoneType:
    origin = torch.flatten(region[0], 2)
    delta = torch.sub(x, origin)
    # What the range took from the whole image, shared by the channels, comes back here.
    radius = self.radius_l2(eps, )
    missing = torch.clamp_min(torch.rsub(torch.sum(torch.square(delta), [1, 2], True), torch.mul(radius, radius)), 0)
    first, second, = torch.chunk(changed, 2, 2)
    old = torch.gather(delta, 2, first)
    torch.scatter_(delta, 2, first, 0.)
    # Without what the windows share.
    other = torch.gather(delta, 2, second)
    mass = torch.add(torch.sum(torch.square(old), [2], True), torch.sum(torch.square(other), [2], True))
    bump = torch.mul(torch.unsqueeze(torch.index_select(pattern, 0, torch.select(places, 0, 2)), 1), torch.unsqueeze(signs, 2))
    change = torch.add(bump, torch.div(old, torch.linalg_vector_norm(old, 2, [2], True) + 1e-12))
    # With this length of each channel's window the image uses the whole budget.
    length = torch.sqrt(torch.add(mass, torch.div(missing, torch.size(x, 1))))
    change = torch.mul(change, torch.div(length, torch.linalg_vector_norm(change, 2, [2], True) + 1e-12))
    torch.scatter_(x, 2, second, torch.gather(origin, 2, second))
    torch.scatter_(x, 2, first, torch.clamp_(torch.add_(change, torch.gather(origin, 2, first)), lo, hi))
    return None
