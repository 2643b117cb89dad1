  # Margins of logits, [N], and whether a candidate is kept: where it lowers the margin or is misclassified. The margin so
  # far is changed in place.
  def square_keep(self: $SELF,
    y: Tensor,
    logits: Tensor,
    margin: Tensor) -> Tuple[Tensor, Tensor]:
    label = torch.unsqueeze(y, 1)
    others = torch.amax(torch.scatter(logits, 1, label, -3.4e38), [1])
    found = torch.sub(torch.squeeze(torch.gather(logits, 1, label), 1), others)
    kept = torch.logical_or(torch.lt(found, margin), torch.le(found, 0))
    torch.where(kept, found, margin, out=margin)
    return (found, kept)
  # [2, N]: the candidate's margin, 1 where it is misclassified.
  def square_found(self: $SELF,
    y: Tensor,
    logits: Tensor,
    found: Tensor) -> Tensor:
    return torch.stack([found, torch.to(torch.ne(torch.argmax(logits, 1), y), 6)])
  # The first query of Square: x, the start, opens the search. margin is changed in place. Returns [2, N]: the margin, 1
  # where x is misclassified.
  def square_start(self: $SELF,
    y: Tensor,
    x: Tensor,
    margin: Tensor) -> Tensor:
    logits = self.forward(x, )
    found, kept, = self.square_keep(y, logits, margin, )
    return self.square_found(y, logits, found, )
