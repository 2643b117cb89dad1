  # The mass of a second window moves to the first, which gets a bump on top.
  def square_candidate_l2(self: $SELF,
    region: List[Tensor],
    x: Tensor,
    draws: Tensor,
    pattern: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    size = torch.size(pattern, 0)
    height = torch.size(x, 2)
    width = torch.size(x, 3)
    down = self.square_offsets(torch.select(draws, 1, 0), height, size, )
    along = self.square_offsets(torch.select(draws, 1, 1), width, size, )
    first = self.square_window(down, along, size, )
    second = self.square_window(self.square_offsets(torch.select(draws, 1, 2), height, size, ), self.square_offsets(torch.select(draws, 1, 3), width, size, ), size, )
    either = torch.maximum(first, second)
    # The pattern lies in the first window, upright or turned.
    i = torch.unsqueeze(torch.clamp(torch.to(down, 4), 0, size - 1), 2)
    j = torch.unsqueeze(torch.clamp(torch.to(along, 4), 0, size - 1), 1)
    turned = torch.unsqueeze(torch.unsqueeze(torch.ge(torch.select(draws, 1, 4), 0.5), 1), 2)
    place = torch.where(turned, torch.add(torch.mul(j, size), i), torch.add(torch.mul(i, size), j))
    bump = torch.mul(torch.unsqueeze(torch.take(pattern, place), 1), self.square_signs(torch.slice(draws, 1, 5), ))
    delta = torch.sub(x, region[0])
    old = torch.mul(delta, first)
    old = torch.div(old, torch.linalg_vector_norm(old, 2, [2, 3], True) + 1e-12)
    change = torch.mul(torch.add(bump, old), first)
    # What the range took from the whole image, shared by the channels, comes back here.
    missing = torch.clamp_min(torch.rsub(torch.sum(torch.square(delta), [1, 2, 3], True), torch.mul(eps, eps)), 0)
    moved = torch.sum(torch.square(torch.mul(delta, either)), [2, 3], True)
    length = torch.sqrt(torch.add(torch.div(missing, torch.size(x, 1)), moved))
    change = torch.mul(change, torch.div(length, torch.linalg_vector_norm(change, 2, [2, 3], True) + 1e-12))
    rest = torch.add(torch.sub(delta, torch.mul(delta, either)), change)
    return torch.clamp_(torch.add(region[0], self.direction_l2(rest, ), alpha=eps), lo, hi)
