  # One query of Square. x, the best point so far, and its margin are changed in place: only where the windows lie, which is
  # far less than an image. places: [3, N]; signs: 1 or -1, [N, C]. Returns [2, N]: the candidate's margin, 1 where it is
  # misclassified.
  def square_step_$NORM(self: $SELF,
    region: List[Tensor],
    y: Tensor,
    x: Tensor,
    margin: Tensor,
    places: Tensor,
    signs: Tensor,
    offsets: Tensor,
    pattern: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    flat = torch.flatten(x, 2)
    changed = self.square_changed_$NORM(places, offsets, torch.size(x, 1), )
    old = torch.gather(flat, 2, changed)
    self.square_move_$NORM(region, flat, changed, places, signs, pattern, eps, lo, hi, )
    new = torch.gather(flat, 2, changed)
    logits = self.forward(x, )
    found, kept, = self.square_keep(y, logits, margin, )
    torch.scatter_(flat, 2, changed, torch.where(self.per_example(kept, flat, ), new, old))
    return self.square_found(y, logits, found, )
